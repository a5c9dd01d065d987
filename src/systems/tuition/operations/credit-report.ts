import { sql } from 'kysely';
import type { TSchema } from 'typebox';
import type { Instant } from '../../../base/instant.ts';
import * as answer from '../../answer-fields.ts';
import { defineOperation, type Operation } from '../../operation.ts';
import * as field from '../inputs/input-fields.ts';
import { returningSince } from '../legacy-enrolments.ts';
import type { TuitionPolicy } from '../policy.ts';
import { owesSessions, selected, type EnrolmentSelection } from '../queries/enrolment-filters.ts';
import type { Reads } from '../queries/legacy-reads.ts';
import { pageOfEnrolments, type Page, type PageRequest } from '../queries/pages.ts';
import { pupilRow, pupilSchema, type PupilRow } from '../queries/pupil-row.ts';
import { runRead } from '../queries/run-read.ts';

/** Which enrolments a report is about. */
export interface CreditReportInput extends EnrolmentSelection, PageRequest {}

/** How many enrolments are what, over all pages. */
export interface CreditTotals {
  readonly enrolments: string;
  readonly new: string;
  readonly returning: string;
  readonly blocked: string;
  readonly withDebt: string;
}

/** Totals over the whole selection, and one page of its rows. */
export interface CreditReport extends Page<PupilRow> {
  readonly totals: CreditTotals;
}

const totalsSchema: TSchema = answer.answerOf<CreditTotals>(
  {
    enrolments: answer.wholeText('Enrolments in all'),
    new: answer.wholeText('Enrolments of new pupils'),
    returning: answer.wholeText('Enrolments of returning pupils'),
    blocked: answer.wholeText('Enrolments that are blocked'),
    withDebt: answer.wholeText('Enrolments that owe sessions'),
  },
  'Totals over the whole selection',
);

const creditReportSchema: TSchema = answer.answerOf<CreditReport>({
  totals: totalsSchema,
  ...answer.pageMembers(pupilSchema),
});

/** Reports the credit of a school, a group or a pupil. Throws `ROLE_INSUFFICIENT`, `INPUT_INVALID`. */
export const creditReport: Operation<TuitionPolicy, CreditReportInput, CreditReport> = defineOperation({
  name: 'credit-report',
  title: 'Report the credit of the school, a group or a pupil, with totals',
  input: field.inputOf({
    groupId: field.optional(field.id('Of this group only')),
    studentId: field.optional(field.id('Of this pupil only')),
    includeInactive: field.optional(field.flag('Those who left, too')),
    after: field.optional(field.after),
    limit: field.optional(field.limit),
  }),
  writes: false,
  access: { roles: ['server', 'admin', 'super_admin'] },
  answer: creditReportSchema,
  errors: [],
  run: (context, input) =>
    runRead(context, async (reads, now) => {
      const { rows, next } = await pageOfEnrolments(reads, { where: selected(input), page: input, now });
      const totals = await totalsOf(reads, input, now);
      return { totals, rows: rows.map((row) => pupilRow(row, context.policy, now)), next };
    }),
});

async function totalsOf({ source, handle }: Reads, selection: EnrolmentSelection, now: Instant): Promise<CreditTotals> {
  const { instant, text } = source.expressions;
  const at = instant(now);
  const isReturning = sql`(e.standing = 'returning' or e.started_at <= ${instant(returningSince(now, source.policy))})`;
  const isBlocked = sql`(e.block_code is not null or exists (
    select 1 from ${sql.table('carryover_tuition_overrides')} o
    where o.student_id = e.student_id and o.group_id = e.group_id and o.effect = 'block' and o.ended_at is null
      and o.from_at <= ${at} and (o.until_at is null or o.until_at > ${at})))`;
  const count = (condition: ReturnType<typeof sql>): ReturnType<typeof text> =>
    text(sql`count(case when ${condition} then 1 end)`);
  const accounts = sql.table('carryover_accounts');
  const { rows } = await sql<{
    enrolments: string;
    new: string;
    returning: string;
    blocked: string;
    with_debt: string;
  }>`
    select ${text(sql`count(*)`)} as enrolments, ${count(sql`not ${isReturning}`)} as ${sql.ref('new')},
      ${count(isReturning)} as ${sql.ref('returning')}, ${count(isBlocked)} as blocked, ${count(sql`${owesSessions}`)} as with_debt
    from ${sql.table('carryover_tuition_enrolments')} e join ${accounts} s on s.id = e.sessions_account_id
    where ${selected(selection)}`.execute(handle);
  const [row] = rows;
  if (row === undefined) throw new Error('A count gave no row.');
  const { with_debt: withDebt, ...totals } = row;
  return { ...totals, withDebt };
}
