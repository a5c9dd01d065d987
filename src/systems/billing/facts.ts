import { sql, type RawBuilder } from 'kysely';
import type { ClassifiedRow, FactTable } from '../../cutover/descriptor.ts';
import { aliased, columnsOf } from '../legacy-pieces.ts';
import { balanceRows } from './legacy-balances.ts';
import { purchaseExclusions, purchaseFlaws, purchaseRows } from './legacy-purchases.ts';
import { subscriptionExclusions, subscriptionFlaws, subscriptionRows } from './legacy-subscriptions.ts';
import { usageExclusions, usageFlaws, usageRows } from './legacy-usage.ts';
import { accountFlaw, joinAccount } from './legacy-users.ts';
import type { BillingPolicy } from './policy.ts';
import { factSource, userSubject, type BillingSource } from './read-legacy.ts';

const balanceExclusions = {
  rebuilt: 'The balance is what was bought minus what was used; the stored number is compared with it.',
  'team-account': 'It belongs to a team account, which has no credits of its own (carrying.teamAccounts).',
} as const;

const balanceFlaws = {
  'no-account': 'No account has the id of its user. Add the account, or correct the user.',
} as const;

/** The legacy tables of facts, every row of which is carried, left out by a rule, or quarantined. */
export const billingFacts: readonly FactTable<BillingPolicy>[] = [
  { table: 'credit_purchases', classify: classifyPurchases, reasons: { ...purchaseFlaws, ...purchaseExclusions } },
  { table: 'credit_usage', classify: classifyUsage, reasons: { ...usageFlaws, ...usageExclusions } },
  {
    table: 'billing_subscriptions',
    classify: classifySubscriptions,
    reasons: { ...subscriptionFlaws, ...subscriptionExclusions },
  },
  { table: 'credit_balance', classify: classifyBalances, reasons: { ...balanceFlaws, ...balanceExclusions } },
];

function classifyPurchases(source: BillingSource): RawBuilder<ClassifiedRow> {
  return sql<ClassifiedRow>`
    select ${factSource(source, 'credit_purchases', sql`r.purchase_id`)} as source, ${outcome()} as outcome,
      coalesce(r.flaw, r.exclusion) as reason, ${userSubject(source, sql`r.user_id`)} as subject
    from (${purchaseRows(source)}) r`;
}

function classifyUsage(source: BillingSource): RawBuilder<ClassifiedRow> {
  return sql<ClassifiedRow>`
    select ${factSource(source, 'credit_usage', sql`r.usage_id`)} as source, ${outcome()} as outcome,
      coalesce(r.flaw, r.exclusion) as reason, ${userSubject(source, sql`r.user_id`)} as subject
    from (${usageRows(source)}) r`;
}

/** The carried one is that which gives the account its tier, and with it the grant of the running period. */
function classifySubscriptions(source: BillingSource): RawBuilder<ClassifiedRow> {
  return sql<ClassifiedRow>`
    select ${factSource(source, 'billing_subscriptions', sql`r.subscription_id`)} as source, ${outcome()} as outcome,
      coalesce(r.flaw, r.exclusion) as reason, ${userSubject(source, sql`r.user_id`)} as subject
    from (${subscriptionRows(source)}) r`;
}

function outcome(): RawBuilder<string> {
  return sql<string>`case when r.flaw is not null then 'quarantined' when r.exclusion is not null then 'excluded' else 'carried' end`;
}

/** Where policy trusts the stored balance, the row is carried that corrects the one rebuilt from facts. */
function classifyBalances(source: BillingSource): RawBuilder<ClassifiedRow> {
  const balances = { alias: 'b', table: 'credit_balance' };
  const b = columnsOf(source, balances);
  const { text } = source.expressions;
  const flaw = sql`case when r.account_flaw = 'no-account' then 'no-account' end`;
  const exclusion = sql`case when r.account_flaw is null and r.differs = 0 then 'rebuilt' when r.account_flaw = 'team-account' then 'team-account' end`;
  const trusted =
    source.policy.carrying.trust === 'stored' ? sql`case when s.stored <> s.rebuilt then 1 else 0 end` : sql`0`;
  return sql<ClassifiedRow>`
    select ${factSource(source, 'credit_balance', sql`r.user_id`)} as source,
      case when ${flaw} is not null then 'quarantined' when ${exclusion} is not null then 'excluded' else 'carried' end as outcome,
      coalesce(${flaw}, ${exclusion}) as reason, ${userSubject(source, sql`r.user_id`)} as subject
    from (
      select x.user_id, max(x.account_flaw) as account_flaw, max(x.differs) as differs
      from (
        select ${text(b('user_id'))} as user_id, 1 as is_row, ${accountFlaw(source)} as account_flaw, 0 as differs
        from ${aliased(source, balances)} ${joinAccount(source, b('user_id'))} where ${source.inRange(b('user_id'))}
        union all
        select s.user_id, 0, null, ${trusted} from (${balanceRows(source)}) s) x
      group by x.user_id having max(x.is_row) = 1) r`;
}
