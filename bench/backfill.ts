import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import { ledgerSchema } from '../src/ledger/schema.ts';
import { openDatabase, type Database } from '../src/sql/database.ts';
import type { BackfillRun } from './backfill-child.ts';
import { openEmptyBenchDatabase } from './bench-database.ts';
import { rounded, type BenchFindings, type BenchScenario, type BenchTarget } from './bench-scenario.ts';
import { carryRowByRow } from './row-by-row.ts';
import { createTermSchool, FACTS_PER_ENROLMENT } from './term-school.ts';

const FACTS = 1_000_000;
const GROWTH = 10;
/** Enrolments that the loop is tried on; its rate does not depend on how many follow. */
const LOOP_ENROLMENTS = 1_000;
const CHILD = fileURLToPath(new URL('backfill-child.ts', import.meta.url));
const BASELINE_PREFIX = 'baseline_';

/**
 * The backfill of a school's payments and attendances, in a process of its own: against one INSERT ... SELECT of the very same entries
 * into the same tables, against a loop over the enrolments, and against itself at a tenth of the size.
 */
export const backfill: BenchScenario = {
  name: 'backfill',
  title: 'legacy facts carried per second, and memory, against one statement and against a loop',
  run,
};

async function run(target: BenchTarget): Promise<BenchFindings> {
  const wanted = Number(process.env['CARRYOVER_BENCH_ROWS'] ?? FACTS);
  const small = await runSize(target, Math.round(wanted / GROWTH), false);
  const large = await runSize(target, wanted, true);
  const perFact = ({ facts, carried: { seconds } }: SizeFindings): number => seconds / facts;
  const rate = large.facts / large.carried.seconds;
  return {
    ratios: {
      singleStatement: rounded(rate / large.statementPerSecond),
      rowByRow: rounded(rate / large.loopPerSecond),
      growth: rounded(perFact(large) / perFact(small)),
    },
    figures: {
      facts: large.facts,
      entries: large.entries,
      seconds: rounded(large.carried.seconds),
      factsPerSecond: rounded(rate),
      peakRssMb: rounded(large.carried.peakRssMb),
      singleStatementPerSecond: rounded(large.statementPerSecond),
      rowByRowPerSecond: rounded(large.loopPerSecond),
      factsSmall: small.facts,
      factsPerSecondSmall: rounded(1 / perFact(small)),
    },
  };
}

interface SizeFindings {
  readonly facts: number;
  readonly entries: number;
  readonly carried: BackfillRun;
  /** Rates of the baselines; not a number where they were not asked for. */
  readonly statementPerSecond: number;
  readonly loopPerSecond: number;
}

async function runSize({ serverUrl, say }: BenchTarget, wanted: number, baselines: boolean): Promise<SizeFindings> {
  const { url, database, drop } = await openEmptyBenchDatabase(serverUrl);
  try {
    const { facts } = await createTermSchool(database, wanted);
    await settle(database);
    const carried = await backfillApart(url);
    say(`${facts}: ${rounded(carried.seconds)} s, ${rounded(carried.peakRssMb)} MB`);
    const { rows } = await sql<{ n: bigint }>`select count(*) as n from carryover_entries`.execute(database.handle);
    const entries = Number(rows[0]?.n ?? 0n);
    if (entries === 0) throw new Error('The backfill posted nothing.');
    if (!baselines) return { facts, entries, carried, statementPerSecond: NaN, loopPerSecond: NaN };
    const statementPerSecond = entries / (await insertAtOnce(url, database));
    say(`one statement: ${rounded(statementPerSecond)} entries/s`);
    const loopSeconds = await carryRowByRow(database, LOOP_ENROLMENTS);
    const loopPerSecond = (LOOP_ENROLMENTS * FACTS_PER_ENROLMENT) / loopSeconds;
    say(`row by row: ${rounded(loopPerSecond)} facts/s`);
    return { facts, entries, carried, statementPerSecond, loopPerSecond };
  } finally {
    await drop();
  }
}

async function backfillApart(url: string): Promise<BackfillRun> {
  const folder = mkdtempSync(join(tmpdir(), 'carryover-bench-run-'));
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [CHILD, url, folder]);
    return JSON.parse(stdout) as BackfillRun;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The seconds of one statement that inserts the entries of the backfill, column by column, from a table that holds just them. */
async function insertAtOnce(url: string, database: Database): Promise<number> {
  const baseline = await openDatabase(url, { tablePrefix: BASELINE_PREFIX });
  try {
    for (const statement of ledgerSchema.statements(baseline)) await sql.raw(statement).execute(baseline.handle);
    await sql`create table staged_entries as select * from carryover_entries order by account_id, seq`.execute(
      database.handle,
    );
    await settle(database);
    const startedMs = performance.now();
    await baseline.write((trx) =>
      sql`insert into ${sql.table('carryover_entries')} select * from staged_entries`.execute(trx),
    );
    return (performance.now() - startedMs) / 1000;
  } finally {
    await baseline.close();
  }
}

/** Statistics as a database that has lived has them, and nothing left to write for what went before. */
async function settle(database: Database): Promise<void> {
  const tables = await database.dialect.introspection.tables(database.handle);
  const names = tables.filter(({ kind }) => kind === 'table').map(({ name }) => name);
  await database.dialect.statements.refreshStatistics(database.handle, names);
}
