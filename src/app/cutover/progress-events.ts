import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Instant } from '../../base/instant.ts';
import { decodeProgress } from '../../cutover/backfill/backfill-progress.ts';
import type { CutoverContext } from '../../cutover/index.ts';
import { isAlive, readCutoverRow, type CutoverRow } from '../../cutover/record/cutover-row.ts';
import { readJournalAfter, type JournalRow } from './read-journal.ts';

/** How often the database is asked. It is one short read by key, so that many may watch; people see no difference below a second. */
const LOOK_EVERY_MS = 500;
/** A line without meaning now and then, so that nobody in between takes the stream for dead. */
const HEARTBEAT_EVERY_MS = 15_000;
/** Lines told at once. */
const LINES_MAX = 200;

/** Something that happened to a cutover. */
export type ProgressNews =
  /** Where it is: told first, and whenever it changed. */
  | { readonly event: 'status'; readonly data: WatchedState }
  /** How far the work under way is. */
  | { readonly event: 'progress'; readonly data: WatchedRows }
  /** A line that the journal got; its number resumes the stream. */
  | { readonly event: 'journal'; readonly data: JournalRow; readonly id: bigint }
  /** Nothing, for a while. */
  | { readonly event: 'heartbeat' };

/** Where a cutover is, without what changes by itself. */
export interface WatchedState {
  readonly stage: string | null;
  readonly state: string | null;
  readonly runId: string | null;
  readonly pass: bigint;
  readonly paused: boolean;
  readonly pauseReason: string | null;
  readonly failure: string | null;
  /** Whose run is at work; null where nobody's is, or nobody lives. What jobs do each minute is no news. */
  readonly holder: string | null;
  readonly journalSeq: bigint;
}

/** Rows that the work under way is through with, and its rate since they changed last. */
export interface WatchedRows {
  readonly stage: string;
  readonly rows: bigint;
  readonly rowsTotal: bigint | null;
  readonly rowsPerSecond: number;
}

/** What is wanted of a stream. */
export interface WatchWish {
  /** The newest line that was seen; absent: what is there now is not told again. */
  readonly after: bigint | undefined;
  readonly signal: AbortSignal;
  /** How long nothing may be told before a heartbeat is. */
  readonly heartbeatEveryMs?: number;
}

/**
 * What happens to a cutover, whichever process runs it: all of it is read from the database. Lines of the journal come once each and in order.
 * Ends when the signal says so. The tables must exist.
 */
export async function* progressNews(
  { database, system }: CutoverContext,
  { after, signal, heartbeatEveryMs = HEARTBEAT_EVERY_MS }: WatchWish,
): AsyncGenerator<ProgressNews, void, undefined> {
  const first = await readCutoverRow(database.handle, system.name);
  let seq = after ?? first?.journal_seq ?? 0n;
  const meter = new WatchedWork(await rowsOfEpoch({ database, system }, first, seq));
  let told = '';
  let toldMs = performance.now();
  while (!signal.aborted) {
    const row = await readCutoverRow(database.handle, system.name);
    const now = await database.dialect.statements.serverNow(database.handle);
    const isBehind = row !== undefined && row.journal_seq > seq;
    const lines = isBehind ? await readJournalAfter(database, system.name, { after: seq, limit: LINES_MAX }) : [];
    const news: ProgressNews[] = lines.map((line) => ({ event: 'journal', data: line, id: line.seq }));
    seq = lines.at(-1)?.seq ?? seq;
    const state = watchedState(row, now);
    const text = JSON.stringify(Object.values(state).map(String));
    if (text !== told) news.unshift({ event: 'status', data: state });
    told = text;
    const rows = meter.follow(row, lines);
    if (rows !== undefined) news.push({ event: 'progress', data: rows });
    if (news.length === 0 && performance.now() - toldMs > heartbeatEveryMs) news.push({ event: 'heartbeat' });
    if (news.length > 0) toldMs = performance.now();
    yield* news;
    if (lines.length < LINES_MAX) await delay(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}

function watchedState(row: CutoverRow | undefined, now: Instant): WatchedState {
  const isAtWork = row !== undefined && row.holder_kind === 'run' && isAlive(row, now);
  return {
    stage: row?.stage ?? null,
    state: row?.state ?? null,
    runId: row?.run_id ?? null,
    pass: row?.pass ?? 0n,
    paused: row?.paused === 1n,
    pauseReason: row?.pause_reason ?? null,
    failure: row?.failure ?? null,
    holder: isAtWork ? row.holder : null,
    journalSeq: row?.journal_seq ?? 0n,
  };
}

/** What one runner is through with: a taker of the lease begins anew. */
interface EpochRows {
  readonly epoch: bigint;
  readonly stage: string;
  readonly rows: bigint;
}

/** What the lines up to a number say of the runner at work. */
async function rowsOfEpoch(
  { database }: Pick<CutoverContext, 'database' | 'system'>,
  row: CutoverRow | undefined,
  upTo: bigint,
): Promise<EpochRows> {
  if (row === undefined) return { epoch: 0n, stage: '', rows: 0n };
  const { sumInt64 } = database.dialect.expressions;
  const { rows } = await sql<{ stage: string; n: bigint }>`select stage, coalesce(${sumInt64(sql`row_count`)}, 0) as n
    from ${sql.table('carryover_journal')} where system_name = ${row.system_name} and epoch = ${row.epoch} and seq <= ${upTo}
    group by stage order by max(seq) desc`.execute(database.handle);
  return { epoch: row.epoch, stage: rows[0]?.stage ?? row.stage, rows: rows[0]?.n ?? 0n };
}

/** Counts rows along the journal, and by the pass where a backfill is under way, which knows how many there are. */
class WatchedWork {
  #work: EpochRows;
  #told: EpochRows;
  #toldMs: number = performance.now();

  constructor(work: EpochRows) {
    this.#work = work;
    this.#told = work;
  }

  /** The rows, if they changed. */
  follow(row: CutoverRow | undefined, lines: readonly JournalRow[]): WatchedRows | undefined {
    for (const { epoch, stage, row_count: count } of lines) {
      const before = isSameWork(this.#work, { epoch, stage }) ? this.#work.rows : 0n;
      this.#work = { epoch, stage, rows: before + (count ?? 0n) };
    }
    const pass = row?.stage === 'backfill' && row.state === 'running' ? row.progress : null;
    const progress = pass === null ? undefined : decodeProgress(pass);
    const now: EpochRows = {
      ...this.#work,
      ...(progress === undefined ? {} : { stage: 'backfill', rows: progress.facts }),
    };
    const isSame = isSameWork(now, this.#told);
    if (isSame ? now.rows === this.#told.rows : now.rows === 0n) return undefined;
    const seconds = (performance.now() - this.#toldMs) / 1000;
    const since = isSame && now.rows > this.#told.rows ? now.rows - this.#told.rows : now.rows;
    this.#told = now;
    this.#toldMs = performance.now();
    const rowsPerSecond = Math.round(Number(since) / Math.max(seconds, 0.001));
    return { stage: now.stage, rows: now.rows, rowsTotal: progress?.factsExpected ?? null, rowsPerSecond };
  }
}

function isSameWork(one: Omit<EpochRows, 'rows'>, other: Omit<EpochRows, 'rows'>): boolean {
  return one.epoch === other.epoch && one.stage === other.stage;
}
