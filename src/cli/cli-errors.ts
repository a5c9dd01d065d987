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

/** A question on the terminal got no answer. */
export const cliNotAnswered: ErrorDefinition<{ command: string; question: string }> = defineError({
  code: 'CLI_NOT_ANSWERED',
  httpStatus: 400,
  retryable: false,
  summary: 'A question on the terminal was left unanswered.',
  message: ({ command, question }) => `Cannot run "carryover ${command}": "${question}" got no answer.`,
  hint: ({ command }) => `Answer it, or run "carryover ${command} --help" for the options that answer it.`,
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

/** A command that reads the ledger was called where there is none. */
export const ledgerNotMade: ErrorDefinition<{ instance: string; system: string }> = defineError({
  code: 'LEDGER_NOT_MADE',
  httpStatus: 409,
  retryable: false,
  summary: 'A command that reads or posts on the ledger was called on a database that has none yet.',
  message: ({ instance, system }) =>
    `Cannot read the ledger of ${system} on "${instance}": there are none of its tables, against all of them.`,
  hint: ({ instance, system }) =>
    `Run "carryover status --instance ${instance} --system ${system}" to see what comes first.`,
});

/** An account was named that does not exist. */
export const cliAccountUnknown: ErrorDefinition<{ system: string; kind: string; known: readonly string[] }> =
  defineError({
    code: 'CLI_ACCOUNT_UNKNOWN',
    httpStatus: 404,
    retryable: false,
    summary: 'An account was named on the command line that does not exist.',
    message: ({ system, kind, known }) =>
      `Cannot find that account of kind "${kind}" of ${system}: there is none, against one with that owner and a kind of ${known.length === 0 ? 'none' : known.join(', ')}.`,
    hint: ({ system, kind }) => `Run "carryover accounts --system ${system} --kind ${kind}" to list them.`,
  });

/** A job was named that the system does not have. */
export const cliJobUnknown: ErrorDefinition<{ system: string; job: string; known: readonly string[] }> = defineError({
  code: 'CLI_JOB_UNKNOWN',
  httpStatus: 404,
  retryable: false,
  summary: 'A job was named that the system does not have.',
  message: ({ system, job, known }) =>
    `Cannot run the job "${job}" of ${system}: there is none of that name, against ${known.length === 0 ? 'no job at all' : known.join(', ')}.`,
  hint: ({ system }) => `Run "carryover jobs list --system ${system}".`,
});
