import { sql } from 'kysely';
import type { Instant } from '../../base/instant.ts';
import type { Trx } from '../../sql/engine.ts';
import type { SendResult } from '../channels/channel.ts';
import { classifyWhatsAppError } from '../channels/whatsapp-errors.ts';
import { monthOf } from '../delivery/admission-facts.ts';
import { applyResult } from '../delivery/apply-result.ts';
import { presentOf, type NoticeDesk } from '../delivery/notice-desk.ts';
import type { DeliveryRow, DeliveryStatus } from '../tables.ts';
import { readStatuses, type ProviderStatus } from './read-statuses.ts';

/** How many statuses of a webhook changed something; the others said what was known, came too late, or are of another instance. */
export interface RecordedStatuses {
  readonly recorded: number;
  readonly ignored: number;
}

/** From which status a delivery may be moved on by each of the provider's. Statuses come in any order and more than once. */
const MOVES: Readonly<Record<Exclude<ProviderStatus['status'], 'failed'>, readonly DeliveryStatus[]>> = {
  sent: ['sending', 'unknown'],
  // Whatever was thought before: who has it has it. A further attempt that was planned is given up with that.
  delivered: ['claimed', 'sending', 'unknown', 'sent', 'failed', 'dead', 'pending'],
  read: ['claimed', 'sending', 'unknown', 'sent', 'failed', 'dead', 'pending', 'delivered'],
};

/** A failure is told of what has left, and never of what has arrived. */
const MAY_FAIL: ReadonlySet<DeliveryStatus> = new Set(['sending', 'unknown', 'sent']);

/**
 * Records the statuses of a webhook whose signature was verified. They are taken in any order and as often as they come, and a delivery
 * never goes back: `sent` after `delivered` says nothing, and a failure of an earlier attempt does not touch a later one. Throws
 * `INPUT_INVALID`.
 */
export async function recordStatuses(desk: NoticeDesk, body: unknown, now?: Instant): Promise<RecordedStatuses> {
  const statuses = readStatuses(body);
  let recorded = 0;
  for (const status of statuses) {
    // A transaction each: a webhook with hundreds of them would lock as many rows in an order of the provider's.
    if (await desk.database.write((trx) => recordStatus(desk, trx, { status, now }))) recorded += 1;
  }
  return { recorded, ignored: statuses.length - recorded };
}

async function recordStatus(
  desk: NoticeDesk,
  trx: Trx,
  { status, now: given }: { readonly status: ProviderStatus; readonly now: Instant | undefined },
): Promise<boolean> {
  const row = await findDelivery(desk, trx, status);
  if (row === undefined) return false;
  const now = await presentOf(desk, trx, given);
  if (status.status === 'failed') return fail(desk, trx, { row, status, now });
  if (!MOVES[status.status].includes(row.status)) return false;
  const at = desk.database.dialect.expressions.instant(now);
  const month = row.charged_month ?? monthOf(now, desk.rules.budgetZone);
  await sql`update ${sql.table('carryover_notice_deliveries')}
    set status = ${status.status}, reason = null, provider_id = ${status.providerId}, charged_month = ${month}, claim_expires_at = null,
      sent_at = coalesce(sent_at, ${at}), delivered_at = ${status.status === 'sent' ? sql`delivered_at` : sql`coalesce(delivered_at, ${at})`},
      read_at = ${status.status === 'read' ? at : sql`read_at`}, updated_at = ${at}
    where id = ${row.id}`.execute(trx);
  return true;
}

/** Locked, so that two webhooks about one message are taken one after the other. */
async function findDelivery(
  { database }: NoticeDesk,
  trx: Trx,
  { reference, providerId }: ProviderStatus,
): Promise<DeliveryRow | undefined> {
  const by = reference === undefined ? sql`d.provider_id = ${providerId}` : sql`d.reference = ${reference}`;
  const { rows } = await sql<DeliveryRow>`
    select d.* from ${sql.table('carryover_notice_deliveries')} d
    where ${by} and d.channel = 'whatsapp' ${database.dialect.statements.lockRows()}`.execute(trx);
  return rows[0];
}

async function fail(
  desk: NoticeDesk,
  trx: Trx,
  { row, status, now }: { readonly row: DeliveryRow; readonly status: ProviderStatus; readonly now: Instant },
): Promise<boolean> {
  if (!MAY_FAIL.has(row.status) || (await isOfEarlierAttempt(trx, row, status.providerId))) return false;
  const result: SendResult =
    status.errorCode === undefined
      ? { outcome: 'refused', class: 'recipient', why: 'failed without an error code' }
      : classifyWhatsAppError(status.errorCode);
  const where = sql`status = ${row.status}`;
  return (
    (await applyResult(desk, trx, { delivery: row, result, providerId: status.providerId, now, where })) !== undefined
  );
}

async function isOfEarlierAttempt(trx: Trx, row: DeliveryRow, providerId: string): Promise<boolean> {
  if (row.provider_id !== null) return row.provider_id !== providerId;
  const { rows } = await sql<{ id: bigint }>`
    select a.id from ${sql.table('carryover_notice_attempts')} a
    where a.delivery_id = ${row.id} and a.provider_id = ${providerId}`.execute(trx);
  return rows.length > 0;
}
