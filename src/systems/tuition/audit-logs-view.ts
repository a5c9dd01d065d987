import { sql, type RawBuilder } from 'kysely';
import type { PhysicalNames } from '../../cutover/descriptor.ts';
import type { TuitionPolicy } from './policy.ts';
import { asDecimal } from './view-decimals.ts';

const accounts = sql.table('carryover_accounts');
const audit = sql.table('carryover_audit');
const entries = sql.table('carryover_entries');
const enrolments = sql.table('carryover_tuition_enrolments');
const payments = sql.table('carryover_tuition_payments');

/**
 * The application's log of who changed what about money, in its columns: the audit, the payments that were carried, and those
 * taken since. `log_id` is a text, because the rows come from three tables. `created_at` is when a row was written down here
 * and `occurred_at` when it happened, which differ for what was carried.
 */
export function auditLogsView(names: PhysicalNames, policy: TuitionPolicy): RawBuilder<unknown> {
  return sql`${audited(names)}
    union all ${carriedWithSessions(names, policy)}
    union all ${carriedWithoutSessions(names, policy)}
    union all ${taken(names, policy)}`;
}

/** An audit row names its enrolment by an account or by its subject, `enrolment:12:3`. */
function audited(names: PhysicalNames): RawBuilder<unknown> {
  const { concat, text } = names.database.dialect.viewExpressions;
  const action = sql`case when u.action = 'set-floor' then 'credit_adjustment' else replace(u.action, '-', '_') end`;
  return sql`
    select ${concat(sql.lit('audit:'), text(sql`u.id`))} as log_id, e.student_id as student_id, e.group_id as group_id,
      ${text(action)} as action, u.before_state as old_value, u.after_state as new_value,
      ${sql.raw('null')} as amount, ${sql.raw('null')} as sessions_count, u.reason as notes, u.actor as performed_by,
      u.ip_address as ip_address, u.recorded_at as created_at, u.recorded_at as occurred_at
    from ${audit} u
    left join ${accounts} a on a.id = u.account_id
    left join ${accounts} s on s.system_name = 'tuition' and s.kind = 'sessions'
      and s.owner = coalesce(a.owner, replace(u.subject, 'enrolment:', ''))
    left join ${enrolments} e on e.sessions_account_id = s.id
    where u.system_name = 'tuition'`;
}

/** A payment that bought a session has an entry on the sessions account, which tells all of it. */
function carriedWithSessions(names: PhysicalNames, policy: TuitionPolicy): RawBuilder<unknown> {
  return sql`select ${carriedColumns(names, policy, sql`n.amount`)}
    from ${enrolments} e join ${entries} n on n.account_id = e.sessions_account_id
    where n.contra = 'payments' and n.source is not null`;
}

/** One that bought none has only its entry on the money account. */
function carriedWithoutSessions(names: PhysicalNames, policy: TuitionPolicy): RawBuilder<unknown> {
  const sessions = names.database.dialect.viewExpressions.jsonText(sql`n.details`, 'sessions');
  return sql`select ${carriedColumns(names, policy, sql`0`)}
    from ${enrolments} e join ${entries} n on n.account_id = e.money_account_id
    where n.contra = 'payments' and n.source is not null and ${sessions} = '0'`;
}

function carriedColumns(
  names: PhysicalNames,
  policy: TuitionPolicy,
  sessions: RawBuilder<unknown>,
): RawBuilder<unknown> {
  const { concat, int64, jsonText, text } = names.database.dialect.viewExpressions;
  // A later difference carries the new state of the payment, of which the amount was told by its first entry.
  const received = sql`case when n.idempotency_key = n.source then ${int64(jsonText(sql`n.details`, 'received'))} end`;
  const action = sql`case n.kind when 'reversal' then 'payment_reversed' else 'payment_recorded' end`;
  return sql`${concat(sql.lit('entry:'), text(sql`n.account_id`), sql.lit(':'), text(sql`n.seq`))} as log_id,
    e.student_id as student_id, e.group_id as group_id, ${text(action)} as action,
    ${sql.raw('null')} as old_value, n.details as new_value, ${asDecimal(policy, received)} as amount,
    ${int64(sessions)} as sessions_count, n.reason as notes, n.actor as performed_by,
    ${sql.raw('null')} as ip_address, n.recorded_at as created_at, n.occurred_at as occurred_at`;
}

function taken(names: PhysicalNames, policy: TuitionPolicy): RawBuilder<unknown> {
  const { concat, jsonObject, text } = names.database.dialect.viewExpressions;
  const state = jsonObject({
    plan: sql`p.plan`,
    receipt: sql`p.receipt`,
    status: sql`p.status`,
    refunded: sql`p.refunded`,
  });
  return sql`
    select ${concat(sql.lit('payment:'), text(sql`p.id`))} as log_id, p.student_id as student_id, p.group_id as group_id,
      ${text(sql.lit('payment_recorded'))} as action, ${sql.raw('null')} as old_value, ${state} as new_value,
      ${asDecimal(policy, sql`p.amount`)} as amount, p.sessions as sessions_count, p.note as notes, p.actor as performed_by,
      ${sql.raw('null')} as ip_address, p.recorded_at as created_at, p.paid_at as occurred_at
    from ${payments} p`;
}
