import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import {
  rollbackCutover,
  runCutover,
  type BackupGate,
  type CutoverContext,
  type CutoverReport,
  type ProvenBackup,
  type RollbackResult,
} from '../../../src/cutover/index.ts';
import { Instant } from '../../../src/base/instant.ts';
import type { Database } from '../../../src/sql/database.ts';
import { tuitionSystem } from '../../../src/systems/tuition/index.ts';
import { policyWith, type RunOptions } from './legacy-queries.ts';
import { AS_OF } from './school.ts';

/** Stands for a backup that somebody proved a moment ago: proving one is tested with the backups, and takes longer than these tests. */
const provenEarlier: BackupGate = {
  prepare: () => Promise.reject(new Error('No backup is taken in this test.')),
  withScratchCopy: () => Promise.reject(new Error('There is no copy in this test.')),
  latestProven: () => Promise.resolve(backup()),
  release: () => Promise.resolve(),
};

function backup(): ProvenBackup {
  const now = Instant.fromEpochMillis(Date.now());
  return {
    state: 'proven',
    id: 'test-backup',
    instance: 'test',
    file: '/nowhere/test-backup',
    bytes: 1n,
    sha256: '0'.repeat(64),
    takenAt: now,
    provenAt: now,
    toolVersion: 'test',
    serverVersion: 'test',
    fingerprint: { schemaSha256: '0'.repeat(64), tables: [] },
    takeSeconds: 0,
    restoreSeconds: 0,
  };
}

/** What a run over the school is given, where it differs from the usual. */
export type CarryOptions = RunOptions & { readonly context?: Partial<CutoverContext> };

/** Carries the school as `carryover migrate` does, from expand to verify; again where it was carried before. */
export async function carry(database: Database, options: CarryOptions = {}): Promise<CutoverReport> {
  const again = await isCarried(database);
  return inContext(database, options, (context) => runCutover(context, again ? {} : { from: 'expand' }));
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
  const folder = mkdtempSync(join(tmpdir(), 'carryover-tuition-'));
  try {
    const context = {
      instance: 'test',
      database,
      system: tuitionSystem,
      policy: policyWith(options.policy),
      mapping: options.mapping ?? {},
      backup: provenEarlier,
      folder,
      toolVersion: '0.0.0-test',
      asOf: options.asOf ?? AS_OF,
      ...options.context,
    };
    return await work(context);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function isCarried(database: Database): Promise<boolean> {
  const tables = await database.dialect.introspection.tables(database.handle);
  if (!tables.some(({ name }) => name === database.tableName('carryover_cutovers'))) return false;
  const { rows } = await sql<{
    n: bigint;
  }>`select count(*) as n from ${sql.table('carryover_cutovers')} where state <> 'rolled-back'`.execute(
    database.handle,
  );
  return rows[0]?.n !== 0n;
}

/** An account with its entries, oldest first. */
export interface CarriedAccount {
  readonly balance: bigint;
  readonly floor: bigint | null;
  readonly status: string;
  readonly entries: readonly {
    readonly amount: bigint;
    readonly source: string;
    readonly kind: string;
    readonly balance_after: bigint;
  }[];
}

/** One account as the ledger has it. */
export async function accountOf(
  database: Database,
  kind: 'sessions' | 'money',
  owner: string,
): Promise<CarriedAccount> {
  const { rows } = await sql<{ id: bigint; balance: bigint; floor: bigint | null; status: string }>`
    select a.id, a.balance, a.floor, a.status from ${sql.table('carryover_accounts')} a
    where a.system_name = 'tuition' and a.kind = ${kind} and a.owner = ${owner}`.execute(database.handle);
  const [account] = rows;
  if (account === undefined) throw new Error(`There is no ${kind} account of ${owner}.`);
  const entries = await sql<CarriedAccount['entries'][number]>`
    select n.amount, n.source, n.kind, n.balance_after from ${sql.table('carryover_entries')} n
    where n.account_id = ${account.id} order by n.seq`.execute(database.handle);
  return { balance: account.balance, floor: account.floor, status: account.status, entries: entries.rows };
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
