import { isError } from '../../base/errors.ts';
import type { Instant } from '../../base/instant.ts';
import type { Database } from '../../sql/database.ts';
import type { ServeMetrics } from '../metrics/serve-metrics.ts';
import { failureCode, withinSpan } from '../telemetry/current-span.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { beginJobSpan, endJobSpan } from '../telemetry/trace-job.ts';
import { cronOf, lastTick } from './due-tick.ts';
import { jobLeaseLost } from './job-errors.ts';
import { finishJobLease, prolongJobLease, type JobEnd, type JobLease } from './job-lease.ts';
import type { ScheduledJob } from './scheduled-job.ts';

/**
 * How long a job stays another's after its server died. Shorter hands a job over while its server only stands still, which costs double
 * work, harmless since jobs are idempotent; longer leaves notices and mirrors waiting after a crash.
 */
export const JOB_LEASE_TTL_MS = 60_000;

/** What a job did, as its row keeps it, at most. */
const RESULT_CHARACTERS_MAX = 10_000;

/** How a job is run under its lease. */
export interface LeasedRun {
  readonly lease: JobLease;
  /** Stands in for the database's clock. */
  readonly now?: Instant;
  /** Aborted when the process is to end. */
  readonly signal?: AbortSignal;
  readonly metrics?: ServeMetrics;
  readonly telemetry?: Telemetry | undefined;
}

/**
 * Runs a job whose lease was acquired, beats while it runs, and writes down how it ended. Answers what the job did. Throws what the job
 * threw, explained, once that is written down; `JOB_LEASE_LOST` when another process took the job over, and then nothing is written.
 */
export async function runLeased(database: Database, job: ScheduledJob, run: LeasedRun): Promise<unknown> {
  const { lease, metrics } = run;
  const startedMs = performance.now();
  const labels = { system: job.system, job: job.name };
  const lost = new AbortController();
  const signal = run.signal === undefined ? lost.signal : AbortSignal.any([run.signal, lost.signal]);
  const span = beginJobSpan(run.telemetry, job);
  const heart = beat(database, lease, lost);
  let end: JobEnd = { outcome: 'done' };
  try {
    const given = { signal, ...(run.now === undefined ? {} : { now: run.now }) };
    const result = await withinSpan(span, () => job.run(given));
    const text = jsonOf(result);
    end = { outcome: 'done', ...(text === undefined ? {} : { result: text }) };
    return result;
  } catch (error) {
    const explained = database.explain(error);
    const outcome = run.signal?.aborted === true ? 'stopped' : 'failed';
    end = { outcome, errorCode: failureCode(explained) };
    throw explained;
  } finally {
    await heart.stop();
    const failure = await finish(database, { job, lease, end });
    const outcome = isError(failure, jobLeaseLost) ? 'lost' : end.outcome;
    const errorCode = failure === undefined ? end.errorCode : failureCode(failure);
    endJobSpan(span, { outcome, errorCode });
    metrics?.jobEnded({ ...labels, outcome, seconds: (performance.now() - startedMs) / 1000 });
    // A run that was replaced, or could not be written down, must not look as if it had ended well.
    // oxlint-disable-next-line no-unsafe-finally -- what the job threw matters less than that.
    if (failure !== undefined) throw failure;
  }
}

/** Answers what kept the end from being written down. */
async function finish(
  database: Database,
  { job, lease, end }: { readonly job: ScheduledJob; readonly lease: JobLease; readonly end: JobEnd },
): Promise<Error | undefined> {
  try {
    const now = await database.dialect.statements.serverNow(database.handle);
    // A run that was stopped leaves its tick to the next server; any other has seen all that ticked while it ran.
    const passed = end.outcome === 'stopped' ? undefined : lastTick(cronOf(job.schedule), now);
    await finishJobLease(database, lease, { ...end, ...(passed === undefined ? {} : { tickPassed: passed }) });
    return undefined;
  } catch (error) {
    const explained = database.explain(error);
    return explained instanceof Error ? explained : new Error(String(explained));
  }
}

/** Beats three times in the life of a lease. A beat that fails is made up for by the next; one that finds the lease gone aborts the run. */
function beat(database: Database, lease: JobLease, lost: AbortController): { stop(): Promise<void> } {
  let beating: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    beating = beating
      .then(() => prolongJobLease(database, lease))
      .catch((error: unknown) => {
        if (isError(error, jobLeaseLost)) lost.abort(error);
      });
  }, lease.ttlMs / 3);
  return {
    stop: async () => {
      clearInterval(timer);
      await beating;
    },
  };
}

function jsonOf(result: unknown): string | undefined {
  const text = JSON.stringify(result ?? null, (_name, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
  return text.length > RESULT_CHARACTERS_MAX ? undefined : text;
}
