import { sql } from 'kysely';
import type { TSchema } from 'typebox';
import { STAFF } from '../../access.ts';
import * as answer from '../../answer-fields.ts';
import { defineOperation, type Operation } from '../../operation.ts';
import * as field from '../inputs/input-fields.ts';
import { writeMoney } from '../inputs/read-values.ts';
import type { TuitionPolicy } from '../policy.ts';
import { loadEnrolments, type EnrolmentFacts } from '../queries/load-enrolments.ts';
import { idList } from '../queries/load-groups.ts';
import { findStudentsByPhone } from '../queries/load-students.ts';
import { pupilRow, pupilSchema, type PupilRow } from '../queries/pupil-row.ts';
import { runRead } from '../queries/run-read.ts';
import { legacyColumnMissing } from '../tuition-errors.ts';

/** A family, by the telephone number of the parent. */
export interface FamilyViewInput {
  readonly phone: string;
}

/** Every enrolment of a family's children, and what there is in all (T-42). */
export interface FamilyView {
  readonly children: readonly {
    readonly studentId: string;
    readonly studentCode: string | null;
    readonly studentName: string | null;
    readonly enrolments: readonly PupilRow[];
  }[];
  /** Sessions owed in groups where some are owed; a group that is paid ahead does not pay for another. */
  readonly totalDebt: string;
  /** Money kept in all groups together. */
  readonly totalMoney: string;
}

const childSchema: TSchema = answer.answerOf<FamilyView['children'][number]>({
  studentId: answer.id('The pupil'),
  studentCode: answer.nullable(answer.text('The code on the card of the pupil')),
  studentName: answer.nullable(answer.text('The name of the pupil')),
  enrolments: answer.list(pupilSchema, 'Every group of the pupil'),
});

const familyViewSchema: TSchema = answer.answerOf<FamilyView>({
  children: answer.list(childSchema, 'The children of the family'),
  totalDebt: answer.wholeText('Sessions owed in groups where some are owed'),
  totalMoney: answer.amount('Money kept in all groups together'),
});

/**
 * Shows all enrolments of the pupils with one parent's telephone number, however it was typed. The number itself is in no answer
 * and no log. Throws `ROLE_INSUFFICIENT`, `INPUT_INVALID`, `TUITION_LEGACY_COLUMN_MISSING`.
 */
export const familyView: Operation<TuitionPolicy, FamilyViewInput, FamilyView> = defineOperation({
  name: 'family-view',
  title: 'Show every group of the children of one parent, by telephone number',
  input: field.inputOf({ phone: field.text('The telephone number of the parent', 40) }),
  writes: false,
  access: { roles: ['server', ...STAFF] },
  answer: familyViewSchema,
  errors: [legacyColumnMissing],
  run: (context, input) =>
    runRead(context, async (reads, now) => {
      const students = await findStudentsByPhone(reads, input.phone);
      const ids = students.map(({ studentId }) => studentId);
      const enrolments =
        ids.length === 0
          ? []
          : await loadEnrolments(reads, { where: sql<boolean>`e.student_id in (${idList(ids)})` }, now);
      const children = students.map(({ studentId, code, name }) => ({
        studentId: studentId.toString(),
        studentCode: code,
        studentName: name,
        enrolments: enrolments
          .filter((row) => row.studentId === studentId)
          .map((row) => pupilRow(row, context.policy, now)),
      }));
      const totalMoney = writeMoney(
        sum(enrolments, ({ money }) => money.balance),
        context.policy,
      );
      return { children, totalDebt: sum(enrolments, owed).toString(), totalMoney };
    }),
});

function owed({ sessions, floor }: EnrolmentFacts): bigint {
  return floor !== null && sessions.balance < 0n ? -sessions.balance : 0n;
}

function sum(rows: readonly EnrolmentFacts[], of: (row: EnrolmentFacts) => bigint): bigint {
  return rows.reduce((total, row) => total + of(row), 0n);
}
