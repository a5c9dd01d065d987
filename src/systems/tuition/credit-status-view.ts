import { sql, type RawBuilder } from 'kysely';
import type { PhysicalNames } from '../../cutover/descriptor.ts';
import type { TuitionPolicy } from './policy.ts';
import { asDecimal, withDecimals } from './view-decimals.ts';

const accounts = sql.table('carryover_accounts');
const entries = sql.table('carryover_entries');
const enrolments = sql.table('carryover_tuition_enrolments');
const payments = sql.table('carryover_tuition_payments');

/**
 * One row per enrolment: the columns that the application's own migration adds to it, and the fields of its credit status. Debt
 * and remaining credit follow from the balance, and the number in the reason is of the moment it is read (T-17).
 */
export function creditStatusView(names: PhysicalNames, policy: TuitionPolicy): RawBuilder<unknown> {
  const { int64 } = names.database.dialect.viewExpressions;
  const { graceSessions } = policy;
  const grace = int64(sql`case when s.floor is not null then -s.floor
    when e.standing = 'new' then ${sql.lit(graceSessions.new)} else ${sql.lit(graceSessions.returning)} end`);
  const attended = int64(sql`coalesce((
    select -sum(n.amount) from ${entries} n where n.account_id = s.id and n.contra = 'attendance'), 0)`);
  const reason = blockReason(names);
  return sql`
    select e.student_id, e.group_id, e.financial_status, (e.active = 1) as is_active,
      (e.standing = 'new') as is_new_student,
      ${grace} as credit_balance,
      ${attended} as sessions_attended,
      s.balance + ${attended} as sessions_paid_for,
      ${lastPayment(names, policy, 'date')} as last_payment_date,
      ${lastPayment(names, policy, 'amount')} as last_payment_amount,
      (e.block_code is not null) as is_financially_blocked,
      ${reason} as financial_block_reason,
      -s.balance as debt,
      ${grace} + s.balance as remaining_credit,
      (e.block_code is not null) as is_blocked,
      ${reason} as block_reason
    from ${enrolments} e join ${accounts} s on s.id = e.sessions_account_id`;
}

/** The number is how far the balance is below the floor; at the floor it is the one session that the door refused (T-14). */
function blockReason(names: PhysicalNames): RawBuilder<string> {
  const { concat, greatest, int64, text } = names.database.dialect.viewExpressions;
  const short = greatest(int64(sql.lit(1)), int64(sql`s.floor - s.balance`));
  return sql<string>`case e.block_code when 'credit_exceeded' then ${concat(sql.lit('credit_exceeded_'), text(short))}
    when 'new_student_no_payment' then 'new_student_no_payment' else '' end`;
}

/**
 * The newest payment taken through Carryover, else legacy's: by date with missing dates last, then by id (T-20). Legacy has one
 * amount per month, so there it is all that was paid for the month, not the last instalment (T-21).
 */
function lastPayment(names: PhysicalNames, policy: TuitionPolicy, what: 'date' | 'amount'): RawBuilder<unknown> {
  const column = (name: string): RawBuilder<unknown> => sql.raw(`l.${names.column('payments', name)}`);
  const paidAt = column('payment_date');
  const own = what === 'date' ? sql`p.paid_at` : asDecimal(policy, sql`p.amount`);
  const legacy =
    what === 'date'
      ? names.database.dialect.viewExpressions.instantOf(paidAt)
      : withDecimals(policy, column('amount_paid'));
  return sql`coalesce((
      select ${own} from ${payments} p
      where p.student_id = e.student_id and p.group_id = e.group_id
        and p.status = 'recorded' and p.origin = 'received'
      order by p.paid_at desc, p.id desc limit 1), (
      select ${legacy} from ${sql.raw(names.table('payments'))} l
      where ${column('student_id')} = e.student_id and ${column('group_id')} = e.group_id and ${column('amount_paid')} > 0
      order by case when ${paidAt} is null then 1 else 0 end, ${paidAt} desc, ${column('payment_id')} desc limit 1))`;
}
