import { defineError, type ErrorDefinition } from '../base/errors.ts';

/** A webhook that nobody with one of the secrets has signed, or that was signed too long ago. */
export const signatureInvalid: ErrorDefinition<{ found: string; expected: string }> = defineError({
  code: 'PAYMENTS_SIGNATURE_INVALID',
  httpStatus: 400,
  retryable: false,
  summary: 'A webhook has no signature by a known secret, or one that is too old.',
  message: ({ found, expected }) => `Cannot accept the webhook: found ${found}, against ${expected}.`,
  hint: () =>
    'Compare the signing secret of the endpoint with the environment, and the clock of this server with the time.',
});

/** A webhook that is signed and is no event. */
export const payloadInvalid: ErrorDefinition<{ found: string; expected: string }> = defineError({
  code: 'PAYMENTS_PAYLOAD_INVALID',
  httpStatus: 400,
  retryable: false,
  summary: 'A signed webhook is not an event of the payment provider, or an event lacks what it must name.',
  message: ({ found, expected }) => `Cannot read the webhook: found ${found}, against ${expected}.`,
  hint: () => 'Send the webhook as the provider made it; nothing was stored.',
});

/** The provider did not answer, or asked to be left alone for a while. */
export const providerUnavailable: ErrorDefinition<{ attempt: string; found: string }> = defineError({
  code: 'PAYMENTS_PROVIDER_UNAVAILABLE',
  httpStatus: 503,
  retryable: true,
  summary:
    'The payment provider did not answer, failed, or is limiting requests; what it was asked may have been done.',
  message: ({ attempt, found }) => `Cannot ${attempt}: found the payment provider ${found}, against an answer.`,
  hint: () => 'Call again with the same key: what was done already is not done twice.',
});

/** The bank or the provider does not let this payment through. */
export const paymentDeclined: ErrorDefinition<{ attempt: string; reason: string; paymentId: string | null }> =
  defineError({
    code: 'PAYMENTS_DECLINED',
    httpStatus: 402,
    retryable: false,
    summary: 'The payment was declined.',
    message: ({ attempt, reason }) => `Cannot ${attempt}: found it declined (${reason}), against approved.`,
    hint: () => 'Pay by another method, or have the holder of the card confirm the payment.',
  });

/** The provider refuses what it was asked, however often it is asked. */
export const requestRefused: ErrorDefinition<{ attempt: string; found: string }> = defineError({
  code: 'PAYMENTS_REQUEST_REFUSED',
  httpStatus: 502,
  retryable: false,
  summary: 'The payment provider refused a request: a parameter, the state of the object, or the secret key.',
  message: ({ attempt, found }) => `Cannot ${attempt}: found the request refused (${found}), against accepted.`,
  hint: () => "Look the request up in the provider's dashboard; nothing was done by it.",
});

/** The provider knows the key of a request, with other content. */
export const providerKeyReused: ErrorDefinition<{ attempt: string }> = defineError({
  code: 'PAYMENTS_KEY_REUSED',
  httpStatus: 409,
  retryable: false,
  summary: 'The payment provider was asked under the same key before, with other parameters.',
  message: ({ attempt }) => `Cannot ${attempt}: found its key used with other parameters, against the same ones.`,
  hint: () => 'Repeat the call with the settings and amounts it had first, or begin anew under another key.',
});

/** The provider has no such object. */
export const providerObjectUnknown: ErrorDefinition<{ attempt: string }> = defineError({
  code: 'PAYMENTS_OBJECT_UNKNOWN',
  httpStatus: 404,
  retryable: false,
  summary: 'The payment provider has no object of that id on this account.',
  message: ({ attempt }) => `Cannot ${attempt}: found no such object, against one of this account.`,
  hint: () => 'Check that the secret key is of the account, and of the mode (test or live), that made the object.',
});

/** No event of that id was received, or it was removed since. */
export const eventUnknown: ErrorDefinition<{ eventId: string }> = defineError({
  code: 'PAYMENTS_EVENT_UNKNOWN',
  httpStatus: 404,
  retryable: false,
  summary: 'The webhook inbox has no event of that id.',
  message: ({ eventId }) => `Cannot find event "${eventId}": found none in the inbox, against one received.`,
  hint: () => 'Correct the id, or have the provider send the event again from its dashboard.',
});
