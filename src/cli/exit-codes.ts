import { CarryoverError } from '../base/errors.ts';
import { CUTOVER_EXIT_CODES } from '../cutover/index.ts';

/** What the process's exit code says. Documented in --help and in the README. */
export const EXIT = {
  done: 0,
  findings: 1,
  usage: 2,
  refused: 3,
  failed: 4,
  tryLater: 5,
} as const;

/** One line per exit code, for --help. */
export const EXIT_MEANINGS: readonly (readonly [number, string])[] = [
  [EXIT.done, 'done'],
  [EXIT.findings, 'findings or breaches'],
  [EXIT.usage, 'the command or the configuration is wrong'],
  [EXIT.refused, 'refused: a gate is closed, nothing was changed'],
  [EXIT.failed, 'failed, and what the run had made was rolled back'],
  [EXIT.tryLater, 'try again later'],
];

const USAGE = /^(CONFIG_|TARGET_|INPUT_|SQL_URL_|CLI_)/;
const REFUSED = /^(LEDGER_|BACKUP_|RESTORE_|SCRATCH_|SQL_SCHEMA_|TUITION_|BILLING_)/;

/** The exit code for what ended a command. */
export function exitCodeOf(error: unknown): number {
  if (!(error instanceof CarryoverError)) return EXIT.failed;
  const listed = CUTOVER_EXIT_CODES[error.code];
  if (listed !== undefined) return listed;
  if (USAGE.test(error.code)) return EXIT.usage;
  if (error.retryable) return EXIT.tryLater;
  return REFUSED.test(error.code) ? EXIT.refused : EXIT.failed;
}
