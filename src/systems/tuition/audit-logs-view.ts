import { sql, type RawBuilder } from 'kysely';
import type { PhysicalNames } from '../../cutover/descriptor.ts';
import type { TuitionPolicy } from './policy.ts';
import { asDecimal } from './view-decimals.ts';

const accounts = sql.table('carryover_accounts');
const audit = sql.table('carryover_audit');
const entries = sql.table('carryover_entries');
const enrolments = sql.table('carryover_tuition_enrolments');

/**
 * The application's log of who changed what about money, in its columns: the audit, which has what was done since, and the
 * payments that were carried. `log_id` is a text, because the rows come from two tables. `created_at` is when a row was written
 * down here and `occurred_at` when it happened, which differ for what was carried.
 */
export function auditLogsView(names: PhysicalNames, policy: TuitionPolicy): RawBuilder<unknown> {
  return sql`${audited(names, policy)}
    union all ${carriedWithSessions(names, policy)}
    union all ${carriedWithoutSessions(names, policy)}`;
}

/**
 * An audit row names its enrolment by an account or by its subject, `enrolment:12:3`. Rows about money tell amount and sessions in
 * what they say came after. Floors and freezes appear twice, in the ledger's words (`set_floor`) and in the school's.
 */
function audited(names: PhysicalNames, policy: TuitionPolicy): RawBuilder<unknown> {
  const { concat, int64, jsonText, text } = names.database.dialect.viewExpressions;
  const after = (member: string): RawBuilder<unknown> => int64(jsonText(sql`u.after_state`, member));
  const isPayment = sql`u.action in ('payment_recorded', 'payment_voided', 'payment_refunded')`;
  return sql`
    select ${concat(sql.lit('audit:'), text(sql`u.id`))} as log_id, e.student_id as student_id, e.group_id as group_id,
      ${text(sql`replace(u.action, '-', '_')`)} as action, u.before_state as old_value, u.after_state as new_value,
      case when ${isPayment} then ${asDecimal(policy, after('amount'))} end as amount,
      case when ${isPayment} then ${after('sessions')} end as sessions_count,
      u.reason as notes, u.actor as performed_by, u.ip_address as ip_address,
      u.recorded_at as created_at, u.recorded_at as occurred_at
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
