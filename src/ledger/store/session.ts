import type { Database } from '../../sql/database.ts';
import type { Handle, Trx } from '../../sql/engine.ts';

/** Where the store's statements run: a database, and one of its pools or transactions. */
export interface Session {
  readonly database: Database;
  readonly handle: Handle;
}

/** A session inside a writing transaction. */
export interface WriteSession extends Session {
  readonly handle: Trx;
}
