import { setTimeout as delay } from 'node:timers/promises';
import { CarryoverError, happeningOf, isError } from '../../base/errors.ts';
import { sqlCommitUnknown, sqlLockTimeout, sqlUnreachable } from '../../sql/sql-errors.ts';
import type { StageName } from '../cutover-state.ts';
import type { CutoverRun } from '../stages/define-stage.ts';

/** The longest pause before work is tried again. */
const PAUSE_MS_MAX = 2_000;

/** Why work may succeed when it is tried again. */
export interface PassingFailure {
  readonly reason: string;
  /** True when the work took too long, so that less of it may fit. */
  readonly isTimeout: boolean;
}

/** What makes a failure one that passes: locks, timeouts, a lost connection, a server that restarts. Undefined for any other. */
export function passingFailure(run: CutoverRun, error: unknown): PassingFailure | undefined {
  const explained = run.context.database.explain(error);
  if (explained instanceof CarryoverError) {
    const reason = happeningOf(explained);
    if (isError(explained, sqlLockTimeout)) return { reason, isTimeout: true };
    const isPassing = isError(explained, sqlUnreachable) || isError(explained, sqlCommitUnknown);
    return isPassing ? { reason, isTimeout: false } : undefined;
  }
  const failure = run.context.database.classify(explained);
  if (failure?.kind === 'statement-timeout') return { reason: 'A statement ran into its timeout.', isTimeout: true };
  // An account that another session opened while a chunk inserted it; the next try finds it there.
  return failure?.kind === 'unique' ? { reason: 'Another session wrote the same row.', isTimeout: false } : undefined;
}

/** Waits before try number `tries + 1`, longer each time and never in step with others, and says why. */
export async function pauseBeforeRetry(
  run: CutoverRun,
  stage: StageName | 'rollback',
  tried: { tries: number; reason: string },
): Promise<void> {
  run.emit({ type: 'waiting', stage, reason: tried.reason });
  run.log.write('retry', { stage, ...tried });
  await delay(Math.min(PAUSE_MS_MAX, 100 * 2 ** Math.min(tried.tries, 5)) * (0.5 + Math.random() / 2));
}

/** Does work that may be done twice, again and again while its failures are passing ones, within the budget of a chunk. */
export async function patiently<T>(run: CutoverRun, stage: StageName | 'rollback', work: () => Promise<T>): Promise<T> {
  const deadlineMs = performance.now() + run.limits.chunkBudgetMs;
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      const failure = passingFailure(run, error);
      if (failure === undefined || performance.now() > deadlineMs) throw run.context.database.explain(error);
      await pauseBeforeRetry(run, stage, { tries, reason: failure.reason });
    }
  }
}
