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

function classifyPayments(source: TuitionSource): RawBuilder<ClassifiedRow> {
  const { concat, text } = source.expressions;
  const ownRow = source.policy.duplicateMonths === 'each-row' ? sql`, p.payment_id` : sql``;
  // Rows with a flaw are partitions of their own, so that they neither raise a plan's due nor take its first place.
  const plan = sql`partition by p.flaw, p.student_id, p.group_id, p.month${ownRow}`;
  const givesFree = source.policy.freeMonths === 'grant-plan' ? sql`(r.plan_due = 0 and r.plan_row = 1)` : sql`(1 = 0)`;
  const excluded = sql`(r.paid = 0 and not ${givesFree})`;
  const exclusion: keyof typeof paymentExclusions = 'nothing-received';
  return sql<ClassifiedRow>`
    select ${concat(sql.lit('payments:'), text(sql`r.payment_id`))} as source,
      case when r.flaw is not null then 'quarantined' when ${excluded} then 'excluded' else 'carried' end as outcome,
      case when r.flaw is not null then r.flaw when ${excluded} then ${sql.lit(exclusion)} end as reason,
      ${concat(sql.lit('student '), shownId(source, sql`r.student_id`), sql.lit(', group '), shownId(source, sql`r.group_id`), sql.lit(', month '), sql`coalesce(r.month, 'none')`)} as subject
    from (
      select p.*, max(p.due) over (${plan}) as plan_due,
        row_number() over (${plan} order by p.dated_at, p.payment_id) as plan_row
      from (${paymentRows(source)}) p) r`;
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
