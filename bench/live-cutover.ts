import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { returnAccounts, runCutover, switchAccounts, watchCutover, type CutoverContext } from '../src/cutover/index.ts';
import type { Database } from '../src/sql/database.ts';
import { assumedBackup } from '../test/support/assumed-backup.ts';
import { cafeContext } from '../test/support/cafe-context.ts';
import { cardCode, createCafe, fillCafe } from '../test/support/stamps-legacy.ts';
import { openEmptyBenchDatabase } from './bench-database.ts';
import { median, rounded, type BenchFindings, type BenchScenario, type BenchTarget } from './bench-scenario.ts';
import type { Given, PhaseTimes } from './live-writer.ts';

const ROWS_DEFAULT = 1_000_000;
const STAMPS_PER_MEMBER = 50;
/** Writes per second that the application makes all the time. */
const RATE = { concurrentWriters: 1_000, oneWriter: 300 } as const;
const COHORTS = 10;
/** After these every account of both sides is compared. */
const COHORTS_COMPARED: ReadonlySet<number> = new Set([1, 5, 10]);
/** How long the writer runs before anything is measured, and how long it is measured alone. */
const WARM_MS = 5_000;
const ALONE_MS = 8_000;
/** Inserts of one measurement of what a mark costs, and how often it is taken with and without. */
const MARKED_INSERTS = 2_000;
const MARK_ROUNDS = 5;
const WRITER = fileURLToPath(new URL('live-writer.ts', import.meta.url));

/** A cutover of an application in use, from capture to the rollback of a cohort, as its writer feels it. */
export const liveCutover: BenchScenario = {
  name: 'live-cutover',
  title: 'a writer at a steady rate through a whole live cutover: what it feels, and that nothing is lost or doubled',
  run,
};

async function run({ serverUrl, say }: BenchTarget): Promise<BenchFindings> {
  const rows = Number(process.env['CARRYOVER_BENCH_ROWS'] ?? ROWS_DEFAULT);
  const members = Math.max(100, Math.round(rows / STAMPS_PER_MEMBER));
  const { url, database, drop } = await openEmptyBenchDatabase(serverUrl, { poolMax: 6 });
  const folder = mkdtempSync(join(tmpdir(), 'carryover-live-'));
  try {
    await createCafe(database);
    await fillCafe(database, { members, stampsPerMember: STAMPS_PER_MEMBER });
    await database.dialect.statements.refreshStatistics(database.handle, ['members', 'stamps', 'redemptions']);
    say(`${members} members with ${STAMPS_PER_MEMBER} stamps each`);
    const opening = await legacyBalances(database);
    const writer = new Writer(url, members, database);
    const context = cafeContext(database, folder, {
      changes: { backup: assumedBackup() },
      variant: { live: true },
    });
    const measured = await carry(context, writer, say);
    const given = await writer.stop();
    await watchCutover(context, { once: true });
    const { lost, doubled } = await compare(database, opening, given);
    for (const told of writer.phases) {
      const { writes, p50, p99, max } = summary([told]);
      say(`${told.phase}: ${writes} writes, p50 ${rounded(p50)}, p99 ${rounded(p99)}, max ${rounded(max)} ms`);
    }
    const mark = await markCost(database);
    say(`lost ${lost}, doubled ${doubled}; a mark costs ${Math.round(mark * 100)} %`);
    return findings(writer, { ...measured, lost, doubled, mark, byLedger: given.byLedger });
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await drop();
  }
}

interface Measured {
  readonly migrateSeconds: number;
  readonly switchSeconds: readonly number[];
  readonly slowestSliceMs: number;
  readonly returnSeconds: number;
}

