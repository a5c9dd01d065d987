import { sql, type RawBuilder } from 'kysely';
import type { Invariant, InvariantRow } from '../../cutover/descriptor.ts';
import type { Fragment } from '../../sql/contract/expressions.ts';
import { enrolmentBalances, planRows, priceRows } from './expected.ts';
import { enrolmentRows } from './legacy-enrolments.ts';
import { attendanceRows } from './legacy-attendances.ts';
import { paymentRows } from './legacy-payments.ts';
import type { TuitionPolicy } from './policy.ts';
import { aliased, columnsOf, isNone, type TuitionSource } from './read-legacy.ts';

const accounts = sql.table('carryover_accounts');
const entries = sql.table('carryover_entries');
const enrolments = sql.table('carryover_tuition_enrolments');
const months = sql.table('carryover_tuition_months');
const enrolled = { alias: 'e', table: 'student_group_enrollments' };

/**
 * What must be equal on both sides (T-25). The legacy side reads legacy tables only, the ledger side Carryover's only; both leave out the
 * pupils who are being written or whom the ledger decides for.
 */
export const tuitionInvariants: readonly Invariant<TuitionPolicy>[] = [
  {
    name: 'accounts-per-kind',
    statement: 'There is one account of each kind for every enrolment.',
    compare: (source) => {
      const legacy = sql`select ${count(source)} from ${aliased(source, enrolled)} where ${source.inRange(columnsOf(source, enrolled)('student_id'))}`;
      return rows(source, [
        { label: 'sessions accounts', legacy, ledger: accountCount(source, sql`a.kind = 'sessions'`) },
        { label: 'money accounts', legacy, ledger: accountCount(source, sql`a.kind = 'money'`) },
      ]);
    },
  },
  {
    name: 'money-received',
    statement: 'The money that legacy received is the price of the sessions it bought and the money kept.',
    compare: (source) =>
      rows(source, [
        { label: source.policy.currency, legacy: moneyReceived(source), ledger: moneyAccountedFor(source) },
      ]),
  },
  {
    name: 'months-owed',
    statement: 'The months of fees owe and received the same on both sides.',
    compare: (source) => {
      const { sumText } = source.expressions;
      const sums = sql`${sumText(sql`x.due`)} as due, ${sumText(sql`x.received`)} as received`;
      return rowsOfOneLook(source, {
        labels: { due: 'due', received: 'received' },
        legacy: sql`select ${sums} from (${planRows(source)}) x`,
        ledger: sql`select ${sums} from (${ledgerMonths(source)}) x`,
      });
    },
  },
  {
    name: 'sessions-bought',
    statement: 'Every group has sold and given as many sessions on both sides.',
    compare: (source) =>
      perGroup(source, boughtPerGroup(source), ledgerPerGroup(source, { contra: 'payments', sign: 1 })),
  },
  {
    name: 'sessions-attended',
    statement: 'Every group has used up as many sessions on both sides.',
    compare: (source) =>
      perGroup(source, attendedPerGroup(source), ledgerPerGroup(source, { contra: 'attendance', sign: -1 })),
  },
  {
    name: 'standing',
    statement: 'As many enrolments are returning, and as many sessions of grace are allowed, on both sides.',
    compare: (source) => {
      const { sumText } = source.expressions;
      return rowsOfOneLook(source, {
        labels: { returning_count: 'returning', grace: 'sessions of grace' },
        legacy: sql`
          select ${sumText(sql`case when r.standing = 'returning' then 1 else 0 end`)} as returning_count,
            ${sumText(sql`case when r.free = 0 then r.grace else 0 end`)} as grace
          from (${enrolmentRows(source)}) r`,
        ledger: sql`
          select (
            select ${count(source)} from ${comparedEnrolments(source)}
            where r.standing = 'returning' and a.status <> 'closed') as returning_count, (
            select ${sumText(sql`-a.floor`)} from ${accounts} a
            where a.system_name = 'tuition' and a.kind = 'sessions' and a.status <> 'closed' and a.floor is not null
              and ${source.ofAccounts(sql`a.walk_key`)}) as grace`,
      });
    },
  },
  {
    name: 'blocked',
    statement: 'As many pupils are blocked as are short of more sessions than their grace, and none who may not be.',
    compare: (source) => {
      const blocked = (where: Fragment): Fragment =>
        sql`select ${count(source)} from ${comparedEnrolments(source)} where r.block_code is not null and ${where}`;
      return rows(source, [
        {
          label: 'credit exceeded',
          legacy: creditExceeded(source),
          ledger: blocked(sql`r.block_code = 'credit_exceeded'`),
        },
        { label: 'exempt', legacy: none(source), ledger: blocked(sql`r.financial_status = 'exempt'`) },
        { label: 'inactive', legacy: none(source), ledger: blocked(sql`r.active = 0`) },
        { label: 'without attendance', legacy: none(source), ledger: blocked(neverAttended()) },
      ]);
    },
  },
  {
    name: 'frozen',
    statement: 'The accounts of inactive enrolments are frozen, and no others.',
    compare: (source) =>
      rows(source, [
        {
          label: 'frozen sessions accounts',
          legacy: enrolmentCount(source, sql`r.active = 0`),
          ledger: accountCount(source, sql`a.kind = 'sessions' and a.status = 'frozen'`),
        },
      ]),
  },
];

