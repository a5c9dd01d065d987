import { sql, type RawBuilder } from 'kysely';
import type { ClassifiedRow, FactTable } from '../../cutover/descriptor.ts';
import { attendanceExclusions, attendanceFlaws, attendanceRows } from './legacy-attendances.ts';
import { paymentExclusions, paymentFlaws, paymentRows } from './legacy-payments.ts';
import type { TuitionPolicy } from './policy.ts';
import { shownId, type TuitionSource } from './read-legacy.ts';

/** Both legacy tables of facts, every row of which is carried, left out by a rule, or quarantined. */
export const tuitionFacts: readonly FactTable<TuitionPolicy>[] = [
  { table: 'payments', classify: classifyPayments, reasons: { ...paymentFlaws, ...paymentExclusions } },
  { table: 'attendances', classify: classifyAttendances, reasons: { ...attendanceExclusions, ...attendanceFlaws } },
];

/** A row without money is carried where its month may give sessions free; else there is nothing in it to carry. */
function classifyPayments(source: TuitionSource): RawBuilder<ClassifiedRow> {
  const { concat, text } = source.expressions;
  const mayGiveFree = source.policy.freeMonths === 'grant-plan' ? sql`r.due = 0` : sql`1 = 0`;
  const excluded = sql`(r.paid = 0 and not (${mayGiveFree}))`;
  const exclusion: keyof typeof paymentExclusions = 'nothing-received';
  const subject = concat(
    sql.lit('student '),
    shownId(source, sql`r.student_id`),
    sql.lit(', group '),
    shownId(source, sql`r.group_id`),
    sql.lit(', month '),
    sql`coalesce(r.month, 'none')`,
  );
  return sql<ClassifiedRow>`
    select ${concat(sql.lit('payments:'), text(sql`r.payment_id`))} as source,
      case when r.flaw is not null then 'quarantined' when ${excluded} then 'excluded' else 'carried' end as outcome,
      case when r.flaw is not null then r.flaw when ${excluded} then ${sql.lit(exclusion)} end as reason,
      ${subject} as subject
    from (${paymentRows(source)}) r`;
}

function classifyAttendances(source: TuitionSource): RawBuilder<ClassifiedRow> {
  const { concat, text } = source.expressions;
  return sql<ClassifiedRow>`
    select ${concat(sql.lit('attendances:'), text(sql`r.attendance_id`))} as source,
      case when r.exclusion is not null then 'excluded' when r.flaw is not null then 'quarantined' else 'carried' end as outcome,
      coalesce(r.exclusion, r.flaw) as reason,
      ${concat(sql.lit('student '), shownId(source, sql`r.student_id`), sql.lit(', group '), shownId(source, sql`r.group_id`), sql.lit(', session '), shownId(source, sql`r.session_id`))} as subject
    from (${attendanceRows(source)}) r`;
}
