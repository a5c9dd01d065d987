import { sql, type RawBuilder } from 'kysely';
import type { HistoryRow } from '../../cutover/descriptor.ts';
import { accountKinds } from './accounts.ts';
import { withPlanSessions } from './plan-sessions.ts';
import {
  aliased,
  columnsOf,
  flagOrFalse,
  flagOrTrue,
  isOneOf,
  ownerOf,
  unless,
  where,
  type TuitionSource,
} from './read-legacy.ts';

const enrolments = { alias: 'e', table: 'student_group_enrollments' };

/**
 * Every legacy fact that moved a balance: an attendance takes one session; a payment gives the sessions it buys and keeps
 * the rest as money, both under the one source. The rule of the payments is `planTotals`, done set-based: what a payment
 * brings is the difference between the totals after it and before it, in order of payment date, so that the sum over all is the
 * totals whatever the order.
 */
export function tuitionHistory(source: TuitionSource): RawBuilder<HistoryRow> {
  return sql<HistoryRow>`${attendanceEntries(source)} union all ${paymentEntries(source)}`;
}

function attendanceEntries(source: TuitionSource): RawBuilder<unknown> {
  const attendances = { alias: 'a', table: 'attendances' };
  const sessions = { alias: 's', table: 'sessions' };
  const a = columnsOf(source, attendances);
  const s = columnsOf(source, sessions);
  const e = columnsOf(source, enrolments);
  const { concat, instantOf, instantOfDate, int64, text } = source.expressions;
  return sql`
    select 'sessions' as account_kind,
      ${ownerOf(source, e('student_id'), e('group_id'))} as owner,
      ${concat(sql.lit('attendances:'), text(a('attendance_id')))} as source,
      ${int64(sql.lit(-1))} as amount,
      'attendance' as entry_kind, 'attendance' as contra,
      coalesce(${instantOf(a('scan_time'))}, ${instantOfDate(s('session_date'))}) as occurred_at,
      null as details
    from ${aliased(source, attendances)}
    join ${aliased(source, sessions)} on ${s('session_id')} = ${a('session_id')}
    join ${aliased(source, enrolments)} on ${e('student_id')} = ${a('student_id')} and ${e('group_id')} = ${s('group_id')}
    where ${source.inRange(a('student_id'))} and ${source.inRange(e('student_id'))}
      and ${where(sql<boolean>`${flagOrTrue(source, attendances, 'allow_entry')}
        and ${isOneOf(source, a('status'), source.policy.countedStatuses)}
        and not (${flagOrFalse(source, sessions, 'is_cancelled')})`)}`;
}

function paymentEntries(source: TuitionSource): RawBuilder<unknown> {
  const { concat, jsonObject, text } = source.expressions;
  const amount = sql`case k.account_kind when 'sessions' then b.sessions else b.money end`;
  const details = jsonObject({
    month: sql`b.month`,
    received: sql`b.paid`,
    due: sql`b.plan_due`,
    sessions: sql`b.sessions`,
    money: sql`b.money`,
  });
  return sql`
    select k.account_kind, ${ownerOf(source, sql`b.student_id`, sql`b.group_id`)} as owner,
      ${concat(sql.lit('payments:'), text(sql`b.payment_id`))} as source,
      ${amount} as amount, 'payment' as entry_kind, 'payments' as contra, b.dated_at as occurred_at, ${details} as details
    from (${boughtByPayment(source)}) b cross join ${accountKinds} k
    where ${amount} <> 0`;
}

