import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { CarryoverError } from '../base/errors.ts';
import type { Selection } from '../cutover/index.ts';
import { cliUsage } from './cli-errors.ts';
import type { CommandRun } from './command.ts';

/** The options that say whom a command is about. */
export interface SelectionOptions {
  readonly all?: boolean;
  readonly owner?: readonly string[];
  readonly owners?: string;
  readonly kind?: string;
  readonly cohort?: string;
}

/** Adds the options that a switch and a rollback share. */
export function withSelectionOptions(command: Command): Command {
  return command
    .option('--all', 'every account')
    .option('--owner <owner...>', 'the accounts of these owners')
    .option('--owners <file>', 'the accounts of the owners in a file, one on a line')
    .option('--kind <kind>', 'the accounts of one kind');
}

/** Lines of a file that are neither empty nor a remark behind #. Throws `CLI_USAGE` for a file that cannot be read. */
export async function readLines(run: CommandRun, option: string, file: string): Promise<readonly string[]> {
  const text = await readFile(path.resolve(run.folder, file), 'utf8').catch((error: NodeJS.ErrnoException) => {
    const found = `--${option} ${file} (${error.code ?? error.message})`;
    throw new CarryoverError(cliUsage, { command: run.name, found, expected: 'a file that can be read' }, error);
  });
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

/** The one selection that the options name, or undefined for none. Throws `CLI_USAGE` for two. */
export async function readSelection(run: CommandRun, options: SelectionOptions): Promise<Selection | undefined> {
  const named: Selection[] = [
    ...(options.all === true ? [{ who: 'all' } as const] : []),
    ...(options.owner === undefined ? [] : [{ who: 'owners', owners: options.owner } as const]),
    ...(options.owners === undefined
      ? []
      : [{ who: 'owners', owners: await readLines(run, 'owners', options.owners) } as const]),
    ...(options.kind === undefined ? [] : [{ who: 'kind', kind: options.kind } as const]),
    ...(options.cohort === undefined ? [] : [{ who: 'cohort', cohort: options.cohort } as const]),
  ];
  if (named.length < 2) return named[0];
  throw new CarryoverError(cliUsage, {
    command: run.name,
    found: `${named.length} ways of saying whose accounts`,
    expected: 'one of them',
  });
}
