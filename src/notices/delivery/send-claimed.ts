import { sql } from 'kysely';
import type { Instant } from '../../base/instant.ts';
import type { NoticeChannel, OutgoingMessage, SendResult } from '../channels/channel.ts';
import type { DeliveryStatus } from '../tables.ts';
import { applyResult } from './apply-result.ts';
import type { ClaimedDelivery } from './claim-deliveries.ts';
import { composeMessage, type ComposedMessage } from './compose-message.ts';
import { presentOf, type NoticeDesk } from './notice-desk.ts';
import { keyOf, lookUpAddressees, readOutbox, readPreferences } from './read-notices.ts';

/** How a batch is sent. */
export interface SendOptions {
  readonly now: Instant | undefined;
  /** Messages under way at once. */
  readonly concurrency: number;
}

/** Sends what was claimed and answers what became of each; `lost` where another server has it by now, or its result came too late. */
export async function sendClaimed(
  desk: NoticeDesk,
  claimed: readonly ClaimedDelivery[],
  options: SendOptions,
): Promise<readonly (DeliveryStatus | 'lost')[]> {
  if (claimed.length === 0) return [];
  const composed = await composeAll(desk, claimed);
  const results: (DeliveryStatus | 'lost')[] = [];
  const waiting = composed.values();
  const worker = async (): Promise<void> => {
    for (const one of waiting) results.push(await sendOne(desk, one, options.now));
  };
  await Promise.all(Array.from({ length: Math.min(options.concurrency, claimed.length) }, worker));
  return results;
}

interface ReadyDelivery {
  readonly claim: ClaimedDelivery;
  readonly channel: NoticeChannel;
  readonly composed: ComposedMessage;
}

async function composeAll(desk: NoticeDesk, claimed: readonly ClaimedDelivery[]): Promise<readonly ReadyDelivery[]> {
  const { database, sources, channels } = desk;
  return database.read(async (handle) => {
    const ids = claimed.map(({ row }) => row.notice_id);
    const notices = await readOutbox(handle, database.dialect.statements.idIn('o.id', ids), ids.length);
    const addressees = await lookUpAddressees(desk, handle, notices);
    const preferences = await readPreferences(handle, notices);
    return claimed.flatMap((claim) => {
      const { row } = claim;
      const channel = row.channel === 'none' ? undefined : channels.get(row.channel);
      if (channel === undefined) return [];
      const composed = composeMessage({
        row,
        channel,
        template: sources.get(row.system_name)?.templates[row.type],
        addressee: addressees.get(row.notice_id),
        preferences: preferences.get(keyOf({ system: row.system_name, recipient: row.recipient })) ?? [],
      });
      return [{ claim, channel, composed }];
    });
  });
}

async function sendOne(
  desk: NoticeDesk,
  { claim, channel, composed }: ReadyDelivery,
  now: Instant | undefined,
): Promise<DeliveryStatus | 'lost'> {
  if ('end' in composed) return endUnsent(desk, claim, { ...composed, now });
  if (!(await beginSending(desk, claim, now))) return 'lost';
  const result = await resultOf(channel, composed.message);
  const { row, token } = claim;
  return desk.database.write(async (trx) => {
    const status = await applyResult(desk, trx, {
      delivery: { ...row, attempts: row.attempts + 1n },
      result,
      now: await presentOf(desk, trx, now),
      where: sql`claim_token = ${token} and status in ('sending', 'unknown')`,
    });
    if (status !== undefined || result.outcome !== 'sent') return status ?? 'lost';
    // The provider's status was faster than its answer; what it said stays, and the message gets its name.
    await sql`update ${sql.table('carryover_notice_deliveries')} set provider_id = coalesce(provider_id, ${result.providerId})
      where id = ${row.id} and claim_token = ${token}`.execute(trx);
    return 'sent';
  });
}

/**
 * From here on the message may have left. Written before the request begins and only while the claim still holds, so that of two servers
 * that had the same delivery at most one ever sends it.
 */
async function beginSending(
  desk: NoticeDesk,
  { row, token }: ClaimedDelivery,
  given: Instant | undefined,
): Promise<boolean> {
  const { database, rules } = desk;
  const { instant } = database.dialect.expressions;
  return database.write(async (trx) => {
    const now = await presentOf(desk, trx, given);
    const { numAffectedRows = 0n } = await sql`
      update ${sql.table('carryover_notice_deliveries')}
      set status = 'sending', attempts = attempts + 1, provider_id = null, claim_expires_at = ${instant(now.plusMillis(rules.claimMs))},
        updated_at = ${instant(now)}
      where id = ${row.id} and claim_token = ${token} and status = 'claimed' and claim_expires_at > ${instant(now)}`.execute(
      trx,
    );
    return numAffectedRows > 0n;
  });
}

async function endUnsent(
  desk: NoticeDesk,
  { row, token }: ClaimedDelivery,
  {
    end,
    reason,
    now: given,
  }: { readonly end: 'skipped' | 'dead'; readonly reason: string; readonly now: Instant | undefined },
): Promise<DeliveryStatus | 'lost'> {
  const { database } = desk;
  return database.write(async (trx) => {
    const now = database.dialect.expressions.instant(await presentOf(desk, trx, given));
    const { numAffectedRows = 0n } = await sql`
      update ${sql.table('carryover_notice_deliveries')}
      set status = ${end}, reason = ${reason.slice(0, 191)}, charged_month = null, admitted_at = null, claim_expires_at = null, updated_at = ${now}
      where id = ${row.id} and claim_token = ${token} and status = 'claimed'`.execute(trx);
    return numAffectedRows > 0n ? end : 'lost';
  });
}

/** A channel that throws has a fault of its own; whether the message left by then is not known. */
async function resultOf(channel: NoticeChannel, message: OutgoingMessage): Promise<SendResult> {
  try {
    return await channel.send(message);
  } catch (error) {
    return { outcome: 'ambiguous', why: `the channel failed: ${error instanceof Error ? error.name : 'unknown'}` };
  }
}
