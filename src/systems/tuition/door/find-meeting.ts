import { sql } from 'kysely';
import { daysAround, nearestMeeting, type Meeting } from '../calendar/school-calendar.ts';
import { deskTables } from '../queries/desk-tables.ts';
import { isCancelledInLegacy, loadGroups } from '../queries/load-groups.ts';
import { findStudent, findStudentByCode, type Student } from '../queries/load-students.ts';
import type { OperationCall } from '../writes/operation-call.ts';
import type { SessionOfGroup } from './attendance-records.ts';

/** Who stands at the door, and for which session. */
export type Visitor =
  | {
      readonly refused: 'unknown_code' | 'inactive_student' | 'not_enrolled' | 'no_session_today';
      readonly student: Student | undefined;
    }
  | { readonly student: Student; readonly meeting: Meeting };

/** What a scan says: the code of a card or the id of a pupil, and the group where the door is bound to one. */
export interface Scan {
  readonly code?: string;
  readonly studentId?: bigint;
  readonly groupId?: bigint;
}

/** Finds the pupil, the groups and the session that a scan is for (T-37, T-38). */
export async function findMeeting(call: OperationCall, scan: Scan): Promise<Visitor> {
  const student =
    scan.code === undefined
      ? await findStudent(call.reads, scan.studentId ?? 0n)
      : await findStudentByCode(call.reads, scan.code);
  if (student === undefined) return { refused: 'unknown_code', student };
  if (!student.isActive) return { refused: 'inactive_student', student };
  const groupIds = await activeGroups(call, student, scan.groupId);
  const { policy } = call.context;
  const groups = await loadGroups(call.reads, { groupIds, dates: daysAround(call.now, policy.zone) });
  const active = groups.filter(({ isActive }) => isActive);
  if (active.length === 0) return { refused: 'not_enrolled', student };
  const schedules = active.map(({ schedule }) => schedule);
  const meeting = nearestMeeting(schedules, call.now, policy);
  return meeting === undefined ? { refused: 'no_session_today', student } : { student, meeting };
}

/** True when the session was called off, here or in the school's own list. Asked under the account's lock. */
export async function isCancelled(call: OperationCall, session: SessionOfGroup): Promise<boolean> {
  const own = await deskTables(call.trx)
    .selectFrom('carryover_tuition_cancellations')
    .select(sql<bigint>`1`.as('found'))
    .where('group_id', '=', session.groupId)
    .where('session_date', '=', session.date)
    .executeTakeFirst();
  return own !== undefined || isCancelledInLegacy(call.reads, session.groupId, session.date);
}

async function activeGroups(
  call: OperationCall,
  { studentId }: Student,
  groupId: bigint | undefined,
): Promise<readonly bigint[]> {
  const rows = await deskTables(call.trx)
    .selectFrom('carryover_tuition_enrolments')
    .select('group_id')
    .where('student_id', '=', studentId)
    .where('active', '=', 1n)
    .orderBy('group_id')
    .execute();
  const ids = rows.map(({ group_id }) => group_id);
  return groupId === undefined ? ids : ids.filter((id) => id === groupId);
}
