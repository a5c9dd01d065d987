import { CarryoverError } from '../../../base/errors.ts';
import { refusalDefinitions } from '../../../ledger/kernel/refusal-definitions.ts';
import { STAFF } from '../../access.ts';
import { defineOperation, type Operation } from '../../operation.ts';
import { coversNext } from '../gate/decide-gate.ts';
import * as field from '../inputs/input-fields.ts';
import { readEnrolmentId, readFuture } from '../inputs/read-values.ts';
import type { TuitionPolicy } from '../policy.ts';
import { creditStatusOf, creditStatusSchema, debtOf, type CreditStatus } from '../queries/credit-status-of.ts';
import { gateFacts } from '../queries/gate-facts.ts';
import { enrolmentUnknown, instantOutOfOrder, requestKeyReused, untilMissing } from '../tuition-errors.ts';
import { lockEnrolment, reloadEnrolment } from '../writes/lock-enrolments.ts';
import { runWrite } from '../writes/operation-call.ts';
import { endOverrides, setOverride } from '../writes/overrides.ts';

/** A pupil who is to be let in. */
export interface UnblockEnrolmentInput {
  readonly key: string;
  readonly studentId: string;
  readonly groupId: string;
  /** Until when the pupil is let in whatever is owed. Needed only where the next session is not covered. */
  readonly until?: string;
  readonly reason: string;
}

/**
 * Ends a block by hand and, with `until`, lets the pupil in past the limit until then (T-19). Without it, a pupil who owes too
 * much would be refused at the door all the same, so that is refused here. Throws `ROLE_INSUFFICIENT`, `INPUT_INVALID`,
 * `TUITION_KEY_REUSED`, `TUITION_ENROLMENT_UNKNOWN`, `LEDGER_AUTHORITY_LEGACY`, `LEDGER_ACCOUNT_CLOSED`, `TUITION_UNTIL_MISSING`,
 * `TUITION_INSTANT_OUT_OF_ORDER`.
 */
export const unblockEnrolment: Operation<TuitionPolicy, UnblockEnrolmentInput, CreditStatus> = defineOperation({
  name: 'unblock-enrolment',
  title: 'Let a pupil in again: end a block by hand, or allow past the limit until a date',
  input: field.inputOf({
    key: field.key,
    studentId: field.studentId,
    groupId: field.groupId,
    until: field.optional(field.instant('Until when the pupil is let in whatever is owed')),
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
    untilMissing,
    instantOutOfOrder,
  ],
  run: (context, input) =>
    runWrite(context, { operation: 'unblock-enrolment', input }, async (call) => {
      const { reason } = input;
      const enrolment = await lockEnrolment(call, readEnrolmentId(input), 'unblock');
      if (input.until === undefined && !coversNext(gateFacts(enrolment, context.policy, call.now))) {
        const { studentId, groupId } = input;
        throw new CarryoverError(untilMissing, { studentId, groupId, debt: debtOf(enrolment).toString() });
      }
      await endOverrides(call, enrolment, { effects: ['block', 'allow'], reason });
      if (input.until === undefined) {
        return creditStatusOf(await reloadEnrolment(call, enrolment), context.policy, call.now);
      }
      const until = readFuture('the end of the pass', input.until, call.now);
      const allowed = await setOverride(call, enrolment, { effect: 'allow', reason, until });
      return creditStatusOf(allowed, context.policy, call.now);
    }),
});
