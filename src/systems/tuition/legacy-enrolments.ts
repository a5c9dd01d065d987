import { sql, type RawBuilder } from 'kysely';
import { Instant } from '../../base/instant.ts';
import type { Fragment } from '../../sql/contract/expressions.ts';
import type { TuitionPolicy } from './policy.ts';
import { aliased, columnsOf, flagOrTrue, type TuitionSource } from './read-legacy.ts';

const enrolments = { alias: 'e', table: 'student_group_enrollments' };
const students = { alias: 'st', table: 'students' };
const groups = { alias: 'g', table: 'groups' };

/** What an enrolment can be financially; any other text counts as the first and is a finding. */
export const financialStatuses = ['normal', 'symbolic', 'exempt'] as const;

/**
 * Whoever started at this instant or before counts as returning even without a payment: calendar months back from the run's
 * own instant, in the school's zone, so that neither the length of a month nor the duration of a run moves anybody (T-11).
 */
export function returningSince(asOf: Instant, policy: Pick<TuitionPolicy, 'zone' | 'newForMonths'>): Instant {
  return Instant.fromZoned(asOf.inZone(policy.zone).subtract({ months: policy.newForMonths }));
}

/**
 * One row per enrolment of the range: student_id, group_id, financial_status, custom_fee, standard_fee and fee (minor units,
 * null unknown), enrolled_at, free (1: exempt, or a fee of zero), active (1: enrolment, pupil and group all are, T-10), started_at (T-12), standing
 * (T-11, T-13) and grace (the sessions its standing may be short of).
 */
export function enrolmentRows(source: TuitionSource): RawBuilder<unknown> {
  return source.shared('enrolments', () => enrolmentQuery(source));
}

function enrolmentQuery(source: TuitionSource): RawBuilder<unknown> {
  const { computedOnce, instant, int64 } = source.expressions;
  const { graceSessions } = source.policy;
  const since = instant(returningSince(source.asOf, source.policy));
  const standing = sql`case when d.has_paid = 1 or d.started_at <= ${since} then 'returning' else 'new' end`;
  return sql`
    select d.student_id, d.group_id, d.financial_status, d.custom_fee, d.standard_fee, d.fee, d.active, d.enrolled_at, d.started_at,
      case when d.financial_status = 'exempt' or d.fee = 0 then 1 else 0 end as free,
      ${standing} as standing,
      ${int64(sql`case ${standing} when 'returning' then ${sql.lit(graceSessions.returning)} else ${sql.lit(graceSessions.new)} end`)} as grace
    from (${datedEnrolments(source)}) d ${computedOnce()}`;
}

function datedEnrolments(source: TuitionSource): RawBuilder<unknown> {
  const { computedOnce, instant } = source.expressions;
  const enrolledOrSeen = earliest(sql`b.enrolled_at`, sql`b.first_seen_at`);
  return sql`
    select c.student_id, c.group_id, c.financial_status, c.custom_fee, c.standard_fee, c.active, c.enrolled_at, c.has_paid,
      case c.financial_status when 'exempt' then 0
        when 'symbolic' then coalesce(c.custom_fee, 0)
        else coalesce(c.custom_fee, c.standard_fee) end as fee,
      coalesce(${earliest(sql`c.enrolled_or_seen_at`, sql`c.first_paid_at`)}, ${instant(source.asOf)}) as started_at
    from (select b.*, ${enrolledOrSeen} as enrolled_or_seen_at from (${bareEnrolments(source)}) b ${computedOnce()}) c ${computedOnce()}`;
}

/** The earlier of two instants of which either may be missing. */
function earliest(a: Fragment, b: Fragment): RawBuilder<Instant> {
  return sql<Instant>`case when ${a} is null or ${b} < ${a} then ${b} else ${a} end`;
}

/**
 * Enrolments, scans and payments are put under each other and grouped, not joined: a planner that takes grouped rows for few
 * joins them row by row, which for a thousand pupils takes minutes (PostgreSQL 15, 2026-11).
 */