async function carry(context: CutoverContext, writer: Writer, say: (line: string) => void): Promise<Measured> {
  await delay(WARM_MS);
  await writer.phase('alone');
  await delay(ALONE_MS);
  const during = async <T>(
    phase: string,
    work: () => Promise<T>,
  ): Promise<{ readonly result: T; readonly seconds: number }> => {
    await writer.phase(phase);
    const startedMs = performance.now();
    const result = await work();
    const seconds = (performance.now() - startedMs) / 1000;
    say(`${phase}: ${rounded(seconds)} s`);
    return { result, seconds };
  };
  const migrated = await during('migrate', () => runCutover(context, { from: 'expand' }));
  const switchSeconds: number[] = [];
  let slowestSliceMs = 0;
  for (let cohort = 1; cohort <= COHORTS; cohort += 1) {
    const selection = { who: 'percent', percent: (100 / COHORTS) * cohort } as const;
    const { result, seconds } = await during(`switch ${cohort}`, () =>
      switchAccounts(context, { selection, cohort: `cohort-${cohort}` }),
    );
    switchSeconds.push(seconds);
    slowestSliceMs = Math.max(slowestSliceMs, result.slowestSliceMs);
    // Legacy is told of everything after each cohort; comparing everything each time would be most of the bench.
    const compares = COHORTS_COMPARED.has(cohort);
    await during(`watch ${cohort}`, () => watchCutover(context, { once: true, compares }));
  }
  const returned = await during('return', () =>
    returnAccounts(context, { selection: { who: 'cohort', cohort: 'cohort-1' } }),
  );
  await writer.phase('end');
  return { migrateSeconds: migrated.seconds, switchSeconds, slowestSliceMs, returnSeconds: returned.seconds };
}

/** The application, in a process of its own. */
class Writer {
  readonly phases: PhaseTimes[] = [];
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  #given: Given | undefined;

