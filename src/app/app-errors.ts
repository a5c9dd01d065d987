import { defineError, type ErrorDefinition } from '../base/errors.ts';

/** The configuration file has a member that is wrong, missing or unknown. */
export const configInvalid: ErrorDefinition<{ file: string; path: string; found: string; expected: string }> =
  defineError({
    code: 'CONFIG_INVALID',
    httpStatus: 500,
    retryable: false,
    summary: 'The configuration has a member that is wrong, missing or unknown.',
    message: ({ file, path, found, expected }) =>
      `Cannot read "${path}" of "${file}": found ${found}, against ${expected}.`,
    hint: ({ path }) => `Correct "${path}" and run the same command again.`,
  });

/** There is no configuration file. */
export const configMissing: ErrorDefinition<{ folder: string; looked: readonly string[] }> = defineError({
  code: 'CONFIG_MISSING',
  httpStatus: 500,
  retryable: false,
  summary: 'No configuration file was found.',
  message: ({ folder, looked }) => `Cannot find a configuration in "${folder}": looked for ${looked.join(', ')}.`,
  hint: () => 'Run "carryover init" to write one by looking at your database, or name one with --config FILE.',
});

/** A name given on the command line is not in the configuration. */
export const targetUnknown: ErrorDefinition<{ what: 'instance' | 'system'; name: string; known: readonly string[] }> =
  defineError({
    code: 'TARGET_UNKNOWN',
    httpStatus: 404,
    retryable: false,
    summary: 'An instance or system was named that the configuration does not have.',
    message: ({ what, name, known }) =>
      `Cannot find ${what} "${name}": the configuration has ${known.length === 0 ? 'none' : known.join(', ')}.`,
    hint: ({ what, known }) =>
      `Name one with --${what} ${known.length > 0 ? known.join('|') : 'NAME'}, or add it to the configuration.`,
  });

/** A writing command was given no target. */
export const targetMissing: ErrorDefinition<{ what: 'instance' | 'system'; known: readonly string[] }> = defineError({
  code: 'TARGET_MISSING',
  httpStatus: 400,
  retryable: false,
  summary: 'A command that acts on a database was not told which one.',
  message: ({ what, known }) =>
    `Cannot choose the ${what} by myself: none was named, against one of ${known.join(', ')}.`,
  hint: ({ what, known }) => `Add --${what} ${known[0] ?? 'NAME'}${what === 'instance' ? ' (or --instance all)' : ''}.`,
});

/** A secret is written in the configuration, or the variable that should hold it is not set. */
export const secretMisplaced: ErrorDefinition<{ path: string; flaw: string; nextStep: string }> = defineError({
  code: 'CONFIG_SECRET_MISPLACED',
  httpStatus: 500,
  retryable: false,
  summary: 'A password stands in the configuration, or the environment variable that should hold it is not set.',
  message: ({ path, flaw }) => `Cannot use "${path}": ${flaw}.`,
  hint: ({ nextStep }) => nextStep,
});

/** A system's own tables are not there: nothing was carried over yet. */
export const systemNotMade: ErrorDefinition<{ system: string; instance: string }> = defineError({
  code: 'APP_SYSTEM_NOT_MADE',
  httpStatus: 409,
  retryable: false,
  summary: "A system's own tables are missing: it was not carried over yet, or was rolled back.",
  message: ({ system, instance }) =>
    `Cannot run ${system} on "${instance}": found none of its tables, against a system that was carried over.`,
  hint: ({ system, instance }) => `Run "carryover migrate --instance ${instance} --system ${system}" first.`,
});
