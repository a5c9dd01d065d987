import { sql, type RawBuilder } from 'kysely';
import type { Fragment } from '../../sql/contract/expressions.ts';
import { aliased, columnsOf, isNone, isNoneOf, isOneOf } from '../legacy-pieces.ts';
import { accountFlaw, joinAccount } from './legacy-users.ts';
import { clockOf, spareColumn, spareInstant, type BillingSource } from './read-legacy.ts';
import { pricesOf, tiersOf } from './tiers.ts';

const DAY_MS = 86_400_000;
const subscriptions = { alias: 's', table: 'billing_subscriptions' };

/** Why a subscription gives no tier (U-08, U-09, U-10). */
export const subscriptionExclusions = {
  'not-entitled': 'Its status gives no tier (entitlement.statuses, entitlement.endedStatuses).',
  'period-over': 'The period that was paid is over.',
  'team-account': 'It belongs to a team account, which has no credits of its own (carrying.teamAccounts).',
  superseded: 'The account has another one with more credits, or as many and created later.',
} as const;

/** Why a subscription that should give a tier cannot, and what to correct (U-09). */
export const subscriptionFlaws = {
  'no-account': 'No account has the id it names. Add the account, or correct the subscription.',
  'price-unknown': 'No tier of the policy names its price. Add the price to its tier under "tiers".',
  'period-missing': 'It does not say when its period began or ends. Enter both.',
} as const;

/**
 * One row per subscription of the range: subscription_id, user_id, status and price_id (texts), tier, yearly (1 or 0) and credits (micro-dollars
 * per grant period; null for an unknown price), starts_at, ends_at, created_at (null where unknown), quantity, flaw and exclusion (null, or
 * keys of the lists above), and choice: 1 for the one that gives the account's tier, above 1 for those it supersedes.
 */
export function subscriptionRows(source: BillingSource): RawBuilder<unknown> {
  return source.shared('subscriptions', () => readSubscriptionRows(source));
}

function readSubscriptionRows(source: BillingSource): RawBuilder<unknown> {
  const superseded: keyof typeof subscriptionExclusions = 'superseded';
  return sql`
    select r.subscription_id, r.user_id, r.status, r.price_id, r.tier, r.yearly, r.credits, r.starts_at, r.ends_at, r.created_at,
      r.quantity, r.flaw, r.choice, case when r.counts = 1 and r.choice > 1 then ${sql.lit(superseded)} else r.exclusion end as exclusion
    from (
      select e.*, case when e.counts = 1 then row_number() over (
          partition by e.user_id, e.counts order by e.credits desc, e.created_or_begun_at desc, e.subscription_id desc) end as choice
      from (
        select d.*, coalesce(d.created_at, d.starts_at) as created_or_begun_at,
          case when ${isNone(sql`d.flaw`)} and ${isNone(sql`d.exclusion`)} then 1 else 0 end as counts
        from (${flawedRows(source)}) d) e) r`;
}

/** The subscription that gives each account its tier. */
export function chosenSubscriptions(source: BillingSource): RawBuilder<unknown> {
  return sql`select c.* from (${subscriptionRows(source)}) c where coalesce(c.choice, 0) = 1`;
}

function flawedRows(source: BillingSource): RawBuilder<unknown> {
  const flaw = (name: keyof typeof subscriptionFlaws): RawBuilder<unknown> => sql.lit(name);
  return sql`select b.*, case when b.exclusion is not null then null
        when b.account_flaw = 'no-account' then ${flaw('no-account')}
        when b.tier is null then ${flaw('price-unknown')}
        when b.starts_at is null or b.ends_at is null then ${flaw('period-missing')} end as flaw
    from (${bareRows(source)}) b`;
}

function bareRows(source: BillingSource): RawBuilder<unknown> {
  const s = columnsOf(source, subscriptions);
  const { instantOf, int64, text } = source.expressions;
  const one = int64(sql.lit(1));
  const exclusion = (name: keyof typeof subscriptionExclusions): RawBuilder<unknown> => sql.lit(name);
  const { statuses, endedStatuses } = source.policy.entitlement;
  return sql`
    select ${text(s('id'))} as subscription_id, ${text(s('account_id'))} as user_id, ${text(s('status'))} as status,
      ${text(s('price_id'))} as price_id, ${tierOfPriceSql(source, s('price_id'))} as tier,
      ${isYearlySql(source, s('price_id'))} as yearly, ${creditsOfPriceSql(source, s('price_id'))} as credits,
      ${instantOf(s('current_period_start'))} as starts_at, ${instantOf(s('current_period_end'))} as ends_at,
      ${spareInstant(source, { ...subscriptions, column: 'created' })} as created_at,
      ${spareColumn(source, { ...subscriptions, column: 'quantity' }, { as: (column) => int64(sql`coalesce(${column}, 1)`), without: one })} as quantity,
      ${accountFlaw(source)} as account_flaw,
      case when ${isNoneOf(source, s('status'), [...statuses, ...endedStatuses])} then ${exclusion('not-entitled')}
        when ${isOver(source)} then ${exclusion('period-over')}
        when ${accountFlaw(source)} = 'team-account' then ${exclusion('team-account')} end as exclusion
    from ${aliased(source, subscriptions)} ${joinAccount(source, s('account_id'))}
    where ${source.inRange(s('account_id'))}`;
}

