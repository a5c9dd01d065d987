import { CarryoverError } from '../base/errors.ts';
import { cliUsage } from './cli-errors.ts';
import type { CommandRun } from './command.ts';

/** A port from the command line; 0 means a free one. Throws `CLI_USAGE`. */
export function readPort(run: Pick<CommandRun, 'name'>, text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new CarryoverError(cliUsage, {
    command: run.name,
    found: `--port ${text}`,
    expected: 'a whole number from 0 to 65535',
  });
}
