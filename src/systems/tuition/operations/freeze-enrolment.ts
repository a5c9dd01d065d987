import { CarryoverError } from '../../../base/errors.ts';
import { Instant } from '../../../base/instant.ts';
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

/** A time in which a pupil does not come. */
export interface FreezeEnrolmentInput {
  readonly key: string;
  readonly studentId: string;
  readonly groupId: string;
  /** Absent: from now on. */
  readonly from?: string;
  readonly until: string;
  readonly reason: string;
}

/**
 * Freezes an enrolment for a time: the door refuses, nothing is taken and nobody is reminded; payments stay possible. A later
 * freeze replaces an earlier one. Throws `ROLE_INSUFFICIENT`, `INPUT_INVALID`, `TUITION_KEY_REUSED`, `TUITION_ENROLMENT_UNKNOWN`,
 * `LEDGER_AUTHORITY_LEGACY`, `LEDGER_ACCOUNT_CLOSED`, `TUITION_INSTANT_OUT_OF_ORDER`.
 */
export const freezeEnrolment: Operation<TuitionPolicy, FreezeEnrolmentInput, CreditStatus> = defineOperation({
  name: 'freeze-enrolment',
  title: 'Freeze a pupil in a group for a time, such as a journey or an illness',
  input: field.inputOf({
    key: field.key,
    studentId: field.studentId,
    groupId: field.groupId,
    from: field.optional(field.instant('From when; else from now on')),
    until: field.instant('Until when'),
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
    runWrite(context, { operation: 'freeze-enrolment', input }, async (call) => {
      const { reason } = input;
      const enrolment = await lockEnrolment(call, readEnrolmentId(input), 'freeze');
      const until = readFuture('the end of the freeze', input.until, call.now);
      const from = input.from === undefined ? call.now : Instant.parse(input.from);
      if (!from.isBefore(until)) {
        const expected = `an instant before the end, ${until.toString()}`;
        throw new CarryoverError(instantOutOfOrder, {
          what: 'the start of the freeze',
          found: from.toString(),
          expected,
        });
      }
      await endOverrides(call, enrolment, { effects: ['freeze'], reason });
      const frozen = await setOverride(call, enrolment, { effect: 'freeze', reason, from, until });
      return creditStatusOf(frozen, context.policy, call.now);
    }),
});
