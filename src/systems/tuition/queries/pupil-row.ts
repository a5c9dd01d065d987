import type { TSchema } from 'typebox';
import type { Instant } from '../../../base/instant.ts';
import * as answer from '../../answer-fields.ts';
import type { TuitionPolicy } from '../policy.ts';
import { creditStatusMembers, creditStatusOf, type CreditStatus } from './credit-status-of.ts';
import type { EnrolmentFacts } from './load-enrolments.ts';

/** A credit status with the names that people know a pupil and a group by; null where the school's tables lack them. */
export interface PupilRow extends CreditStatus {
  readonly studentCode: string | null;
  readonly studentName: string | null;
  readonly groupName: string | null;
}

/** The schema of `PupilRow`. */
export const pupilSchema: TSchema = answer.answerOf<PupilRow>({
  studentCode: answer.nullable(answer.text('The code on the card of the pupil')),
  studentName: answer.nullable(answer.text('The name of the pupil')),
  groupName: answer.nullable(answer.text('The name of the group')),
  ...creditStatusMembers,
});

/** The row of an enrolment in a list for the desk. */
export function pupilRow(enrolment: EnrolmentFacts, policy: TuitionPolicy, now: Instant): PupilRow {
  const { studentCode, studentName, groupName } = enrolment;
  return { studentCode, studentName, groupName, ...creditStatusOf(enrolment, policy, now) };
}
