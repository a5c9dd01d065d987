import { sql } from 'kysely';
import type { TSchema } from 'typebox';
import { Instant } from '../../../base/instant.ts';
import { STAFF } from '../../access.ts';
import * as answer from '../../answer-fields.ts';
import { defineOperation, type Operation } from '../../operation.ts';
import { scanCodeSchema, scanColorSchema, textParamsSchema, textsSchema } from '../gate/scan-schemas.ts';
import { renderScan, type Locale, type ScanCode, type ScanColor, type TextParams } from '../gate/scan-texts.ts';
import * as field from '../inputs/input-fields.ts';
import { readId, readJson } from '../inputs/read-values.ts';
import type { TuitionPolicy } from '../policy.ts';
import { pageByIdBelow, pageOf, type Page, type PageRequest } from '../queries/pages.ts';
import { runRead } from '../queries/run-read.ts';
import type { AttemptsTable } from '../tables.ts';

/** Which refused scans are wanted. */
export interface AttemptsInput extends PageRequest {
  readonly studentId?: string;
  readonly groupId?: string;
  /** True: only those that the gate would have refused in its shadow period; false: only real refusals. */
  readonly shadow?: boolean;
  readonly from?: string;
  readonly until?: string;
}

/** One refused scan. */
export interface AttemptRow {
  readonly id: string;
  readonly attemptedAt: string;
  readonly sessionDate: string;
  readonly studentId: string | null;
  readonly groupId: string | null;
  readonly color: ScanColor;
  readonly code: ScanCode;
  readonly params: TextParams;
  /** Made anew from code and parameters (T-17). */
  readonly text: Readonly<Record<Locale, string>>;
  readonly shadow: boolean;
  readonly actor: string;
}

const attemptSchema: TSchema = answer.answerOf<AttemptRow>({
  id: answer.id('The refused scan'),
  attemptedAt: answer.instant('When it was'),
  sessionDate: answer.date('The day of the session'),
  studentId: answer.nullable(answer.id('The pupil; null where nobody was found')),
  groupId: answer.nullable(answer.id('The group; null where none was found')),
  color: scanColorSchema,
  code: scanCodeSchema,
  params: textParamsSchema,
  text: textsSchema,
  shadow: answer.flag('True where the pupil was let in, since the gate is not enforced yet'),
  actor: answer.text('Who scanned, such as person:42'),
});

/** Lists refused scans, and those of the shadow period, newest first (T-41). Throws `ROLE_INSUFFICIENT`, `INPUT_INVALID`. */
export const attempts: Operation<TuitionPolicy, AttemptsInput, Page<AttemptRow>> = defineOperation({
  name: 'attempts',
  title: 'List refused scans, and those that the gate would have refused, newest first',
  input: field.inputOf({
    studentId: field.optional(field.id('Of this pupil only')),
    groupId: field.optional(field.id('Of this group only')),
    shadow: field.optional(field.flag('Only those of the shadow period')),
    from: field.optional(field.instant('From this instant on')),
    until: field.optional(field.instant('Before this instant')),
    after: field.optional(field.after),
    limit: field.optional(field.limit),
  }),
  writes: false,
  access: { roles: ['server', ...STAFF] },
  answer: answer.pageOf(attemptSchema),
  errors: [],
  run: (context, input) =>
    runRead(context, async ({ source, handle }) => {
      const { instant } = source.expressions;
      const { where, limit } = pageByIdBelow(input, 't.id');
      const conditions = [
        where,
        ...(input.studentId === undefined ? [] : [sql`t.student_id = ${readId('a pupil id', input.studentId)}`]),
        ...(input.groupId === undefined ? [] : [sql`t.group_id = ${readId('a group id', input.groupId)}`]),
        ...(input.shadow === undefined ? [] : [sql`t.shadow = ${input.shadow ? 1n : 0n}`]),
        ...(input.from === undefined ? [] : [sql`t.attempted_at >= ${instant(Instant.parse(input.from))}`]),
        ...(input.until === undefined ? [] : [sql`t.attempted_at < ${instant(Instant.parse(input.until))}`]),
      ];
      const { rows } = await sql<Omit<AttemptsTable, 'id'> & { id: bigint }>`
        select t.* from ${sql.table('carryover_tuition_attempts')} t
        where ${sql.join(conditions, sql` and `)} order by t.id desc limit ${sql.lit(limit + 1)}`.execute(handle);
      return pageOf(rows.map(attemptRow), limit);
    }),
});

function attemptRow(row: Omit<AttemptsTable, 'id'> & { readonly id: bigint }): AttemptRow {
  const params = readJson(row.details) as TextParams;
  const code = row.code as ScanCode;
  return {
    id: row.id.toString(),
    attemptedAt: row.attempted_at.toString(),
    sessionDate: row.session_date,
    studentId: row.student_id?.toString() ?? null,
    groupId: row.group_id?.toString() ?? null,
    color: row.color as ScanColor,
    code,
    params,
    text: renderScan(code, params),
    shadow: row.shadow === 1n,
    actor: row.actor,
  };
}
