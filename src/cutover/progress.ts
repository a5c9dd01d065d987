import type { StageName } from './cutover-state.ts';

/** What a run tells while it works. One type for a terminal, plain lines and JSON alike. */
export type ProgressEvent =
  /** A stage begins, ends, or was done before. */
  | {
      readonly type: 'stage';
      readonly stage: StageName | 'rollback';
      readonly state: 'started' | 'completed' | 'failed';
      readonly seconds?: number;
    }
  /** What the stage does now, in a few words. */
  | { readonly type: 'step'; readonly stage: StageName | 'rollback'; readonly step: string }
  /** How far the stage is. */
  | RowsProgress
  /** The run stands still and says why: paused, throttled, or waiting for a lock. */
  | { readonly type: 'waiting'; readonly stage: StageName | 'rollback'; readonly reason: string };

/** Rows done of rows expected. `secondsLeft` is absent before one percent is done, because an earlier guess is noise. */
export interface RowsProgress {
  readonly type: 'rows';
  readonly stage: StageName | 'rollback';
  readonly rows: bigint;
  readonly rowsTotal?: bigint;
  readonly rowsPerSecond: number;
  readonly secondsLeft?: number;
}

/** Turns counts into `RowsProgress` by the time since it was made. */
export class RowsMeter {
  readonly #stage: RowsProgress['stage'];
  readonly #rowsTotal: bigint | undefined;
  readonly #rowsBefore: bigint;
  readonly #startedMs: number;

  /** `rowsBefore` were done by an earlier process and say nothing about this one's rate. */
  constructor(stage: RowsProgress['stage'], rowsTotal: bigint | undefined, rowsBefore: bigint = 0n) {
    this.#stage = stage;
    this.#rowsTotal = rowsTotal;
    this.#rowsBefore = rowsBefore;
    this.#startedMs = performance.now();
  }

  /** The event for `rows` done in all. */
  at(rows: bigint): RowsProgress {
    const seconds = (performance.now() - this.#startedMs) / 1000;
    const rowsPerSecond = seconds > 0 ? Number(rows - this.#rowsBefore) / seconds : 0;
    const total = this.#rowsTotal;
    const event = { type: 'rows', stage: this.#stage, rows, rowsPerSecond } as const;
    if (total === undefined) return event;
    const isEarly = rows * 100n < total || rowsPerSecond === 0;
    const left = rows >= total ? 0 : Number(total - rows) / rowsPerSecond;
    return isEarly ? { ...event, rowsTotal: total } : { ...event, rowsTotal: total, secondsLeft: left };
  }
}
