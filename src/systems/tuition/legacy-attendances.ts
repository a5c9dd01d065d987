import { sql, type RawBuilder } from 'kysely';
import { aliased, columnsOf, flagOrFalse, flagOrTrue, isNoneOf, type TuitionSource } from './read-legacy.ts';

/** Why an attendance uses up no session, in the order they are looked for (T-08). */
export const attendanceExclusions = {
  'not-let-in': 'The pupil was refused at the door, so no session was used.',
  'status-not-counted': 'The status is not among the policy countedStatuses, so no session was used.',
  'session-cancelled': 'The session was cancelled, so no session was used.',
} as const;

/** Why an attendance that should use up a session cannot be carried, and what to correct (T-43). */
export const attendanceFlaws = {
  'no-session': 'The session of the attendance does not exist. Restore the session, or delete the attendance.',
  'no-enrolment':
    "The pupil has no enrolment in the session's group. Add the enrolment, or correct the pupil or session.",
} as const;

/**
 * One row per attendance of the range: attendance_id, student_id, session_id, group_id and session_date (null without a
 * session), attended_at (scan time, else the session's day), exclusion and flaw (null, or keys of the lists above).
 */
export function attendanceRows(source: TuitionSource): RawBuilder<unknown> {
  return source.shared('attendances', () => attendanceQuery(source));
}

function attendanceQuery(source: TuitionSource): RawBuilder<unknown> {
  const attendances = { alias: 'a', table: 'attendances' };
  const sessions = { alias: 's', table: 'sessions' };
  const enrolments = { alias: 'e', table: 'student_group_enrollments' };
  const a = columnsOf(source, attendances);
  const s = columnsOf(source, sessions);
  const e = columnsOf(source, enrolments);
  const { instantOf, instantOfDate } = source.expressions;
  const exclusion = (name: keyof typeof attendanceExclusions): RawBuilder<unknown> => sql.lit(name);
  const flaw = (name: keyof typeof attendanceFlaws): RawBuilder<unknown> => sql.lit(name);
  return sql`
    select ${a('attendance_id')} as attendance_id, ${a('student_id')} as student_id, ${a('session_id')} as session_id,
      ${s('group_id')} as group_id, ${s('session_date')} as session_date,
      coalesce(${instantOf(a('scan_time'))}, ${instantOfDate(s('session_date'))}) as attended_at,
      case
        when not (${flagOrTrue(source, attendances, 'allow_entry')}) then ${exclusion('not-let-in')}
        when ${isNoneOf(source, a('status'), source.policy.countedStatuses)} then ${exclusion('status-not-counted')}
        when ${flagOrFalse(source, sessions, 'is_cancelled')} then ${exclusion('session-cancelled')}
      end as exclusion,
      case
        when ${s('session_id')} is null then ${flaw('no-session')}
        when ${e('student_id')} is null then ${flaw('no-enrolment')}
      end as flaw
    from ${aliased(source, attendances)}
    left join ${aliased(source, sessions)} on ${s('session_id')} = ${a('session_id')}
    left join ${aliased(source, enrolments)}
      on ${e('student_id')} = ${a('student_id')} and ${e('group_id')} = ${s('group_id')} and ${source.inRange(e('student_id'))}
    where ${source.inRange(a('student_id'))}`;
}
