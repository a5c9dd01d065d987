import type { OperationContext } from './operation.ts';

/** Work that a scheduler starts, or a cron line. It may run twice, late, or in two processes at once without another effect. */
export interface Job<Policy> {
  /** Kebab-case: `grants`. */
  readonly name: string;
  /** One sentence for `--help`, without a full stop. */
  readonly title: string;
  /** What it did, for people and logs. Throws what keeps it from going on; the next run then goes on. */
  run(context: OperationContext<Policy>): Promise<unknown>;
}
