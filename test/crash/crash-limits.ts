import type { CutoverLimits } from '../../src/cutover/index.ts';

/** Chunks of ten keys, so that there are some to be killed in; and a lease that a killed holder does not keep. */
export const CRASH_LIMITS: Partial<CutoverLimits> = { chunkKeysFirst: 10, chunkKeysMax: 10, leaseTtlMs: 1 };
