import { CarryoverError } from '../../../base/errors.ts';
import { refusalDefinitions } from '../../../ledger/kernel/refusal-definitions.ts';
import { STAFF } from '../../access.ts';
import { defineOperation, type Operation } from '../../operation.ts';
import * as field from '../inputs/input-fields.ts';
import { readEnrolmentId } from '../inputs/read-values.ts';
import type { TuitionPolicy } from '../policy.ts';
import { creditStatusOf, creditStatusSchema, type CreditStatus } from '../queries/credit-status-of.ts';
import { enrolmentInactive, enrolmentUnknown, requestKeyReused } from '../tuition-errors.ts';
import { appendAudit, enrolmentSubject } from '../writes/append-audit.ts';
import { lockEnrolment } from '../writes/lock-enrolments.ts';
import { runWrite } from '../writes/operation-call.ts';
import { settleEnrolment, type EnrolmentChange } from '../writes/settle-enrolment.ts';

/** A pupil who leaves a group or comes back to it. */
export interface ChangeEnrolmentInput {
  readonly key: string;
  readonly studentId: string;
  readonly groupId: string;
  readonly action: 'leave' | 'return' | 'close';
  readonly reason: string;
}

/**
 * Lets a pupil leave a group (the accounts are frozen with what is on them, and nobody is told anything more, T-10), come back,
 * or ends the enrolment for good, which needs empty accounts. Corrections and payments of old debts stay possible after leaving.
 * Throws `ROLE_INSUFFICIENT`, `INPUT_INVALID`, `TUITION_KEY_REUSED`, `TUITION_ENROLMENT_UNKNOWN`, `LEDGER_AUTHORITY_LEGACY`,
 * `LEDGER_ACCOUNT_CLOSED`, `TUITION_ENROLMENT_INACTIVE` where the pupil has left already, `LEDGER_ACCOUNT_NOT_EMPTY`.
 */
export const changeEnrolment: Operation<TuitionPolicy, ChangeEnrolmentInput, CreditStatus> = defineOperation({
  name: 'change-enrolment',
  title: 'Let a pupil leave a group, come back, or end the enrolment for good',
  input: field.inputOf({
    key: field.key,
    studentId: field.studentId,
    groupId: field.groupId,
    action: field.oneOf(['leave', 'return', 'close'], 'Leave, return, or close: for good, with nothing owed or kept'),
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
    enrolmentInactive,
    refusalDefinitions.LEDGER_ACCOUNT_NOT_EMPTY,
  ],
  run: (context, input) =>
    runWrite(context, { operation: 'change-enrolment', input }, async (call) => {
      const { action, reason } = input;
      const enrolment = await lockEnrolment(call, readEnrolmentId(input), action);
      if (action === 'leave' && !enrolment.isActive) {
        const { studentId, groupId } = input;
        throw new CarryoverError(enrolmentInactive, { studentId, groupId, attempt: 'leave' });
      }
      const settled = await settleEnrolment(call, enrolment, { ...CHANGES[action], reason });
      await appendAudit(call, [
        {
          action: AUDITED[action],
          subject: enrolmentSubject(enrolment),
          accountId: enrolment.sessions.id,
          before: { active: enrolment.isActive },
          after: { active: settled.enrolment.isActive, balance: settled.enrolment.sessions.balance },
          reason,
        },
      ]);
      return creditStatusOf(settled.enrolment, context.policy, call.now);
    }),
});

const CHANGES: Readonly<Record<ChangeEnrolmentInput['action'], EnrolmentChange>> = {
  leave: { row: { active: 0n } },
  return: { row: { active: 1n } },
  close: { row: { active: 0n }, close: true },
};

const AUDITED = { leave: 'enrolment_left', return: 'enrolment_returned', close: 'enrolment_closed' } as const;
