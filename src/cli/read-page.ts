import { CarryoverError } from '../base/errors.ts';
import { cliUsage } from './cli-errors.ts';
import type { CommandRun } from './command.ts';

/** Lines of a page at most. More is a matter of asking for the next page, since every line is held in memory until it is printed. */
const LIMIT_MAX = 10_000;

/** Reads `--limit`. Throws `CLI_USAGE` unless it is a whole number from 1 to 10,000. */
export function readLimit(run: Pick<CommandRun, 'name'>, text: string): number {
  const limit = Number(text);
  if (/^\d+$/.test(text) && limit >= 1 && limit <= LIMIT_MAX) return limit;
  const expected = `a whole number from 1 to ${LIMIT_MAX}`;
  throw new CarryoverError(cliUsage, { command: run.name, found: `--limit ${text}`, expected });
}

/** Reads the number that a page starts from, such as `--before 120`. Throws `CLI_USAGE` unless it is a whole number. */
export function readPosition(
  run: Pick<CommandRun, 'name'>,
  option: string,
  text: string | undefined,
): bigint | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,18}$/.test(text)) return BigInt(text);
  throw new CarryoverError(cliUsage, { command: run.name, found: `${option} ${text}`, expected: 'a whole number' });
}
