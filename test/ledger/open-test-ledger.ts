import { sql } from 'kysely';
import { Ledger } from '../../src/ledger/ledger.ts';
import type { LedgerOptions } from '../../src/ledger/ledger.ts';
import { ledgerSchema } from '../../src/ledger/schema.ts';
import type { AccountSpec } from '../../src/ledger/store/open-accounts.ts';
import type { Actor } from '../../src/base/actor.ts';
import { openDatabase } from '../../src/sql/database.ts';
import type { Database, DatabaseOptions } from '../../src/sql/database.ts';
import { freshDatabase } from '../support/fresh-database.ts';

/** A ledger on an empty database of its own. */
export interface TestLedger {
  readonly url: string;
  readonly database: Database;
  readonly ledger: Ledger;
  /** Closes the ledger and drops the database; fails when a connection was left open. */
  close(): Promise<void>;
}

/** Who acts in these tests. */
export const tester: Actor = { kind: 'system', id: 'test' };

/** Creates an empty database with the ledger's tables and opens a ledger on it. */
export async function openTestLedger(options: DatabaseOptions & LedgerOptions = {}): Promise<TestLedger> {
  const fresh = await freshDatabase();
  const database = await openDatabase(fresh.url, options);
  await createLedgerTables(database);
  const ledger = new Ledger(database, options);
  const close = async (): Promise<void> => {
    await ledger.close();
    await database.close();
    await fresh.drop();
  };
  return { url: fresh.url, database, ledger, close };
}

/** Runs the ledger's own DDL. */
export async function createLedgerTables(database: Database): Promise<void> {
  for (const statement of ledgerSchema.statements(database)) await sql.raw(statement).execute(database.handle);
}

/** An account of the test system, under ledger authority, without lots and with a floor of 0, unless said otherwise. */
export function accountSpec(owner: string, other: Partial<Omit<AccountSpec, 'ref'>> = {}): AccountSpec {
  const ref = { system: 'test', kind: 'wallet', owner };
  return { ref, unit: 'point', floor: 0n, lotted: false, authority: 'ledger', ...other };
}
