import type { CutoverContext } from '../../src/cutover/index.ts';

/** Calls `then` once, after the run has committed its first chunk, and holds the run until that is done. */
export function afterFirstChunk(then: () => Promise<void> | void): Pick<CutoverContext, 'throttle'> {
  let asked = 0;
  return {
    throttle: async () => {
      asked += 1;
      if (asked === 2) await then();
      return undefined;
    },
  };
}
