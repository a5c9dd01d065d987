import { CarryoverError } from '../base/errors.ts';
import { secretMisplaced } from './app-errors.ts';

/** A secret of the environment; `at` is where the configuration names it. Throws `CONFIG_SECRET_MISPLACED` where it is not set. */
export function fromEnvironment(at: string, variable: string, environment: NodeJS.ProcessEnv): string {
  const value = environment[variable];
  if (value !== undefined && value !== '') return value;
  throw new CarryoverError(secretMisplaced, {
    path: at,
    flaw: `the environment variable "${variable}" is not set`,
    nextStep: `Set ${variable} and run the same command again.`,
  });
}
