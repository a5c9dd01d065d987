import { CarryoverError } from '../../base/errors.ts';
import type { Database } from '../../sql/database.ts';
import { jobLeaseHeld } from './job-errors.ts';
import { acquireJobLease, jobHolder } from './job-lease.ts';
import { JOB_LEASE_TTL_MS, runLeased, type LeasedRun } from './run-leased.ts';
import type { ScheduledJob } from './scheduled-job.ts';

/**
 * Runs a job once at once, whatever its schedule, under its lease, and answers what it did; the scheduler's next tick comes as ever.
 * Throws `JOB_LEASE_HELD` while another process runs it, then what the job throws.
 */
export async function runJobNow(
  database: Database,
  job: ScheduledJob,
  options: Pick<LeasedRun, 'now' | 'signal' | 'telemetry'> = {},
): Promise<unknown> {
  const { system, name } = job;
  const answer = await acquireJobLease(database, { system, name, holder: jobHolder(), ttlMs: JOB_LEASE_TTL_MS });
  if (answer.lease === undefined) {
    const { holder = 'another process', expiresAt } = answer.heldBy ?? {};
    const until = expiresAt?.toString() ?? 'it ends';
    throw new CarryoverError(jobLeaseHeld, { system, job: name, holder, expiresAt: until });
  }
  return runLeased(database, job, { lease: answer.lease, ...options });
}
