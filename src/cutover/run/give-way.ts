import { setTimeout as delay } from 'node:timers/promises';
import { countMarks } from '../capture/count-marks.ts';
import { isLive, type CutoverRun } from '../stages/define-stage.ts';

const PAUSE_MS_MIN = 5;
const PAUSE_MS_MAX = 250;
/** The application's writes a second for which the pause is as long as the work; more make it longer, fewer shorter, within these bounds. */
const WRITES_PER_SECOND = 75;
const PAUSE_FACTOR = { min: 0.25, max: 4 } as const;

/** For how long one transaction may hold everybody up: where the application writes that much or more, and where it writes nothing. */
const HELD_UP_MS = { busy: 6, idle: 35 } as const;

/** How many marks there were when a run last gave way, and how often the application wrote before that. */
interface Seen {
  readonly marks: bigint;
  readonly atMs: number;
  readonly writesPerSecond: number | undefined;
}

const seen = new WeakMap<CutoverRun, Seen>();

/** Says by how much the run itself has changed the number of marks, so that this is not taken for writes of the application. */
export function ownMarks(run: CutoverRun, change: bigint): void {
  const before = seen.get(run) ?? { marks: 0n, atMs: performance.now(), writesPerSecond: undefined };
  seen.set(run, { ...before, marks: before.marks + change });
}

/** Milliseconds for which a transaction should hold everybody up, where there is one writer: the fewer, the more the application writes. */
export function heldUpMs(run: CutoverRun): number {
  const { writesPerSecond = WRITES_PER_SECOND } = seen.get(run) ?? {};
  return Math.min(HELD_UP_MS.idle, Math.max(HELD_UP_MS.busy, (HELD_UP_MS.busy * WRITES_PER_SECOND) / writesPerSecond));
}

/** What a transaction took: for how long others waited for it, and for how long it let them write before that. */
export interface TakenTime {
  readonly waitedForMs: number;
  readonly stagedMs?: number;
}

/**
 * Lets the application have its turn after a transaction, where there is one writer at a time: those who wait for it look now and then, and
 * would find the next transaction of ours already begun. The more the application writes, the larger is its share of the time; while it writes
 * nothing there is no pause. The time in which the next transaction will read only is its turn too.
 */
export async function giveWay(run: CutoverRun, { waitedForMs, stagedMs = 0 }: TakenTime): Promise<void> {
  const { database, system } = run.context;
  if (database.dialect.traits.concurrentWriters || !isLive(run)) return;
  const marks = await countMarks(database.handle, system.name);
  const before = seen.get(run);
  // Fewer than before: slices of a switch followed theirs, and those there are came since at most.
  const written = before === undefined || marks < before.marks ? marks : marks - before.marks;
  // A millisecond at least: no time at all would be no rate.
  const seconds = Math.max(1, waitedForMs, performance.now() - (before?.atMs ?? performance.now())) / 1000;
  const writesPerSecond = Number(written) / seconds;
  seen.set(run, { marks, atMs: performance.now(), writesPerSecond });
  if (written === 0n) return;
  const factor = Math.min(PAUSE_FACTOR.max, Math.max(PAUSE_FACTOR.min, writesPerSecond / WRITES_PER_SECOND));
  const pauseMs = waitedForMs * factor - stagedMs;
  if (pauseMs > 0) await delay(Math.min(PAUSE_MS_MAX, Math.max(PAUSE_MS_MIN, pauseMs)));
}
