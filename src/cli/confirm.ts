import { createInterface } from 'node:readline/promises';
import { CarryoverError } from '../base/errors.ts';
import { cliNotConfirmed } from './cli-errors.ts';
import type { CommandRun } from './command.ts';

/**
 * Asks on a terminal whether to do something, taking only a typed `yes`; `--yes` answers by itself. Returns false for any other
 * answer. Throws `CLI_NOT_CONFIRMED` where nobody can be asked.
 */
export async function isConfirmed(run: CommandRun, what: string): Promise<boolean> {
  if (run.options.yes === true) return true;
  if (!run.output.isTerminal) throw new CarryoverError(cliNotConfirmed, { command: run.name, what });
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`About to ${what}. Type yes to go on: `, { signal: run.signal });
    return answer.trim().toLowerCase() === 'yes';
  } finally {
    terminal.close();
  }
}
