import type { CutoverLimits } from '../../src/cutover/index.ts';
import type { StampsVariant } from '../support/stamps-system.ts';

/**
 * Chunks of ten keys, so that there are some to be killed in; and a lease that a killed holder keeps for less time than the next process
 * needs to start. Shorter leases beat so often that the beats take most of the time of a run.
 */
export const CRASH_LIMITS: Partial<CutoverLimits> = { chunkKeysFirst: 10, chunkKeysMax: 10, leaseTtlMs: 100 };

/** The café whose legacy is followed, which goes through every stage there is. */
export const FOLLOWED: StampsVariant = { live: true };
