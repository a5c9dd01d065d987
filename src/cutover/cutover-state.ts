/**
 * Every stage there is, in order. This release runs `analyze` to `verify` without `capture`; the others have their place here
 * so that a stored stage name never changes its meaning.
 */
export const STAGE_ORDER = [
  'analyze',
  'plan',
  'backup',
  'rehearse',
  'expand',
  'capture',
  'backfill',
  'verify',
  'switch',
  'watch',
  'contract',
] as const;

/** Where a cutover is. */
export type StageName = (typeof STAGE_ORDER)[number];

/** True when `stage` comes before `other`. */
export function isStageBefore(stage: StageName, other: StageName): boolean {
  return STAGE_ORDER.indexOf(stage) < STAGE_ORDER.indexOf(other);
}

/**
 * The state of the stage a cutover is in. There is one row of `carryover_cutovers` per system, and none before `expand`:
 * the stages up to `rehearse` write nothing to the database, so they have no state to keep.
 *
 * ```
 *   (no row) --> running --> done --> running (the next stage, or a new pass from backfill)
 *                 |  ^  \       \
 *                 v  |   \       \
 *               failed    +-------+--> rolling-back --> rolled-back --> running (expand, a new run)
 *                 |                        ^   |
 *                 +------------------------+   +--> rolling-back (taken up again after a crash)
 * ```
 *
 * Every change is an UPDATE that names the epoch of the lease, so a runner that lost the lease changes nothing. `failed` is only
 * written when the caller asked to keep a failed run; otherwise a failure goes to `rolling-back` at once. `rolling-back` is a
 * state of its own, because a rollback that was killed must be taken up as a rollback and never as the stage it undid.
 */
export type RunState = 'running' | 'done' | 'failed' | 'rolling-back' | 'rolled-back';

const NEXT_STATES: Readonly<Record<RunState, readonly RunState[]>> = {
  running: ['running', 'done', 'failed', 'rolling-back'],
  done: ['running', 'rolling-back'],
  failed: ['running', 'rolling-back'],
  'rolling-back': ['rolling-back', 'rolled-back'],
  'rolled-back': ['running'],
};

/** True when a cutover in state `from` may go to state `to`. */
export function isStateChangeAllowed(from: RunState, to: RunState): boolean {
  return NEXT_STATES[from].includes(to);
}
