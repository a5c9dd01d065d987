import { sql, type RawBuilder } from 'kysely';
import type { FindingCheck, FindingRow } from '../../../cutover/descriptor.ts';
import type { Fragment } from '../../../sql/contract/expressions.ts';
import { planRows, enrolmentTotals } from '../expected.ts';
import { paymentRows } from '../legacy-payments.ts';
import type { TuitionPolicy } from '../policy.ts';
import { enrolmentSubject, isNone, isNoneOf, isOneOf, noFinding, type TuitionSource } from '../read-legacy.ts';
import { fixedSessions, heldSessions, runningMonth } from '../plan-sessions.ts';

/** Amounts in the details are minor units. */
export const paymentFindings: readonly FindingCheck<TuitionPolicy>[] = [
  {
    code: 'free-month',
    severity: 'info',
    title: 'Months that owe nothing (T-01)',
    treatment: ({ freeMonths }) =>
      freeMonths === 'grant-plan'
        ? 'Their sessions are given free, and money received for them is kept (freeMonths: grant-plan).'
        : 'They give no sessions, and money received for them is kept (freeMonths: grant-none).',
    rows: (source) =>
      planFinding(source, sql`x.due = 0`, { received: sql`x.received`, plan_sessions: sql`x.plan_sessions` }),
  },
  {
    code: 'surplus',
    severity: 'info',
    title: 'Months that received more than they owed (T-02)',
    treatment: () => 'What was owed buys the sessions of the month; the surplus is kept as money of the enrolment.',
    rows: (source) =>
      planFinding(source, sql`x.due > 0 and x.received > x.due`, {
        due: sql`x.due`,
        received: sql`x.received`,
        surplus: sql`x.received - x.due`,
      }),
  },
  {
    code: 'negative-amount',
    severity: 'review',
    title: 'Payments with a negative amount paid or due (T-03)',
    treatment: () => 'They wait in quarantine and move no balance until somebody has corrected them.',
    rows: (source) =>
      paymentFinding(source, sql`p.paid < 0 or p.due < 0`, {
        student: sql`p.student_id`,
        group: sql`p.group_id`,
        paid: sql`p.paid`,
        due: sql`p.due`,
      }),
  },
  {
    code: 'unreadable-payment',
    severity: 'review',
    title: 'Payments without a month or an amount, or with more decimals than the currency (T-03)',
    treatment: ({ currency, currencyScale }) =>
      `They wait in quarantine and move no balance until somebody has corrected them (currency: ${currency} with currencyScale: ${currencyScale}).`,
    rows: (source) =>
      paymentFinding(source, isOneOf(source, sql`p.flaw`, ['month-invalid', 'amount-missing', 'too-many-decimals']), {
        student: sql`p.student_id`,
        group: sql`p.group_id`,
        flaw: sql`p.flaw`,
      }),
  },
  {
    code: 'status-disagrees',
    severity: 'review',
    title: 'Payments whose status says something else than their amounts (T-04)',
    treatment: () => 'Sessions come from the amounts; the status is not read.',
    rows: (source) =>
      source.has('payments', 'status')
        ? paymentFinding(source, statusDisagrees(source), {
            student: sql`p.student_id`,
            group: sql`p.group_id`,
            status: sql`p.status`,
            paid: sql`p.paid`,
            due: sql`p.due`,
          })
        : noFinding(),
  },
  {
    code: 'sessions-per-month',
    severity: 'info',
    title: 'Groups that held another number of sessions in a month than a month of fees buys (T-05)',
    treatment: ({ sessionsPerMonth }) =>
      sessionsPerMonth.from === 'counted'
        ? `A month buys the sessions held in it, and ${sessionsPerMonth.standard} (or the number of its group) where none was held (sessionsPerMonth.from: counted).`
        : `A month buys ${sessionsPerMonth.standard} sessions, or the number of its group, whatever was held (sessionsPerMonth.from: fixed).`,
    rows: heldDiffersFromPlan,
  },
  {
    code: 'uneven-price',
    severity: 'info',
    title: 'Fees that do not divide into whole minor units per session (T-06)',
    treatment: () =>
      'Sessions are counted from the sum of what was paid at that fee, and what they cost is rounded up once; the remainder is kept as money.',
    rows: unevenPrices,
  },
  {
    code: 'money-kept',
    severity: 'info',
    title: 'Enrolments with money that has bought no session (T-02, T-06)',
    treatment: () => 'It stands on the money account of the enrolment and counts toward the next payment.',
    rows: (source) => sql<FindingRow>`
      select ${enrolmentSubject(source, sql`t.student_id`, sql`t.group_id`)} as subject,
        ${source.expressions.jsonObject({ money: sql`t.money`, received: sql`t.received` })} as details
      from (${enrolmentTotals(source)}) t where t.money > 0`,
  },
  {
    code: 'duplicate-month',
    severity: 'review',
    title: 'Several payment rows for one calendar month of an enrolment (T-07)',
    treatment: ({ duplicateMonths }) =>
      duplicateMonths === 'one-plan'
        ? 'They are one month that owes the largest of their dues (duplicateMonths: one-plan).'
        : 'Each is a month of its own with its own sessions (duplicateMonths: each-row).',
    rows: severalRowsOfOneMonth,
  },
  {
    code: 'payment-date-missing',
    severity: 'info',
    title: 'Money received without a payment date (T-20)',
    treatment: () => 'It is dated to the first day of its month, and never hides a payment that has a date.',
    rows: (source) =>
      paymentFinding(source, sql`p.paid > 0 and p.paid_at is null`, {
        student: sql`p.student_id`,
        group: sql`p.group_id`,
        month: sql`p.month`,
        paid: sql`p.paid`,
      }),
  },
];