function bareEnrolments(source: TuitionSource): RawBuilder<unknown> {
  const mostly = (column: string): RawBuilder<unknown> => sql`max(${sql.ref(`u.${column}`)}) as ${sql.ref(column)}`;
  return sql`
    select u.student_id, u.group_id, ${mostly('financial_status')}, ${mostly('custom_fee')}, ${mostly('standard_fee')},
      ${mostly('active')}, min(u.enrolled_at) as enrolled_at, min(u.seen_at) as first_seen_at, min(u.paid_at) as first_paid_at,
      ${mostly('has_paid')}
    from (${enrolled(source)} union all ${seen(source)} union all ${paid(source)}) u
    group by u.student_id, u.group_id having max(u.is_enrolled) > 0`;
}

function enrolled(source: TuitionSource): RawBuilder<unknown> {
  const e = columnsOf(source, enrolments);
  const st = columnsOf(source, students);
  const g = columnsOf(source, groups);
  const { instantOf, minorUnits } = source.expressions;
  const never = instantOf(sql`null`);
  return sql`
    select ${e('student_id')} as student_id, ${e('group_id')} as group_id, 1 as is_enrolled,
      ${financialStatus(source)} as financial_status,
      ${customFee(source)} as custom_fee,
      ${minorUnits(g('standard_fee'), source.policy.currencyScale)} as standard_fee,
      case when ${st('student_id')} is not null and ${g('group_id')} is not null
        and ${flagOrTrue(source, enrolments, 'is_active')} and ${flagOrTrue(source, students, 'is_active')}
        and ${flagOrTrue(source, groups, 'is_active')} then 1 else 0 end as active,
      ${instantOf(e('enrolled_at'))} as enrolled_at, ${never} as seen_at, ${never} as paid_at, 0 as has_paid
    from ${aliased(source, enrolments)}
    left join ${aliased(source, students)} on ${st('student_id')} = ${e('student_id')}
    left join ${aliased(source, groups)} on ${g('group_id')} = ${e('group_id')}
    where ${source.inRange(e('student_id'))}`;
}

function financialStatus(source: TuitionSource): RawBuilder<string> {
  if (!source.has(enrolments.table, 'financial_status')) return sql<string>`'normal'`;
  const status = source.expressions.text(columnsOf(source, enrolments)('financial_status'));
  return sql<string>`case when ${status} = 'exempt' then 'exempt' when ${status} = 'symbolic' then 'symbolic' else 'normal' end`;
}

/**
 * The enrolment's own fee in minor units, null where there is none. On a normal enrolment 0 is none, as it was to the
 * application; who owes nothing is exempt or symbolic. A negative fee, or one with parts that the currency lacks, is none.
 */
function customFee(source: TuitionSource): RawBuilder<bigint | null> {
  const { hasMoreDecimals, int64, minorUnits } = source.expressions;
  if (!source.has(enrolments.table, 'custom_fee')) return int64(sql`null`);
  const fee = columnsOf(source, enrolments)('custom_fee');
  const scale = source.policy.currencyScale;
  return sql<bigint | null>`case when ${fee} < 0 or ${hasMoreDecimals(fee, scale)} then null
    when ${fee} = 0 and ${financialStatus(source)} = 'normal' then null else ${minorUnits(fee, scale)} end`;
}

/** Any scan counts as evidence, a refused one too: the pupil stood at the door of that group. */
function seen(source: TuitionSource): RawBuilder<unknown> {
  const attendances = { alias: 'a', table: 'attendances' };
  const sessions = { alias: 's', table: 'sessions' };
  const a = columnsOf(source, attendances);
  const s = columnsOf(source, sessions);
  const { instantOf, instantOfDate } = source.expressions;
  return sql`
    select ${a('student_id')}, ${s('group_id')}, 0, null, null, null, null, null,
      min(coalesce(${instantOf(a('scan_time'))}, ${instantOfDate(s('session_date'))})), null, 0
    from ${aliased(source, attendances)} join ${aliased(source, sessions)} on ${s('session_id')} = ${a('session_id')}
    where ${source.inRange(a('student_id'))}
    group by ${a('student_id')}, ${s('group_id')}`;
}

function paid(source: TuitionSource): RawBuilder<unknown> {
  const payments = { alias: 'p', table: 'payments' };
  const p = columnsOf(source, payments);
  return sql`
    select ${p('student_id')}, ${p('group_id')}, 0, null, null, null, null, null, null,
      min(${source.expressions.instantOf(p('payment_date'))}), 1
    from ${aliased(source, payments)} where ${source.inRange(p('student_id'))} and ${p('amount_paid')} > 0
    group by ${p('student_id')}, ${p('group_id')}`;
}
