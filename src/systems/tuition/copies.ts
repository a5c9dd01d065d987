import { sql, type RawBuilder } from 'kysely';
import type { Copy } from '../../cutover/descriptor.ts';
import { planRows } from './expected.ts';
import { enrolmentRows } from './legacy-enrolments.ts';
import type { TuitionPolicy } from './policy.ts';
import { ownerOf, type TuitionSource } from './read-legacy.ts';

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

/**
 * A block is derived from the balance each time (T-15): set where an active pupil is below the floor, and since the entry
 * that last went below it. A new pupil who neither paid nor came is not blocked: the door refuses at the first attempt, and
 * nobody is told anything before that. An enrolment the ledger decides is left alone (T-16).
 */
function enrolmentCopy(source: TuitionSource): RawBuilder<unknown> {
  const accounts = sql.table('carryover_accounts');
  const owner = ownerOf(source, sql`r.student_id`, sql`r.group_id`);
  const isBlocked = sql`r.active = 1 and r.free = 0 and s.balance < -r.grace`;
  return sql`
    select r.student_id, r.group_id, s.id as sessions_account_id, m.id as money_account_id,
      r.standing, r.financial_status, r.custom_fee, r.started_at, ${source.expressions.int64(sql`r.active`)} as active,
      case when ${isBlocked} then 'credit_exceeded' end as block_code,
      case when ${isBlocked} then ${belowFloorSince()} end as blocked_at
    from (${enrolmentRows(source)}) r
    join ${accounts} s on s.system_name = 'tuition' and s.kind = 'sessions' and s.owner = ${owner} and s.authority = 'legacy'
    join ${accounts} m on m.system_name = 'tuition' and m.kind = 'money' and m.owner = ${owner}`;
}

/** When the entry happened that took the account below its floor for the last time. Read for blocked accounts only. */
function belowFloorSince(): RawBuilder<unknown> {
  const entries = sql.table('carryover_entries');
  return sql`(
    select min(n.occurred_at) from ${entries} n where n.account_id = s.id and n.seq > (
      select coalesce(max(b.seq), 0) from ${entries} b where b.account_id = s.id and b.balance_after >= -r.grace))`;
}

/** A month whose payments are all gone from legacy stays as a row that owes and received nothing. */
function monthCopy(source: TuitionSource): RawBuilder<unknown> {
  const { int64 } = source.expressions;
  const zero = int64(sql.lit(0));
  return sql`
    select x.student_id, x.group_id, x.plan, x.month, x.due, x.plan_sessions, x.received, x.counted
    from (${planRows(source)}) x ${underLegacy(source, 'x')}
    union all
    select o.student_id, o.group_id, o.plan, o.month, ${zero} as due, ${zero} as plan_sessions, ${zero} as received, ${zero} as counted
    from ${sql.table('carryover_tuition_months')} o ${underLegacy(source, 'o')}
    left join (${planRows(source)}) g on g.student_id = o.student_id and g.group_id = o.group_id and g.plan = o.plan
    where g.plan is null and ${source.inRange(sql`o.student_id`)}`;
}

/** Keeps the rows whose enrolment legacy still decides (T-16). */
function underLegacy(source: TuitionSource, alias: string): RawBuilder<unknown> {
  const owner = ownerOf(source, sql.ref(`${alias}.student_id`), sql.ref(`${alias}.group_id`));
  return sql`join ${sql.table('carryover_accounts')} a
    on a.system_name = 'tuition' and a.kind = 'sessions' and a.owner = ${owner} and a.authority = 'legacy'`;
}
