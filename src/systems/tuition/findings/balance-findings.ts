import { sql, type RawBuilder } from 'kysely';
import type { FindingCheck, FindingRow } from '../../../cutover/descriptor.ts';
import type { Fragment } from '../../../sql/contract/expressions.ts';
import { enrolmentBalances } from '../expected.ts';
import type { TuitionPolicy } from '../policy.ts';
import { enrolmentSubject, type TuitionSource } from '../read-legacy.ts';

/** What the balances will mean for pupils, told before anything is changed. */
export const balanceFindings: readonly FindingCheck<TuitionPolicy>[] = [
  {
    code: 'refused-at-the-door',
    severity: 'review',
    title: 'Pupils whose next scan is refused for money, with the reason (T-24, T-41)',
    treatment: ({ gate }) =>
      gate.enforcedFrom === null
        ? 'They are refused from the first scan after the switch (gate.enforcedFrom is not set).'
        : `They are let in and recorded until ${gate.enforcedFrom} (gate.enforcedFrom).`,
    rows: refusedAtTheDoor,
  },
  {
    code: 'exempt-with-debt',
    severity: 'info',
    title: 'Exempt pupils, and pupils who owe nothing, who came more often than was paid for (T-09)',
    treatment: () => 'They are never blocked and never refused for money.',
    rows: (source) =>
      balanceFinding(source, sql`b.free = 1 and b.attended > b.bought`, {
        financial_status: sql`b.financial_status`,
        attended: sql`b.attended`,
        bought: sql`b.bought`,
      }),
  },
  {
    code: 'inactive-with-balance',
    severity: 'review',
    title: 'Inactive enrolments, pupils or groups with sessions or money left or owed (T-10)',
    treatment: () => 'The balance is carried onto frozen accounts; nobody is blocked or told anything.',
    rows: (source) =>
      balanceFinding(source, sql`b.active = 0 and (b.bought <> b.attended or b.money <> 0)`, {
        sessions: sql`b.bought - b.attended`,
        money: sql`b.money`,
      }),
  },
  {
    code: 'credit-beside-debt',
    severity: 'info',
    title: 'Pupils with sessions left in one group while short of some in another (T-42)',
    treatment: () => 'Each group keeps an account of its own; nothing is moved between them by itself.',
    rows: creditBesideDebt,
  },
];

/** One row per enrolment that meets a condition over `b`, the columns of `enrolmentBalances`. */
function balanceFinding(
  source: TuitionSource,
  where: Fragment,
  details: Readonly<Record<string, Fragment>>,
): RawBuilder<FindingRow> {
  return sql<FindingRow>`
    select ${enrolmentSubject(source, sql`b.student_id`, sql`b.group_id`)} as subject, ${source.expressions.jsonObject(details)} as details
    from (${enrolmentBalances(source)}) b where ${where}`;
}

/** Prospective (T-14): a scan is refused when the session it would use up is not covered. Blocked ones carry how far they are below. */
function refusedAtTheDoor(source: TuitionSource): RawBuilder<FindingRow> {
  const { concat, text } = source.expressions;
  const balance = sql`(b.bought - b.attended)`;
  const reason = sql`case
    when ${balance} < -b.grace then ${concat(sql.lit('credit_exceeded_'), text(sql`(-b.grace - ${balance})`))}
    when b.standing = 'new' and b.bought = 0 then 'new_student_no_payment'
    else 'credit_exceeded_1' end`;
  return balanceFinding(source, sql`b.active = 1 and b.free = 0 and ${balance} <= -b.grace`, {
    reason,
    state: sql`case when ${balance} < -b.grace then 'blocked' else 'open' end`,
    balance,
    grace: sql`b.grace`,
  });
}

function creditBesideDebt(source: TuitionSource): RawBuilder<FindingRow> {
  const { concat, int64, jsonObject, text } = source.expressions;
  const balance = sql`(b.bought - b.attended)`;
  return sql<FindingRow>`
    select ${concat(sql.lit('student '), text(sql`d.student_id`))} as subject,
      ${jsonObject({ groups: sql`d.groups_in_all`, sessions_left: sql`d.sessions_left`, sessions_short: sql`d.sessions_short` })} as details
    from (
      select b.student_id, ${int64(sql`count(*)`)} as groups_in_all,
        ${int64(sql`sum(case when ${balance} > 0 then ${balance} else 0 end)`)} as sessions_left,
        ${int64(sql`sum(case when ${balance} < 0 then -${balance} else 0 end)`)} as sessions_short
      from (${enrolmentBalances(source)}) b where b.active = 1 and b.free = 0 group by b.student_id) d
    where d.sessions_left > 0 and d.sessions_short > 0`;
}
