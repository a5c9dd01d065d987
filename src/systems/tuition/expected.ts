import { sql, type RawBuilder } from 'kysely';
import type { ExpectedRow } from '../../cutover/descriptor.ts';
import { accountKinds } from './accounts.ts';
import { attendanceRows } from './legacy-attendances.ts';
import { paymentRows } from './legacy-payments.ts';
import { planSessions } from './plan-sessions.ts';
import { aliased, columnsOf, ownerOf, type TuitionSource } from './read-legacy.ts';

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

/** One row per enrolment of the range: student_id, group_id, bought, attended (sessions), received and money (minor units). */
export function enrolmentTotals(source: TuitionSource): RawBuilder<unknown> {
  const enrolments = { alias: 'e', table: 'student_group_enrollments' };
  const e = columnsOf(source, enrolments);
  const same = (alias: string): RawBuilder<unknown> =>
    sql`${sql.ref(`${alias}.student_id`)} = ${e('student_id')} and ${sql.ref(`${alias}.group_id`)} = ${e('group_id')}`;
  return sql`
    select ${e('student_id')} as student_id, ${e('group_id')} as group_id,
      coalesce(fees.bought, 0) as bought, coalesce(scans.attended, 0) as attended,
      coalesce(fees.received, 0) as received, coalesce(fees.money, 0) as money
    from ${aliased(source, enrolments)}
    left join (${boughtPerEnrolment(source)}) fees on ${same('fees')}
    left join (${attendedPerEnrolment(source)}) scans on ${same('scans')}
    where ${source.inRange(e('student_id'))}`;
}

/**
 * One row per plan: student_id, group_id, plan (`2026-01`, or `2026-01#<payment id>` where each row is a plan), month, due,
 * plan_sessions, received, counted (at most due) and payment_count. Amounts in minor units.
 */
export function planRows(source: TuitionSource): RawBuilder<unknown> {
  const { concat, int64, least, text } = source.expressions;
  const sessions = planSessions(source, { groupId: sql`g.group_id`, month: sql`g.month` });
  const eachRow = source.policy.duplicateMonths === 'each-row';
  const own = eachRow ? sql`, p.payment_id` : sql``;
  const name = eachRow ? concat(sql`g.month`, sql.lit('#'), text(sql`g.payment_id`)) : sql`g.month`;
  return sql`
    select g.student_id, g.group_id, ${name} as plan, g.month, g.due, ${sessions.sessions} as plan_sessions,
      g.received, ${least(sql`g.received`, sql`g.due`)} as counted, g.payment_count
    from (
      select p.student_id, p.group_id, p.month${own}, max(p.due) as due,
        ${int64(sql`sum(p.paid)`)} as received, ${int64(sql`count(*)`)} as payment_count
      from (${paymentRows(source)}) p where p.flaw is null
      group by p.student_id, p.group_id, p.month${own}) g ${sessions.join}`;
}

function boughtPerEnrolment(source: TuitionSource): RawBuilder<unknown> {
  const { int64 } = source.expressions;
  return sql`
    select m.student_id, m.group_id, ${int64(sql`sum(m.sessions)`)} as bought,
      ${int64(sql`sum(m.received)`)} as received, ${int64(sql`sum(m.received - m.cost)`)} as money
    from (${priceRows(source)}) m group by m.student_id, m.group_id`;
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

function attendedPerEnrolment(source: TuitionSource): RawBuilder<unknown> {
  return sql`
    select v.student_id, v.group_id, ${source.expressions.int64(sql`count(*)`)} as attended
    from (${attendanceRows(source)}) v where v.exclusion is null and v.flaw is null
    group by v.student_id, v.group_id`;
}
