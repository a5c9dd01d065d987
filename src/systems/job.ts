import type { OperationContext } from './operation.ts';

/** When a job is due: a cron pattern, read by the clocks of a zone. */
export interface JobSchedule {
  /** Five fields, or six with seconds first: `0 18 * * *`. */
  readonly pattern: string;
  /** An IANA name such as `Africa/Cairo`. */
  readonly zone: string;
}

/** Work that a scheduler starts, or a cron line. It may run twice, late, or in two processes at once without another effect. */
export interface Job<Policy> {
  /** Kebab-case: `grants`. */
  readonly name: string;
  /** One sentence for `--help`, without a full stop. */
  readonly title: string;
  /** When a scheduler starts it under these settings. Absent: every ten minutes. */
  schedule?(policy: Policy): JobSchedule;
  /** What it did, for people and logs. Throws what keeps it from going on; the next run then goes on. */
  run(context: OperationContext<Policy>): Promise<unknown>;
}
