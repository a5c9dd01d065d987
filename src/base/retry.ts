import { setTimeout as delay } from 'node:timers/promises';

/** How long and how often something is tried again. */
export interface RetryPolicy {
  /** Tries in all, the first included. */
  readonly attemptsMax: number;
  /** The whole budget; no new try starts after it. Too short gives up on a busy server, too long hides an outage from the caller. */
  readonly budgetMs: number;
  /** The first pause; each later one doubles up to `pauseMsMax`, with full jitter so that rivals do not meet again. */
  readonly pauseMs: number;
  readonly pauseMsMax: number;
}

/** For whole transactions: a deadlock clears in milliseconds, a failover takes seconds. */
export const transactionRetry: RetryPolicy = { attemptsMax: 10, budgetMs: 30_000, pauseMs: 5, pauseMsMax: 500 };

/**
 * Runs the work until it succeeds, fails with something `isRetryable` denies, or the policy is used up; then the last
 * error is thrown as it came. The work must be safe to run again from its start.
 */
export async function retry<T>(
  policy: RetryPolicy,
  isRetryable: (error: unknown) => boolean,
  work: (attempt: number) => Promise<T>,
): Promise<T> {
  const deadline = performance.now() + policy.budgetMs;
  let pauseMs = policy.pauseMs;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work(attempt);
    } catch (error) {
      const waitMs = Math.random() * pauseMs;
      if (!isRetryable(error) || attempt >= policy.attemptsMax || performance.now() + waitMs > deadline) throw error;
      await delay(waitMs);
      pauseMs = Math.min(pauseMs * 2, policy.pauseMsMax);
    }
  }
}
