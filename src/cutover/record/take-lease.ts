import { setTimeout as delay } from 'node:timers/promises';
import { CarryoverError, isError } from '../../base/errors.ts';
import type { Database } from '../../sql/database.ts';
import { limitsOf, subjectOf, type CutoverContext } from '../cutover-context.ts';
import { cutoverLeaseHeld, cutoverStopped } from '../cutover-errors.ts';
import type { ProgressEvent } from '../progress.ts';
import { holderOf } from './holder.ts';
import { acquireLease, type Lease } from './lease.ts';

/** The first pause of a run that waits for a job; each later one doubles. A pass that has nothing to do takes some 50 ms. */
const PAUSE_MS_MIN = 50;
/** The longest pause: how long a lease that is free again may go unnoticed. */
const PAUSE_MS_MAX = 1_000;

/** What the lease is taken for. */
export interface TakeLease {
  /** The stage whose progress says that the run waits. */
  readonly stage: Extract<ProgressEvent, { type: 'waiting' }>['stage'];
  readonly takeover: boolean;
  /** Absent: the context's. */
  readonly database?: Database;
}

/**
 * Takes the lease of a cutover in the name of the context's holder. A run that finds a job of the service on it waits for its end, at most
 * `jobLeaseWaitMs`, because such a pass is over in a moment; for another run nobody waits, and neither does a job. Throws
 * `CUTOVER_LEASE_HELD`, and `CUTOVER_STOPPED` where the context's signal ends the wait.
 */
export async function takeLease(context: CutoverContext, request: TakeLease): Promise<Lease> {
  const { database = context.database, stage, takeover } = request;
  const { jobLeaseWaitMs, leaseTtlMs: ttlMs } = limitsOf(context);
  const kind = context.holderKind ?? 'run';
  const wanted = { ...subjectOf(context), holder: holderOf(context), kind, ttlMs, takeover };
  const deadlineMs = performance.now() + jobLeaseWaitMs;
  for (let pauseMs = PAUSE_MS_MIN; ; pauseMs = Math.min(pauseMs * 2, PAUSE_MS_MAX)) {
    try {
      return await acquireLease(database, wanted);
    } catch (error) {
      if (kind === 'job' || !isError(error, cutoverLeaseHeld) || error.details.holderKind !== 'job') throw error;
      const leftMs = deadlineMs - performance.now();
      if (leftMs <= 0) throw error;
      const seconds = Math.ceil(leftMs / 1000);
      const reason = `the job "${error.details.holder}" has the lease; trying again for ${seconds} s at most`;
      context.onProgress?.({ type: 'waiting', stage, reason });
      await pause(context, stage, Math.min(pauseMs, leftMs));
    }
  }
}

async function pause(context: CutoverContext, stage: TakeLease['stage'], ms: number): Promise<void> {
  const { signal } = context;
  await delay(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  if (signal?.aborted === true) throw new CarryoverError(cutoverStopped, { ...subjectOf(context), stage });
}