interface Comparison {
  readonly label: string;
  /** SELECTs of one decimal text each. */
  readonly legacy: Fragment;
  readonly ledger: Fragment;
}

function rows(source: TuitionSource, comparisons: readonly Comparison[]): RawBuilder<InvariantRow> {
  const { text } = source.expressions;
  const lines = comparisons.map(
    ({ label, legacy, ledger }) =>
      sql`select ${text(sql.lit(label))} as label, (${legacy}) as legacy_value, (${ledger}) as ledger_value`,
  );
  return sql<InvariantRow>`${sql.join(lines, sql` union all `)}`;
}

/**
 * As `rows`, for several numbers that one look at each side gives: SELECTs of one row with decimal texts in the columns that
 * `labels` names. Legacy is read once and not once for each number.
 */
function rowsOfOneLook(
  source: TuitionSource,
  sides: { readonly labels: Readonly<Record<string, string>>; readonly legacy: Fragment; readonly ledger: Fragment },
): RawBuilder<InvariantRow> {
  const { text } = source.expressions;
  const labels = Object.entries(sides.labels);
  const lines = labels.map(
    ([column, label]) => sql`select ${sql.lit(column)} as named, ${text(sql.lit(label))} as label`,
  );
  const value = (side: string): RawBuilder<unknown> =>
    sql`case n.named ${sql.join(
      labels.map(([column]) => sql`when ${sql.lit(column)} then ${sql.ref(`${side}.${column}`)}`),
      sql` `,
    )} end`;
  return sql<InvariantRow>`
    select n.label as label, ${value('l')} as legacy_value, ${value('c')} as ledger_value
    from (${sides.legacy}) l cross join (${sides.ledger}) c cross join (${sql.join(lines, sql` union all `)}) n`;
}

function count(source: TuitionSource): RawBuilder<string> {
  return source.expressions.text(sql`count(*)`);
}

function none(source: TuitionSource): RawBuilder<string> {
  return sql<string>`select ${source.expressions.text(sql.lit(0))}`;
}

function accountCount(source: TuitionSource, where: Fragment): Fragment {
  return sql`select ${count(source)} from ${accounts} a where a.system_name = 'tuition' and a.status <> 'closed'
    and ${source.ofAccounts(sql`a.walk_key`)} and ${where}`;
}

/** The enrolments `r` that are compared, each with its sessions account `a`. */
function comparedEnrolments(source: TuitionSource): Fragment {
  return sql`${enrolments} r join ${accounts} a on a.id = r.sessions_account_id and ${source.ofAccounts(sql`a.walk_key`)}`;
}

