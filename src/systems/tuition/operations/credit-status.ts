import { CarryoverError } from '../../../base/errors.ts';
import { STAFF } from '../../access.ts';
import { defineOperation, type Operation } from '../../operation.ts';
import * as field from '../inputs/input-fields.ts';
import { readEnrolmentId } from '../inputs/read-values.ts';
import type { TuitionPolicy } from '../policy.ts';
import { creditStatusOf, creditStatusSchema, type CreditStatus } from '../queries/credit-status-of.ts';
import { loadEnrolments, oneEnrolment } from '../queries/load-enrolments.ts';
import { runRead } from '../queries/run-read.ts';
import { enrolmentUnknown } from '../tuition-errors.ts';

/** A pupil in a group. */
export interface CreditStatusInput {
  readonly studentId: string;
  readonly groupId: string;
}

/**
 * Tells where a pupil stands in a group, as of now; works whoever decides the balance. Throws `ROLE_INSUFFICIENT`,
 * `INPUT_INVALID`, `TUITION_ENROLMENT_UNKNOWN`.
 */
export const creditStatus: Operation<TuitionPolicy, CreditStatusInput, CreditStatus> = defineOperation({
  name: 'credit-status',
  title: 'Tell where a pupil stands in a group: attended, paid, owed, blocked and why',
  input: field.inputOf({ studentId: field.studentId, groupId: field.groupId }),
  writes: false,
  access: { roles: ['server', 'user', ...STAFF], owner: 'studentId' },
  answer: creditStatusSchema,
  errors: [enrolmentUnknown],
  run: (context, input) =>
    runRead(context, async (reads, now) => {
      const { studentId, groupId } = readEnrolmentId(input);
      const [enrolment] = await loadEnrolments(reads, oneEnrolment(studentId, groupId), now);
      if (enrolment === undefined) throw new CarryoverError(enrolmentUnknown, { ...input });
      return creditStatusOf(enrolment, context.policy, now);
    }),
});
