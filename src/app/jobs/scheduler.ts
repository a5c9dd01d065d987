import type { Cron } from 'croner';
import type { Logger } from 'pino';
import { CarryoverError } from '../../base/errors.ts';
import type { Instant } from '../../base/instant.ts';
import type { Database } from '../../sql/database.ts';
import type { ServeMetrics } from '../metrics/serve-metrics.ts';
import type { ServedInstance } from '../served-instance.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { cronOf, dueTick, nextTick } from './due-tick.ts';
import { acquireJobLease, isHeld, jobHolder } from './job-lease.ts';
import { readJobRows, rowOf, type JobRow } from './job-rows.ts';
import { jobsOf } from './jobs-of.ts';
import { JOB_LEASE_TTL_MS, runLeased } from './run-leased.ts';
import type { ScheduledJob } from './scheduled-job.ts';

/** Longest pause between two looks: how soon the lease of a server that died is found to have run out, beside the lease's own time. */
const LOOK_EVERY_MS_MAX = 15_000;
/** Shortest pause: a timer may wake a little before the tick it was set for. */
const LOOK_EVERY_MS_MIN = 20;
/** Jobs that one server runs at a time. More would take the connections that requests need; what is left waits or runs elsewhere. */
const RUNNING_MAX = 4;
/** How long `stop` waits for what runs; then its lease runs out by itself and another server does it over. */
const STOP_MS_MAX = 20_000;

/** Where a scheduler tells what happened. */
export type JobLogger = Pick<Logger, 'info' | 'warn'>;

/** How a scheduler runs. */
export interface SchedulerOptions {
  /** Stops the scheduler when aborted. */
  readonly signal?: AbortSignal;
  readonly logger?: JobLogger;
  readonly metrics?: ServeMetrics;
  /** Absent: all jobs of the configured systems and of the service. */
  readonly jobs?: readonly ScheduledJob[];
  readonly leaseTtlMs?: number;
  readonly lookEveryMsMax?: number;
  readonly stopMsMax?: number;
  /** The name in the job rows; absent: host, process and chance. */
  readonly holder?: string;
}

/** How a scheduler ended. */
export interface SchedulerEnd {
  /** Jobs that did not end in time; their leases run out by themselves. */
  readonly unfinished: readonly string[];
}

/** A scheduler at work. */
export interface RunningScheduler {
  readonly holder: string;
  /** Milliseconds since it last looked at the job rows with success. */
  lookAgeMs(): number;
  /** True while it looks as often as it should; what `/readyz` asks. */
  isAlive(): boolean;
  /** Starts nothing more, asks what runs to end, and waits for that. Calling it again gives the same answer. */
  stop(): Promise<SchedulerEnd>;
}

/**
 * Runs jobs at their ticks, on as many servers as there are, each tick once: whoever gets the job's lease runs it. All time is the
 * database's, so that servers whose clocks differ agree.
 *
 * A job, as its row shows it:
 *   (no row) --tick, lease taken--> running --ends well--> done | --throws--> failed | --asked to end--> stopped
 *   done, failed --next tick--> running          stopped --same tick, any server--> running
 *   running --its server dies, lease runs out--> running elsewhere, same tick
 *
 * A job that fails, is overrun or dies is told by its row and by the metrics; nothing a job or the database does ends the scheduler. The
 * tables of `openServedInstance` must exist.
 */
export function startScheduler(service: ServedInstance, options: SchedulerOptions = {}): RunningScheduler {
  const scheduler = new Scheduler(service, options.jobs ?? jobsOf(service), options);
  scheduler.start();
  return scheduler;
}

class Scheduler implements RunningScheduler {
  readonly holder: string;
  readonly #database: Database;
  readonly #telemetry: Telemetry | undefined;
  readonly #jobs: readonly { readonly job: ScheduledJob; readonly cron: Cron }[];
  readonly #options: SchedulerOptions;
  readonly #stopping = new AbortController();
  readonly #running = new Map<string, Promise<void>>();
  #lookedMs = performance.now();
  #wake: () => void = () => undefined;
  #loop: Promise<void> = Promise.resolve();
  #end: Promise<SchedulerEnd> | undefined;

  constructor(service: ServedInstance, jobs: readonly ScheduledJob[], options: SchedulerOptions) {
    this.#database = service.database;
    this.#telemetry = service.telemetry;
    this.#jobs = jobs.map((job) => ({ job, cron: cronOf(job.schedule) }));
    this.#options = options;
    this.holder = options.holder ?? jobHolder();
  }

