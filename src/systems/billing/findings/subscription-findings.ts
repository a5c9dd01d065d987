import { sql, type RawBuilder } from 'kysely';
import type { FindingCheck, FindingRow } from '../../../cutover/descriptor.ts';
import type { Fragment } from '../../../sql/contract/expressions.ts';
import { aliased, columnsOf, isOneOf, noFinding, unless } from '../../legacy-pieces.ts';
import { subscriptionRows } from '../legacy-subscriptions.ts';
import type { BillingPolicy } from '../policy.ts';
import { userSubject, type BillingSource } from '../read-legacy.ts';

/** What is odd about subscriptions, and about accounts that are no person's. */
export const subscriptionFindings: readonly FindingCheck<BillingPolicy>[] = [
  {
    code: 'entitled-not-active',
    severity: 'info',
    title: 'Subscriptions that give their tier although their status is not active (U-08)',
    treatment: ({ entitlement }) =>
      `Statuses ${[...entitlement.statuses, ...entitlement.endedStatuses].join(', ')} keep the tier until the period ends (entitlement).`,
    rows: (source) =>
      subscriptionFinding(source, sql`r.choice = 1 and ${unless(isOneOf(source, sql`r.status`, ['active']))}`, {
        status: sql`r.status`,
        tier: sql`r.tier`,
      }),
  },
  {
    code: 'subscription-stale',
    severity: 'review',
    title: 'Subscriptions that say they run although their period is over (U-08, U-43)',
    treatment: ({ entitlement, freeTier }) =>
      `For ${entitlement.graceDays} days they keep their tier (entitlement.graceDays); after that their accounts are ${freeTier} until somebody tells of the renewal.`,
    rows: (source) =>
      subscriptionFinding(
        source,
        sql`(r.exclusion = 'period-over' or r.choice = 1) and r.ends_at <= ${source.expressions.instant(source.asOf)}
          and ${isOneOf(source, sql`r.status`, source.policy.entitlement.statuses)}`,
        { status: sql`r.status`, price: sql`r.price_id`, counts: sql`case when r.choice = 1 then 'yes' else 'no' end` },
      ),
  },
  {
    code: 'several-subscriptions',
    severity: 'review',
    title: 'Accounts with more than one subscription that gives a tier (U-09)',
    treatment: () => 'The one with the most credits counts, of equal ones the one created last.',
    rows: (source) =>
      subscriptionFinding(source, sql`r.choice = 2`, { superseded: sql`r.subscription_id`, tier: sql`r.tier` }),
  },
  {
    code: 'price-unknown',
    severity: 'review',
    title: 'Subscriptions whose price no tier names (U-09)',
    treatment: ({ freeTier }) =>
      `They wait in quarantine, and give no tier until the price is added under "tiers"; without another one the account is ${freeTier}.`,
    rows: (source) =>
      subscriptionFinding(source, sql`r.flaw = 'price-unknown'`, { price: sql`r.price_id`, status: sql`r.status` }),
  },
  {
    code: 'subscription-unreadable',
    severity: 'review',
    title: 'Subscriptions without an account, or without the period they are paid for',
    treatment: () => 'They wait in quarantine and give no tier.',
    rows: (source) =>
      subscriptionFinding(source, sql`r.flaw <> 'price-unknown'`, { flaw: sql`r.flaw`, status: sql`r.status` }),
  },
  {
    code: 'subscription-quantity',
    severity: 'review',
    title: 'Subscriptions to more than one of their price',
    treatment: () => 'The tier gives its credits once, whatever the quantity.',
    rows: (source) =>
      subscriptionFinding(source, sql`r.choice = 1 and r.quantity <> 1`, {
        quantity: sql`r.quantity`,
        tier: sql`r.tier`,
      }),
  },
  {
    code: 'yearly-plan',
    severity: 'info',
    title: 'Subscriptions paid by the year (U-21)',
    treatment: () => 'They are granted by the month, on the day of the month on which they began.',
    rows: (source) => subscriptionFinding(source, sql`r.choice = 1 and r.yearly = 1`, { tier: sql`r.tier` }),
  },
  {
    code: 'team-account',
    severity: 'review',
    title: 'Team accounts (U-10)',
    treatment: ({ carrying }) =>
      carrying.teamAccounts === 'carry'
        ? 'They get credits of their own (carrying.teamAccounts: carry).'
        : 'They get no credits; what belongs to them is left out and counted (carrying.teamAccounts: list).',
    rows: (source) => (source.has('accounts', 'personal_account') ? teamAccounts(source) : noFinding()),
  },
];

/** One row per subscription that meets a condition over `r`, the columns of `subscriptionRows`. */
function subscriptionFinding(
  source: BillingSource,
  where: Fragment,
  details: Readonly<Record<string, Fragment>>,
): RawBuilder<FindingRow> {
  return sql<FindingRow>`
    select ${userSubject(source, sql`r.user_id`)} as subject,
      ${source.expressions.jsonObject({ subscription: sql`r.subscription_id`, ...details })} as details
    from (${subscriptionRows(source)}) r where ${where}`;
}

function teamAccounts(source: BillingSource): RawBuilder<FindingRow> {
  const accounts = { alias: 'a', table: 'accounts' };
  const a = columnsOf(source, accounts);
  const { concat, isTrue, jsonObject, text } = source.expressions;
  return sql<FindingRow>`
    select ${concat(sql.lit('account '), text(a('id')))} as subject, ${jsonObject({ carried: sql.lit(source.policy.carrying.teamAccounts) })} as details
    from ${aliased(source, accounts)} where ${unless(isTrue(a('personal_account')))}`;
}