/** What each payment bought: the difference it makes to the whole sessions of its price, and the money they do not cost. */
function boughtByPayment(source: TuitionSource): RawBuilder<unknown> {
  const { ceilDivide, computedOnce, floorDivide } = source.expressions;
  const free = source.policy.freeMonths === 'grant-plan' ? sql`w.plan_sessions` : sql`0`;
  const whole = (counted: RawBuilder<unknown>): RawBuilder<bigint> =>
    floorDivide(sql`(${counted} * q.plan_sessions)`, sql`q.plan_due`);
  const cost = (sessions: RawBuilder<unknown>): RawBuilder<bigint> =>
    ceilDivide(sql`(${sessions} * w.plan_due)`, sql`w.plan_sessions`);
  return sql`
    select w.payment_id, w.student_id, w.group_id, w.month, w.dated_at, w.paid, w.plan_due,
      case when w.plan_due > 0 then w.whole_after - w.whole_before when w.plan_row = 1 then ${free} else 0 end as sessions,
      case when w.plan_due > 0 then w.paid - ${cost(sql`w.whole_after`)} + ${cost(sql`w.whole_before`)} else w.paid end as money
    from (
      select q.*,
        case when q.plan_due > 0 then ${whole(sql`q.counted_after`)} else 0 end as whole_after,
        case when q.plan_due > 0 then ${whole(sql`(q.counted_after - q.counted)`)} else 0 end as whole_before
      from (${countedWithinPrice(source)}) q ${computedOnce()}) w ${computedOnce()}`;
}

/**
 * Of each plan at most its due counts, whichever of its payments came first (T-02); plans of one price are summed before the one
 * floor (T-06). This level has the window and the formula of `counted` together, because PostgreSQL copies a formula into
 * every mention above it, but not out of a level with a window.
 */
function countedWithinPrice(source: TuitionSource): RawBuilder<unknown> {
  const { int64, least } = source.expressions;
  const counted = sql`(${least(sql`r.received_after`, sql`r.plan_due`)} - ${least(sql`r.received_after - r.paid`, sql`r.plan_due`)})`;
  const price = sql`partition by r.student_id, r.group_id, r.plan_due, r.plan_sessions order by r.dated_at, r.payment_id`;
  return sql`
    select r.*, ${counted} as counted, ${int64(sql`sum(${counted}) over (${price} rows unbounded preceding)`)} as counted_after
    from (${withPlanSessions(source, { query: receivedWithinPlan(source), columns: PLANNED_COLUMNS })}) r`;
}

const PLANNED_COLUMNS = [
  'payment_id',
  'student_id',
  'group_id',
  'month',
  'paid',
  'dated_at',
  'plan_due',
  'received_after',
  'plan_row',
] as const;

/** What each plan owes, what it had received after each of its payments, and which of them that is (T-07). */
function receivedWithinPlan(source: TuitionSource): RawBuilder<unknown> {
  const { int64 } = source.expressions;
  const rowOfItsOwn = source.policy.duplicateMonths === 'each-row' ? sql`, f.payment_id` : sql``;
  const plan = sql`partition by f.student_id, f.group_id, f.month${rowOfItsOwn}`;
  // One window for both: a count, because not every engine lets a row number have the frame of a sum.
  const upToHere = sql`${plan} order by f.dated_at, f.payment_id rows unbounded preceding`;
  return sql`
    select f.*, ${int64(sql`max(f.due) over (${plan})`)} as plan_due,
      ${int64(sql`sum(f.paid) over (${upToHere})`)} as received_after,
      ${int64(sql`count(*) over (${upToHere})`)} as plan_row
    from (${carriedPayments(source)}) f`;
}

function carriedPayments(source: TuitionSource): RawBuilder<unknown> {
  const payments = { alias: 'p', table: 'payments' };
  const p = columnsOf(source, payments);
  const e = columnsOf(source, enrolments);
  const { hasMoreDecimals, instantOf, instantOfDate, minorUnits, monthOf } = source.expressions;
  const scale = source.policy.currencyScale;
  return sql`
    select ${p('payment_id')} as payment_id, ${p('student_id')} as student_id, ${p('group_id')} as group_id,
      ${monthOf(p('month'))} as month, ${minorUnits(p('amount_due'), scale)} as due, ${minorUnits(p('amount_paid'), scale)} as paid,
      coalesce(${instantOf(p('payment_date'))}, ${instantOfDate(p('month'))}) as dated_at
    from ${aliased(source, payments)}
    join ${aliased(source, enrolments)} on ${e('student_id')} = ${p('student_id')} and ${e('group_id')} = ${p('group_id')}
    where ${source.inRange(p('student_id'))} and ${source.inRange(e('student_id'))}
      and ${p('amount_paid')} >= 0 and ${p('amount_due')} >= 0
      and ${unless(hasMoreDecimals(p('amount_paid'), scale))} and ${unless(hasMoreDecimals(p('amount_due'), scale))}
      and ${monthOf(p('month'))} is not null`;
}
