import { sql } from 'kysely';
import type { Instant } from '../../../base/instant.ts';
import { monthStart } from '../calendar/grant-periods.ts';
import { standingAt } from '../grants/grant-due.ts';
import { dollars } from '../money.ts';
import { insertPurchase } from '../purchases/insert-purchase.ts';
import { billingTables } from '../queries/billing-tables.ts';
import { loadUser, type UserFacts } from '../queries/load-user.ts';
import type { TopUpRulesTable } from '../tables.ts';
import { mayPurchase } from '../tiers.ts';
import { runStep, type BillingCall, type BillingContext } from '../writes/billing-call.ts';

const USERS_PER_PAGE = 500;

/** A purchase that a rule has begun, to be paid by whoever takes payments. */
export interface StartedTopUp {
  readonly purchaseId: string;
  readonly userId: string;
  readonly amount: string;
}

/**
 * Begins a purchase for everybody whose rule is due: less is available than the threshold, no top-up is under way, and neither cap is reached. Twice, or by two processes at once, begins no second one, since the first
 * is still under way. The payment itself is not made here.
 */
export async function startDueTopUps(context: BillingContext): Promise<readonly StartedTopUp[]> {
  const started: StartedTopUp[] = [];
  let after = '';
  for (;;) {
    const page = await candidates(context, after);
    for (const userId of page) {
      const topUp = await runStep(context, 'top-ups', (call) => startOne(call, userId));
      if (topUp !== undefined) started.push(topUp);
    }
    const last = page.at(-1);
    if (last === undefined || page.length < USERS_PER_PAGE) return started;
    after = last;
  }
}

/** Everybody with a rule whose stored balance could be low: what has expired since only makes it lower, and is looked at under the lock. */
async function candidates({ database }: BillingContext, after: string): Promise<readonly string[]> {
  const { now } = database.dialect.expressions;
  const overdue = sql`coalesce((select sum(l.remaining) from ${sql.table('carryover_lots')} l
    where l.account_id = a.id and l.remaining > 0 and l.expires_at <= ${now()}), 0)`;
  const { rows } = await sql<{ user_id: string }>`
    select r.user_id from ${sql.table('carryover_billing_topup_rules')} r
    join ${sql.table('carryover_billing_users')} u on u.user_id = r.user_id
    join ${sql.table('carryover_accounts')} a on a.id = u.account_id
    where r.enabled = 1 and a.authority = 'ledger' and a.status = 'open' and a.balance - a.held - ${overdue} < r.threshold and r.user_id > ${after}
    order by r.user_id limit ${sql.lit(USERS_PER_PAGE)}`.execute(database.handle);
  return rows.map(({ user_id: userId }) => userId);
}

async function startOne(call: BillingCall, userId: string): Promise<StartedTopUp | undefined> {
  const { database, policy } = call.context;
  const { accountId } = await loadUser(database, call.trx, userId);
  await call.ledger.lock([accountId]);
  const user = await loadUser(database, call.trx, userId);
  const rule = await billingTables(call.trx)
    .selectFrom('carryover_billing_topup_rules')
    .selectAll()
    .where('user_id', '=', userId)
    .executeTakeFirst();
  if (rule === undefined || !isDue(user, rule)) return undefined;
  if (!mayPurchase(policy, standingAt(user.row, policy, call.now).tier)) return undefined;
  const { isUnderWay, onDay, inMonth } = await topUpsOf(call, userId);
  if (isUnderWay || onDay >= rule.day_count_max || inMonth + rule.amount > rule.month_max) return undefined;
  const key = `top-up:${userId}:${call.recordedAt.toString()}`;
  const purchase = await insertPurchase(call, user, { origin: 'top-up', amount: rule.amount, key });
  return { purchaseId: purchase.id.toString(), userId, amount: dollars(purchase.amount) };
}

function isDue(user: UserFacts, rule: TopUpRulesTable): boolean {
  return (
    rule.enabled === 1n && user.authority === 'ledger' && user.status === 'open' && user.available < rule.threshold
  );
}

async function topUpsOf(
  call: BillingCall,
  userId: string,
): Promise<{ readonly isUnderWay: boolean; readonly onDay: bigint; readonly inMonth: bigint }> {
  const rows = await billingTables(call.trx)
    .selectFrom('carryover_billing_purchases')
    .select(['status', 'amount', 'started_at'])
    .where('user_id', '=', userId)
    .where('origin', '=', 'top-up')
    .where('started_at', '>=', monthStart(call.now))
    .execute();
  const counted = rows.filter(({ status }) => status !== 'failed');
  const isToday = (at: Instant): boolean => at.toString().slice(0, 10) === call.now.toString().slice(0, 10);
  return {
    isUnderWay: rows.some(({ status }) => status === 'pending'),
    // Failed ones too: a card that is declined must not be tried all day, which banks punish.
    onDay: BigInt(rows.filter(({ started_at: at }) => isToday(at)).length),
    inMonth: counted.reduce((sum, { amount }) => sum + amount, 0n),
  };
}
