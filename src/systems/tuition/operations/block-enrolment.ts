import { refusalDefinitions } from '../../../ledger/kernel/refusal-definitions.ts';
import { STAFF } from '../../access.ts';
import { defineOperation, type Operation } from '../../operation.ts';
import * as field from '../inputs/input-fields.ts';
import { readEnrolmentId, readFuture } from '../inputs/read-values.ts';
import type { TuitionPolicy } from '../policy.ts';
import { creditStatusOf, creditStatusSchema, type CreditStatus } from '../queries/credit-status-of.ts';
import { enrolmentUnknown, instantOutOfOrder, requestKeyReused } from '../tuition-errors.ts';
import { lockEnrolment } from '../writes/lock-enrolments.ts';
import { runWrite } from '../writes/operation-call.ts';
import { endOverrides, setOverride } from '../writes/overrides.ts';

/** A pupil who is not to be let in, whatever is paid. */
export interface BlockEnrolmentInput {
  readonly key: string;
  readonly studentId: string;
  readonly groupId: string;
  /** Absent: until somebody unblocks. */
  readonly until?: string;
  readonly reason: string;
}

/**
 * Blocks a pupil by hand: the door refuses, whatever is paid (T-19). A pass that is in force ends. Throws `ROLE_INSUFFICIENT`,
 * `INPUT_INVALID`, `TUITION_KEY_REUSED`, `TUITION_ENROLMENT_UNKNOWN`, `LEDGER_AUTHORITY_LEGACY`, `LEDGER_ACCOUNT_CLOSED`,
 * `TUITION_INSTANT_OUT_OF_ORDER`.
 */
export const blockEnrolment: Operation<TuitionPolicy, BlockEnrolmentInput, CreditStatus> = defineOperation({
  name: 'block-enrolment',
  title: 'Keep a pupil out of a group by hand, whatever is paid',
  input: field.inputOf({
    key: field.key,
    studentId: field.studentId,
    groupId: field.groupId,
    until: field.optional(field.instant('Until when; else until somebody unblocks')),
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
    instantOutOfOrder,
  ],
  run: (context, input) =>
    runWrite(context, { operation: 'block-enrolment', input }, async (call) => {
      const { reason } = input;
      const enrolment = await lockEnrolment(call, readEnrolmentId(input), 'block');
      const until = input.until === undefined ? undefined : readFuture('the end of the block', input.until, call.now);
      await endOverrides(call, enrolment, { effects: ['allow', 'block'], reason });
      const blocked = await setOverride(call, enrolment, { effect: 'block', reason, until });
      return creditStatusOf(blocked, context.policy, call.now);
    }),
});
