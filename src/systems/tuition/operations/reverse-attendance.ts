import { CarryoverError } from '../../../base/errors.ts';
import { refusalDefinitions } from '../../../ledger/kernel/refusal-definitions.ts';
import { STAFF } from '../../access.ts';
import { defineOperation, type Operation } from '../../operation.ts';
import { attendancesOf } from '../door/attendance-records.ts';
import { returnAttendance } from '../door/return-attendance.ts';
import * as field from '../inputs/input-fields.ts';
import { readDate, readEnrolmentId } from '../inputs/read-values.ts';
import type { TuitionPolicy } from '../policy.ts';
import { creditStatusOf, creditStatusSchema, type CreditStatus } from '../queries/credit-status-of.ts';
import { enrolmentUnknown, requestKeyReused, tuitionUnknown } from '../tuition-errors.ts';
import { appendAudit, enrolmentSubject } from '../writes/append-audit.ts';
import { lockEnrolment } from '../writes/lock-enrolments.ts';
import { runWrite } from '../writes/operation-call.ts';

/** An attendance that should not count. */
export interface ReverseAttendanceInput {
  readonly key: string;
  readonly studentId: string;
  readonly groupId: string;
  /** The day of the session. */
  readonly date: string;
  readonly reason: string;
}

/**
 * Gives a session back that was taken for an attendance, scanned here or carried over, once (T-35). Throws `ROLE_INSUFFICIENT`,
 * `INPUT_INVALID`, `TUITION_KEY_REUSED`, `TUITION_ENROLMENT_UNKNOWN`, `LEDGER_AUTHORITY_LEGACY`, `LEDGER_ACCOUNT_CLOSED`,
 * `TUITION_UNKNOWN`, `LEDGER_ACCOUNT_FROZEN`.
 */
export const reverseAttendance: Operation<TuitionPolicy, ReverseAttendanceInput, CreditStatus> = defineOperation({
  name: 'reverse-attendance',
  title: 'Give back a session that was taken for an attendance',
  input: field.inputOf({
    key: field.key,
    studentId: field.studentId,
    groupId: field.groupId,
    date: field.date('The day of the session'),
    reason: field.reason,
  }),
  writes: true,
  access: { roles: ['server', ...STAFF] },
  answer: creditStatusSchema,
  errors: [
    requestKeyReused,
    enrolmentUnknown,
    refusalDefinitions.LEDGER_AUTHORITY_LEGACY,
    refusalDefinitions.LEDGER_ACCOUNT_CLOSED,
    tuitionUnknown,
    refusalDefinitions.LEDGER_ACCOUNT_FROZEN,
  ],
  run: (context, input) =>
    runWrite(context, { operation: 'reverse-attendance', input }, async (call) => {
      const date = readDate('the day of the session', input.date);
      const id = readEnrolmentId(input);
      const enrolment = await lockEnrolment(call, id, 'reverse an attendance of');
      const attended = await attendancesOf(call.reads, [enrolment], { groupId: id.groupId, date });
      const record = attended.get(id.studentId);
      if (record === undefined || record.from === 'legacy') {
        throw new CarryoverError(tuitionUnknown, {
          what: 'attendance',
          id: `${id.studentId}:${id.groupId} on ${date}`,
          expected: 'one for which a session is still taken',
          nextStep: 'Look the day up with "credit-status", or in the statement of the account.',
        });
      }
      const { reason } = input;
      const settled = await returnAttendance(call, enrolment, { record, date, reason });
      await appendAudit(call, [
        {
          action: 'attendance_reversed',
          subject: enrolmentSubject(enrolment),
          accountId: record.accountId,
          before: { balance: enrolment.sessions.balance },
          after: { balance: settled.enrolment.sessions.balance, session: date, entry: record.seq },
          reason,
        },
      ]);
      return creditStatusOf(settled.enrolment, context.policy, call.now);
    }),
});
