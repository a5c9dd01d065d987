import type { Kysely } from 'kysely';
import type { LedgerTables } from '../../../ledger/tables.ts';
import type { Handle } from '../../../sql/engine.ts';
import type { BillingTables } from '../tables.ts';

/** The tables that operations read and write: the system's own and the ledger's. */
export type OwnTables = { [Name in keyof BillingTables]: BillingTables[Name] } & LedgerTables;

/** A handle that knows those tables. */
export function billingTables(handle: Handle): Kysely<OwnTables> {
  return handle.withTables<OwnTables>();
}
