import { sql, type RawBuilder } from 'kysely';
import type { FindingCheck, FindingRow } from '../../../cutover/descriptor.ts';
import type { Fragment } from '../../../sql/contract/expressions.ts';
import { aliased, columnsOf, isNone, isOneOf } from '../../legacy-pieces.ts';
import { purchaseRows } from '../legacy-purchases.ts';
import { usageRows } from '../legacy-usage.ts';
import type { BillingPolicy } from '../policy.ts';
import { type BillingSource } from '../read-legacy.ts';

/** Decimals of a cent: what legacy's own columns and functions keep. */
const CENTS = 2;

/** What is odd about purchases and usage. Amounts in the details are micro-dollars. */
export const purchaseFindings: readonly FindingCheck<BillingPolicy>[] = [
  {
    code: 'purchase-pending',
    severity: 'review',
    title: 'Purchases that nobody has paid yet (U-15)',
    treatment: () => 'They are carried as pending and are in no balance; the payment settles them here when it comes.',
    rows: (source) => purchaseFinding(source, sql`${isNone(sql`p.flaw`)} and p.exclusion = 'pending'`),
  },
  {
    code: 'purchase-not-counted',
    severity: 'info',
    title: 'Purchases that failed or were refunded (U-16)',
    treatment: () => 'They are in no balance. Where the stored balance still has them, it is listed as different.',
    rows: (source) =>
      purchaseFinding(
        source,
        sql`${isNone(sql`p.flaw`)} and ${isOneOf(source, sql`p.exclusion`, ['failed', 'refunded'])}`,
      ),
  },
  {
    code: 'purchase-expired',
    severity: 'review',
    title: "Purchases with an expiry before the run's instant, which the application never took away (U-16)",
    treatment: ({ carrying }) =>
      carrying.purchaseExpiry === 'as-stored'
        ? 'They keep their expiry: what is left of them expires, by an entry, when the account is switched (carrying.purchaseExpiry: as-stored).'
        : 'They do not expire (carrying.purchaseExpiry: never).',
    rows: (source) =>
      purchaseFinding(
        source,
        sql`${isNone(sql`p.flaw`)} and ${isNone(sql`p.exclusion`)} and p.expires_at <= ${source.expressions.instant(source.asOf)}`,
      ),
  },
  {
    code: 'row-unreadable',
    severity: 'review',
    title: 'Purchases and usage without an amount, with one that cannot be meant, or with an unknown status',
    treatment: () => 'They wait in quarantine and move no balance until somebody has corrected them.',
    rows: unreadable,
  },
  {
    code: 'user-without-account',
    severity: 'review',
    title: 'Purchases and usage of users without an account',
    treatment: () => 'They wait in quarantine; the next run carries them once the account exists.',
    rows: withoutAccount,
  },
  {
    code: 'sub-cent',
    severity: 'info',
    title: 'Users with usage finer than a cent, which the application rounded (U-19)',
    treatment: () => 'It is carried to the micro-dollar, as the row has it.',
    rows: subCent,
  },
  {
    code: 'dated-in-future',
    severity: 'review',
    title: "Purchases and usage dated after the run's instant",
    treatment: () => 'They count at once and keep their date.',
    rows: datedInFuture,
  },
];

function purchaseFinding(source: BillingSource, where: Fragment): RawBuilder<FindingRow> {
  const { concat, jsonObject } = source.expressions;
  const details = jsonObject({ user: sql`p.user_id`, amount: sql`p.amount`, status: sql`p.status` });
  return sql<FindingRow>`
    select ${concat(sql.lit('purchase '), sql`p.purchase_id`)} as subject, ${details} as details
    from (${purchaseRows(source)}) p where ${where}`;
}

function unreadable(source: BillingSource): RawBuilder<FindingRow> {
  const { concat, jsonObject } = source.expressions;
  return sql<FindingRow>`
    select ${concat(sql.lit('purchase '), sql`p.purchase_id`)} as subject, ${jsonObject({ user: sql`p.user_id`, flaw: sql`p.flaw` })} as details
    from (${purchaseRows(source)}) p where p.flaw <> 'no-account'
    union all
    select ${concat(sql.lit('usage '), sql`u.usage_id`)}, ${jsonObject({ user: sql`u.user_id`, flaw: sql`u.flaw` })}
    from (${usageRows(source)}) u where u.flaw <> 'no-account'`;
}

function withoutAccount(source: BillingSource): RawBuilder<FindingRow> {
  const { concat, int64, jsonObject } = source.expressions;
  const details = jsonObject({
    purchases: sql`d.purchases`,
    usage: sql`d.usage_count`,
    purchased: sql`d.purchased`,
    used: sql`d.used`,
  });
  const zero = int64(sql.lit(0));
  return sql<FindingRow>`
    select ${concat(sql.lit('user '), sql`coalesce(d.user_id, 'none')`)} as subject, ${details} as details
    from (
      select o.user_id, ${int64(sql`sum(o.purchases)`)} as purchases, ${int64(sql`sum(o.usage_count)`)} as usage_count,
        ${int64(sql`sum(o.purchased)`)} as purchased, ${int64(sql`sum(o.used)`)} as used
      from (
        select p.user_id, 1 as purchases, 0 as usage_count, case when p.status = 'completed' then coalesce(p.amount, 0) else 0 end as purchased, ${zero} as used
        from (${purchaseRows(source)}) p where p.flaw = 'no-account'
        union all
        select u.user_id, 0, 1, 0, coalesce(u.amount, 0) from (${usageRows(source)}) u where u.flaw = 'no-account') o
      group by o.user_id) d`;
}

function subCent(source: BillingSource): RawBuilder<FindingRow> {
  const at = { alias: 'u', table: 'credit_usage' };
  const u = columnsOf(source, at);
  const { concat, hasMoreDecimals, int64, jsonObject, minorUnits, text } = source.expressions;
  const details = jsonObject({ rows: sql`d.usage_count`, used: sql`d.used`, as_cents: sql`d.as_cents * 10000` });
  return sql<FindingRow>`
    select ${concat(sql.lit('user '), sql`d.user_id`)} as subject, ${details} as details
    from (
      select ${text(u('user_id'))} as user_id, ${int64(sql`count(*)`)} as usage_count, ${int64(sql`sum(${minorUnits(u('amount_dollars'), 6)})`)} as used,
        ${int64(sql`sum(${minorUnits(u('amount_dollars'), CENTS)})`)} as as_cents
      from ${aliased(source, at)} where ${hasMoreDecimals(u('amount_dollars'), CENTS)}
      group by ${u('user_id')}) d where d.user_id is not null`;
}

function datedInFuture(source: BillingSource): RawBuilder<FindingRow> {
  const { concat, dateOf, instant, jsonObject } = source.expressions;
  const asOf = instant(source.asOf);
  return sql<FindingRow>`
    select ${concat(sql.lit('purchase '), sql`p.purchase_id`)} as subject,
      ${jsonObject({ user: sql`p.user_id`, day: dateOf(sql`p.settled_at`) })} as details
    from (${purchaseRows(source)}) p where ${isNone(sql`p.flaw`)} and ${isNone(sql`p.exclusion`)} and p.settled_at > ${asOf}
    union all
    select ${concat(sql.lit('usage '), sql`u.usage_id`)}, ${jsonObject({ user: sql`u.user_id`, day: dateOf(sql`u.used_at`) })}
    from (${usageRows(source)}) u where ${isNone(sql`u.flaw`)} and ${isNone(sql`u.exclusion`)} and u.used_at > ${asOf}`;
}
