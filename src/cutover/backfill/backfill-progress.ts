import type { FactCount } from '../analyze/analysis.ts';

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
  /** Facts with an amount that the chunks read. */
  readonly facts: bigint;
  /** Such facts that the whole of legacy had when the run was analyzed. */
  readonly factsExpected: bigint;
  /** Entries posted in this pass. */
  readonly entries: bigint;
  /** The rows of each fact table by outcome when the pass began. */
  readonly counts: readonly FactCount[];
}

/** As the cutover's row keeps it. */
export function encodeProgress(progress: BackfillProgress): string {
  return JSON.stringify(progress, (_key, value: unknown) => (typeof value === 'bigint' ? { $: `${value}` } : value));
}

/** Reads what `encodeProgress` wrote. */
export function decodeProgress(text: string): BackfillProgress {
  return JSON.parse(text, (_key, value: unknown) =>
    typeof value === 'object' && value !== null && '$' in value ? BigInt(String(value.$)) : value,
  ) as BackfillProgress;
}
