import { sql } from 'kysely';
import { STAFF } from '../../access.ts';
import * as answer from '../../answer-fields.ts';
import { defineOperation, type Operation } from '../../operation.ts';
import * as field from '../inputs/input-fields.ts';
import type { TuitionPolicy } from '../policy.ts';
import { owesSessions, selected, type EnrolmentSelection } from '../queries/enrolment-filters.ts';
import { pageOfEnrolments, type Page, type PageRequest } from '../queries/pages.ts';
import { pupilRow, pupilSchema, type PupilRow } from '../queries/pupil-row.ts';
import { runRead } from '../queries/run-read.ts';

/** Whose debts are wanted. */
export interface StudentsWithDebtInput extends EnrolmentSelection, PageRequest {}

/**
 * Lists pupils who attended more than was paid for, in order of pupil and group. The exempt are not among them (T-09). Throws
 * `ROLE_INSUFFICIENT`, `INPUT_INVALID`.
 */
export const studentsWithDebt: Operation<TuitionPolicy, StudentsWithDebtInput, Page<PupilRow>> = defineOperation({
  name: 'students-with-debt',
  title: 'List pupils who attended more sessions than are paid for',
  input: field.inputOf({
    groupId: field.optional(field.id('Of this group only')),
    studentId: field.optional(field.id('Of this pupil only')),
    includeInactive: field.optional(field.flag('Those who left, too')),
    after: field.optional(field.after),
    limit: field.optional(field.limit),
  }),
  writes: false,
  access: { roles: ['server', ...STAFF] },
  answer: answer.pageOf(pupilSchema),
  errors: [],
  run: (context, input) =>
    runRead(context, async (reads, now) => {
      const where = sql<boolean>`${selected(input)} and ${owesSessions}`;
      const { rows, next } = await pageOfEnrolments(reads, { where, page: input, now });
      return { rows: rows.map((row) => pupilRow(row, context.policy, now)), next };
    }),
});
