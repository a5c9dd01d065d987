import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import type { Database } from '../src/sql/database.ts';
import { carryAtOnce, copyAtOnce, withLedger } from './backfill-baselines.ts';
import type { BackfillRun } from './backfill-child.ts';
import { openEmptyBenchDatabase } from './bench-database.ts';
import { rounded, type BenchFindings, type BenchScenario, type BenchTarget } from './bench-scenario.ts';
import { carryRowByRow, countRowByRow } from './row-by-row.ts';
import { createYearSchool, FACTS_PER_ENROLMENT } from './year-school.ts';

const FACTS = 1_000_000;
/** How much smaller the school is that the growth of the cost per fact is told by. */
const GROWTH = 10;
/** Enrolments that the loops are tried on; their rate does not depend on how many follow. */
const LOOP_ENROLMENTS = 1_000;
const CHILD = fileURLToPath(new URL('backfill-child.ts', import.meta.url));

/**
 * The backfill of a school's payments and attendances, in a process of its own: against one statement that inserts the very same
 * entries, against loops over the enrolments, and against itself at a tenth of the size.
 */
export const backfill: BenchScenario = {
  name: 'backfill',
  title: 'legacy facts carried per second, and memory, against one statement and against a loop',
  run,
};

async function run(target: BenchTarget): Promise<BenchFindings> {
  const wanted = Number(process.env['CARRYOVER_BENCH_ROWS'] ?? FACTS);
  const small = await runSize(target, Math.round(wanted / GROWTH), async () => undefined);
  let baselines: Baselines | undefined;
  const large = await runSize(target, wanted, async (school) => {
    baselines = await measureBaselines(target, school);
  });
  if (baselines === undefined) throw new Error('The baselines were not measured.');
  const rate = rateOf(large);
  const ratios = Object.entries(baselines).map(([name, perSecond]) => [name, rounded(rate / perSecond)] as const);
  const perSecond = Object.entries(baselines).map(([name, figure]) => [`${name}PerSecond`, rounded(figure)] as const);
  return {
    ratios: { ...Object.fromEntries(ratios), growth: rounded(rateOf(small) / rate) },
    figures: {
      facts: large.facts,
      entries: large.entries,
      seconds: rounded(large.seconds),
      factsPerSecond: rounded(rate),
      peakRssMb: rounded(large.peakRssMb),
      ...Object.fromEntries(perSecond),
      factsSmall: small.facts,
      factsPerSecondSmall: rounded(rateOf(small)),
    },
  };
}

interface Carried extends BackfillRun {
  readonly facts: number;
  readonly entries: number;
}

function rateOf({ facts, seconds }: Carried): number {
  return facts / seconds;
}

/** A school whose backfill is done, for what is measured beside it. */
interface CarriedSchool {
  readonly url: string;
  readonly database: Database;
  readonly entries: number;
  /** Facts per second of the loop that only counts, taken before the backfill. */
  readonly counted: number;
}

async function runSize(
  { serverUrl, say }: BenchTarget,
  wanted: number,
  beside: (school: CarriedSchool) => Promise<void>,
): Promise<Carried> {
  const { url, database, drop } = await openEmptyBenchDatabase(serverUrl);
  try {
    const { facts } = await createYearSchool(database, wanted);
    await settle(database);
    // Before the backfill, whose triggers would note down each row that the loop updates.
    const counted = loopRate(await countRowByRow(database, LOOP_ENROLMENTS));
    const carried = await backfillApart(url);
    say(`${facts} facts: ${rounded(carried.seconds)} s, ${rounded(carried.peakRssMb)} MB`);
    const { rows } = await sql<{ n: bigint }>`select count(*) as n from carryover_entries`.execute(database.handle);
    const entries = Number(rows[0]?.n ?? 0n);
    if (entries === 0) throw new Error('The backfill posted nothing.');
    await settle(database);
    await beside({ url, database, entries, counted });
    return { ...carried, facts, entries };
  } finally {
    await drop();
  }
}

/** Facts, or the entries they become, per second. */
interface Baselines extends Readonly<Record<string, number>> {
  /** One INSERT ... SELECT that makes the same entries of the same legacy rows. */
  readonly singleStatement: number;
  /** One INSERT ... SELECT of the entries from a table that holds just them: nothing is derived, which bounds what any backfill could reach. */
  readonly bareCopy: number;
  /** The loop over the enrolments that leaves what a backfill leaves. */
  readonly rowByRow: number;
  /** The same loop where it only counts, and leaves one number per enrolment and no history. */
  readonly rowByRowCounting: number;
}

async function measureBaselines({ say }: BenchTarget, school: CarriedSchool): Promise<Baselines> {
  const { url, database, entries, counted } = school;
  const looped = await withLedger(url, 'looped_', (ledger) => carryRowByRow(ledger, LOOP_ENROLMENTS));
  const baselines: Baselines = {
    bareCopy: entries / (await copyAtOnce(url, database)),
    singleStatement: entries / (await carryAtOnce(url, database)),
    rowByRow: loopRate(looped),
    rowByRowCounting: counted,
  };
  for (const [name, perSecond] of Object.entries(baselines)) say(`${name}: ${rounded(perSecond)}/s`);
  return baselines;
}

function loopRate(seconds: number): number {
  return (LOOP_ENROLMENTS * FACTS_PER_ENROLMENT) / seconds;
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

/** Statistics, as a database has them that has lived. */
async function settle(database: Database): Promise<void> {
  const tables = await database.dialect.introspection.tables(database.handle);
  const names = tables.filter(({ kind }) => kind === 'table').map(({ name }) => name);
  await database.dialect.statements.refreshStatistics(database.handle, names);
}