  constructor(url: string, members: number, database: Database) {
    const { traits } = database.dialect;
    const rate = traits.concurrentWriters ? RATE.concurrentWriters : RATE.oneWriter;
    this.#child = spawn(process.execPath, [WRITER, url, String(members), String(rate)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      const told = JSON.parse(line) as PhaseTimes | Given;
      if ('phase' in told) this.phases.push(told);
      else this.#given = told;
    });
  }

  /** Begins a phase; the one before is told about a moment later. */
  async phase(name: string): Promise<void> {
    if (this.#child.exitCode !== null) throw new Error('The writer has ended.');
    this.#child.stdin.write(`${name}\n`);
    await delay(1);
  }

  async stop(): Promise<Given> {
    const ended = once(this.#child, 'close');
    this.#child.stdin.end();
    await ended;
    if (this.#given === undefined) throw new Error('The writer did not say what it wrote.');
    return this.#given;
  }
}

async function legacyBalances(database: Database): Promise<ReadonlyMap<string, bigint>> {
  const { sumInt64, text } = database.dialect.expressions;
  const { rows } = await sql<{
    owner: string;
    balance: bigint;
  }>`select ${text(sql`u.member_id`)} as owner, ${sumInt64(sql`u.amount`)} as balance
    from (select member_id, 0 as amount from members
      union all select member_id, amount from stamps where status <> 'void'
      union all select member_id, -10 * treats from redemptions) u group by u.member_id`.execute(database.handle);
  return new Map(rows.map(({ owner, balance }) => [owner, balance]));
}

/** Holds both sides against what the writer was told: one stamp each. */
async function compare(
  database: Database,
  opening: ReadonlyMap<string, bigint>,
  { given }: Given,
): Promise<{ readonly lost: number; readonly doubled: number }> {
  const { rows } = await sql<{
    owner: string;
    balance: bigint;
  }>`select owner, balance from ${sql.table('carryover_accounts')}
    where system_name = 'stamps' and kind = 'stamps'`.execute(database.handle);
  const sides = [new Map(rows.map(({ owner, balance }) => [owner, balance])), await legacyBalances(database)];
  let [lost, doubled] = [0n, 0n];
  for (const [owner, balance] of opening) {
    const expected = balance + BigInt(given[owner] ?? 0);
    for (const side of sides) {
      const difference = expected - (side.get(owner) ?? 0n);
      if (difference > 0n) lost += difference;
      else doubled -= difference;
    }
  }
  return { lost: Number(lost), doubled: Number(doubled) };
}

/** The share by which the same inserts take longer with the capture triggers than without, as the median of rounds in turn. */
async function markCost(database: Database): Promise<number> {
  const { triggers, viewExpressions: e } = database.dialect;
  const name = 'carryover_capture_bench';
  const spec = {
    name,
    table: 'bench_stamps',
    columns: ['member_id', 'amount'],
    system: 'bench',
    marksTable: 'carryover_marks',
    mirroringTable: 'carryover_mirroring',
    subjects: (row: 'OLD' | 'NEW') => {
      const member = e.text(sql.raw(`${row}.member_id`));
      return sql`select ${member} as walk_key, ${member} as owner`.compile(database.handle).sql;
    },
    source: (row: 'OLD' | 'NEW') =>
      e.concat(e.text(sql.lit('stamps:')), e.text(sql.raw(`${row}.stamp_id`))).compile(database.handle).sql,
  };
  const { instant, tableSuffix } = database.dialect.columnTypes;
  await sql
    .raw(
      `create table bench_stamps (stamp_id integer not null primary key, member_id integer, card_code varchar(40), amount integer,
    status varchar(10) not null, stamped_at ${instant} not null)${tableSuffix}`,
    )
    .execute(database.handle);
  const shares: number[] = [];
  for (let round = 0; round < MARK_ROUNDS; round += 1) {
    const plain = await insertMany(database, round * 2);
    for (const statement of triggers.capture(spec)) await sql.raw(statement).execute(database.handle);
    const marked = await insertMany(database, round * 2 + 1);
    for (const statement of triggers.drop(name, 'bench_stamps')) await sql.raw(statement).execute(database.handle);
    shares.push(marked / plain - 1);
  }
  return median(shares);
}

async function insertMany(database: Database, turn: number): Promise<number> {
  const startedMs = performance.now();
  for (let nth = 0; nth < MARKED_INSERTS; nth += 1) {
    const id = BigInt(turn * MARKED_INSERTS + nth);
    await sql`insert into bench_stamps (stamp_id, member_id, card_code, amount, status, stamped_at)
      values (${id}, ${id}, ${cardCode(nth)}, 1, 'given', ${database.dialect.expressions.now()})`.execute(
      database.handle,
    );
  }
  return performance.now() - startedMs;
}

function findings(
  writer: Writer,
  measured: Measured & {
    readonly lost: number;
    readonly doubled: number;
    readonly mark: number;
    readonly byLedger: number;
  },
): BenchFindings {
  const alone = summary(writer.phases.filter(({ phase }) => phase === 'alone'));
  const during = writer.phases.filter(({ phase }) => /^(migrate|switch|watch|return)/.test(phase));
  const whole = summary(during);
  const figures: Record<string, number> = {
    lost: measured.lost,
    doubled: measured.doubled,
    longestStallMs: rounded(whole.max),
    writes: whole.writes,
    writesByLedger: measured.byLedger,
    aloneP50Ms: rounded(alone.p50),
    aloneP99Ms: rounded(alone.p99),
    aloneMaxMs: rounded(alone.max),
    migrateSeconds: rounded(measured.migrateSeconds),
    switchSecondsPerCohort: rounded(median(measured.switchSeconds)),
    slowestSliceMs: rounded(measured.slowestSliceMs),
    returnSeconds: rounded(measured.returnSeconds),
  };
  for (const part of ['migrate', 'switch', 'watch', 'return']) {
    const { p50, p99, max } = summary(during.filter(({ phase }) => phase.startsWith(part)));
    figures[`${part}P50Ms`] = rounded(p50);
    figures[`${part}P99Ms`] = rounded(p99);
    figures[`${part}MaxMs`] = rounded(max);
  }
  return { ratios: { writerP99: rounded(whole.p99 / alone.p99), markCost: rounded(measured.mark) }, figures };
}

/** The times of phases together, so that a short one counts for as many writes as it had. */
function summary(phases: readonly PhaseTimes[]): Readonly<Record<'writes' | 'p50' | 'p99' | 'max', number>> {
  const ordered = phases.flatMap(({ times }) => times).toSorted((one, other) => one - other);
  if (ordered.length === 0) throw new Error('The writer told of no phase.');
  const at = (share: number): number => ordered[Math.min(ordered.length - 1, Math.floor(ordered.length * share))] ?? 0;
  return { writes: ordered.length, p50: at(0.5), p99: at(0.99), max: at(1) };
}
