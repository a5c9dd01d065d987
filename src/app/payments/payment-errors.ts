import { defineError, type ErrorDefinition } from '../../base/errors.ts';

/** No provider of payments is configured. */
export const paymentsNotConfigured: ErrorDefinition<{ instance: string }> = defineError({
  code: 'PAYMENTS_NOT_CONFIGURED',
  httpStatus: 409,
  retryable: false,
  summary: 'A call needs a provider of payments, and the configuration names none.',
  message: ({ instance }) =>
    `Cannot ask for money on "${instance}": found no provider of payments, against one that is configured.`,
  hint: () => 'Set payments.stripe in the configuration and start the service again.',
});
