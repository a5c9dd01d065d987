import { sql, type RawBuilder } from 'kysely';
import type { Fragment } from '../../sql/contract/expressions.ts';
import { aliased, columnsOf, isOneOf, unless } from '../legacy-pieces.ts';
import { monthStart } from './calendar/grant-periods.ts';
import { anchorSql, creditsOfPriceSql } from './legacy-subscriptions.ts';
import { hasCredits } from './legacy-users.ts';
import { atClock, clockOf, SCALE, spareColumn, spareInstant, type BillingSource } from './read-legacy.ts';
import { tierNamed } from './tiers.ts';

const DAY_MS = 86_400_000;

/**
 * user_id and amount: what the running period's grant still gives, by another path than `grantRows`. The subscription is the one whose sort key is the
 * largest, the period lies between the clamped days of two calendar months, and its usage is what was used until its end minus what was used until its beginning.
 */
export function expectedGrants(source: BillingSource): RawBuilder<unknown> {
  const { floorDivide, greatest, int64, minorUnits } = source.expressions;
  const zero = int64(sql.lit(0));
  const perMille = sql.lit(source.policy.carrying.usageMultiplierPerMille);
  const until = (name: string, edge: number): RawBuilder<unknown> =>
    sql`max(case when r.edge = ${sql.lit(edge)} then ${sql.ref(`r.${name}_until`)} end)`;
  const within = (name: string): RawBuilder<unknown> => sql`(${until(name, END)} - ${until(name, BEGINNING)})`;
  const metered = floorDivide(sql`${minorUnits(within('cost'), SCALE)} * ${perMille}`, sql.lit(1000));
  return sql`
    select f.user_id, ${greatest(sql`f.credits - f.used`, zero)} as amount
    from (
      select q.user_id, q.credits, ${greatest(sql`q.metered - q.charged`, zero)} as used
      from (
        select r.user_id, max(r.credits) as credits, ${metered} as metered, ${int64(within('charged'))} as charged
        from (${runningTotals(source)}) r group by r.user_id having max(r.edge) = ${sql.lit(END)}) q) f`;
}

/** What edges of periods are numbered; usage has 0. */
const BEGINNING = 1;
const END = 2;

/** Usage and the edges of periods in order of time, with running totals. What was used at an edge belongs to the period that begins there. */
function runningTotals(source: BillingSource): RawBuilder<unknown> {
  const order = sql`partition by e.user_id order by e.happened_at, e.edge desc rows unbounded preceding`;
  return sql`
    select e.user_id, e.edge, e.credits, sum(e.cost) over (${order}) as cost_until, sum(e.charged) over (${order}) as charged_until
    from (${sql.join([edges(source), ...usage(source)], sql` union all `)}) e`;
}

function usage(source: BillingSource): RawBuilder<unknown>[] {
  const { instant, instantOf, int64, minorUnits, hasMoreDecimals, text } = source.expressions;
  const charges = { alias: 'u', table: 'credit_usage' };
  const messages = { alias: 'm', table: 'usage_messages' };
  const u = columnsOf(source, charges);
  const m = columnsOf(source, messages);
  const none = int64(sql`null`);
  const parts: RawBuilder<unknown>[] = [];
  if (source.has('credit_usage', 'usage_type')) {
    const amount = u('amount_dollars');
    parts.push(sql`
      select ${text(u('user_id'))}, 0, ${none}, coalesce(${instantOf(u('created_at'))}, ${instant(source.asOf)}), 0, ${minorUnits(amount, SCALE)}
      from ${aliased(source, charges)}
      where ${source.inRange(u('user_id'))} and ${isOneOf(source, u('usage_type'), ['token_overage'])} and ${amount} > 0
        and ${unless(hasMoreDecimals(amount, SCALE))}`);
  }
  if (source.has('usage_messages')) {
    parts.push(sql`
      select ${text(m('user_id'))}, 0, ${none}, ${instantOf(m('created_at'))}, ${m('cost')}, 0
      from ${aliased(source, messages)} where ${source.inRange(m('user_id'))} and ${m('created_at')} is not null`);
  }
  return parts;
}

