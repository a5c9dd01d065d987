/** Chunks below this many keys are slower by their own overhead than by their rows. */
const CHUNK_KEYS_MIN = 10;
/** A chunk that takes this many times its target hurts whoever waits for it, so the next one is cut, not trimmed. */
const PANIC_FACTOR = 2;
const PANIC_DIVISOR = 5;
const GROWTH_MAX = 1.5;
/** Chunks remembered: one slow chunk (a checkpoint, a noisy neighbour) must not decide the size for good. */
const REMEMBERED = 10;

/** What the sizes of the next chunks are decided from. */
export interface ChunkPace {
  readonly keys: number;
  /** Milliseconds per key of the last chunks, newest last. */
  readonly recent: readonly number[];
}

/** What a chunk took. */
export interface ChunkTime {
  readonly keys: number;
  readonly ms: number;
}

/**
 * The pace after a chunk: keys such that nine of ten chunks stay within the target. Grows at most by half per chunk, since
 * the next keys may be heavier than these; shrinks to a fifth after a chunk that took twice its target. A chunk that
 * held fewer keys than asked for (the last) changes nothing.
 */
export function nextPace(pace: ChunkPace, chunk: ChunkTime, bounds: { targetMs: number; keysMax: number }): ChunkPace {
  if (chunk.keys < Math.min(pace.keys, CHUNK_KEYS_MIN)) return pace;
  const recent = [...pace.recent, chunk.ms / chunk.keys].slice(-REMEMBERED);
  if (chunk.ms > bounds.targetMs * PANIC_FACTOR) {
    return { keys: clamp(chunk.keys / PANIC_DIVISOR, bounds.keysMax), recent: [] };
  }
  const wanted = bounds.targetMs / percentile90(recent);
  return { keys: clamp(Math.min(wanted, pace.keys * GROWTH_MAX), bounds.keysMax), recent };
}

/** The pace after a chunk failed by a timeout on every try: half the keys, and nothing remembered. */
export function halvedPace(pace: ChunkPace): ChunkPace {
  return { keys: clamp(pace.keys / 2, pace.keys), recent: [] };
}

/** True when a chunk cannot be made smaller. */
export function isSmallest(pace: ChunkPace): boolean {
  return pace.keys <= CHUNK_KEYS_MIN;
}

function percentile90(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * 0.9) - 1] as number;
}

function clamp(keys: number, keysMax: number): number {
  return Math.max(CHUNK_KEYS_MIN, Math.min(keysMax, Math.round(keys)));
}
