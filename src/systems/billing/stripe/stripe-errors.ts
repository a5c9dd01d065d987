import { defineError, type ErrorDefinition } from '../../../base/errors.ts';

/** What the provider says of a payment is not what the purchase says. */
export const paymentMismatch: ErrorDefinition<{ what: string; id: string; found: string; expected: string }> =
  defineError({
    code: 'BILLING_PAYMENT_MISMATCH',
    httpStatus: 409,
    retryable: false,
    summary: 'What the payment provider says of a payment or its refunds does not fit the purchase it is for.',
    message: ({ what, id, found, expected }) => `Cannot take ${what} "${id}": found ${found}, against ${expected}.`,
    hint: () =>
      "Compare the purchase with the payment in the provider's dashboard, correct it there, and replay the event.",
  });

/** A purchase has no payment at the provider that money could go back from. */
export const paymentMissing: ErrorDefinition<{ purchaseId: string; found: string; expected: string }> = defineError({
  code: 'BILLING_PAYMENT_MISSING',
  httpStatus: 409,
  retryable: false,
  summary: 'A purchase has no payment at the provider that money could be sent back from.',
  message: ({ purchaseId, found, expected }) =>
    `Cannot send the money of purchase "${purchaseId}" back: found ${found}, against ${expected}.`,
  hint: () => 'Send the money by hand and write it down with "refund-money" and "resolve-refund".',
});

/** A subscription to one of our prices is nobody's. */
export const subscriptionUnowned: ErrorDefinition<{ subscriptionId: string }> = defineError({
  code: 'BILLING_SUBSCRIPTION_UNOWNED',
  httpStatus: 404,
  retryable: false,
  summary: 'A subscription is to a price of the policy, and nothing says which user it belongs to.',
  message: ({ subscriptionId }) =>
    `Cannot sync subscription "${subscriptionId}": found no user that it or its customer belongs to, against one.`,
  hint: () => 'Set the metadata "carryover_user" of the subscription to the id of the user, and replay the event.',
});
