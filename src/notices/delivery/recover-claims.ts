import { sql } from 'kysely';
import type { Instant } from '../../base/instant.ts';
import { presentOf, type NoticeDesk } from './notice-desk.ts';

/**
 * Takes back what servers had claimed that have stopped since, and answers how many messages have an unknown fate now. What had not begun
 * to leave is pending again, and so is what went to a receiver that knows repetitions. The rest waits for a status or a person: a second
 * message is worse than a late one.
 */
export async function recoverClaims(desk: NoticeDesk, given?: Instant): Promise<{ readonly unknown: number }> {
  const { database, channels } = desk;
  const repeatable = [...channels.values()].filter((channel) => channel.isRepeatable).map(({ name }) => name);
  const table = sql.table('carryover_notice_deliveries');
  return database.write(async (trx) => {
    const now = database.dialect.expressions.instant(await presentOf(desk, trx, given));
    const expired = sql`claim_expires_at <= ${now}`;
    const back = sql`set status = 'pending', claim_token = null, claim_expires_at = null, admitted_at = null, charged_month = null,
      updated_at = ${now}`;
    await sql`update ${table} ${back} where status = 'claimed' and ${expired}`.execute(trx);
    if (repeatable.length > 0) {
      await sql`update ${table} ${back} where status = 'sending' and ${expired} and channel in (${sql.join(repeatable)})`.execute(
        trx,
      );
    }
    const { numAffectedRows = 0n } = await sql`
      update ${table} set status = 'unknown', reason = 'interrupted', claim_expires_at = null, updated_at = ${now}
      where status = 'sending' and ${expired}`.execute(trx);
    return { unknown: Number(numAffectedRows) };
  });
}
