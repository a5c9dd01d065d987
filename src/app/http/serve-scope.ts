import type { Logger } from 'pino';
import { CarryoverError } from '../../base/errors.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Database } from '../../sql/database.ts';
import type { SystemScope } from '../../systems/operation-route.ts';
import { configuredUnits } from '../configured-units.ts';
import { KeyStore } from '../identity/key-store.ts';
import { configuredJobs } from '../jobs/configured-jobs.ts';
import type { ScheduledJob } from '../jobs/scheduled-job.ts';
import { startScheduler, type RunningScheduler } from '../jobs/scheduler.ts';
import { gaugeCollector, type CollectGauges } from '../metrics/collect-gauges.ts';
import type { ServeMetrics } from '../metrics/serve-metrics.ts';
import { noticeConfigurationOf } from '../notices/notice-configuration-of.ts';
import { noticeDeskOf, type NoticeConfiguration } from '../notices/notice-desk-of.ts';
import { noticesNotConfigured } from '../notices/notice-errors.ts';
import type { Payments } from '../payments/open-payments.ts';
import { paymentsNotConfigured } from '../payments/payment-errors.ts';
import { paymentsOf } from '../payments/payments-of.ts';
import type { NoticeDesk } from '../../notices/index.ts';
import type { ServedInstance } from '../served-instance.ts';
import { figuresOf, type FiguresLink } from '../workers/process-figures.ts';
import { Amounts } from './ledger/ledger-answers.ts';
import type { LedgerScope } from './ledger/ledger-scope.ts';

/** What the service's routes work with: one instance, its ledger, its systems, its keys, and what its configuration names besides. */
export class ServeScope implements LedgerScope, SystemScope {
  readonly service: ServedInstance;
  readonly amounts: Amounts;
  readonly keys: KeyStore;
  readonly jobs: readonly ScheduledJob[];
  readonly metrics: ServeMetrics;
  readonly contextOf: SystemScope['contextOf'];
  #scheduler: RunningScheduler | undefined;
  #collect: CollectGauges;
  #link: FiguresLink | undefined;
  readonly #payments: Payments | undefined;
  readonly #notices: NoticeConfiguration | undefined;

  /** Throws `CONFIG_INVALID` and `CONFIG_SECRET_MISPLACED` for what the configuration names and cannot be opened. */
  constructor(service: ServedInstance, metrics: ServeMetrics) {
    this.service = service;
    this.amounts = new Amounts(configuredUnits(service.app));
    this.keys = new KeyStore(service.database);
    this.#payments = paymentsOf(service);
    this.#notices = noticeConfigurationOf(service.app);
    this.jobs = configuredJobs(service, this.#payments);
    this.metrics = metrics;
    this.#collect = gaugeCollector(service, metrics, { jobs: this.jobs });
    this.contextOf = (system, caller) => service.contextOf(system, caller);
  }

  /** What starts jobs in this process; undefined where none are started. */
  get scheduler(): RunningScheduler | undefined {
    return this.#scheduler;
  }

  /** Starts this instance's jobs in this process, until its `stop`. */
  startJobs(logger: Logger): void {
    const { jobs, metrics, service } = this;
    const scheduler = startScheduler(service, { jobs, logger, metrics });
    this.#scheduler = scheduler;
    this.#collect = gaugeCollector(service, metrics, { jobs, scheduler });
  }

  /** Makes this process one of several whose figures are told together. */
  linkFigures(link: FiguresLink): void {
    this.#link = link;
    link.open(async () => {
      await this.#collect();
      return figuresOf(this.metrics.registry);
    });
  }

  /** What Prometheus is told: the figures of all processes that serve together, brought up to date. */
  async figuresText(): Promise<string> {
    if (this.#link !== undefined) return this.#link.figuresText();
    await this.#collect();
    return this.metrics.text();
  }

  /** The provider of payments. Throws `PAYMENTS_NOT_CONFIGURED`. */
  payments(): Payments {
    if (this.#payments !== undefined) return this.#payments;
    throw new CarryoverError(paymentsNotConfigured, { instance: this.service.instance });
  }

  /** The settings of notices. Throws `NOTICES_NOT_CONFIGURED`. */
  notices(): NoticeConfiguration {
    if (this.#notices !== undefined) return this.#notices;
    throw new CarryoverError(noticesNotConfigured, { instance: this.service.instance });
  }

  /** What notices are delivered with now. Throws `NOTICES_NOT_CONFIGURED`. */
  noticeDesk(): Promise<NoticeDesk> {
    return noticeDeskOf(this.service, this.notices());
  }

  get database(): Database {
    return this.service.database;
  }

  get ledger(): Ledger {
    return this.service.ledger;
  }
}
