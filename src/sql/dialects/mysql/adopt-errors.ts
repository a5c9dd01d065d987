import { defineError, type ErrorDefinition } from '../../../base/errors.ts';

/** The caller's own session has settings under which a balance could be written or read wrongly. */
export const sqlSessionUnfit: ErrorDefinition<{ found: string; expected: string; remedy: string }> = defineError({
  code: 'SQL_SESSION_UNFIT',
  httpStatus: 500,
  retryable: false,
  summary: "The caller's own database session has settings under which values would be changed silently.",
  message: ({ found, expected }) => `Cannot work inside the caller's transaction: found ${found}, against ${expected}.`,
  hint: ({ remedy }) => remedy,
});
