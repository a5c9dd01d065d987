/** Chance that is the same on every machine. */
export interface SampleRandom {
  /** A whole number from 0 up to, not with, the bound. */
  below(bound: number): number;
  /** True that often of a hundred. */
  percent(percent: number): boolean;
  /** One of the items. */
  pick<T>(items: readonly T[]): T;
}

/**
 * Marsaglia's xorshift128 ("Xorshift RNGs", 2003) over a seed spread by a linear congruence. Not for secrets: a sample must
 * look the same in every run, and nothing else.
 */
export function sampleRandom(seed: number): SampleRandom {
  const state = new Uint32Array(4);
  let word = seed >>> 0;
  for (let index = 0; index < state.length; index += 1) {
    word = (Math.imul(word, 1_664_525) + 1_013_904_223) >>> 0;
    state[index] = word;
  }
  const next = (): number => {
    const [x = 0, y = 0, z = 0, w = 0] = state;
    const mixed = x ^ (x << 11);
    const last = (w ^ (w >>> 19) ^ mixed ^ (mixed >>> 8)) >>> 0;
    state.set([y, z, w, last]);
    return last;
  };
  // The first numbers still show the seed's own pattern.
  for (let skipped = 0; skipped < 20; skipped += 1) next();
  const below = (bound: number): number => Math.floor((next() / 2 ** 32) * bound);
  return {
    below,
    percent: (percent) => below(10_000) < percent * 100,
    pick: <T>(items: readonly T[]): T => items[below(items.length)] as T,
  };
}
