import { defineError, type ErrorDefinition } from '../../base/errors.ts';

/** A confirmation that is not, or no longer, good for what was asked. */
export const confirmationRefused: ErrorDefinition<{ action: string; system: string; found: string; expected: string }> =
  defineError({
    code: 'CUTOVER_CONFIRMATION_REFUSED',
    httpStatus: 409,
    retryable: false,
    summary:
      'A switch or rollback was confirmed by a token that was forged, expired, used, or shown another state than there is.',
    message: ({ action, system, found, expected }) =>
      `Cannot ${action} ${system}: found ${found}, against ${expected}.`,
    hint: () => 'Look again: ask for a new preview, and confirm what it shows.',
  });

/** The caller's key names another action. */
export const cutoverKeyReused: ErrorDefinition<{ action: string; system: string; found: string }> = defineError({
  code: 'CUTOVER_KEY_REUSED',
  httpStatus: 409,
  retryable: false,
  summary: 'An Idempotency-Key of another action on a cutover was sent again.',
  message: ({ action, system, found }) =>
    `Cannot ${action} ${system}: found its key to be taken by ${found}, against a key of its own.`,
  hint: () => 'Send a new Idempotency-Key per action, and the same one when you repeat it.',
});

/** No action has this id. */
export const cutoverActionUnknown: ErrorDefinition<{ id: string; system: string }> = defineError({
  code: 'CUTOVER_ACTION_UNKNOWN',
  httpStatus: 404,
  retryable: false,
  summary: 'A cutover has no action of this id.',
  message: ({ id, system }) =>
    `Cannot find the action "${id}" of ${system}: found none, against one that was accepted.`,
  hint: () => 'List the actions of the cutover.',
});
