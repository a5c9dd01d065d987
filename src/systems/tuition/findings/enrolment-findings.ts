import { sql, type RawBuilder } from 'kysely';
import type { FindingCheck, FindingRow } from '../../../cutover/descriptor.ts';
import type { Fragment } from '../../../sql/contract/expressions.ts';
import { enrolmentRows, financialStatuses } from '../legacy-enrolments.ts';
import type { TuitionPolicy } from '../policy.ts';
import { aliased, columnsOf, enrolmentSubject, isNoneOf, noFinding, type TuitionSource } from '../read-legacy.ts';

const enrolments = { alias: 'e', table: 'student_group_enrollments' };
const students = { alias: 'st', table: 'students' };
const groups = { alias: 'g', table: 'groups' };

/** The application called a pupil returning after more than two months of thirty days, counted in whole days. */
const ORIGINAL_RETURNING_DAYS = 61;
const DAY_MS = 86_400_000;

/** Below this many on a day a small school would be told of every class that starts together; an import brings more. */
const ENROLMENTS_ON_ONE_DAY_MIN = 10;

/** What is odd about enrolments themselves, before any balance. Amounts in the details are minor units. */
export const enrolmentFindings: readonly FindingCheck<TuitionPolicy>[] = [
  {
    code: 'duplicate-enrolment',
    severity: 'stop',
    title: 'A pupil who is enrolled in one group more than once',
    treatment: () =>
      'The cutover does not start: each row would be given all payments and attendances. Delete the rows that are too many.',
    rows: duplicateEnrolments,
  },
  {
    code: 'enrolment-without-master',
    severity: 'review',
    title: 'Enrolments whose pupil or group does not exist',
    treatment: () => 'Their history is carried onto frozen accounts.',
    rows: enrolmentsWithoutMaster,
  },
  {
    code: 'financial-status-unknown',
    severity: 'review',
    title: 'Enrolments with a financial status other than normal, symbolic and exempt (T-09)',
    treatment: () => 'They count as normal: the fee of the enrolment or its group is owed.',
    rows: (source) => (source.has(enrolments.table, 'financial_status') ? unknownFinancialStatus(source) : noFinding()),
  },
  {
    code: 'owes-nothing',
    severity: 'info',
    title: 'Enrolments whose fee is zero although they are not exempt (T-01, T-09)',
    treatment: () => 'They are never refused for money, as if they were exempt.',
    rows: (source) =>
      enrolmentFinding(source, sql`r.free = 1 and r.financial_status <> 'exempt'`, {
        financial_status: sql`r.financial_status`,
      }),
  },
  {
    code: 'two-fee-answers',
    severity: 'review',
    title: 'Normal enrolments with a fee of their own, for which the application gave two answers',
    treatment: () => "The enrolment's own fee is owed, not the group's.",
    rows: (source) =>
      enrolmentFinding(source, sql`r.financial_status = 'normal' and r.custom_fee <> coalesce(r.standard_fee, -1)`, {
        custom_fee: sql`r.custom_fee`,
        standard_fee: sql`r.standard_fee`,
      }),
  },
  {
    code: 'fee-unusable',
    severity: 'review',
    title: 'Fees that are missing, negative, or have more decimals than the currency',
    treatment: () => "A fee of an enrolment that cannot be used counts as none; a group's is rounded to the currency.",
    rows: unusableFees,
  },
  {
    code: 'standing-differs',
    severity: 'info',
    title: 'Pupils whom the application would call new or returning otherwise (T-11, T-12, T-13)',
    treatment: ({ newForMonths }) =>
      `Whoever has paid, or started ${newForMonths} calendar months ago or more, is returning (newForMonths); the start is the earliest of enrolment, scan and payment.`,
    rows: standingDiffers,
  },
  {
    code: 'enrolments-on-one-day',
    severity: 'review',
    title: 'Days on which an unlikely share of all enrolments began, as after an import (T-12)',
    treatment: ({ sameDayEnrolmentsPercentMax }) =>
      `More than ${sameDayEnrolmentsPercentMax} percent of all (sameDayEnrolmentsPercentMax). Whoever came or paid earlier starts at that date; the others count from their enrolment.`,
    rows: enrolmentsOnOneDay,
  },
];

/** One row per enrolment that meets a condition over `r`, the columns of `enrolmentRows`. */
function enrolmentFinding(
  source: TuitionSource,
  where: Fragment,
  details: Readonly<Record<string, Fragment>>,
): RawBuilder<FindingRow> {
  return sql<FindingRow>`
    select ${enrolmentSubject(source, sql`r.student_id`, sql`r.group_id`)} as subject, ${source.expressions.jsonObject(details)} as details
    from (${enrolmentRows(source)}) r where ${where}`;
}

