import type { ThrottleLimits } from './run/throttle.ts';

/** Numbers that shape a run. Each default states what happens when it is too low and too high. */
export interface CutoverLimits {
  /** Quarantined rows allowed in all, whatever their share. Too low stops for harmless rows, too high hides a broken mapping. */
  readonly quarantineRowsMax: bigint;
  /** Quarantined rows allowed as a share of all facts, in thousandths. A run stops when it is above both limits. */
  readonly quarantinePerMilleMax: bigint;
  /** How long one chunk of the backfill should take; absent: a second where others write meanwhile, 6 to 35 ms where they have to wait for it, by how much they write. */
  readonly chunkTargetMs?: number;
  /** Walk keys in the first chunk; absent: 50, or 10 where others have to wait for it. */
  readonly chunkKeysFirst?: number;
  /** Walk keys in a chunk at most, whatever the time. Bounds the memory and the locks of one transaction. */
  readonly chunkKeysMax: number;
  /** How long a chunk is tried again while locks, a restart or a lost connection stand in its way. Shorter than a failover rolls back for nothing. */
  readonly chunkBudgetMs: number;
  /** The whole time a step of `expand` may wait for locks over all its tries. */
  readonly lockLadderBudgetMs: number;
  /** Life of the lease without a heartbeat. Too short lets a second runner in while this one is only slow (its writes are still fenced off), too long delays a resume. */
  readonly leaseTtlMs: number;
  /** How long a run waits for a job of the service to give the lease back. Too short refuses a person for what is over in a moment, too long keeps a caller of the API on the line. */
  readonly jobLeaseWaitMs: number;
  /** Backfill and verify are repeated so often while legacy changes under them. */
  readonly catchUpPassesMax: number;
  /** Differing accounts that are named; their count is always whole. */
  readonly namedAccountsMax: number;
  /** Rows shown of each finding. The table of findings holds all of them. */
  readonly findingSamplesMax: number;
  /**
   * How long a comparison of every account that found nothing lets switches begin without another. Each account is compared under its lock in
   * any case; longer tells later that something else differs, shorter compares a large legacy over and over while a percentage grows.
   */
  readonly sweepValidSeconds: number;
  /**
   * Walk keys compared on one snapshot while legacy is written to, and accounts left to legacy below which these are compared by one look. A
   * longer look holds back the server's cleaning, a shorter one asks more often.
   */
  readonly lookKeysMax: number;
  /** Age a proven backup may have where `expand` is started by itself, in minutes. */
  readonly backupAgeMinutesMax: number;
  /** What makes a run stand still while it works beside the application. */
  readonly throttle?: Partial<ThrottleLimits>;
  /** What a failure after `expand` does: remove what the run made, or leave it for a person to look at. */
  readonly onFailure: 'roll-back' | 'keep';
}

/** See `CutoverLimits`. */
export const cutoverLimitDefaults: CutoverLimits = {
  quarantineRowsMax: 10n,
  quarantinePerMilleMax: 10n,
  chunkKeysMax: 100_000,
  chunkBudgetMs: 120_000,
  lockLadderBudgetMs: 300_000,
  leaseTtlMs: 60_000,
  jobLeaseWaitMs: 8_000,
  catchUpPassesMax: 3,
  namedAccountsMax: 100,
  findingSamplesMax: 10,
  sweepValidSeconds: 300,
  lookKeysMax: 1_000,
  backupAgeMinutesMax: 24 * 60,
  onFailure: 'roll-back',
};
