import { defineError, type ErrorDefinition } from '../../base/errors.ts';

/** A key's name is taken. */
export const keyLabelTaken: ErrorDefinition<{ label: string }> = defineError({
  code: 'IDENTITY_KEY_LABEL_TAKEN',
  httpStatus: 409,
  retryable: false,
  summary: 'An API key of that name exists already.',
  message: ({ label }) => `Cannot create the key "${label}": found one of that name, against none.`,
  hint: () => 'Choose another name, or rotate the one there is.',
});

/** No key has this id. */
export const keyUnknown: ErrorDefinition<{ id: string }> = defineError({
  code: 'IDENTITY_KEY_UNKNOWN',
  httpStatus: 404,
  retryable: false,
  summary: 'No API key has this id, or it is revoked or expired already.',
  message: ({ id }) => `Cannot change the key "${id}": found no key of that id in use, against one.`,
  hint: () => 'Run "carryover keys list" for those there are.',
});
