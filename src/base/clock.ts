import { Instant } from './instant.ts';

/** Where the present comes from. Passed in, so that a test or a `--now` can fix it; money rules ask the database's clock instead. */
export interface Clock {
  now(): Instant;
}

/** This process's clock, for progress, logs and file names. */
export const systemClock: Clock = { now: () => Instant.fromEpochMillis(Date.now()) };
