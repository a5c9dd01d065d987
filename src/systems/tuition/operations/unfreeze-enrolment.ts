import { CarryoverError } from '../../../base/errors.ts';
import { refusalDefinitions } from '../../../ledger/kernel/refusal-definitions.ts';
import { STAFF } from '../../access.ts';
import { defineOperation, type Operation } from '../../operation.ts';
import * as field from '../inputs/input-fields.ts';
import { readEnrolmentId } from '../inputs/read-values.ts';
import type { TuitionPolicy } from '../policy.ts';
import { creditStatusOf, creditStatusSchema, type CreditStatus } from '../queries/credit-status-of.ts';
import { enrolmentUnknown, requestKeyReused, tuitionUnknown } from '../tuition-errors.ts';
import { lockEnrolment, reloadEnrolment } from '../writes/lock-enrolments.ts';
import { runWrite } from '../writes/operation-call.ts';
import { endOverrides } from '../writes/overrides.ts';

/** A pupil who comes back before a freeze ends. */
export interface UnfreezeEnrolmentInput {
  readonly key: string;
  readonly studentId: string;
  readonly groupId: string;
  readonly reason: string;
}

/**
 * Ends a freeze early. Throws `ROLE_INSUFFICIENT`, `INPUT_INVALID`, `TUITION_KEY_REUSED`, `TUITION_ENROLMENT_UNKNOWN`,
 * `LEDGER_AUTHORITY_LEGACY`, `LEDGER_ACCOUNT_CLOSED`, `TUITION_UNKNOWN` where nothing is frozen.
 */
export const unfreezeEnrolment: Operation<TuitionPolicy, UnfreezeEnrolmentInput, CreditStatus> = defineOperation({
  name: 'unfreeze-enrolment',
  title: 'End the freeze of a pupil in a group',
  input: field.inputOf({
    key: field.key,
    studentId: field.studentId,
    groupId: field.groupId,
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
  ],
  run: (context, input) =>
    runWrite(context, { operation: 'unfreeze-enrolment', input }, async (call) => {
      const { reason, studentId, groupId } = input;
      const enrolment = await lockEnrolment(call, readEnrolmentId(input), 'unfreeze');
      const ended = await endOverrides(call, enrolment, { effects: ['freeze'], reason });
      if (ended === 0n) {
        throw new CarryoverError(tuitionUnknown, {
          what: 'freeze of enrolment',
          id: `${studentId}:${groupId}`,
          expected: 'one in force or to come',
          nextStep: 'Nothing more is needed: the enrolment is not frozen.',
        });
      }
      return creditStatusOf(await reloadEnrolment(call, enrolment), context.policy, call.now);
    }),
});
