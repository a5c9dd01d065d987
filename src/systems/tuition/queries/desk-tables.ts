import type { Kysely } from 'kysely';
import type { LedgerTables } from '../../../ledger/tables.ts';
import type { Handle } from '../../../sql/engine.ts';
import type { TuitionTables } from '../tables.ts';

/** The tables that operations read and write: the system's own and the ledger's. */
export type DeskTables = { [Name in keyof TuitionTables]: TuitionTables[Name] } & LedgerTables;

/** A handle that knows those tables. */
export function deskTables(handle: Handle): Kysely<DeskTables> {
  return handle.withTables<DeskTables>();
}
