import { sql, type RawBuilder } from 'kysely';
import type { ExpectedRow } from '../../cutover/descriptor.ts';
import { accountKinds } from './accounts.ts';
import { enrolmentRows } from './legacy-enrolments.ts';
import { attendanceRows } from './legacy-attendances.ts';
import { paymentRows } from './legacy-payments.ts';
import { withPlanSessions } from './plan-sessions.ts';
import { aliased, columnsOf, isNone, ownerOf, type TuitionSource } from './read-legacy.ts';

/**
 * The balances as sums, never row after row: it shares with `history` neither the windows nor the way rows are chosen, so
 * that a mistake of one is seen by the other.
 */
export function tuitionExpected(source: TuitionSource): RawBuilder<ExpectedRow> {
  const { int64 } = source.expressions;
  return sql<ExpectedRow>`
    select k.account_kind, ${ownerOf(source, sql`t.student_id`, sql`t.group_id`)} as owner,
      ${int64(sql`case k.account_kind when 'sessions' then t.bought - t.attended else t.money end`)} as balance
    from (${enrolmentTotals(source)}) t cross join ${accountKinds} k`;
}

/**
 * One row per enrolment of the range: student_id, group_id, bought, attended (sessions), received and money (minor units). What is
 * summed is put under each other rather than joined, as the enrolments' evidence is.
 */
export function enrolmentTotals(source: TuitionSource): RawBuilder<unknown> {
  return source.shared('totals', () => totalQuery(source));
}

function totalQuery(source: TuitionSource): RawBuilder<unknown> {
  const enrolments = { alias: 'e', table: 'student_group_enrollments' };
  const e = columnsOf(source, enrolments);
  const { int64 } = source.expressions;
  const total = (column: string): RawBuilder<unknown> =>
    sql`${int64(sql`sum(${sql.ref(`u.${column}`)})`)} as ${sql.ref(column)}`;
  return sql`
    select u.student_id, u.group_id, ${total('bought')}, ${total('attended')}, ${total('received')}, ${total('money')}
    from (
      select ${e('student_id')} as student_id, ${e('group_id')} as group_id, 1 as is_enrolled,
        0 as bought, 0 as attended, 0 as received, 0 as money
      from ${aliased(source, enrolments)} where ${source.inRange(e('student_id'))}
      union all
      select m.student_id, m.group_id, 0, m.sessions, 0, m.received, m.received - m.cost from (${priceRows(source)}) m
      union all
      select v.student_id, v.group_id, 0, 0, count(*), 0, 0
      from (${attendanceRows(source)}) v where ${isNone(sql`v.exclusion`)} and ${isNone(sql`v.flaw`)}
      group by v.student_id, v.group_id) u
    group by u.student_id, u.group_id having max(u.is_enrolled) > 0`;
}

/** One row per enrolment with the columns of both `enrolmentRows` and `enrolmentTotals` that say who may come. */
export function enrolmentBalances(source: TuitionSource): RawBuilder<unknown> {
  return source.shared('balances', () => balanceQuery(source));
}

function balanceQuery(source: TuitionSource): RawBuilder<unknown> {
  const { int64 } = source.expressions;
  const text = (column: string): RawBuilder<unknown> => sql`max(${sql.ref(`u.${column}`)}) as ${sql.ref(column)}`;
  const number = (column: string): RawBuilder<unknown> =>
    sql`${int64(sql`sum(${sql.ref(`u.${column}`)})`)} as ${sql.ref(column)}`;
  return sql`
    select u.student_id, u.group_id, ${text('financial_status')}, ${text('standing')}, ${number('free')}, ${number('active')},
      ${number('grace')}, ${number('bought')}, ${number('attended')}, ${number('money')}
    from (
      select r.student_id, r.group_id, r.financial_status, r.standing, r.free, r.active, r.grace,
        0 as bought, 0 as attended, 0 as money from (${enrolmentRows(source)}) r
      union all
      select t.student_id, t.group_id, null, null, 0, 0, 0, t.bought, t.attended, t.money from (${enrolmentTotals(source)}) t) u
    group by u.student_id, u.group_id`;
}

/**
 * One row per plan: student_id, group_id, plan (`2026-01`, or `2026-01#<payment id>` where each row is a plan), month, due,
 * plan_sessions, received, counted (at most due) and payment_count. Amounts in minor units.
 */
export function planRows(source: TuitionSource): RawBuilder<unknown> {
  return source.shared('plans', () => planQuery(source));
}

function planQuery(source: TuitionSource): RawBuilder<unknown> {
  const { concat, int64, least, text } = source.expressions;
  const eachRow = source.policy.duplicateMonths === 'each-row';
  const own = eachRow ? sql`, p.payment_id` : sql``;
  const name = eachRow ? concat(sql`g.month`, sql.lit('#'), text(sql`g.payment_id`)) : sql`g.month`;
  const query = sql`
    select p.student_id, p.group_id, p.month${own}, max(p.due) as due,
      ${int64(sql`sum(p.paid)`)} as received, ${int64(sql`count(*)`)} as payment_count
    from (${paymentRows(source)}) p where ${isNone(sql`p.flaw`)}
    group by p.student_id, p.group_id, p.month${own}`;
  const columns = [
    'student_id',
    'group_id',
    'month',
    ...(eachRow ? ['payment_id'] : []),
    'due',
    'received',
    'payment_count',
  ];
  return sql`
    select g.student_id, g.group_id, ${name} as plan, g.month, g.due, g.plan_sessions, g.received,
      ${least(sql`g.received`, sql`g.due`)} as counted, g.payment_count
    from (${withPlanSessions(source, { query, columns })}) g`;
}

/** One row per enrolment and price: due, plan_sessions, received, sessions (bought or given) and cost (of the bought ones). */
export function priceRows(source: TuitionSource): RawBuilder<unknown> {
  const { ceilDivide, floorDivide, int64 } = source.expressions;
  const given = source.policy.freeMonths === 'grant-plan' ? sql`y.plan_count * y.plan_sessions` : sql`0`;
  return sql`
    select z.student_id, z.group_id, z.due, z.plan_sessions, z.received, z.sessions,
      case when z.due = 0 then 0 else ${ceilDivide(sql`(z.sessions * z.due)`, sql`z.plan_sessions`)} end as cost
    from (
      select y.*, case when y.due = 0 then ${given} else ${floorDivide(sql`(y.counted * y.plan_sessions)`, sql`y.due`)} end as sessions
      from (
        select x.student_id, x.group_id, x.due, x.plan_sessions, ${int64(sql`sum(x.counted)`)} as counted,
          ${int64(sql`sum(x.received)`)} as received, ${int64(sql`count(*)`)} as plan_count
        from (${planRows(source)}) x group by x.student_id, x.group_id, x.due, x.plan_sessions) y) z`;
}
