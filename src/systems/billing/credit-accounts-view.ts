import { sql, type RawBuilder } from 'kysely';
import type { PhysicalNames } from '../../cutover/descriptor.ts';
import { asDollars } from './view-dollars.ts';

const accounts = sql.table('carryover_accounts');
const entries = sql.table('carryover_entries');
const grants = sql.table('carryover_billing_grants');
const lots = sql.table('carryover_lots');
const users = sql.table('carryover_billing_users');

/**
 * One row per user in the columns of the document's table, amounts in dollars. What has expired is subtracted from the moment it expires, not from
 * when somebody touches the account; the lifetime sums are sums of the entries, so they cannot drift (U-05).
 */
export function creditAccountsView(names: PhysicalNames): RawBuilder<unknown> {
  const { greatest, least, int64, now } = names.database.dialect.viewExpressions;
  const zero = int64(sql.lit(0));
  const sumOf = (contra: string, sign: '' | '-'): RawBuilder<unknown> =>
    asDollars(
      sql`coalesce((select sum(${sql.raw(sign)}n.amount) from ${entries} n where n.account_id = a.id and n.contra = ${sql.lit(contra)}), 0)`,
    );
  const overdue = int64(sql`coalesce((
    select sum(l.remaining) from ${lots} l where l.account_id = a.id and l.remaining > 0 and l.expires_at <= ${now()}), 0)`);
  const free = greatest(sql`a.balance - a.held`, zero);
  const expired = sql`case when a.authority = 'ledger' then ${least(overdue, free)} else 0 end`;
  return sql`
    select u.user_id as user_id, ${asDollars(sql`a.balance - ${expired}`)} as balance,
      ${sumOf('grants', '')} as lifetime_granted, ${sumOf('purchases', '')} as lifetime_purchased, ${sumOf('usage', '-')} as lifetime_used,
      u.tier as tier, (select max(g.granted_at) from ${grants} g where g.user_id = u.user_id) as last_grant_date,
      u.anchor_at as billing_cycle_anchor, u.next_grant_at as next_credit_grant, u.subscription_id as stripe_subscription_id,
      a.opened_at as created_at
    from ${users} u join ${accounts} a on a.id = u.account_id`;
}
