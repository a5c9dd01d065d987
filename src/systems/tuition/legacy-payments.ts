import { sql, type RawBuilder } from 'kysely';
import type { Fragment } from '../../sql/contract/expressions.ts';
import { aliased, columnsOf, type TuitionSource } from './read-legacy.ts';

/** Why a payment row cannot be carried, in the order they are looked for, and what to correct (T-03, T-43). */
export const paymentFlaws = {
  'no-enrolment':
    'The pupil has no enrolment in that group. Add the enrolment, or correct the pupil or group of the payment.',
  'month-invalid': 'The month is missing or is no date. Set it to a day of the month the fee is for.',
  'amount-missing': 'The amount paid or the amount due is missing. Enter it; 0 where nothing was paid or owed.',
  'negative-amount': 'The amount paid is negative. Enter the refund as what it is, or correct the sign.',
  'negative-due': 'The amount due is negative. Correct it; 0 where nothing was owed.',
  'too-many-decimals': 'An amount has more decimals than the currency. Correct it, or set the policy currencyScale.',
} as const;

/** A payment row that was left out on purpose. */
export const paymentExclusions = {
  'nothing-received':
    'Nothing was paid and nothing is given free, so there is nothing to carry; what was owed is kept with the month.',
} as const;

/**
 * One row per payment of the range: payment_id, student_id, group_id, month (`2026-01`), due and paid in minor units, dated_at
 * (payment date, else the month's first day), paid_at (the payment date alone), status and sessions_counter as the application
 * wrote them (null where it has no such column), and flaw (null, or a key of `paymentFlaws`).
 */
export function paymentRows(source: TuitionSource): RawBuilder<unknown> {
  return source.shared('payments', () => paymentQuery(source));
}

function paymentQuery(source: TuitionSource): RawBuilder<unknown> {
  const payments = { alias: 'p', table: 'payments' };
  const enrolments = { alias: 'e', table: 'student_group_enrollments' };
  const p = columnsOf(source, payments);
  const e = columnsOf(source, enrolments);
  const { instantOf, instantOfDate, int64, minorUnits, monthOf, text } = source.expressions;
  const scale = source.policy.currencyScale;
  return sql`
    select ${p('payment_id')} as payment_id, ${p('student_id')} as student_id, ${p('group_id')} as group_id,
      ${monthOf(p('month'))} as month,
      ${minorUnits(p('amount_due'), scale)} as due,
      ${minorUnits(p('amount_paid'), scale)} as paid,
      coalesce(${instantOf(p('payment_date'))}, ${instantOfDate(p('month'))}) as dated_at,
      ${instantOf(p('payment_date'))} as paid_at,
      ${source.has('payments', 'status') ? text(p('status')) : sql`null`} as status,
      ${int64(source.has('payments', 'sessions_attended') ? p('sessions_attended') : sql`null`)} as sessions_counter,
      ${paymentFlaw(source, e('student_id'))} as flaw
    from ${aliased(source, payments)}
    left join ${aliased(source, enrolments)}
      on ${e('student_id')} = ${p('student_id')} and ${e('group_id')} = ${p('group_id')} and ${source.inRange(e('student_id'))}
    where ${source.inRange(p('student_id'))}`;
}

function paymentFlaw(source: TuitionSource, enrolled: Fragment): RawBuilder<string | null> {
  const p = columnsOf(source, { alias: 'p', table: 'payments' });
  const { hasMoreDecimals, monthOf } = source.expressions;
  const scale = source.policy.currencyScale;
  const flaw = (name: keyof typeof paymentFlaws): RawBuilder<unknown> => sql.lit(name);
  return sql<string | null>`case
      when ${enrolled} is null then ${flaw('no-enrolment')}
      when ${monthOf(p('month'))} is null then ${flaw('month-invalid')}
      when ${p('amount_paid')} is null or ${p('amount_due')} is null then ${flaw('amount-missing')}
      when ${p('amount_paid')} < 0 then ${flaw('negative-amount')}
      when ${p('amount_due')} < 0 then ${flaw('negative-due')}
      when ${hasMoreDecimals(p('amount_paid'), scale)} or ${hasMoreDecimals(p('amount_due'), scale)} then ${flaw('too-many-decimals')}
    end`;
}
