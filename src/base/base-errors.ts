import { defineError, type ErrorDefinition } from './errors.ts';

/** An amount, instant, name or setting from outside does not have the documented form. */
export const inputInvalid: ErrorDefinition<{ what: string; found: string; expected: string }> = defineError({
  code: 'INPUT_INVALID',
  httpStatus: 400,
  retryable: false,
  summary: 'A value from outside does not have the documented form.',
  message: ({ what, found, expected }) => `Cannot read ${what}: found ${found}, against ${expected}.`,
  hint: () => 'Correct the value and call again; nothing was changed.',
});