/** user_id, edge, credits, happened_at (when the running period began, and when it ends), cost and charged. */
function edges(source: BillingSource): RawBuilder<unknown> {
  const { concat, instant, int64, least, text } = source.expressions;
  const asOf = instant(source.asOf);
  const zero = int64(sql.lit(0));
  const present = source.asOf.inZone('UTC').toPlainDate().toPlainYearMonth();
  const boundaryIn = (months: number): RawBuilder<unknown> => {
    const month = present.add({ months });
    const day = least(sql`a.anchor_day`, int64(sql.lit(month.daysInMonth)));
    const twoDigits = sql`substr(${text(sql`(100 + ${day})`)}, 2, 2)`;
    return atClock(source, concat(sql.lit(`${month.toString()}-`), twoDigits), sql`a.clock`);
  };
  const edge = (number: number, months: number): RawBuilder<unknown> => sql`
    select a.user_id, ${sql.lit(number)} as edge, a.credits,
      case when ${boundaryIn(0)} <= ${asOf} then ${boundaryIn(months + 1)} else ${boundaryIn(months)} end as happened_at,
      0 as cost, ${zero} as charged
    from (${anchors(source)}) a`;
  return sql`${edge(BEGINNING, -1)} union all ${edge(END, 0)}`;
}

function anchors(source: BillingSource): RawBuilder<unknown> {
  const { dateOf, int64 } = source.expressions;
  return sql`
    select v.user_id, v.credits, ${clockOf(source, sql`v.anchor_at`)} as clock, ${int64(sql`substr(${dateOf(sql`v.anchor_at`)}, 9, 2)`)} as anchor_day
    from (${standings(source)}) v`;
}

function standings(source: BillingSource): RawBuilder<unknown> {
  const { instant, instantOf, int64, text } = source.expressions;
  const a = columnsOf(source, { alias: 'a', table: 'accounts' });
  const { freePeriods, freeTier } = source.policy;
  const free = int64(sql.lit(tierNamed(source.policy, freeTier)?.credits ?? 0n));
  const asOf = instant(source.asOf);
  const openedAt = sql`coalesce(${spareInstant(source, { alias: 'a', table: 'accounts', column: 'created_at' })}, ${asOf})`;
  const freeAnchor = freePeriods === 'account-opened' ? openedAt : instant(monthStart(source.asOf));
  const never = instantOf(sql`null`);
  return sql`
    select w.user_id, coalesce(max(w.credits), max(w.free_credits)) as credits, coalesce(max(w.anchor_at), max(w.free_anchor)) as anchor_at
    from (
      select ${text(a('id'))} as user_id, 1 as is_user, ${int64(sql`null`)} as credits, ${never} as anchor_at, ${free} as free_credits, ${freeAnchor} as free_anchor
      from ${aliased(source, { alias: 'a', table: 'accounts' })} where ${source.inRange(a('id'))} and ${hasCredits(source, 'a')}
      union all
      select k.user_id, 0, k.credits, k.anchor_at, null, ${never} from (${largest(source)}) k) w
    group by w.user_id having max(w.is_user) = 1`;
}

/** Of each account the entitling subscription with the largest sort key: credits, then creation, then id, all as text of one length or order. */
function largest(source: BillingSource): RawBuilder<unknown> {
  return sql`
    select y.user_id, y.credits, y.anchor_at
    from (select z.*, max(z.sort_key) over (partition by z.user_id) as largest_key from (${entitling(source)}) z) y
    where y.sort_key = y.largest_key`;
}

function entitling(source: BillingSource): RawBuilder<unknown> {
  const at = { alias: 's', table: 'billing_subscriptions' };
  const s = columnsOf(source, at);
  const { concat, instant, instantOf, text } = source.expressions;
  const { endedStatuses, graceDays, statuses } = source.policy.entitlement;
  const startsAt = instantOf(s('current_period_start'));
  const endsAt = instantOf(s('current_period_end'));
  const createdAt = spareInstant(source, { ...at, column: 'created' });
  const begunAt = spareColumn(
    source,
    { ...at, column: 'created' },
    { as: (column) => sql`coalesce(${instantOf(column)}, ${startsAt})`, without: startsAt },
  );
  const credits = creditsOfPriceSql(source, s('price_id'));
  const isLasting = (names: readonly string[], until: Fragment): RawBuilder<boolean> =>
    sql<boolean>`(${isOneOf(source, s('status'), names)} and ${endsAt} > ${until})`;
  const ended = isLasting(endedStatuses, instant(source.asOf));
  const running = isLasting(
    statuses.filter((status) => !endedStatuses.includes(status)),
    instant(source.asOf.plusMillis(-graceDays * DAY_MS)),
  );
  return sql`
    select ${text(s('account_id'))} as user_id, ${credits} as credits, ${anchorSql(source, createdAt, startsAt)} as anchor_at,
      ${concat(text(sql`(1000000000000000000 + ${credits})`), sql.lit('|'), text(begunAt), sql.lit('|'), text(s('id')))} as sort_key
    from ${aliased(source, at)}
    where ${source.inRange(s('account_id'))} and (${ended} or ${running}) and ${credits} is not null and ${startsAt} is not null`;
}