/** Never true without an end: that is a flaw, not a reason to take the tier away. */
function isOver(source: BillingSource): RawBuilder<boolean> {
  const s = columnsOf(source, subscriptions);
  const { instant, instantOf } = source.expressions;
  const { endedStatuses, graceDays } = source.policy.entitlement;
  const lateUntil = instant(source.asOf.plusMillis(-graceDays * DAY_MS));
  const endsAt = instantOf(s('current_period_end'));
  return sql<boolean>`${endsAt} <= case when ${isOneOf(source, s('status'), endedStatuses)} then ${instant(source.asOf)} else ${lateUntil} end`;
}

/** The name of the tier that a price buys, null for a price that none names. */
function tierOfPriceSql(source: BillingSource, price: Fragment): RawBuilder<string> {
  return byPrice(source, price, {
    value: ({ name }) => source.expressions.text(sql.lit(name)),
    otherwise: source.expressions.text(sql`null`),
  });
}

/** Micro-dollars per grant period that a price buys, null for a price that no tier names. */
export function creditsOfPriceSql(source: BillingSource, price: Fragment): RawBuilder<bigint> {
  const { int64 } = source.expressions;
  const value = ({ credits }: { readonly credits: bigint }): RawBuilder<bigint> => int64(sql.lit(credits));
  return byPrice(source, price, { value, otherwise: int64(sql`null`) });
}

function byPrice<T>(
  source: BillingSource,
  price: Fragment,
  read: {
    readonly value: (tier: ReturnType<typeof tiersOf>[number]) => RawBuilder<T>;
    readonly otherwise: RawBuilder<T>;
  },
): RawBuilder<T> {
  const cases = tiersOf(source.policy).flatMap((tier) => {
    const prices = pricesOf(tier);
    return prices.length === 0 ? [] : [sql`when ${isOneOf(source, price, prices)} then ${read.value(tier)}`];
  });
  return cases.length === 0 ? read.otherwise : sql<T>`case ${sql.join(cases, sql` `)} else ${read.otherwise} end`;
}

function isYearlySql(source: BillingSource, price: Fragment): RawBuilder<bigint> {
  const yearly = tiersOf(source.policy).flatMap(({ yearlyPrices }) => yearlyPrices);
  return source.expressions.int64(sql`case when ${isOneOf(source, price, yearly)} then 1 else 0 end`);
}

/**
 * Where the grant periods of a subscription hang (`anchorOf`): its creation, where the present period began at that clock's time and on that
 * day or, in a shorter month, on the last; else the start of the period.
 */
export function anchorSql(source: BillingSource, createdAt: Fragment, periodStart: Fragment): RawBuilder<unknown> {
  const { dateOf, int64, least } = source.expressions;
  const dayOf = (instant: Fragment): RawBuilder<bigint> => int64(sql`substr(${dateOf(instant)}, 9, 2)`);
  const sameClock = sql`${clockOf(source, createdAt)} = ${clockOf(source, periodStart)}`;
  const clamped = least(dayOf(createdAt), daysInMonth(source, dateOf(periodStart)));
  return sql`case when ${createdAt} <= ${periodStart} and ${sameClock} and ${clamped} = ${dayOf(periodStart)}
    then ${createdAt} else ${periodStart} end`;
}

function daysInMonth(source: BillingSource, day: Fragment): RawBuilder<bigint> {
  const year = source.expressions.int64(sql`substr(${day}, 1, 4)`);
  return source.expressions.int64(sql`case substr(${day}, 6, 2)
    when '04' then 30 when '06' then 30 when '09' then 30 when '11' then 30
    when '02' then case when ${year} % 4 = 0 and (${year} % 100 <> 0 or ${year} % 400 = 0) then 29 else 28 end
    else 31 end`);
}
