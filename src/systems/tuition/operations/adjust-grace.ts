import { CarryoverError } from '../../../base/errors.ts';
import { refusalDefinitions } from '../../../ledger/kernel/refusal-definitions.ts';
import { defineOperation, type Operation } from '../../operation.ts';
import * as field from '../inputs/input-fields.ts';
import { readEnrolmentId } from '../inputs/read-values.ts';
import type { TuitionPolicy } from '../policy.ts';
import { creditStatusOf, creditStatusSchema, type CreditStatus } from '../queries/credit-status-of.ts';
import { enrolmentUnknown, nothingOwed, requestKeyReused } from '../tuition-errors.ts';
import { appendAudit, enrolmentSubject } from '../writes/append-audit.ts';
import { lockEnrolment } from '../writes/lock-enrolments.ts';
import { runWrite } from '../writes/operation-call.ts';
import { settleEnrolment } from '../writes/settle-enrolment.ts';

/** How many sessions one pupil may owe in a group. */
export interface AdjustGraceInput {
  readonly key: string;
  readonly studentId: string;
  readonly groupId: string;
  /** Sessions that may be unpaid from now on. */
  readonly newBalance: number;
  readonly reason: string;
}

/**
 * Sets how many sessions a pupil may owe, whatever policy says; a later payment or run keeps it (T-16). Throws
 * `ROLE_INSUFFICIENT`, `INPUT_INVALID`, `TUITION_KEY_REUSED`, `TUITION_ENROLMENT_UNKNOWN`, `LEDGER_AUTHORITY_LEGACY`,
 * `LEDGER_ACCOUNT_CLOSED`, `TUITION_NOTHING_OWED`.
 */
export const adjustGrace: Operation<TuitionPolicy, AdjustGraceInput, CreditStatus> = defineOperation({
  name: 'adjust-grace',
  title: 'Set how many sessions a pupil may owe in a group',
  input: field.inputOf({
    key: field.key,
    studentId: field.studentId,
    groupId: field.groupId,
    newBalance: field.sessions('Sessions that may be unpaid', { minimum: 0, maximum: 1000 }),
    reason: field.reason,
  }),
  writes: true,
  access: { roles: ['server', 'admin', 'super_admin'] },
  answer: creditStatusSchema,
  errors: [
    requestKeyReused,
    enrolmentUnknown,
    refusalDefinitions.LEDGER_AUTHORITY_LEGACY,
    refusalDefinitions.LEDGER_ACCOUNT_CLOSED,
    nothingOwed,
  ],
  run: (context, input) =>
    runWrite(context, { operation: 'adjust-grace', input }, async (call) => {
      const id = readEnrolmentId(input);
      const enrolment = await lockEnrolment(call, id, 'adjust the grace of');
      if (enrolment.isFree)
        throw new CarryoverError(nothingOwed, { studentId: input.studentId, groupId: input.groupId });
      const { reason } = input;
      const floor = -BigInt(input.newBalance);
      const settled = await settleEnrolment(call, enrolment, { floor, reason });
      await appendAudit(call, [
        {
          action: 'credit_adjustment',
          subject: enrolmentSubject(enrolment),
          accountId: enrolment.sessions.id,
          before: { creditBalance: enrolment.floor === null ? null : -enrolment.floor },
          after: { creditBalance: -floor },
          reason,
        },
      ]);
      return creditStatusOf(settled.enrolment, context.policy, call.now);
    }),
});
