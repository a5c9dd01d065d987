import { setTimeout as delay } from 'node:timers/promises';
import { countMarks } from '../capture/count-marks.ts';
import { isLive, type CutoverRun } from '../stages/define-stage.ts';

const PAUSE_MS_MIN = 5;
const PAUSE_MS_MAX = 250;
/** The application's writes a second for which the pause is as long as the work; more make it longer, fewer shorter, within these bounds. */
const WRITES_PER_SECOND = 75;
const PAUSE_FACTOR = { min: 0.25, max: 4 } as const;

/** How many marks there were when a run last gave way. */
const seen = new WeakMap<CutoverRun, { readonly marks: bigint; readonly atMs: number }>();

/** Says by how much the run itself has changed the number of marks, so that this is not taken for writes of the application. */
export function ownMarks(run: CutoverRun, change: bigint): void {
  const { marks, atMs } = seen.get(run) ?? { marks: 0n, atMs: performance.now() };
  seen.set(run, { marks: marks + change, atMs });
}

/**
 * Lets the application have its turn after a transaction, where there is one writer at a time: those who wait for it look now and then, and
 * would find the next transaction of ours already begun. The more the application writes, the larger is its share of the time; while it writes
 * nothing there is no pause.
 */
export async function giveWay(run: CutoverRun, workedMs: number): Promise<void> {
  const { database, system } = run.context;
  if (database.dialect.traits.concurrentWriters || !isLive(run)) return;
  const marks = await countMarks(database.handle, system.name);
  const before = seen.get(run);
  seen.set(run, { marks, atMs: performance.now() });
  if (marks === 0n) return;
  // Fewer than before: slices of a switch followed theirs, and those there are came since at most.
  const written = before === undefined || marks < before.marks ? marks : marks - before.marks;
  const seconds = Math.max(workedMs, performance.now() - (before?.atMs ?? performance.now())) / 1000;
  const factor = Number(written) / seconds / WRITES_PER_SECOND;
  if (written === 0n) return;
  const pauseMs = workedMs * Math.min(PAUSE_FACTOR.max, Math.max(PAUSE_FACTOR.min, factor));
  await delay(Math.min(PAUSE_MS_MAX, Math.max(PAUSE_MS_MIN, pauseMs)));
}
