import { defineError, type ErrorDefinition } from '../base/errors.ts';

/** Somebody would opt out of a notice that has to reach them. */
export const noticeMandatory: ErrorDefinition<{ system: string; type: string }> = defineError({
  code: 'NOTICES_TYPE_MANDATORY',
  httpStatus: 422,
  retryable: false,
  summary: 'A recipient would opt out of a kind of notice that is mandatory.',
  message: ({ system, type }) =>
    `Cannot opt out of "${type}" of ${system}: found a mandatory kind, against one that may be left out.`,
  hint: () => 'Opt out of a channel instead: mandatory notices then go by another one where there is one.',
});

/** A system or a kind of notice that does not exist. */
export const noticeTypeUnknown: ErrorDefinition<{ system: string; type: string; known: readonly string[] }> =
  defineError({
    code: 'NOTICES_TYPE_UNKNOWN',
    httpStatus: 404,
    retryable: false,
    summary: 'A kind of notice was named that the system does not send.',
    message: ({ system, type, known }) =>
      `Cannot find the notice "${type}" of "${system}": found none, against ${known.length === 0 ? 'a system that sends notices' : known.join(', ')}.`,
    hint: () => 'Name one of those, or "*" for every kind.',
  });

/** A channel that does not exist or is not open here. */
export const noticeChannelUnknown: ErrorDefinition<{ channel: string; known: readonly string[] }> = defineError({
  code: 'NOTICES_CHANNEL_UNKNOWN',
  httpStatus: 404,
  retryable: false,
  summary: 'A channel of notices was named that does not exist.',
  message: ({ channel, known }) => `Cannot find the channel "${channel}": found none, against ${known.join(', ')}.`,
  hint: () => 'Name one of those.',
});

/** A webhook of a channel whose signature is missing or wrong. */
export const noticeWebhookUnsigned: ErrorDefinition<{ channel: string }> = defineError({
  code: 'NOTICES_WEBHOOK_UNSIGNED',
  httpStatus: 401,
  retryable: false,
  summary: 'A status webhook came without the signature of its channel.',
  message: ({ channel }) =>
    `Cannot take the webhook of "${channel}": found no valid signature, against one made with its secret.`,
  hint: () => 'Check the secret of the webhook on both sides; nothing was recorded.',
});
