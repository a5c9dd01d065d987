import { Type } from 'typebox';
import { CarryoverError } from '../../base/errors.ts';
import { forbidden } from '../../http/http-errors.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import { noticeWebhookUnsigned } from '../../notices/notices-errors.ts';
import type { ServeScope } from '../http/serve-scope.ts';
import * as wire from '../http/wire-fields.ts';
import { noticesNotConfigured } from './notice-errors.ts';
import { openWhatsAppWebhook, type WhatsAppWebhook } from './whatsapp-webhook.ts';

/** The provider asks once whether the address is ours. */
const verification: Route<ServeScope> = defineRoute({
  method: 'GET',
  path: '/api/notices/whatsapp',
  name: 'notices.whatsapp-verification',
  title: 'Show WhatsApp that the address of the status webhook is ours',
  tag: 'notices',
  access: 'public',
  query: wire.closed({
    'hub.mode': Type.String({ maxLength: 64, description: 'What is asked' }),
    'hub.verify_token': Type.String({ maxLength: 500, description: 'The token that was agreed' }),
    'hub.challenge': Type.String({ maxLength: 500, description: 'What to answer with' }),
  }),
  answer: { contentType: 'text/plain; charset=utf-8' },
  errors: [noticesNotConfigured, forbidden],
  key: 'none',
  async handle(scope, { query }) {
    const challenge = whatsApp(scope).verify(query as Readonly<Record<string, string>>);
    if (challenge !== undefined) return challenge;
    throw new CarryoverError(forbidden, {
      route: 'notices.whatsapp-verification',
      found: 'another token',
      expected: 'the one that was agreed',
    });
  },
});

const statuses: Route<ServeScope> = defineRoute({
  method: 'POST',
  path: '/api/notices/whatsapp',
  name: 'notices.whatsapp-statuses',
  title: 'Take what WhatsApp tells of messages: sent, delivered, read, failed; in any order, more than once',
  tag: 'notices',
  access: 'public',
  body: Type.Unknown({ description: 'Statuses, signed' }),
  answer: wire.closed({
    recorded: Type.Integer({ description: 'Statuses that said something new' }),
    ignored: Type.Integer({ description: 'Statuses that did not' }),
  }),
  errors: [noticesNotConfigured, noticeWebhookUnsigned],
  key: 'none',
  async handle(scope, { rawBody, headers }) {
    const signature = headers['x-hub-signature-256'];
    const desk = await scope.noticeDesk();
    return whatsApp(scope).take(desk, Buffer.from(rawBody), typeof signature === 'string' ? signature : undefined);
  },
});

/** Throws `NOTICES_NOT_CONFIGURED` where WhatsApp is not. */
function whatsApp(scope: ServeScope): WhatsAppWebhook {
  const webhook = openWhatsAppWebhook(scope.notices());
  if (webhook !== undefined) return webhook;
  throw new CarryoverError(noticesNotConfigured, { instance: scope.service.instance });
}

/** Where WhatsApp tells what became of messages. Both carry their own proof. */
export const whatsAppRoutes: readonly Route<ServeScope>[] = [verification, statuses];
