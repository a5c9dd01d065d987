import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import {
  rollbackCutover,
  runCutover,
  type CutoverContext,
  type CutoverReport,
  type RollbackResult,
} from '../../../src/cutover/index.ts';
import type { Instant } from '../../../src/base/instant.ts';
import type { Database } from '../../../src/sql/database.ts';
import { billingSystem } from '../../../src/systems/billing/index.ts';
import { assumedBackup } from '../../support/assumed-backup.ts';
import { policyWith, type RunOptions } from './legacy-queries.ts';
import { AS_OF } from './saas.ts';

/** What a run is given, where it differs from the usual. */
export type CarryOptions = RunOptions & { readonly context?: Partial<CutoverContext> };

/** Carries the SaaS as `carryover migrate` does, from expand to verify; again where it was carried before. */
export async function carry(database: Database, options: CarryOptions = {}): Promise<CutoverReport> {
  const again = await isCarried(database);
  return inContext(database, options, (context) => runCutover(context, again ? {} : { from: 'expand' }));
}

/** Looks at the SaaS as `carryover analyze` does. */
export async function look(database: Database, options: CarryOptions = {}): Promise<CutoverReport> {
  return inContext(database, options, (context) => runCutover(context, { to: 'analyze' }));
}

/** Takes it back as `carryover rollback` does. */
export async function takeBack(database: Database, options: CarryOptions = {}): Promise<RollbackResult> {
  return inContext(database, options, (context) => rollbackCutover(context, { reason: 'a test' }));
}

async function inContext<T>(
  database: Database,
  options: CarryOptions,
  work: (context: CutoverContext) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'carryover-billing-'));
  try {
    return await work({
      instance: 'test',
      database,
      system: billingSystem,
      policy: policyWith(options.policy),
      mapping: options.mapping ?? {},
      backup: assumedBackup(),
      folder,
      toolVersion: '0.0.0-test',
      asOf: options.asOf ?? AS_OF,
      ...options.context,
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function isCarried(database: Database): Promise<boolean> {
  const tables = await database.dialect.introspection.tables(database.handle);
  if (!tables.some(({ name }) => name === database.tableName('carryover_cutovers'))) return false;
  const { rows } = await sql<{ n: bigint }>`
    select count(*) as n from ${sql.table('carryover_cutovers')} where state <> 'rolled-back'`.execute(database.handle);
  return rows[0]?.n !== 0n;
}

/** A user's account with its entries and lots, oldest first. */
export interface CarriedUser {
  readonly balance: bigint;
  readonly status: string;
  readonly entries: readonly {
    readonly amount: bigint;
    readonly source: string;
    readonly kind: string;
    readonly balance_after: bigint;
  }[];
  readonly lots: readonly {
    readonly remaining: bigint;
    readonly funding: string;
    readonly expires_at: Instant | null;
  }[];
}

/** One account as the ledger has it. */
export async function userOf(database: Database, owner: string): Promise<CarriedUser> {
  const { rows } = await sql<{ id: bigint; balance: bigint; status: string }>`
    select a.id, a.balance, a.status from ${sql.table('carryover_accounts')} a
    where a.system_name = 'billing' and a.kind = 'credits' and a.owner = ${owner}`.execute(database.handle);
  const [account] = rows;
  if (account === undefined) throw new Error(`There is no account of ${owner}.`);
  const entries = await sql<CarriedUser['entries'][number]>`
    select n.amount, n.source, n.kind, n.balance_after from ${sql.table('carryover_entries')} n
    where n.account_id = ${account.id} order by n.seq`.execute(database.handle);
  const lots = await sql<CarriedUser['lots'][number]>`
    select l.remaining, l.funding, l.expires_at from ${sql.table('carryover_lots')} l
    where l.account_id = ${account.id} order by l.seq`.execute(database.handle);
  return { balance: account.balance, status: account.status, entries: entries.rows, lots: lots.rows };
}

/** How many entries the ledger has in all. */
export async function entryCount(database: Database): Promise<bigint> {
  const { rows } = await sql<{ n: bigint }>`select count(*) as n from ${sql.table('carryover_entries')}`.execute(
    database.handle,
  );
  return rows[0]?.n ?? 0n;
}

/** Rows of any table or view, in an order. */
export async function rowsOf<Row>(database: Database, from: string, orderBy: string): Promise<readonly Row[]> {
  const { rows } = await sql<Row>`select * from ${sql.table(from)} order by ${sql.raw(orderBy)}`.execute(
    database.handle,
  );
  return rows;
}

/** Changes legacy rows as the application would. */
export async function change(database: Database, statement: ReturnType<typeof sql>): Promise<void> {
  await database.write(async (trx) => {
    await statement.execute(trx);
  });
}

/** Gives the ledger the authority over every account, as the switch of a cutover does. */
export async function switchToLedger(database: Database): Promise<void> {
  await change(
    database,
    sql`update ${sql.table('carryover_accounts')} set authority = 'ledger' where system_name = 'billing'`,
  );
}
