import { deskTables } from '../queries/desk-tables.ts';
import type { EnrolmentFacts } from '../queries/load-enrolments.ts';
import type { OperationCall } from '../writes/operation-call.ts';
import { settleEnrolment, type SettledEnrolment } from '../writes/settle-enrolment.ts';
import type { AttendanceRecord } from './attendance-records.ts';

/** What to give back, and why. */
export interface AttendanceReturn {
  readonly record: Exclude<AttendanceRecord, { from: 'legacy' }>;
  /** The day of the session. */
  readonly date: string;
  readonly reason: string;
}

/**
 * Gives one attended session back, by reversing the entry that took it: to the make-up credit or to the sessions account, whichever
 * it was. The ledger reverses an entry once, so a session cannot be given back twice (T-35).
 */
export async function returnAttendance(
  call: OperationCall,
  enrolment: EnrolmentFacts,
  { record, date, reason }: AttendanceReturn,
): Promise<SettledEnrolment> {
  const settled = await settleEnrolment(call, enrolment, {
    entries: [{ type: 'reverse', accountId: record.accountId, seq: record.seq }],
    reason,
  });
  const seq = settled.entries[0]?.after[0]?.seq;
  if (record.from === 'scan' && seq !== undefined) {
    await deskTables(call.trx)
      .updateTable('carryover_tuition_scans')
      .set({ returned_seq: seq })
      .where('student_id', '=', enrolment.studentId)
      .where('group_id', '=', enrolment.groupId)
      .where('session_date', '=', date)
      .execute();
  }
  return settled;
}
