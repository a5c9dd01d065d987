import type { Role } from '../../../base/role.ts';
import type { Database } from '../../../sql/database.ts';
import type { Ledger } from '../../../ledger/ledger.ts';
import type { Amounts } from './ledger-answers.ts';

/** What the ledger's routes work with. */
export interface LedgerScope {
  readonly database: Database;
  readonly ledger: Ledger;
  readonly amounts: Amounts;
}

/** Who reads any balance. */
export const READERS: readonly Role[] = ['server', 'staff', 'admin', 'super_admin'];

/** Who moves balances past the rules of their system: the application itself, and those who answer for everything. */
export const WRITERS: readonly Role[] = ['server', 'super_admin'];
