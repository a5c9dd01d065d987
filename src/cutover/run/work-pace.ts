/** Transactions that the next size is decided from. */
const REMEMBERED = 8;
/** A transaction grows or shrinks by no more than this, since the next accounts may be heavier, or one was slow by chance. */
const STEP_MAX = 1.5;
/** Shorter ones than this many times the fixed part would spend most of their time on their own statements, and what waits would pile up. */
const FIXED_PARTS_MIN = 2;

/** How much one transaction took at once (keys, marks, owners), and its milliseconds. */
export interface WorkTime {
  readonly size: number;
  readonly ms: number;
}

/** How much a transaction may take, and how long it should. */
export interface WorkBounds {
  readonly sizeMin: number;
  readonly sizeMax: number;
  readonly targetMs: number;
}

/** What the size of the next transaction is decided from. */
export interface WorkPace {
  /** Of the next one. */
  readonly size: number;
  /** The last ones, newest last. */
  readonly recent: readonly WorkTime[];
}

/** The pace before anything is known. */
export function firstPace(size: number): WorkPace {
  return { size, recent: [] };
}

/**
 * The pace after a transaction. Each takes a fixed time for its statements and a time for each thing it works on: a line through the last ones
 * tells them apart. The next one has as many as fit into the target beside the fixed part. Where a target leaves no room for that, because the
 * server is busy or everybody waits, it gets longer instead of emptier. One that held less than it was given room for (the last) changes nothing.
 */
export function nextPace(pace: WorkPace, work: WorkTime, bounds: WorkBounds): WorkPace {
  if (work.size < Math.min(pace.size, bounds.sizeMin)) return pace;
  const recent = [...pace.recent, work].slice(-REMEMBERED);
  const { fixedMs, msPerOne } = fitted(recent);
  const wantedMs = Math.max(bounds.targetMs, fixedMs * FIXED_PARTS_MIN);
  const fitting = (wantedMs - fixedMs) / msPerOne;
  const stepped = Math.max(pace.size / STEP_MAX, Math.min(pace.size * STEP_MAX, fitting));
  return { size: Math.round(Math.max(bounds.sizeMin, Math.min(bounds.sizeMax, stepped))), recent };
}

/** The pace after a transaction failed by a timeout on every try: half the size, and nothing remembered. */
export function halvedPace(pace: WorkPace, bounds: WorkBounds): WorkPace {
  return firstPace(Math.max(bounds.sizeMin, Math.round(pace.size / 2)));
}

/** Least squares. Where that shows no rise, all of the time counts as that of the things, so that transactions of one size that take too long are cut. */
function fitted(works: readonly WorkTime[]): { readonly fixedMs: number; readonly msPerOne: number } {
  const mean = (of: (work: WorkTime) => number): number =>
    works.reduce((sum, work) => sum + of(work), 0) / works.length;
  const [size, ms] = [mean((work) => work.size), mean((work) => work.ms)];
  const spread = mean((work) => (work.size - size) ** 2);
  const slope = mean((work) => (work.size - size) * (work.ms - ms)) / spread;
  const fixedMs = ms - slope * size;
  if (!(slope > 0) || fixedMs < 0) return { fixedMs: 0, msPerOne: Math.max(ms / Math.max(1, size), 0.001) };
  return { fixedMs, msPerOne: slope };
}
