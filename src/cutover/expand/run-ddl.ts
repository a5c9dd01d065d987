import { sql } from 'kysely';
import type { Database } from '../../sql/database.ts';
import type { Handle } from '../../sql/engine.ts';

/** Runs DDL statements in order: all or none of them where the engine can, else each by itself, so they must be repeatable. */
export async function runDdl(database: Database, statements: readonly string[]): Promise<void> {
  const runAll = async (handle: Handle): Promise<void> => {
    for (const statement of statements) await sql.raw(statement).execute(handle);
  };
  if (database.dialect.traits.transactionalDdl) await database.handle.transaction().execute(runAll);
  else await runAll(database.handle);
}
