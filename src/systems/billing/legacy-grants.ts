import { sql, type RawBuilder } from 'kysely';
import { REFERENCE_LENGTH_MAX } from '../../base/names.ts';
import type { ColumnTypes } from '../../sql/contract/column-types.ts';
import type { Fragment } from '../../sql/contract/expressions.ts';
import { aliased, columnsOf, isOneOf } from '../legacy-pieces.ts';
import { anchorDays } from './calendar/anchor-days.ts';
import { monthStart } from './calendar/grant-periods.ts';
import { anchorSql, chosenSubscriptions } from './legacy-subscriptions.ts';
import { chargedUsage } from './legacy-usage.ts';
import { userRows } from './legacy-users.ts';
import { atClock, clockOf, SCALE, type BillingSource } from './read-legacy.ts';
import { tierNamed } from './tiers.ts';

const DAY_MS = 86_400_000;
/** No grant period is longer, so older usage belongs to none that is running. */
const PERIOD_DAYS_MAX = 32;

/**
 * One row per user of the range with what the running grant period gives: user_id, opened_at, tier, price_id, yearly, subscription_status,
 * subscription_id, subscription_created_at (null where unknown), subscription_ends_at (null without one), anchor_at, starts_at, ends_at, expires_at (null where it never does), credits (of the tier),
 * metered (the usage of the period), charged (what of it was paid with bought credits), used (of the allowance: metered minus charged), net (what is left to
 * grant, U-07) and exceeded (what went beyond it). Amounts are micro-dollars.
 */
export function grantRows(source: BillingSource): RawBuilder<unknown> {
  return source.shared('grants', () => readGrantRows(source));
}

/** The columns of `grantRows`, which take the calendar of each user's subscription and months of usage to derive. */
export function grantColumns(type: ColumnTypes): Readonly<Record<string, string>> {
  const reference = type.text(REFERENCE_LENGTH_MAX);
  const { instant, int64, longText } = type;
  return {
    user_id: reference,
    opened_at: instant,
    tier: longText,
    price_id: longText,
    yearly: int64,
    subscription_status: longText,
    subscription_id: longText,
    subscription_created_at: instant,
    subscription_ends_at: instant,
    anchor_at: instant,
    starts_at: instant,
    ends_at: instant,
    expires_at: instant,
    credits: int64,
    metered: int64,
    charged: int64,
    used: int64,
    net: int64,
    exceeded: int64,
  };
}

function readGrantRows(source: BillingSource): RawBuilder<unknown> {
  const { greatest, int64 } = source.expressions;
  const zero = int64(sql.lit(0));
  return sql`
    select n.*, ${greatest(sql`n.credits - n.used`, zero)} as net, ${greatest(sql`n.used - n.credits`, zero)} as exceeded
    from (select m.*, ${greatest(sql`m.metered - m.charged`, zero)} as used from (${meteredPeriods(source)}) m) n`;
}

const PERIOD_COLUMNS = [
  'opened_at',
  'tier',
  'price_id',
  'yearly',
  'subscription_status',
  'subscription_id',
  'subscription_created_at',
  'subscription_ends_at',
  'anchor_at',
  'starts_at',
  'ends_at',
  'expires_at',
  'credits',
] as const;

/**
 * Periods and usage are put under each other and summed by a window, not joined: a planner that takes the chosen subscriptions for few
 * would read the usage once per user.
 */
function meteredPeriods(source: BillingSource): RawBuilder<unknown> {
  const { floorDivide, int64, minorUnits } = source.expressions;
  const within = (value: Fragment): RawBuilder<unknown> =>
    sql`sum(case when x.used_at >= x.running_since and x.used_at < x.running_until then ${value} else 0 end)`;
  const perMille = sql.lit(source.policy.carrying.usageMultiplierPerMille);
  const columns = PERIOD_COLUMNS.map((name) => sql`max(${sql.ref(`x.${name}`)}) as ${sql.ref(name)}`);
  return sql`
    select x.user_id, ${sql.join(columns)},
      ${floorDivide(sql`${minorUnits(within(sql`x.cost`), SCALE)} * ${perMille}`, sql.lit(1000))} as metered,
      ${int64(within(sql`x.charged`))} as charged
    from (
      select w.*, max(w.starts_at) over (partition by w.user_id) as running_since, max(w.ends_at) over (partition by w.user_id) as running_until
      from (${periodRows(source)} union all ${usageUnderPeriods(source)}) w) x
    group by x.user_id having max(x.is_user) = 1`;
}

function usageUnderPeriods(source: BillingSource): RawBuilder<unknown> {
  const { instant, instantOf, int64, text } = source.expressions;
  const since = instant(source.asOf.plusMillis(-PERIOD_DAYS_MAX * DAY_MS));
  const never = instantOf(sql`null`);
  const noText = text(sql`null`);
  const noNumber = int64(sql`null`);
  const without = sql`0 as is_user, ${never} as opened_at, ${noText} as tier, ${noText} as price_id, ${noNumber} as yearly,
    ${noText} as subscription_status, ${noText} as subscription_id, ${never} as subscription_created_at, ${never} as subscription_ends_at,
    ${never} as anchor_at, ${never} as starts_at,
    ${never} as ends_at, ${never} as expires_at, ${noNumber} as credits`;
  const overage = sql`select u.user_id, ${without}, u.used_at, 0 as cost, u.amount as charged
    from (${chargedUsage(source)}) u where u.used_at >= ${since} and ${isOneOf(source, sql`u.usage_type`, ['token_overage'])}`;
  if (!source.has('usage_messages')) return overage;
  const messages = { alias: 'm', table: 'usage_messages' };
  const m = columnsOf(source, messages);
  return sql`${overage} union all
    select ${text(m('user_id'))}, ${without}, ${instantOf(m('created_at'))}, ${m('cost')}, 0
    from ${aliased(source, messages)} where ${source.inRange(m('user_id'))} and ${instantOf(m('created_at'))} >= ${since}`;
}

