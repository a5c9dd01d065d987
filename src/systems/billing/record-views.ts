import { sql, type RawBuilder } from 'kysely';
import type { PhysicalNames } from '../../cutover/descriptor.ts';
import { asDollars } from './view-dollars.ts';

const audit = sql.table('carryover_audit');
const entries = sql.table('carryover_entries');
const grants = sql.table('carryover_billing_grants');
const users = sql.table('carryover_billing_users');

/** Every entry in the columns of the document's ledger, typed by what it is (U-22) and not by who called. */
export function creditLedgerView(names: PhysicalNames): RawBuilder<unknown> {
  const { concat, text } = names.database.dialect.viewExpressions;
  return sql`
    select ${concat(text(sql`n.account_id`), sql.lit(':'), text(sql`n.seq`))} as id, u.user_id as user_id, ${asDollars(sql`n.amount`)} as amount,
      ${asDollars(sql`n.balance_after`)} as balance_after,
      case when n.kind = 'admin-grant' then 'admin_grant' when n.kind = 'promotional' then 'promotional'
        when n.contra = 'grants' then 'tier_grant' when n.contra = 'purchases' then 'purchase' when n.contra = 'usage' then 'usage'
        when n.contra = 'refunds' then 'refund' when n.contra = 'expired' then 'expired' else 'adjustment' end as type,
      n.reason as description, coalesce(n.source, n.idempotency_key) as reference_id,
      case when n.source is null then 'call' else 'legacy' end as reference_type,
      n.details as metadata, n.occurred_at as created_at, n.actor as created_by
    from ${users} u join ${entries} n on n.account_id = u.account_id`;
}

/** What each grant period gave, in the columns of the document's table. */
export function creditGrantsView(): RawBuilder<unknown> {
  return sql`
    select g.user_id as user_id, g.price_id as tier_price_id, ${asDollars(sql`g.granted`)} as amount, g.granted_at as granted_at,
      g.expires_at as expires_at, g.starts_at as period_start, g.ends_at as period_end, g.tier as tier
    from ${grants} g`;
}

/** What staff did, from the audit. */
export function actionsView(names: PhysicalNames): RawBuilder<unknown> {
  const { text } = names.database.dialect.viewExpressions;
  return sql`
    select l.actor as admin_user_id, l.action as action_type, ${text(sql`replace(l.subject, 'user:', '')`)} as target_user_id,
      l.role as admin_role, l.reason as reason, l.before_state as before_state, l.after_state as details, l.recorded_at as created_at
    from ${audit} l where l.system_name = 'billing' and l.role in ('staff', 'admin', 'super_admin')`;
}
