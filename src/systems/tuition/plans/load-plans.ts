import type { EnrolmentId } from '../writes/lock-enrolments.ts';
import { deskTables } from '../queries/desk-tables.ts';
import type { Handle } from '../../../sql/engine.ts';
import type { Plan } from './plan-book.ts';

/** All plans of a pupil in a group, oldest first. */
export async function loadPlans(handle: Handle, { studentId, groupId }: EnrolmentId): Promise<readonly Plan[]> {
  const rows = await deskTables(handle)
    .selectFrom('carryover_tuition_months')
    .select(['plan', 'month', 'due', 'plan_sessions', 'received'])
    .where('student_id', '=', studentId)
    .where('group_id', '=', groupId)
    .orderBy('month')
    .orderBy('plan')
    .execute();
  return rows.map(({ plan_sessions, ...plan }) => ({ ...plan, sessions: plan_sessions }));
}
