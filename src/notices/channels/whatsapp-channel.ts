import { Type } from 'typebox';
import Value from 'typebox/value';
import type { Language } from '../texts/language.ts';
import type { ChannelLimits, NoticeChannel, OutgoingMessage, SendResult } from './channel.ts';
import { postJson, type PostAnswer } from './post-json.ts';
import { classifyWhatsAppError, whatsAppErrorCode } from './whatsapp-errors.ts';

/** How the Cloud API is reached. */
export interface WhatsAppOptions extends ChannelLimits {
  /** With the version: `https://graph.facebook.com/v23.0`. */
  readonly url: string;
  readonly phoneNumberId: string;
  readonly accessToken: string;
  readonly templateNames: Readonly<Record<string, string>>;
  readonly languageCodes: Readonly<Record<Language, string>>;
}

const accepted = Type.Object({
  messages: Type.Array(Type.Object({ id: Type.String({ minLength: 1, maxLength: 191 }) }), { minItems: 1 }),
});

/**
 * Sends approved templates by the WhatsApp Cloud API. The delivery's reference travels as `biz_opaque_callback_data` and comes back in
 * every status, so that a message whose answer was lost is found again. A lost answer is ambiguous: Meta has no idempotency key, and a
 * parent who gets a warning twice thinks of two sessions.
 */
export function whatsAppChannel(options: WhatsAppOptions): NoticeChannel {
  const { cost, perMinute, templateNames } = options;
  return {
    name: 'whatsapp',
    isRepeatable: false,
    cost,
    perMinute,
    templateNames,
    addressOf: ({ phone }) => phone,
    send: async (message) =>
      resultOf(
        await postJson({
          url: `${options.url.replace(/\/+$/, '')}/${options.phoneNumberId}/messages`,
          headers: { authorization: `Bearer ${options.accessToken}` },
          body: JSON.stringify(requestOf(message, options)),
          timeoutMs: options.timeoutMs,
        }),
      ),
  };
}

function requestOf(message: OutgoingMessage, { languageCodes }: WhatsAppOptions): object {
  return {
    messaging_product: 'whatsapp',
    recipient_type: 'individual',
    to: message.address,
    type: 'template',
    template: {
      name: message.templateName,
      language: { code: languageCodes[message.language] },
      components: [{ type: 'body', parameters: message.parameters.map((text) => ({ type: 'text', text })) }],
    },
    biz_opaque_callback_data: message.reference,
  };
}

function resultOf(answer: PostAnswer): SendResult {
  if (answer.kind === 'unsent') return { outcome: 'retry', why: answer.why };
  if (answer.kind === 'lost') return { outcome: 'ambiguous', why: answer.why };
  const body = parsed(answer.body);
  const code = whatsAppErrorCode(body);
  if (code !== undefined) {
    const result = classifyWhatsAppError(code);
    const { retryAfterMs: afterMs } = answer;
    return result.outcome === 'retry' && afterMs !== undefined ? { ...result, afterMs } : result;
  }
  if (answer.status >= 200 && answer.status < 300 && Value.Check(accepted, body)) {
    return { outcome: 'sent', providerId: body.messages[0]?.id ?? '' };
  }
  return withoutWords(answer.status);
}

/** What a status means whose body says nothing, as those of a proxy in between do. */
function withoutWords(status: number): SendResult {
  const why = `status ${status} without a body that is known`;
  if (status === 429) return { outcome: 'retry', why };
  if (status === 401 || status === 403) return { outcome: 'refused', class: 'alarm', why };
  // What stands behind a proxy may have taken the message before it answered 502 or 504.
  if (status >= 500 || status < 300) return { outcome: 'ambiguous', why };
  return { outcome: 'refused', class: 'template', why };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
