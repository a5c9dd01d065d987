/** Whole numbers from 0 up to the bound, which is left out. */
export type RandomSource = (bound: number) => number;

/** The same numbers for the same seed, on every machine (mulberry32). */
export function randomSource(seed: number): RandomSource {
  let state = seed >>> 0;
  return (bound) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  };
}