type Details = Readonly<Record<string, Fragment>>;

function planFinding(source: TuitionSource, where: Fragment, details: Details): RawBuilder<FindingRow> {
  const { concat, jsonObject } = source.expressions;
  const subject = concat(
    enrolmentSubject(source, sql`x.student_id`, sql`x.group_id`),
    sql.lit(', month '),
    sql`x.plan`,
  );
  return sql<FindingRow>`
    select ${subject} as subject, ${jsonObject(details)} as details from (${planRows(source)}) x where ${where}`;
}

function paymentFinding(source: TuitionSource, where: Fragment, details: Details): RawBuilder<FindingRow> {
  const { concat, jsonObject, text } = source.expressions;
  return sql<FindingRow>`
    select ${concat(sql.lit('payment '), text(sql`p.payment_id`))} as subject, ${jsonObject(details)} as details
    from (${paymentRows(source)}) p where ${where}`;
}

function statusDisagrees(source: TuitionSource): RawBuilder<boolean> {
  const is = (status: string): RawBuilder<boolean> => isOneOf(source, sql`p.status`, [status]);
  return sql<boolean>`(${is('paid')} and p.paid < p.due)
    or (${is('unpaid')} and p.paid > 0)
    or (${is('partial')} and (p.paid = 0 or p.paid >= p.due))
    or ${isNoneOf(source, sql`p.status`, ['paid', 'partial', 'unpaid'])}`;
}

function heldDiffersFromPlan(source: TuitionSource): RawBuilder<FindingRow> {
  const { concat, int64, jsonObject, text } = source.expressions;
  const details = jsonObject({
    plan_sessions: sql`d.plan_sessions`,
    months_with_more: sql`d.more`,
    months_with_fewer: sql`d.fewer`,
    held_most: sql`d.held_most`,
  });
  return sql<FindingRow>`
    select ${concat(sql.lit('group '), text(sql`d.group_id`))} as subject, ${details} as details
    from (
      select f.group_id, max(f.plan_sessions) as plan_sessions, max(f.held) as held_most,
        ${int64(sql`sum(case when f.held > f.plan_sessions then 1 else 0 end)`)} as more,
        ${int64(sql`sum(case when f.held < f.plan_sessions then 1 else 0 end)`)} as fewer
      from (
        select h.group_id, h.held, ${fixedSessions(source, sql`h.group_id`)} as plan_sessions
        from (${heldSessions(source)}) h where h.month < ${runningMonth(source)}) f
      group by f.group_id) d
    where d.more > 0 or d.fewer > 0`;
}

function unevenPrices(source: TuitionSource): RawBuilder<FindingRow> {
  const { concat, int64, jsonObject, text } = source.expressions;
  return sql<FindingRow>`
    select ${concat(sql.lit('group '), text(sql`d.group_id`), sql.lit(', due '), text(sql`d.due`))} as subject,
      ${jsonObject({ due: sql`d.due`, plan_sessions: sql`d.plan_sessions`, months: sql`d.months` })} as details
    from (
      select x.group_id, x.due, x.plan_sessions, ${int64(sql`count(*)`)} as months
      from (${planRows(source)}) x where x.due > 0 and x.due % x.plan_sessions <> 0
      group by x.group_id, x.due, x.plan_sessions) d`;
}

function severalRowsOfOneMonth(source: TuitionSource): RawBuilder<FindingRow> {
  const { concat, int64, jsonObject } = source.expressions;
  return sql<FindingRow>`
    select ${concat(enrolmentSubject(source, sql`d.student_id`, sql`d.group_id`), sql.lit(', month '), sql`d.month`)} as subject,
      ${jsonObject({ rows: sql`d.payment_count`, received: sql`d.received`, largest_due: sql`d.largest_due`, all_dues: sql`d.all_dues` })} as details
    from (
      select p.student_id, p.group_id, p.month, ${int64(sql`count(*)`)} as payment_count, ${int64(sql`sum(p.paid)`)} as received,
        max(p.due) as largest_due, ${int64(sql`sum(p.due)`)} as all_dues
      from (${paymentRows(source)}) p where ${isNone(sql`p.flaw`)}
      group by p.student_id, p.group_id, p.month having count(*) > 1) d`;
}
