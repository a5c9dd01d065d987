import type { Instant } from '../../base/instant.ts';
import type { Database } from '../../sql/database.ts';
import { cronOf, nextTick } from '../jobs/due-tick.ts';
import { readJobRows, rowOf, type JobRow } from '../jobs/job-rows.ts';
import { jobsOf } from '../jobs/jobs-of.ts';
import type { MirrorRun } from '../jobs/mirror-job.ts';
import type { ScheduledJob } from '../jobs/scheduled-job.ts';
import type { RunningScheduler } from '../jobs/scheduler.ts';
import type { VerifyRun } from '../jobs/verify-job.ts';
import type { ServedInstance } from '../served-instance.ts';
import { readQueues } from './read-queues.ts';
import type { ServeMetrics } from './serve-metrics.ts';

/** How long read figures serve further scrapes. Shorter lets a storm of scrapes reach the database; longer shows an outage late. */
const FRESH_MS = 5_000;

/** What is told beside the database's figures. */
export interface GaugeSources {
  /** The jobs that the process knows; absent: `jobsOf`. */
  readonly jobs?: readonly ScheduledJob[];
  /** Absent in a process that starts no jobs, whose figure is then 0. */
  readonly scheduler?: Pick<RunningScheduler, 'isAlive'>;
}

/** Reads the figures of a service's database into its metrics. */
export type CollectGauges = () => Promise<void>;

/**
 * Makes the reader of the figures that the database knows. It never rejects: where the database does not answer,
 * `carryover_database_up` says 0 and the other figures stay as they were. Scrapes that come together, or within seconds, share one reading.
 *
 * Short statements only: the job rows, one for each job, and the queues, each through an index (`readQueues`). Mirror lag, drift and
 * breaches are what the jobs mirror, compare and verify found last, from the job rows: counting them anew would walk all accounts.
 */
export function gaugeCollector(service: ServedInstance, metrics: ServeMetrics, of: GaugeSources = {}): CollectGauges {
  const jobs = of.jobs ?? jobsOf(service);
  let readMs = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;
  const read = async (): Promise<void> => {
    metrics.queueCommands.set(service.ledger.waitingCommands);
    metrics.schedulerAlive.set(of.scheduler?.isAlive() === true ? 1 : 0);
    try {
      await readGauges(service.database, metrics, jobs);
      metrics.databaseUp.set(1);
    } catch {
      metrics.databaseUp.set(0);
    }
    readMs = performance.now();
    reading = undefined;
  };
  return () => {
    if (reading === undefined && performance.now() - readMs < FRESH_MS) return Promise.resolve();
    return (reading ??= read());
  };
}

async function readGauges(database: Database, metrics: ServeMetrics, jobs: readonly ScheduledJob[]): Promise<void> {
  const { now, rows } = await readJobRows(database);
  for (const job of jobs) {
    const labels = { system: job.system, job: job.name };
    const row = rowOf(rows, job);
    if (row !== undefined && row.runs > 0n) metrics.jobLastSuccess.set(labels, secondsOf(row.succeeded_at));
    metrics.jobInterval.set(labels, intervalOf(job, now));
  }
  const resultOf = (name: string): unknown =>
    resultIn(rows.find((row) => row.system_name === 'service' && row.job === name));
  // A system whose cutover has ended is not told of any more.
  for (const gauge of [metrics.mirrorLagEntries, metrics.mirrorMarks, metrics.driftAccounts]) gauge.reset();
  const mirror = resultOf('mirror') as MirrorRun | undefined;
  for (const { system, lagEntries, marksWaiting } of mirror?.systems ?? []) {
    if (lagEntries !== undefined) metrics.mirrorLagEntries.set({ system }, lagEntries);
    if (marksWaiting !== undefined) metrics.mirrorMarks.set({ system }, marksWaiting);
  }
  const compare = resultOf('compare') as MirrorRun | undefined;
  for (const { system, differing } of compare?.systems ?? []) {
    if (differing !== undefined) metrics.driftAccounts.set({ system }, differing);
  }
  const verify = resultOf('verify') as VerifyRun | undefined;
  if (verify !== undefined) metrics.ledgerBreaches.set(verify.breaches);
  await readQueues(database, metrics, now);
}

function secondsOf(at: Instant | null): number {
  return at === null ? 0 : Number(at.epochMicros) / 1e6;
}

function intervalOf({ schedule }: ScheduledJob, now: Instant): number {
  const cron = cronOf(schedule);
  const next = nextTick(cron, now);
  const afterNext = next === undefined ? undefined : nextTick(cron, next);
  return next === undefined || afterNext === undefined ? 0 : secondsOf(afterNext) - secondsOf(next);
}

/** What a job's row says it did last. The row is Carryover's own, but another release may have written it: what cannot be read is left out. */
function resultIn(row: JobRow | undefined): unknown {
  if (row?.result === null || row === undefined) return undefined;
  try {
    return JSON.parse(row.result);
  } catch {
    return undefined;
  }
}
