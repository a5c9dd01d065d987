import type { Clock } from '../../base/clock.ts';
import { systemClock } from '../../base/clock.ts';
import { canonicalJson } from '../../base/canonical-json.ts';
import type { ChannelLimits, NoticeChannel, OutgoingMessage, SendResult } from './channel.ts';
import { postJson } from './post-json.ts';
import { signatureHeader } from './sign-body.ts';

/** The header that holds the signature. */
const WEBHOOK_SIGNATURE_HEADER = 'carryover-signature';

/** The header by which a receiver knows a repetition. */
const WEBHOOK_DELIVERY_HEADER = 'carryover-delivery';

/** Where notices are posted. */
export interface WebhookOptions extends ChannelLimits {
  readonly url: string;
  readonly secret: string;
  readonly clock?: Clock;
}

/**
 * Posts each notice as JSON to the user's own application, signed as `signatureHeader` says. Anything but a status of 2xx is tried again,
 * also what was interrupted: the receiver knows a repetition by the header `carryover-delivery`, which stays the same.
 */
export function webhookChannel(options: WebhookOptions): NoticeChannel {
  const { cost, perMinute, url, clock = systemClock } = options;
  return {
    name: 'webhook',
    isRepeatable: true,
    cost,
    perMinute,
    templateNames: {},
    addressOf: () => url,
    send: (message) => send(options, message, Number(clock.now().epochMicros / 1_000_000n)),
  };
}

async function send(options: WebhookOptions, message: OutgoingMessage, epochSeconds: number): Promise<SendResult> {
  const { reference, system, type, recipient, language, title, text, noticedAt } = message;
  const body = canonicalJson({ id: reference, system, type, recipient, language, title, text, noticedAt });
  const answer = await postJson({
    url: options.url,
    body,
    timeoutMs: options.timeoutMs,
    headers: {
      [WEBHOOK_SIGNATURE_HEADER]: signatureHeader(options.secret, body, epochSeconds),
      [WEBHOOK_DELIVERY_HEADER]: reference,
    },
  });
  if (answer.kind !== 'answered') return { outcome: 'retry', why: answer.why };
  if (answer.status >= 200 && answer.status < 300) return { outcome: 'sent', providerId: reference };
  const { retryAfterMs: afterMs } = answer;
  return { outcome: 'retry', why: `status ${answer.status}`, ...(afterMs === undefined ? {} : { afterMs }) };
}
