import { sql, type RawBuilder } from 'kysely';
import type { Copy } from '../../cutover/descriptor.ts';
import { planRows } from './expected.ts';
import { enrolmentRows } from './legacy-enrolments.ts';
import type { TuitionPolicy } from './policy.ts';
import { aliased, columnsOf, ownerOf, type TuitionSource } from './read-legacy.ts';

/** The system's own rows that legacy gives: enrolments, after their accounts and entries, and the months of fees. */
export const tuitionCopies: readonly Copy<TuitionPolicy>[] = [
  {
    table: 'carryover_tuition_enrolments',
    columns: [
      'student_id',
      'group_id',
      'sessions_account_id',
      'money_account_id',
      'standing',
      'financial_status',
      'custom_fee',
      'started_at',
      'active',
      'block_code',
      'blocked_at',
    ],
    key: ['student_id', 'group_id'],
    refreshed: ['standing', 'financial_status', 'custom_fee', 'started_at', 'active', 'block_code', 'blocked_at'],
    // A block hangs on the balance.
    afterPosting: true,
    select: enrolmentCopy,
  },
  {
    table: 'carryover_tuition_months',
    columns: ['student_id', 'group_id', 'plan', 'month', 'due', 'plan_sessions', 'received', 'counted'],
    key: ['student_id', 'group_id', 'plan'],
    refreshed: ['due', 'plan_sessions', 'received', 'counted'],
    select: monthCopy,
  },
];

const accounts = sql.table('carryover_accounts');

/** Enrolments as legacy has them, and those it no longer has as inactive. What the ledger decides is left alone (T-16). */
function enrolmentCopy(source: TuitionSource): RawBuilder<unknown> {
  return sql`${enrolmentsOfLegacy(source)} union all ${vanishedEnrolments(source)}`;
}

/**
 * A block is derived from the balance each time (T-15): set where an active pupil is below the floor, since the entry that
 * last went below it. A new pupil who neither paid nor came is not blocked: the door refuses at the first attempt, and
 * nobody is told anything before that.
 */
function enrolmentsOfLegacy(source: TuitionSource): RawBuilder<unknown> {
  const { int64, text } = source.expressions;
  const owner = ownerOf(source, sql`r.student_id`, sql`r.group_id`);
  const isBlocked = sql`r.active = 1 and r.free = 0 and s.balance < -r.grace`;
  return sql`
    select ${int64(sql`r.student_id`)} as student_id, ${int64(sql`r.group_id`)} as group_id,
      s.id as sessions_account_id, s.money_id as money_account_id,
      ${text(sql`r.standing`)} as standing, ${text(sql`r.financial_status`)} as financial_status,
      r.custom_fee as custom_fee, r.started_at as started_at, ${int64(sql`r.active`)} as active,
      ${text(sql`case when ${isBlocked} then 'credit_exceeded' end`)} as block_code,
      case when ${isBlocked} then ${belowFloorSince()} end as blocked_at
    from (${enrolmentRows(source)}) r
    join (${bothAccounts(source)}) s on s.owner = ${owner}`;
}

/**
 * One row per enrolment with both its accounts: owner, id and balance of its sessions, and money_id. Grouped and not joined: a planner that
 * has no statistics of a growing table takes either side of a join for a single row, and compares all with all.
 */
function bothAccounts(source: TuitionSource): RawBuilder<unknown> {
  return sql`
    select a.owner as owner, max(case when a.kind = 'sessions' then a.id end) as id, max(case when a.kind = 'money' then a.id end) as money_id,
      max(case when a.kind = 'sessions' then a.balance end) as balance
    from (${carriedAccounts(source)}) a group by a.owner having count(*) = 2`;
}

/** The accounts whose enrolments legacy still decides: id, kind, owner and balance. */
function carriedAccounts(source: TuitionSource): RawBuilder<unknown> {
  return source.shared(
    'accounts',
    () => sql`select a.id as id, a.kind as kind, a.owner as owner, a.balance as balance from ${accounts} a
      where a.system_name = 'tuition' and a.kind in ('sessions', 'money') and a.authority = 'legacy'`,
  );
}

/** When the entry happened that took the account below its floor for the last time. Read for blocked accounts only. */
function belowFloorSince(): RawBuilder<unknown> {
  const entries = sql.table('carryover_entries');
  return sql`(
    select min(n.occurred_at) from ${entries} n where n.account_id = s.id and n.seq > (
      select coalesce(max(b.seq), 0) from ${entries} b where b.account_id = s.id and b.balance_after >= -r.grace))`;
}

function vanishedEnrolments(source: TuitionSource): RawBuilder<unknown> {
  const enrolments = { alias: 'e', table: 'student_group_enrollments' };
  const e = columnsOf(source, enrolments);
  return sql`
    select v.student_id, v.group_id, v.sessions_account_id, v.money_account_id, v.standing, v.financial_status,
      v.custom_fee, v.started_at, 0 as active, null as block_code, null as blocked_at
    from ${sql.table('carryover_tuition_enrolments')} v
    join ${accounts} s on s.id = v.sessions_account_id and s.authority = 'legacy'
    left join ${aliased(source, enrolments)} on ${e('student_id')} = v.student_id and ${e('group_id')} = v.group_id
    where ${e('student_id')} is null and ${source.inRange(sql`v.student_id`)}`;
}

/**
 * Months as legacy has them. One whose payments are all gone stays as a row that owes and received nothing. A cross join looks up the
 * account of each month: given the choice, SQLite goes through the months for each account.
 */
function monthCopy(source: TuitionSource): RawBuilder<unknown> {
  const { int64, text } = source.expressions;
  // None is negative, so the larger is the one legacy gives; a sum of large integers is slow on some engines.
  const amounts = ['due', 'plan_sessions', 'received', 'counted'].map(
    (column) => sql`${int64(sql`max(${sql.ref(`x.${column}`)})`)} as ${sql.ref(column)}`,
  );
  const owner = ownerOf(source, sql`l.student_id`, sql`l.group_id`);
  return sql`
    select x.student_id as student_id, x.group_id as group_id, x.plan as plan, x.month as month, ${sql.join(amounts)}
    from (
      select ${int64(sql`l.student_id`)} as student_id, ${int64(sql`l.group_id`)} as group_id, ${text(sql`l.plan`)} as plan,
        ${text(sql`l.month`)} as month, l.due as due, l.plan_sessions as plan_sessions, l.received as received, l.counted as counted
      from (${planRows(source)}) l cross join (${carriedAccounts(source)}) a
      where a.kind = 'sessions' and a.owner = ${owner}
      union all
      select o.student_id, o.group_id, o.plan, o.month, 0, 0, 0, 0
      from ${sql.table('carryover_tuition_months')} o
      join ${sql.table('carryover_tuition_enrolments')} v on v.student_id = o.student_id and v.group_id = o.group_id
      join ${accounts} a on a.id = v.sessions_account_id and a.authority = 'legacy'
      where ${source.inRange(sql`o.student_id`)}) x
    group by x.student_id, x.group_id, x.plan, x.month`;
}
