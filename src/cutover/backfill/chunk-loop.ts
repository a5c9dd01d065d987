import { CarryoverError } from '../../base/errors.ts';
import { crashPoint } from '../crash-points.ts';
import { subjectOf } from '../cutover-context.ts';
import { cutoverChunkFailed } from '../cutover-errors.ts';
import { RowsMeter } from '../progress.ts';
import { giveWay, heldUpMs, type TakenTime } from '../run/give-way.ts';
import { passingFailure, patiently, pauseBeforeRetry } from '../run/passing-failure.ts';
import { writeStaged } from '../run/staged-write.ts';
import { waitWhileHeld } from '../run/wait-while-held.ts';
import { firstPace, halvedPace, nextPace, type WorkBounds, type WorkPace } from '../run/work-pace.ts';
import type { CutoverRun } from '../stages/define-stage.ts';
import { describeRange } from '../walk.ts';
import type { BackfillProgress } from './backfill-progress.ts';
import { runChunk, type ChunkResult } from './run-chunk.ts';
import { readCopyColumns, type CopyColumns } from './run-copies.ts';

/** Where others write meanwhile, a chunk only holds the rows it makes; on an engine with one writer everybody waits for it, see `heldUpMs`. */
const TARGET_MS = 1_000;
/** Keys in the first chunk. Few, because it is planned without any statistics; the pace is found within a few chunks. */
const KEYS_FIRST = { nobodyWaits: 50, everybodyWaits: 10 } as const;
/** Keys below which a chunk is slower by its own overhead than by its rows. */
const KEYS_MIN = 10;
/** Tries of one size before a chunk that times out is made smaller. */
const TIMEOUTS_UNTIL_HALVED = 3;
/**
 * The tables grow from nothing faster than a server notices by itself, and a plan made for an empty table reads the facts once
 * per account. Statistics are refreshed each time the facts read have grown so often over: rarer keeps bad plans longer, more often costs a
 * sample of the tables for plans that stay as they are.
 */
const STATISTICS_GROWTH = 10n;
/** Runs chunks until the walk is done. Throws `CUTOVER_STOPPED`, `CUTOVER_LEASE_LOST`, `CUTOVER_CHUNK_FAILED`. */
export async function runChunks(run: CutoverRun, start: BackfillProgress): Promise<BackfillProgress> {
  const { database } = run.context;
  // For a scratch copy nobody does.
  const nobodyWaits = run.isRehearsal || database.dialect.traits.concurrentWriters;
  const { chunkTargetMs, chunkKeysMax, chunkKeysFirst } = run.limits;
  const boundsNow = (): WorkBounds => {
    const targetMs = chunkTargetMs ?? (nobodyWaits ? TARGET_MS : heldUpMs(run));
    return { targetMs, sizeMin: Math.min(KEYS_MIN, chunkKeysMax), sizeMax: chunkKeysMax };
  };
  const meter = new RowsMeter('backfill', start.factsExpected, start.facts);
  const keysFirst = chunkKeysFirst ?? (nobodyWaits ? KEYS_FIRST.nobodyWaits : KEYS_FIRST.everybodyWaits);
  let pace = firstPace(keysFirst);
  let progress = start;
  let factsAtRefresh = 0n;
  const copyColumns = await readCopyColumns({ database, system: run.context.system });
  while (!progress.walked) {
    await waitWhileHeld(run, 'backfill');
    const bounds = boundsNow();
    const { result, taken, paceUsed } = await chunkWithRetries(run, { pace, bounds }, copyColumns);
    crashPoint('backfill:chunk:after-commit');
    await giveWay(run, taken);
    pace = nextPace(paceUsed, { size: result.keys, ms: taken.waitedForMs }, bounds);
    progress = result.progress;
    if (progress.facts > factsAtRefresh * STATISTICS_GROWTH) {
      factsAtRefresh = progress.facts;
      await patiently(run, 'backfill', () =>
        database.dialect.statements.refreshStatistics(database.handle, writtenTables(run)),
      );
      // What a chunk took under the old plans says nothing about the next one.
      pace = firstPace(Math.max(pace.size, keysFirst));
    }
    run.emit(meter.at(progress.facts));
    run.log.write('chunk', {
      range: describeRange(result.range),
      keys: result.keys,
      ms: Math.round(taken.stagedMs + taken.waitedForMs),
      entries: progress.entries,
    });
  }
  return progress;
}

function writtenTables(run: CutoverRun): readonly string[] {
  const copies = run.context.system.copies.map(({ table }) => table);
  return [...new Set(['carryover_accounts', 'carryover_entries', ...copies])];
}

/**
 * One chunk, tried again while the cause may pass: locks, timeouts, a lost connection, a server that restarts. A lost COMMIT is looked
 * up by the next try itself, which reads the cursor. Anything else fails at once.
 */
async function chunkWithRetries(
  run: CutoverRun,
  { pace: paceWanted, bounds }: { readonly pace: WorkPace; readonly bounds: WorkBounds },
  copyColumns: CopyColumns,
): Promise<{ readonly result: ChunkResult; readonly taken: Required<TakenTime>; readonly paceUsed: WorkPace }> {
  const deadlineMs = performance.now() + run.limits.chunkBudgetMs;
  let pace = paceWanted;
  let timeouts = 0;
  for (let tries = 1; ; tries += 1) {
    try {
      const { result, taken } = await writeStaged(run, (trx, beginWriting) =>
        runChunk(run, trx, { keys: pace.size, copyColumns, beginWriting }),
      );
      return { result, taken, paceUsed: pace };
    } catch (error) {
      const failure = passingFailure(run, error);
      if (failure === undefined) throw error;
      if (performance.now() > deadlineMs) throw chunkFailed(run, { tries, reason: failure.reason, error });
      if (failure.isTimeout) timeouts += 1;
      if (timeouts >= TIMEOUTS_UNTIL_HALVED && pace.size > bounds.sizeMin) {
        pace = halvedPace(pace, bounds);
        timeouts = 0;
      }
      await pauseBeforeRetry(run, 'backfill', { tries, reason: failure.reason });
    }
  }
}

function chunkFailed(
  run: CutoverRun,
  failed: { readonly tries: number; readonly reason: string; readonly error: unknown },
): CarryoverError<object> {
  const { tries, reason } = failed;
  const details = { ...subjectOf(run.context), range: 'the next keys', tries, reason };
  return new CarryoverError(cutoverChunkFailed, details, failed.error);
}