  start(): void {
    this.#loop = this.#run();
    const { signal } = this.#options;
    if (signal?.aborted === true) void this.stop();
    else signal?.addEventListener('abort', () => void this.stop(), { once: true });
  }

  lookAgeMs(): number {
    return performance.now() - this.#lookedMs;
  }

  isAlive(): boolean {
    return this.#end === undefined && this.lookAgeMs() < this.#lookEveryMsMax * 3;
  }

  stop(): Promise<SchedulerEnd> {
    this.#end ??= this.#stop();
    return this.#end;
  }

  get #lookEveryMsMax(): number {
    return this.#options.lookEveryMsMax ?? LOOK_EVERY_MS_MAX;
  }

  async #stop(): Promise<SchedulerEnd> {
    this.#stopping.abort();
    this.#wake();
    await this.#loop;
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(late.resolve, this.#options.stopMsMax ?? STOP_MS_MAX);
    await Promise.race([Promise.all(this.#running.values()), late.promise]);
    clearTimeout(timer);
    return { unfinished: [...this.#running.keys()] };
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      let pauseMs = this.#lookEveryMsMax;
      try {
        pauseMs = await this.#look();
        this.#lookedMs = performance.now();
      } catch (error) {
        this.#options.logger?.warn({ code: codeOf(this.#database.explain(error)) }, 'the jobs could not be looked at');
      }
      await this.#pause(pauseMs);
    }
  }

  /** Starts what is due and answers how long nothing will be. */
  async #look(): Promise<number> {
    const { now, rows } = await readJobRows(this.#database);
    let wakeAt = now.plusMillis(this.#lookEveryMsMax);
    for (const { job, cron } of this.#jobs) {
      const row = rowOf(rows, job);
      const tick = dueTick(cron, row, now);
      if (tick !== undefined) this.#startOnce(job, tick);
      for (const at of [nextTick(cron, now), ranOutAt(row, now)]) if (at?.isBefore(wakeAt) === true) wakeAt = at;
    }
    return Math.max(LOOK_EVERY_MS_MIN, Math.ceil(Number(wakeAt.epochMicros - now.epochMicros) / 1000));
  }

  #startOnce(job: ScheduledJob, tick: Instant): void {
    const name = `${job.system}/${job.name}`;
    if (this.#stopping.signal.aborted || this.#running.has(name) || this.#running.size >= RUNNING_MAX) return;
    this.#running.set(
      name,
      this.#runOnce(job, tick).then((hasRun) => {
        this.#running.delete(name);
        // A server at its limit has others to start. Without a run nothing has changed, and looking at once would go round in circles.
        if (hasRun) this.#wake();
      }),
    );
  }

  /** Answers whether the job was run here. Never rejects. */
  async #runOnce(job: ScheduledJob, tick: Instant): Promise<boolean> {
    const { logger, metrics, leaseTtlMs = JOB_LEASE_TTL_MS } = this.#options;
    const about = { system: job.system, job: job.name, tick: tick.toString() };
    const startedMs = performance.now();
    let hasRun = false;
    try {
      const request = { system: job.system, name: job.name, holder: this.holder, ttlMs: leaseTtlMs, tick };
      const { lease } = await acquireJobLease(this.#database, request);
      if (lease === undefined) return false;
      hasRun = true;
      const { signal } = this.#stopping;
      const telemetry = this.#telemetry;
      await runLeased(this.#database, job, { lease, signal, telemetry, ...(metrics === undefined ? {} : { metrics }) });
      logger?.info({ ...about, ms: Math.round(performance.now() - startedMs) }, 'job done');
    } catch (error) {
      logger?.warn({ ...about, code: codeOf(this.#database.explain(error)) }, 'job not done');
    }
    return hasRun;
  }

  /** Waits so long, or until something has changed. */
  async #pause(ms: number): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    const woken = Promise.withResolvers<void>();
    this.#wake = woken.resolve;
    const timer = setTimeout(woken.resolve, ms);
    await woken.promise;
    clearTimeout(timer);
  }
}

/** When the lease of a run that may have died runs out. */
function ranOutAt(row: JobRow | undefined, now: Instant): Instant | undefined {
  return row !== undefined && isHeld(row, now) ? (row.expires_at ?? undefined) : undefined;
}

/** What a log line may say of a failure: a driver's own text may hold values. */
function codeOf(error: unknown): string {
  return error instanceof CarryoverError ? error.code : error instanceof Error ? error.name : 'unknown';
}