/** Their months of fees. */
function ledgerMonths(source: TuitionSource): Fragment {
  return sql`select m.student_id, m.group_id, m.due, m.plan_sessions, m.received, m.counted
    from ${comparedEnrolments(source)} join ${months} m on m.student_id = r.student_id and m.group_id = r.group_id`;
}

function enrolmentCount(source: TuitionSource, where: Fragment): Fragment {
  return sql`select ${count(source)} from (${enrolmentRows(source)}) r where ${where}`;
}

function neverAttended(): Fragment {
  return sql`not exists (select 1 from ${entries} n where n.account_id = r.sessions_account_id and n.contra = 'attendance')`;
}

function creditExceeded(source: TuitionSource): Fragment {
  return sql`select ${count(source)} from (${enrolmentBalances(source)}) b
    where b.active = 1 and b.free = 0 and b.bought - b.attended < -b.grace`;
}

function moneyReceived(source: TuitionSource): Fragment {
  return sql`select ${source.expressions.sumText(sql`p.paid`)} from (${paymentRows(source)}) p where ${isNone(sql`p.flaw`)}`;
}

/** What is on the money accounts, and what the whole sessions cost that the months of fees have bought. */
function moneyAccountedFor(source: TuitionSource): Fragment {
  const { ceilDivide, floorDivide, int64, sumText } = source.expressions;
  const whole = floorDivide(sql`(y.counted * y.plan_sessions)`, sql`y.due`);
  return sql`
    select ${sumText(sql`u.amount`)} from (
      select a.balance as amount from ${accounts} a where a.system_name = 'tuition' and a.kind = 'money' and ${source.ofAccounts(sql`a.walk_key`)}
      union all
      select ${ceilDivide(sql`(z.sessions * z.due)`, sql`z.plan_sessions`)} as amount
      from (
        select y.due, y.plan_sessions, ${whole} as sessions
        from (
          select m.due, m.plan_sessions, ${int64(sql`sum(m.counted)`)} as counted
          from (${ledgerMonths(source)}) m where m.due > 0 group by m.student_id, m.group_id, m.due, m.plan_sessions) y) z) u`;
}

/**
 * Both sides per group. The groups are those with enrolments, so that one without any movement is compared too, as 0 with 0.
 * Each side is a SELECT of group_id and amount.
 */
function perGroup(source: TuitionSource, legacy: Fragment, ledger: Fragment): RawBuilder<InvariantRow> {
  const { concat, sumInt64, sumText, text } = source.expressions;
  return sql<InvariantRow>`
    select ${concat(sql.lit('group '), text(sql`u.group_id`))} as label, ${sumText(sql`u.legacy`)} as legacy_value,
      ${sumText(sql`u.ledger`)} as ledger_value
    from (
      select ${columnsOf(source, enrolled)('group_id')} as group_id, 0 as legacy, 0 as ledger from ${aliased(source, enrolled)}
      where ${source.inRange(columnsOf(source, enrolled)('student_id'))}
      union all
      select l.group_id, ${sumInt64(sql`l.amount`)}, 0 from (${legacy}) l group by l.group_id
      union all
      select c.group_id, 0, ${sumInt64(sql`c.amount`)} from (${ledger}) c group by c.group_id) u
    group by u.group_id`;
}

function boughtPerGroup(source: TuitionSource): Fragment {
  return sql`select m.group_id as group_id, m.sessions as amount from (${priceRows(source)}) m`;
}

function attendedPerGroup(source: TuitionSource): Fragment {
  return sql`select v.group_id as group_id, 1 as amount from (${attendanceRows(source)}) v where ${isNone(sql`v.exclusion`)} and ${isNone(sql`v.flaw`)}`;
}

function ledgerPerGroup(source: TuitionSource, side: { contra: string; sign: 1 | -1 }): Fragment {
  const amount = side.sign === 1 ? sql`n.amount` : sql`-n.amount`;
  return sql`select r.group_id as group_id, ${amount} as amount
    from ${comparedEnrolments(source)} join ${entries} n on n.account_id = r.sessions_account_id and n.contra = ${sql.lit(side.contra)}`;
}