/** The running period of each user, and the columns of usage empty. */
function periodRows(source: BillingSource): RawBuilder<unknown> {
  const { instant, instantOf, int64 } = source.expressions;
  const begun = sql`b.boundary_at <= ${instant(source.asOf)}`;
  const rollsOver = source.policy.grants.unused === 'roll-over';
  const expiresOn = rollsOver
    ? sql`case when ${begun} then b.next_after else b.present_after end`
    : sql`case when ${begun} then b.next_day else b.present_day end`;
  const zero = int64(sql.lit(0));
  return sql`
    select b.user_id, 1 as is_user, b.opened_at, b.tier, b.price_id, b.yearly, b.subscription_status, b.subscription_id, b.subscription_created_at, b.subscription_ends_at,
      b.anchor_at,
      case when ${begun} then b.boundary_at else ${atClock(source, sql`b.previous_day`, sql`b.clock`)} end as starts_at,
      case when ${begun} then ${atClock(source, sql`b.next_day`, sql`b.clock`)} else b.boundary_at end as ends_at,
      ${atClock(source, expiresOn, sql`b.clock`)} as expires_at,
      b.credits, ${instantOf(sql`null`)} as used_at, 0 as cost, ${zero} as charged
    from (${boundaries(source)}) b`;
}

/** Standings with the boundaries that their anchor has around the run's instant. */
function boundaries(source: BillingSource): RawBuilder<unknown> {
  const { dateOf, int64, text } = source.expressions;
  const { unused, rollOverPeriods } = source.policy.grants;
  const day = (value: string): RawBuilder<string> => text(sql.lit(value));
  const days = anchorDays(source.asOf, unused === 'roll-over' ? rollOverPeriods : 0).map(
    (
      each,
    ) => sql`select ${int64(sql.lit(each.day))} as anchor_day, ${day(each.previous)} as previous_day, ${day(each.present)} as present_day,
      ${day(each.next)} as next_day, ${day(each.presentAfter)} as present_after, ${day(each.nextAfter)} as next_after`,
  );
  return sql`
    select c.*, d.previous_day, d.present_day, d.next_day, d.present_after, d.next_after,
      ${atClock(source, sql`d.present_day`, sql`c.clock`)} as boundary_at
    from (
      select s.*, ${clockOf(source, sql`s.anchor_at`)} as clock, ${int64(sql`substr(${dateOf(sql`s.anchor_at`)}, 9, 2)`)} as anchor_day
      from (${standingRows(source)}) s) c
    join (${sql.join(days, sql` union all `)}) d on d.anchor_day = c.anchor_day`;
}

/**
 * One row per user: tier, credits and anchor by the chosen subscription, else those of the free tier. The two are put under each other and
 * grouped for the reason that `meteredPeriods` gives.
 */
function standingRows(source: BillingSource): RawBuilder<unknown> {
  const { instant, instantOf, int64, text } = source.expressions;
  const { freePeriods, freeTier } = source.policy;
  const free = int64(sql.lit(tierNamed(source.policy, freeTier)?.credits ?? 0n));
  const freeAnchor = freePeriods === 'account-opened' ? sql`max(t.opened_at)` : instant(monthStart(source.asOf));
  const never = instantOf(sql`null`);
  const noText = text(sql`null`);
  const noNumber = int64(sql`null`);
  const mostly = (column: string): RawBuilder<unknown> => sql`max(${sql.ref(`t.${column}`)}) as ${sql.ref(column)}`;
  return sql`
    select t.user_id, ${mostly('opened_at')}, coalesce(max(t.tier), ${text(sql.lit(freeTier))}) as tier, ${mostly('price_id')},
      ${int64(sql`coalesce(max(t.yearly), 0)`)} as yearly, ${mostly('subscription_status')}, ${mostly('subscription_id')}, ${mostly('subscription_created_at')},
      ${mostly('subscription_ends_at')},
      coalesce(max(t.anchor_at), ${freeAnchor}) as anchor_at, ${int64(sql`coalesce(max(t.credits), ${free})`)} as credits
    from (
      select u.user_id, 1 as is_user, u.opened_at, ${noText} as tier, ${noText} as price_id, ${noNumber} as yearly,
        ${noText} as subscription_status, ${noText} as subscription_id, ${never} as subscription_created_at, ${never} as subscription_ends_at, ${never} as anchor_at,
        ${noNumber} as credits
      from (${userRows(source)}) u
      union all
      select c.user_id, 0, ${never}, c.tier, c.price_id, c.yearly, c.status, c.subscription_id, c.created_at, c.ends_at,
        ${anchorSql(source, sql`c.created_at`, sql`c.starts_at`)}, c.credits
      from (${chosenSubscriptions(source)}) c) t
    group by t.user_id having max(t.is_user) = 1`;
}
