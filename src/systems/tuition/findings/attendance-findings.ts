import { sql, type RawBuilder } from 'kysely';
import type { FindingCheck, FindingRow } from '../../../cutover/descriptor.ts';
import { attendanceRows } from '../legacy-attendances.ts';
import { paymentRows } from '../legacy-payments.ts';
import type { TuitionPolicy } from '../policy.ts';
import {
  aliased,
  columnsOf,
  enrolmentSubject,
  isNone,
  isNoneOf,
  noFinding,
  shownId,
  type TuitionSource,
} from '../read-legacy.ts';

/** Every status the application has ever written; any other is a typing mistake or a change nobody told. */
const KNOWN_STATUSES = [
  'present',
  'late',
  'absent',
  'late_blocked',
  'very_late',
  'no_session',
  'blocked_payment',
  'blocked_other',
] as const;

/** What is odd about attendances, and about facts of either table. */
export const attendanceFindings: readonly FindingCheck<TuitionPolicy>[] = [
  {
    code: 'attendance-not-counted',
    severity: 'info',
    title: 'Attendances that use up no session, by reason (T-08)',
    treatment: ({ countedStatuses }) =>
      `Only pupils let in, with a status of ${countedStatuses.join(', ')}, to a session that was not cancelled, use up a session (countedStatuses).`,
    rows: notCounted,
  },
  {
    code: 'attendance-status-unknown',
    severity: 'review',
    title: 'Attendance statuses that the application does not know (T-08)',
    treatment: ({ countedStatuses }) =>
      `They use up a session only when countedStatuses names them, which is ${countedStatuses.join(', ')}.`,
    rows: unknownStatuses,
  },
  {
    code: 'duplicate-attendance',
    severity: 'review',
    title: 'A pupil who is counted more than once for one session',
    treatment: () => 'Each row uses up a session. Delete the rows that are too many.',
    rows: duplicateAttendances,
  },
  {
    code: 'sessions-counter',
    severity: 'info',
    title: "Payments whose sessions_attended disagrees with the month's attendances (T-44)",
    treatment: () => 'The attendances decide; the counter is not read.',
    rows: (source) => (source.has('payments', 'sessions_attended') ? counterDisagrees(source) : noFinding()),
  },
  {
    code: 'no-enrolment',
    severity: 'review',
    title: 'Payments and attendances of a pupil in a group without an enrolment (T-43)',
    treatment: () => 'They wait in quarantine; the next run carries them once the enrolment exists.',
    rows: orphans,
  },
  {
    code: 'dated-in-future',
    severity: 'review',
    title: "Payments and attendances dated after the run's instant",
    treatment: () => 'They count at once and keep their date.',
    rows: datedInFuture,
  },
];

function notCounted(source: TuitionSource): RawBuilder<FindingRow> {
  const { concat, int64, jsonObject } = source.expressions;
  const subject = concat(
    sql.lit('student '),
    shownId(source, sql`d.student_id`),
    sql.lit(', group '),
    shownId(source, sql`d.group_id`),
  );
  return sql<FindingRow>`
    select ${subject} as subject, ${jsonObject({ reason: sql`d.exclusion`, attendances: sql`d.attendances` })} as details
    from (
      select v.student_id, v.group_id, v.exclusion, ${int64(sql`count(*)`)} as attendances
      from (${attendanceRows(source)}) v where v.exclusion is not null
      group by v.student_id, v.group_id, v.exclusion) d`;
}

function unknownStatuses(source: TuitionSource): RawBuilder<FindingRow> {
  const { concat, int64, jsonObject, text } = source.expressions;
  const attendances = { alias: 'a', table: 'attendances' };
  const status = columnsOf(source, attendances)('status');
  const known = [...new Set([...KNOWN_STATUSES, ...source.policy.countedStatuses])];
  return sql<FindingRow>`
    select ${concat(sql.lit('attendance status '), sql`coalesce(d.status, 'none')`)} as subject,
      ${jsonObject({ attendances: sql`d.attendances` })} as details
    from (
      select ${text(status)} as status, ${int64(sql`count(*)`)} as attendances from ${aliased(source, attendances)}
      where ${isNoneOf(source, status, known)} group by ${text(status)}) d`;
}

