import { sql } from 'kysely';
import { Stripe } from 'stripe';
import { Type, type TSchema } from 'typebox';
import Value from 'typebox/value';
import { CarryoverError } from '../../base/errors.ts';
import { systemClock, type Clock } from '../../base/clock.ts';
import { Instant } from '../../base/instant.ts';
import { referenceFlaw } from '../../base/names.ts';
import type { Database } from '../../sql/database.ts';
import { payloadInvalid, signatureInvalid } from '../payment-errors.ts';
import { EVENTS_TABLE } from '../schema.ts';

/** A webhook as it came in. */
export interface IncomingWebhook {
  readonly database: Database;
  /** Signing secrets of the endpoint: two while one is being replaced. */
  readonly secrets: readonly string[];
  /** How old the signature may be, in seconds. */
  readonly toleranceSeconds: number;
  /** The body byte by byte, before anything parsed it. */
  readonly rawBody: Uint8Array | string;
  /** The header `Stripe-Signature`, where there was one. */
  readonly signatureHeader: string | undefined;
  /** This server's clock, since a stranger's request must not cost a query before its signature is known. */
  readonly clock?: Clock;
}

/** What became of a webhook: either way the provider is answered that it arrived. */
export interface ReceivedWebhook {
  readonly outcome: 'stored' | 'duplicate';
  readonly eventId: string;
  readonly type: string;
}

/** As far as the inbox reads an event; the rest is read by who handles it. */
const eventSchema: TSchema = Type.Object({
  id: Type.String(),
  object: Type.Literal('event'),
  type: Type.String(),
  created: Type.Integer({ minimum: 0, maximum: 253_402_300_799 }),
  data: Type.Object({ object: Type.Object({}) }),
});

interface EventHead {
  readonly id: string;
  readonly type: string;
  readonly created: number;
}

/**
 * Takes a webhook in: verifies its signature, and stores it once, whatever it is about, before anything else happens (U-24). Only
 * then may the provider be answered with success, and nothing that fails later can lose it. Throws `PAYMENTS_SIGNATURE_INVALID`,
 * then `PAYMENTS_PAYLOAD_INVALID`; both store nothing.
 */
export async function receiveWebhook(webhook: IncomingWebhook): Promise<ReceivedWebhook> {
  const { database } = webhook;
  const payload = textOf(webhook.rawBody);
  verifySignature(webhook, payload);
  const event = readEvent(payload);
  const { statements, expressions } = database.dialect;
  const row = statements.rows('e', {
    columns: { event_id: 'text', type: 'text', payload: 'text', occurred_at: 'instant' },
    rows: [[event.id, event.type, payload, Instant.fromEpochMillis(event.created * 1000)]],
  });
  const now = expressions.now();
  const inserted = await database.write((trx) =>
    statements.insertIfAbsent(trx, {
      table: EVENTS_TABLE,
      columns: ['event_id', 'type', 'payload', 'status', 'attempts', 'due_at', 'occurred_at', 'received_at'],
      source: sql`select e.event_id, e.type, e.payload, 'received', 0, ${now}, e.occurred_at, ${now} from ${row}`,
      conflict: ['event_id'],
    }),
  );
  return { outcome: inserted > 0n ? 'stored' : 'duplicate', eventId: event.id, type: event.type };
}

/** Each secret in turn; the SDK compares in constant time. */
function verifySignature(webhook: IncomingWebhook, payload: string): void {
  const { clock = systemClock, secrets, signatureHeader, toleranceSeconds } = webhook;
  const expected = `one by a known secret, at most ${toleranceSeconds} seconds old`;
  if (signatureHeader === undefined || signatureHeader === '') {
    throw new CarryoverError(signatureInvalid, { found: 'no signature', expected });
  }
  const receivedAt = Number(clock.now().epochMicros / 1000n);
  let found = 'no signature by a known secret';
  for (const secret of secrets) {
    try {
      Stripe.webhooks.signature?.verifyHeader(
        payload,
        signatureHeader,
        secret,
        toleranceSeconds,
        undefined,
        receivedAt,
      );
      return;
    } catch (error) {
      if (!(error instanceof Stripe.errors.StripeSignatureVerificationError)) throw error;
      if (error.message.includes('tolerance')) found = 'a signature that is too old';
    }
  }
  throw new CarryoverError(signatureInvalid, { found, expected });
}

function readEvent(payload: string): EventHead {
  const parsed = parseJson(payload);
  const expected = 'an event';
  if (!Value.Check(eventSchema, parsed))
    throw new CarryoverError(payloadInvalid, { found: 'something else', expected });
  const event = parsed as EventHead;
  const flaw = referenceFlaw(event.id) ?? referenceFlaw(event.type);
  if (flaw === undefined) return event;
  throw new CarryoverError(payloadInvalid, { found: `an event whose id or type is ${flaw}`, expected });
}

function parseJson(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch (error) {
    throw new CarryoverError(payloadInvalid, { found: 'no JSON', expected: 'an event' }, error);
  }
}

function textOf(body: Uint8Array | string): string {
  return typeof body === 'string' ? body : new TextDecoder().decode(body);
}