function duplicateEnrolments(source: TuitionSource): RawBuilder<FindingRow> {
  const e = columnsOf(source, enrolments);
  const { int64, jsonObject } = source.expressions;
  return sql<FindingRow>`
    select ${enrolmentSubject(source, sql`d.student_id`, sql`d.group_id`)} as subject, ${jsonObject({ rows: sql`d.enrolment_count` })} as details
    from (
      select ${e('student_id')} as student_id, ${e('group_id')} as group_id, ${int64(sql`count(*)`)} as enrolment_count
      from ${aliased(source, enrolments)} group by ${e('student_id')}, ${e('group_id')} having count(*) > 1) d`;
}

function enrolmentsWithoutMaster(source: TuitionSource): RawBuilder<FindingRow> {
  const [e, st, g] = [columnsOf(source, enrolments), columnsOf(source, students), columnsOf(source, groups)];
  const missing = sql`case when ${st('student_id')} is null then 'student' else 'group' end`;
  return sql<FindingRow>`
    select ${enrolmentSubject(source, e('student_id'), e('group_id'))} as subject, ${source.expressions.jsonObject({ missing })} as details
    from ${aliased(source, enrolments)}
    left join ${aliased(source, students)} on ${st('student_id')} = ${e('student_id')}
    left join ${aliased(source, groups)} on ${g('group_id')} = ${e('group_id')}
    where ${st('student_id')} is null or ${g('group_id')} is null`;
}

function unknownFinancialStatus(source: TuitionSource): RawBuilder<FindingRow> {
  const e = columnsOf(source, enrolments);
  const { jsonObject, text } = source.expressions;
  return sql<FindingRow>`
    select ${enrolmentSubject(source, e('student_id'), e('group_id'))} as subject,
      ${jsonObject({ financial_status: text(e('financial_status')) })} as details
    from ${aliased(source, enrolments)} where ${isNoneOf(source, e('financial_status'), financialStatuses)}`;
}

function unusableFees(source: TuitionSource): RawBuilder<FindingRow> {
  const [e, g] = [columnsOf(source, enrolments), columnsOf(source, groups)];
  const { concat, hasMoreDecimals, jsonObject, text } = source.expressions;
  const scale = source.policy.currencyScale;
  const flaw = (fee: RawBuilder<unknown>): RawBuilder<string> =>
    jsonObject({
      flaw: sql`case when ${fee} is null then 'missing' when ${fee} < 0 then 'negative' else 'too-many-decimals' end`,
    });
  const ofGroups = sql<FindingRow>`
    select ${concat(sql.lit('group '), text(g('group_id')))} as subject, ${flaw(g('standard_fee'))} as details
    from ${aliased(source, groups)}
    where ${g('standard_fee')} is null or ${g('standard_fee')} < 0 or ${hasMoreDecimals(g('standard_fee'), scale)}`;
  if (!source.has(enrolments.table, 'custom_fee')) return ofGroups;
  return sql<FindingRow>`${ofGroups}
    union all
    select ${enrolmentSubject(source, e('student_id'), e('group_id'))} as subject, ${flaw(e('custom_fee'))} as details
    from ${aliased(source, enrolments)} where ${e('custom_fee')} < 0 or ${hasMoreDecimals(e('custom_fee'), scale)}`;
}

function standingDiffers(source: TuitionSource): RawBuilder<FindingRow> {
  const since = source.expressions.instant(source.asOf.plusMillis(-ORIGINAL_RETURNING_DAYS * DAY_MS));
  const original = sql`case when r.enrolled_at <= ${since} then 'returning' else 'new' end`;
  return enrolmentFinding(source, sql`${original} <> r.standing`, { application: original, standing: sql`r.standing` });
}

function enrolmentsOnOneDay(source: TuitionSource): RawBuilder<FindingRow> {
  const { concat, dateOf, int64, jsonObject } = source.expressions;
  const day = dateOf(columnsOf(source, enrolments)('enrolled_at'));
  const percentMax = sql.lit(source.policy.sameDayEnrolmentsPercentMax);
  return sql<FindingRow>`
    select ${concat(sql.lit('day '), sql`d.day_name`)} as subject, ${jsonObject({ enrolments: sql`d.on_day`, of_all: sql`t.of_all` })} as details
    from (
      select ${day} as day_name, ${int64(sql`count(*)`)} as on_day from ${aliased(source, enrolments)} group by ${day}) d
    cross join (select ${int64(sql`count(*)`)} as of_all from ${source.table(enrolments.table)}) t
    where d.on_day >= ${sql.lit(ENROLMENTS_ON_ONE_DAY_MIN)} and d.on_day * 100 > t.of_all * ${percentMax} and d.day_name is not null`;
}
