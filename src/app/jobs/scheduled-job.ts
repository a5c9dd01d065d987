import type { Instant } from '../../base/instant.ts';
import type { JobSchedule } from '../../systems/job.ts';
import type { ServedInstance } from '../served-instance.ts';

/** The `system` of jobs that belong to none. */
export const SERVICE_SYSTEM = 'service';

/** What one run of a job is given. */
export interface JobRun {
  /** Stands in for the database's clock, for `--now` and tests. */
  readonly now?: Instant;
  /** Aborted when the process is to end or has lost the lease: stop at the next safe point, by returning or throwing. */
  readonly signal: AbortSignal;
}

/** A job of the instance as a whole. It may run twice, late, or in two processes at once without another effect. */
export interface InstanceJob {
  /** Kebab-case: `sweep`. */
  readonly name: string;
  /** One sentence for lists, without a full stop. */
  readonly title: string;
  /** When it is due, in UTC: five fields of a cron line, or six with seconds first. */
  readonly pattern: string;
  /** What it did, as JSON can say it; kept in the job's row, so nothing personal. Throws what keeps it from going on. */
  run(service: ServedInstance, run: JobRun): Promise<unknown>;
}

/** A job of a system or of the service, bound to the instance it runs on. */
export interface ScheduledJob {
  /** The system's name, or `service`. */
  readonly system: string;
  readonly name: string;
  readonly title: string;
  readonly schedule: JobSchedule;
  run(run: JobRun): Promise<unknown>;
}
