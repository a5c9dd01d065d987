import type { FactOutcome } from '../analyze/analysis.ts';

/** A walk key as JSON keeps it; integers as decimal text, read back by the walk's type. */
type StoredKey = string | null;

/**
 * How far a pass is. It is written into the cutover's row by the transaction of each chunk, so it always says exactly what was
 * committed, and a process that takes over goes on behind the last chunk.
 */
export interface BackfillProgress {
  /** Where the next chunk begins; null at the start. */
  readonly after: StoredKey;
  /**
   * The highest key when the pass began. Keys above it are one last chunk, so that a table which grows as fast as it is read
   * still has an end.
   */
  readonly upper: StoredKey;
  /** True when the chunk without an upper bound is done, which is the last of the walk. */
  readonly walked: boolean;
  /** True when accounts that legacy no longer has were brought to zero. */
  readonly swept: boolean;
  readonly chunks: number;
  readonly accounts: bigint;
  /** Entries posted in this pass. */
  readonly entries: bigint;
  /** Rows read, by fact table and outcome. */
  readonly facts: Readonly<Record<string, Readonly<Record<FactOutcome['outcome'], bigint>>>>;
  /** Rows each fact table had when the pass began. */
  readonly factsExpected: Readonly<Record<string, bigint>>;
}

/** Nothing read yet. */
export function emptyOutcomes(): Record<FactOutcome['outcome'], bigint> {
  return { carried: 0n, excluded: 0n, quarantined: 0n };
}

/** Rows read of all fact tables. */
export function rowsRead(progress: Pick<BackfillProgress, 'facts'>): bigint {
  return Object.values(progress.facts).reduce((sum, counts) => sum + sumOutcomes(counts), 0n);
}

/** Rows expected of all fact tables. */
export function rowsExpected(progress: Pick<BackfillProgress, 'factsExpected'>): bigint {
  return Object.values(progress.factsExpected).reduce((sum, rows) => sum + rows, 0n);
}

/** Rows of one fact table, whatever became of them. */
export function sumOutcomes(counts: Readonly<Record<FactOutcome['outcome'], bigint>>): bigint {
  return counts.carried + counts.excluded + counts.quarantined;
}

/** As the cutover's row keeps it. */
export function encodeProgress(progress: BackfillProgress): string {
  return JSON.stringify(progress, (_key, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
}

/** Reads what `encodeProgress` wrote. */
export function decodeProgress(text: string): BackfillProgress {
  return JSON.parse(text, (key, value: unknown) => {
    const isBigint = typeof value === 'string' && key !== 'after' && key !== 'upper' && /^-?\d+n$/.test(value);
    return isBigint ? BigInt((value as string).slice(0, -1)) : value;
  }) as BackfillProgress;
}
