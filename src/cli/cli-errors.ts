import { defineError, type ErrorDefinition } from '../base/errors.ts';

/** An option or argument of the command line is wrong. */
export const cliUsage: ErrorDefinition<{ command: string; found: string; expected: string }> = defineError({
  code: 'CLI_USAGE',
  httpStatus: 400,
  retryable: false,
  summary: 'An option or argument of the command line is wrong.',
  message: ({ command, found, expected }) => `Cannot run "carryover ${command}": found ${found}, against ${expected}.`,
  hint: ({ command }) => `Run "carryover ${command} --help" for its options.`,
});

/** A command that changes something was not confirmed. */
export const cliNotConfirmed: ErrorDefinition<{ command: string; what: string }> = defineError({
  code: 'CLI_NOT_CONFIRMED',
  httpStatus: 400,
  retryable: false,
  summary: 'A command that changes something was not confirmed.',
  message: ({ command, what }) =>
    `Cannot run "carryover ${command}": nobody confirmed to ${what}, and this is not a terminal to ask on.`,
  hint: () => 'Add --yes to confirm.',
});

/** A file that would be written is there already. */
export const cliFileExists: ErrorDefinition<{ file: string }> = defineError({
  code: 'CLI_FILE_EXISTS',
  httpStatus: 409,
  retryable: false,
  summary: 'A file that a command would write is there already.',
  message: ({ file }) => `Cannot write "${file}": it is there already, and is never overwritten.`,
  hint: () => 'Move it away or choose another folder.',
});
