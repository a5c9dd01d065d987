import { CarryoverError } from '../../../base/errors.ts';

/** One of many that could not be done: which, and the code of why. */
export interface NamedError {
  readonly what: string;
  readonly code: string;
}

/**
 * Does one of many. What keeps it from being done is written down by its code and keeps no other from being done; errors that are
 * not about it, such as a lost database, are thrown and end the run.
 */
export async function guarded<T>(errors: NamedError[], what: string, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof CarryoverError) || error.code.startsWith('SQL_')) throw error;
    errors.push({ what, code: error.code });
    return undefined;
  }
}
