/** Drains that the next size is decided from. */
const REMEMBERED = 8;
/** A drain grows or shrinks by no more than this, since the next accounts may be heavier, or one drain slow by chance. */
const STEP_MAX = 1.5;
/** Shorter drains than this many times the fixed part would spend most of their time on their own statements, and marks would pile up. */
const FIXED_PARTS_MIN = 2;

/** Marks and milliseconds of a drain. */
export interface DrainTime {
  readonly marks: number;
  readonly ms: number;
}

/** How many marks a drain may take, and how long it should. */
export interface DrainBounds {
  readonly marksMin: number;
  readonly marksMax: number;
  readonly targetMs: number;
}

/** What the size of the next drain is decided from. */
export interface DrainPace {
  /** Marks of the next drain. */
  readonly marks: number;
  /** The last ones, newest last. */
  readonly recent: readonly DrainTime[];
}

/**
 * The pace after a drain. A drain takes a fixed time for its statements and a time for each mark: a line through the last drains tells them
 * apart. The next one has as many marks as fit into the target beside the fixed part. Where a target leaves no room for that, because the server is
 * busy, the drain gets longer instead of emptier: each would follow less than is written meanwhile.
 */
export function nextDrainPace(pace: DrainPace, drain: DrainTime, bounds: DrainBounds): DrainPace {
  const recent = [...pace.recent, drain].slice(-REMEMBERED);
  const { fixedMs, msPerMark } = fitted(recent);
  const wantedMs = Math.max(bounds.targetMs, fixedMs * FIXED_PARTS_MIN);
  const fitting = (wantedMs - fixedMs) / msPerMark;
  const stepped = Math.max(pace.marks / STEP_MAX, Math.min(pace.marks * STEP_MAX, fitting));
  return { marks: Math.round(Math.max(bounds.marksMin, Math.min(bounds.marksMax, stepped))), recent };
}

/** Least squares. Where that shows no rise, all of the time counts as the marks', so that drains of one size that take too long are cut. */
function fitted(drains: readonly DrainTime[]): { readonly fixedMs: number; readonly msPerMark: number } {
  const mean = (of: (drain: DrainTime) => number): number =>
    drains.reduce((sum, drain) => sum + of(drain), 0) / drains.length;
  const [marks, ms] = [mean((drain) => drain.marks), mean((drain) => drain.ms)];
  const spread = mean((drain) => (drain.marks - marks) ** 2);
  const slope = mean((drain) => (drain.marks - marks) * (drain.ms - ms)) / spread;
  const fixedMs = ms - slope * marks;
  if (!(slope > 0) || fixedMs < 0) return { fixedMs: 0, msPerMark: Math.max(ms / Math.max(1, marks), 0.001) };
  return { fixedMs, msPerMark: slope };
}