function duplicateAttendances(source: TuitionSource): RawBuilder<FindingRow> {
  const { concat, int64, jsonObject, text } = source.expressions;
  const subject = concat(sql.lit('student '), text(sql`d.student_id`), sql.lit(', session '), text(sql`d.session_id`));
  return sql<FindingRow>`
    select ${subject} as subject, ${jsonObject({ attendances: sql`d.attendances` })} as details
    from (
      select v.student_id, v.session_id, ${int64(sql`count(*)`)} as attendances
      from (${attendanceRows(source)}) v where ${isNone(sql`v.exclusion`)} and ${isNone(sql`v.flaw`)}
      group by v.student_id, v.session_id having count(*) > 1) d`;
}

function counterDisagrees(source: TuitionSource): RawBuilder<FindingRow> {
  const { concat, int64, jsonObject, monthOf } = source.expressions;
  const subject = concat(
    enrolmentSubject(source, sql`c.student_id`, sql`c.group_id`),
    sql.lit(', month '),
    sql`c.month`,
  );
  return sql<FindingRow>`
    select ${subject} as subject, ${jsonObject({ counter: sql`c.counter`, attended: sql`c.attended` })} as details
    from (
      select u.student_id, u.group_id, u.month, max(u.counter) as counter, ${int64(sql`sum(u.attended)`)} as attended
      from (
        select p.student_id, p.group_id, p.month, p.sessions_counter as counter, 0 as attended
        from (${paymentRows(source)}) p where ${isNone(sql`p.flaw`)} and p.sessions_counter is not null
        union all
        select v.student_id, v.group_id, ${monthOf(sql`v.session_date`)}, null, 1
        from (${attendanceRows(source)}) v where ${isNone(sql`v.exclusion`)} and ${isNone(sql`v.flaw`)}) u
      group by u.student_id, u.group_id, u.month) c
    where c.counter <> c.attended`;
}

function orphans(source: TuitionSource): RawBuilder<FindingRow> {
  const { concat, int64, jsonObject } = source.expressions;
  const subject = concat(
    sql.lit('student '),
    shownId(source, sql`d.student_id`),
    sql.lit(', group '),
    shownId(source, sql`d.group_id`),
  );
  return sql<FindingRow>`
    select ${subject} as subject,
      ${jsonObject({ payments: sql`d.payments`, received: sql`d.received`, attendances: sql`d.attendances` })} as details
    from (
      select o.student_id, o.group_id, ${int64(sql`sum(o.payments)`)} as payments, ${int64(sql`sum(o.received)`)} as received,
        ${int64(sql`sum(o.attendances)`)} as attendances
      from (
        select p.student_id, p.group_id, 1 as payments, coalesce(p.paid, 0) as received, 0 as attendances
        from (${paymentRows(source)}) p where p.flaw = 'no-enrolment'
        union all
        select v.student_id, v.group_id, 0 as payments, 0 as received, 1 as attendances
        from (${attendanceRows(source)}) v where ${isNone(sql`v.exclusion`)} and v.flaw is not null) o
      group by o.student_id, o.group_id) d`;
}

function datedInFuture(source: TuitionSource): RawBuilder<FindingRow> {
  const { concat, instant, jsonObject, text } = source.expressions;
  const asOf = instant(source.asOf);
  const day = (value: RawBuilder<unknown>): RawBuilder<string> =>
    jsonObject({ student: sql`f.student_id`, group: sql`f.group_id`, day: source.expressions.dateOf(value) });
  return sql<FindingRow>`
    select ${concat(sql.lit('payment '), text(sql`f.payment_id`))} as subject, ${day(sql`f.dated_at`)} as details
    from (${paymentRows(source)}) f where ${isNone(sql`f.flaw`)} and f.paid > 0 and f.dated_at > ${asOf}
    union all
    select ${concat(sql.lit('attendance '), text(sql`f.attendance_id`))} as subject, ${day(sql`f.attended_at`)} as details
    from (${attendanceRows(source)}) f where ${isNone(sql`f.exclusion`)} and ${isNone(sql`f.flaw`)} and f.attended_at > ${asOf}`;
}
