import { setTimeout as delay } from 'node:timers/promises';
import { CarryoverError, isError } from '../../base/errors.ts';
import type { Database } from '../../sql/database.ts';
import { sqlLockTimeout } from '../../sql/sql-errors.ts';
import { reopen } from '../cutover-context.ts';
import { cutoverLocksNotHad, type CutoverSubject } from '../cutover-errors.ts';

/**
 * How long each try waits for its locks. A DDL statement that waits for a lock makes everybody behind it wait too, so the tries
 * begin shorter than anyone notices; only when many of them found the table busy may one wait for seconds. Longer tries stall the
 * application, shorter ones never get past a steady load of short transactions.
 */
const LOCK_TIMEOUTS_MS = [100, 100, 200, 200, 500, 500, 1_000, 1_000, 2_000, 5_000] as const;
/** Pauses between tries let the queue that formed behind the try drain. */
const PAUSE_MS_MIN = 200;

/** What the ladder is for. */
export interface LadderRequest extends CutoverSubject {
  /** Completes "Cannot ..." in messages. */
  readonly step: string;
  readonly budgetMs: number;
  readonly onWait?: (reason: string) => void;
}

/**
 * Runs DDL work on connections that give up quickly when others hold the locks it needs, again and again with pauses and longer waits,
 * until it succeeds or the budget is used up: then `CUTOVER_LOCKS_NOT_HAD`. The work must be repeatable. There is never a try
 * without a limit. Other failures are thrown as they came.
 */
export async function withLockLadder<T>(
  database: Database,
  request: LadderRequest,
  work: (limited: Database) => Promise<T>,
): Promise<T> {
  const startedMs = performance.now();
  for (let tries = 1; ; tries += 1) {
    const lockTimeoutMs = LOCK_TIMEOUTS_MS[Math.min(tries, LOCK_TIMEOUTS_MS.length) - 1] as number;
    let limited: Database | undefined;
    try {
      // Where the database is a file, opening it waits for others as well.
      limited = await reopen(database, { lockTimeoutMs, poolMax: 2 });
      return await work(limited);
    } catch (error) {
      const explained = database.explain(error);
      if (!(explained instanceof CarryoverError) || !isError(explained, sqlLockTimeout)) throw error;
      const elapsedMs = performance.now() - startedMs;
      if (elapsedMs > request.budgetMs) {
        const { instance, system, step } = request;
        const seconds = Math.round(elapsedMs / 1000);
        throw new CarryoverError(cutoverLocksNotHad, { instance, system, step, tries, seconds }, error);
      }
      request.onWait?.(`others hold the locks to ${request.step}; try ${tries} waited ${lockTimeoutMs} ms`);
    } finally {
      await limited?.close();
    }
    // Jitter, so that the tries do not keep step with a job of the application.
    await delay(PAUSE_MS_MIN + Math.random() * lockTimeoutMs);
  }
}
