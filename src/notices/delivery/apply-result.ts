import { sql, type RawBuilder } from 'kysely';
import type { Instant } from '../../base/instant.ts';
import type { Trx } from '../../sql/engine.ts';
import type { SendResult } from '../channels/channel.ts';
import type { DeliveryRow, DeliveryStatus } from '../tables.ts';
import { pauseChannel } from './channel-pauses.ts';
import type { NoticeDesk } from './notice-desk.ts';

/** A later wish of the provider would keep a message beyond the day it is about. */
const AFTER_MS_MAX = 24 * 3_600_000;

/** What a result makes of a delivery. */
export interface NextState {
  readonly status: DeliveryStatus;
  readonly reason: string | null;
  /** How long until it is due again; null where it is not. */
  readonly afterMs: number | null;
  readonly attempts: bigint;
  /** False where nobody is to pay for it (T-40). */
  readonly isCharged: boolean;
}

/** What becomes of a delivery whose attempt, the `attempts`-th, had this result. Without a further pause in `retryMs` it is dead. */
export function nextState(result: SendResult, attempts: bigint, retryMs: readonly number[]): NextState {
  switch (result.outcome) {
    case 'sent':
      return { status: 'sent', reason: null, afterMs: null, attempts, isCharged: true };
    case 'ambiguous':
      return { status: 'unknown', reason: result.why, afterMs: null, attempts, isCharged: true };
    case 'retry': {
      const pauseMs = retryMs[Number(attempts) - 1];
      const failed = { reason: result.why, attempts, isCharged: false };
      if (pauseMs === undefined) return { ...failed, status: 'dead', afterMs: null };
      return { ...failed, status: 'pending', afterMs: Math.min(Math.max(pauseMs, result.afterMs ?? 0), AFTER_MS_MAX) };
    }
    case 'refused': {
      const refused = { reason: result.why, attempts, isCharged: false, afterMs: null };
      if (result.class === 'recipient') return { ...refused, status: 'failed' };
      if (result.class === 'template') return { ...refused, status: 'dead' };
      // It was no fault of this message: it is the first to go when the channel is resumed.
      return { ...refused, status: 'pending', afterMs: 0, attempts: attempts - 1n };
    }
  }
}

/** A result, the delivery it is about, and the condition on `d.` under which it still holds. */
export interface ResultOfAttempt {
  readonly delivery: Pick<DeliveryRow, 'id' | 'notice_id' | 'channel' | 'attempts'>;
  readonly result: SendResult;
  /** The provider's name of the message where the result does not say it: a failure that a status tells. */
  readonly providerId?: string;
  readonly now: Instant;
  readonly where: RawBuilder<unknown>;
}

/**
 * Writes down what came of an attempt. A recipient who cannot be reached gives the notice back to planning, which looks for another
 * channel; a refusal of the account stops the channel. Answers the status it has, or undefined where the result holds no more.
 */
export async function applyResult(
  desk: NoticeDesk,
  trx: Trx,
  attempt: ResultOfAttempt,
): Promise<DeliveryStatus | undefined> {
  const { delivery, result, now, where } = attempt;
  const { instant } = desk.database.dialect.expressions;
  const next = nextState(result, delivery.attempts, desk.rules.retryMs);
  const providerId = result.outcome === 'sent' ? result.providerId : null;
  await appendAttempt(desk, trx, attempt);
  const due = next.afterMs === null ? sql`next_attempt_at` : instant(now.plusMillis(next.afterMs));
  const { numAffectedRows = 0n } = await sql`
    update ${sql.table('carryover_notice_deliveries')}
    set status = ${next.status}, reason = ${next.reason?.slice(0, 191) ?? null}, attempts = ${next.attempts}, next_attempt_at = ${due},
      provider_id = coalesce(${providerId}, provider_id), claim_expires_at = null,
      charged_month = ${next.isCharged ? sql`charged_month` : sql`null`},
      sent_at = ${result.outcome === 'sent' ? instant(now) : sql`sent_at`}, updated_at = ${instant(now)}
    where id = ${delivery.id} and ${where}`.execute(trx);
  if (numAffectedRows === 0n) return undefined;
  if (next.status === 'failed') {
    await sql`update ${sql.table('carryover_outbox')} set status = 'pending' where id = ${delivery.notice_id} and status = 'planned'`.execute(
      trx,
    );
  }
  if (result.outcome === 'refused' && result.class === 'alarm' && delivery.channel !== 'none') {
    await pauseChannel(desk, trx, { channel: delivery.channel, reason: result.why, now });
  }
  return next.status;
}

async function appendAttempt({ database }: NoticeDesk, trx: Trx, attempt: ResultOfAttempt): Promise<void> {
  const { delivery, result, now } = attempt;
  const outcome = result.outcome === 'refused' ? `refused-${result.class}` : result.outcome;
  const why = 'why' in result ? result.why.slice(0, 191) : null;
  const providerId = result.outcome === 'sent' ? result.providerId : (attempt.providerId ?? null);
  await database.dialect.statements.insertRows(trx, 'carryover_notice_attempts', {
    columns: {
      delivery_id: 'int64',
      attempt: 'int64',
      outcome: 'text',
      why: 'text',
      provider_id: 'text',
      recorded_at: 'instant',
    },
    rows: [[delivery.id, delivery.attempts, outcome, why, providerId, now]],
  });
}
