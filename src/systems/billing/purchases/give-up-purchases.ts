import { sql } from 'kysely';
import type { BillingContext } from '../writes/billing-call.ts';

const HOUR_MS = 3_600_000;

/**
 * Gives up purchases that nobody has paid for longer than policy waits, and answers how many. One that is paid after all is still settled (U-15); those of users whom legacy decides about are legacy's.
 */
export async function giveUpPurchases(context: BillingContext): Promise<bigint> {
  const { database, policy } = context;
  const { instant } = database.dialect.expressions;
  const now = context.now ?? (await database.dialect.statements.serverNow(database.handle));
  const before = instant(now.plusMillis(-policy.purchases.pendingHours * HOUR_MS));
  return database.write(async (trx) => {
    const { numAffectedRows } = await sql`
      update ${sql.table('carryover_billing_purchases')} set status = 'failed', failure = 'Nobody paid in time'
      where status = 'pending' and started_at <= ${before} and user_id in (
        select u.user_id from ${sql.table('carryover_billing_users')} u join ${sql.table('carryover_accounts')} a on a.id = u.account_id
        where a.authority = 'ledger')`.execute(trx);
    return numAffectedRows ?? 0n;
  });
}
