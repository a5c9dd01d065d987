import { collectDefaultMetrics, Registry, type Counter, type Gauge, type Histogram } from 'prom-client';
import { CarryoverError } from '../../base/errors.ts';
import type { PosterObserver } from '../../ledger/poster/poster.ts';
import { Figures } from './figures.ts';

/** How a run of a job ended, as the metrics tell it; `lost` is one that another server took over. */
export type JobEnding = 'done' | 'failed' | 'stopped' | 'lost';

/** Seconds: from a post on a fast disk to a caller that has long given up. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] as const;
const COMMANDS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000] as const;
const JOB = ['system', 'job'] as const;

/**
 * The figures of one process for Prometheus; those of several that serve together are joined by `joinFigures`. Labels are bounded: names of systems, jobs, routes, codes and actions, never an owner, a key
 * or an id. Counters and histograms are of this process; the gauges that the database knows are set by `gaugeCollector`.
 */
export class ServeMetrics {
  readonly registry: Registry = new Registry();
  readonly #figures = new Figures(this.registry);

  /** Ledger commands decided. Those inside a caller's transaction count when decided, which may still be aborted. */
  readonly posts: Counter<'outcome'> = this.#figures.counter(
    'carryover_posts_total',
    'Ledger commands decided, by outcome.',
    ['outcome'],
  );
  readonly refusals: Counter<'code'> = this.#figures.counter(
    'carryover_refusals_total',
    'Ledger commands refused, by code.',
    ['code'],
  );
  readonly postFailures: Counter<'code'> = this.#figures.counter(
    'carryover_post_failures_total',
    'Calls to the ledger, and transactions that calls share, that failed whole, by code.',
    ['code'],
  );
  readonly batchCommands: Histogram = this.#figures.histogram('carryover_batch_commands', 'Commands in a batch.', {
    buckets: COMMANDS,
  });
  readonly postSeconds: Histogram = this.#figures.histogram(
    'carryover_post_seconds',
    'Seconds from a call to the poster to its answer.',
    { buckets: SECONDS },
  );
  readonly queueCommands: Gauge = this.#figures.gauge(
    'carryover_queue_commands',
    'Ledger commands that wait for a batch.',
    { joined: 'sum' },
  );

  readonly requestSeconds: Histogram<'method' | 'route' | 'status'> = this.#figures.histogram(
    'carryover_request_seconds',
    'Seconds from a request to its answer.',
    { buckets: SECONDS, labels: ['method', 'route', 'status'] },
  );
  readonly requestErrors: Counter<'code'> = this.#figures.counter(
    'carryover_request_errors_total',
    'Requests answered with an error, by its code.',
    ['code'],
  );
  readonly adminActions: Counter<'action'> = this.#figures.counter(
    'carryover_admin_actions_total',
    'What staff did, by action.',
    ['action'],
  );
  readonly webhookFailures: Counter<'reason'> = this.#figures.counter(
    'carryover_webhook_failures_total',
    'Webhooks refused or failed, by reason.',
    ['reason'],
  );

  readonly mirrorLagEntries: Gauge<'system'> = this.#figures.gauge(
    'carryover_mirror_lag_entries',
    'Entries that legacy had not been told of when the last pass of the mirror ended.',
    { labels: ['system'] },
  );
  readonly mirrorMarks: Gauge<'system'> = this.#figures.gauge(
    'carryover_mirror_marks',
    'Writes of legacy that the ledger had not followed when the last pass of the mirror ended.',
    { labels: ['system'] },
  );
  readonly driftAccounts: Gauge<'system'> = this.#figures.gauge(
    'carryover_drift_accounts',
    'Accounts that differed between ledger and legacy when last compared.',
    { labels: ['system'] },
  );
  readonly ledgerBreaches: Gauge = this.#figures.gauge(
    'carryover_ledger_breaches',
    'Breaches of its rules that the last verification of the ledger found.',
  );

  readonly outboxOldestSeconds: Gauge = this.#figures.gauge(
    'carryover_outbox_oldest_seconds',
    'How long the oldest notice that is due has waited.',
  );
  readonly outboxFailed: Gauge = this.#figures.gauge(
    'carryover_outbox_failed',
    'Notices and deliveries given up, counted up to 10,000.',
  );
  readonly inboxOldestSeconds: Gauge = this.#figures.gauge(
    'carryover_inbox_oldest_seconds',
    'How long the oldest received event that is due has waited.',
  );
  readonly inboxFailed: Gauge = this.#figures.gauge(
    'carryover_inbox_failed',
    'Received events given up, counted up to 10,000.',
  );

  readonly jobRuns: Counter<'system' | 'job' | 'outcome'> = this.#figures.counter(
    'carryover_job_runs_total',
    'Runs of jobs in this process, by outcome.',
    [...JOB, 'outcome'],
  );
  readonly jobFailures: Counter<'system' | 'job'> = this.#figures.counter(
    'carryover_job_failures_total',
    'Runs of jobs in this process that failed.',
    JOB,
  );
  readonly jobSeconds: Histogram<'system' | 'job'> = this.#figures.histogram(
    'carryover_job_seconds',
    'Seconds that a job ran in this process.',
    { buckets: [...SECONDS, 120, 600], labels: JOB },
  );
  readonly jobLastSuccess: Gauge<'system' | 'job'> = this.#figures.gauge(
    'carryover_job_last_success_timestamp_seconds',
    'When a job last ended well on any server; 0 where it never did.',
    { labels: JOB },
  );
  readonly jobInterval: Gauge<'system' | 'job'> = this.#figures.gauge(
    'carryover_job_interval_seconds',
    'Seconds between the next two ticks of a job.',
    { labels: JOB },
  );

  readonly databaseUp: Gauge = this.#figures.gauge(
    'carryover_database_up',
    '1 where the figures of the database could be read, else 0.',
    { joined: 'min' },
  );
  readonly schedulerAlive: Gauge = this.#figures.gauge(
    'carryover_scheduler_alive',
    '1 where jobs are started here, else 0.',
  );

  /** `process`: also the figures of Node itself (memory, event loop), for a process that serves. */
  constructor(options: { readonly process?: boolean } = {}) {
    if (options.process === true) collectDefaultMetrics({ register: this.registry });
  }

  /** To be given to `createLedger`, so that the ledger's posts are counted. */
  readonly ledgerObserver: PosterObserver = {
    batchStarted: (commands) => this.batchCommands.observe(commands),
    answered: (seconds) => this.postSeconds.observe(seconds),
    decided: (outcomes) => {
      const counts = { posted: 0, replayed: 0, refused: 0, abandoned: 0 };
      for (const outcome of outcomes) {
        counts[outcome.status] += 1;
        if (outcome.status === 'refused') this.refusals.inc({ code: outcome.code });
      }
      for (const [outcome, count] of Object.entries(counts)) if (count > 0) this.posts.inc({ outcome }, count);
    },
    failed: (error) => this.postFailures.inc({ code: error instanceof CarryoverError ? error.code : 'UNEXPECTED' }),
  };

  /** Counts an answered request; `route` is the route's pattern, never the address that was asked for. */
  requestEnded(ended: {
    readonly method: string;
    readonly route: string;
    readonly status: number;
    readonly seconds: number;
    /** The code of the problem that was answered. */
    readonly code?: string;
  }): void {
    const { method, route, status, seconds, code } = ended;
    this.requestSeconds.observe({ method, route, status: status.toString() }, seconds);
    if (code !== undefined) this.requestErrors.inc({ code });
  }

  /** Counts a run of a job. */
  jobEnded(ended: {
    readonly system: string;
    readonly job: string;
    readonly outcome: JobEnding;
    readonly seconds: number;
  }): void {
    const { outcome, seconds, ...job } = ended;
    this.jobRuns.inc({ ...job, outcome });
    // The series begins with the first run, whatever its end, so that the first failure after it is a rise.
    this.jobFailures.inc(job, outcome === 'failed' ? 1 : 0);
    this.jobSeconds.observe(job, seconds);
  }

  /** The content type of `text`. */
  get contentType(): string {
    return this.registry.contentType;
  }

  /** All figures in the text format of Prometheus. */
  text(): Promise<string> {
    return this.registry.metrics();
  }
}
