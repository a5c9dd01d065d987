import { CarryoverError } from '../base/errors.ts';
import { cliNotConfirmed } from './cli-errors.ts';
import type { CommandRun } from './command.ts';
import { converse } from './conversation.ts';

/**
 * Asks on a terminal whether to do something, taking only a typed `yes`; `--yes` answers by itself. Returns false for any other
 * answer. Throws `CLI_NOT_CONFIRMED` where nobody can be asked, `CLI_NOT_ANSWERED` where nobody answers.
 */
export async function isConfirmed(run: CommandRun, what: string): Promise<boolean> {
  if (run.options.yes === true) return true;
  if (run.terminal === undefined) throw new CarryoverError(cliNotConfirmed, { command: run.name, what });
  const text = `About to ${what}. Type yes to go on:`;
  return converse(run, run.terminal, async (ask) => (await ask({ text, fallback: 'no' })).toLowerCase() === 'yes');
}
