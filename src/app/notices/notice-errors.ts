import { defineError, type ErrorDefinition } from '../../base/errors.ts';

/** No notices are configured. */
export const noticesNotConfigured: ErrorDefinition<{ instance: string }> = defineError({
  code: 'NOTICES_NOT_CONFIGURED',
  httpStatus: 409,
  retryable: false,
  summary: 'A call needs channels of notices, and the configuration names none.',
  message: ({ instance }) =>
    `Cannot deliver notices of "${instance}": found no channel, against one that is configured.`,
  hint: () => 'Set notices in the configuration and start the service again; what waits is delivered then.',
});
