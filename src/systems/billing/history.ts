import { sql, type RawBuilder } from 'kysely';
import type { HistoryRow } from '../../cutover/descriptor.ts';
import type { LotRow } from '../../cutover/live-descriptor.ts';
import { CREDITS_KIND } from './accounts.ts';
import { correctionRows } from './legacy-balances.ts';
import { grantRows } from './legacy-grants.ts';
import { settledPurchases } from './legacy-purchases.ts';
import { chargedUsage } from './legacy-usage.ts';
import { GRANT_PRIORITY, PURCHASE_PRIORITY } from './lot-terms.ts';
import { factSource, type BillingSource } from './read-legacy.ts';

/**
 * Every legacy fact that moved a balance, with its own date: purchases that were paid, usage paid with bought credits, what is left of the running
 * period's grant (U-05, U-07), and, where policy trusts the stored balance, what it takes to come out at it (U-16). The grant is dated to the run,
 * because it is what was left then; dated to its period it would be drawn by usage that bought credits paid for.
 */
export function billingHistory(source: BillingSource): RawBuilder<HistoryRow> {
  const parts = [purchaseEntries(source), usageEntries(source), grantEntries(source)];
  if (source.policy.carrying.trust === 'stored') parts.push(correctionEntries(source));
  return sql<HistoryRow>`${sql.join(parts, sql` union all `)}`;
}

/** The terms of the lots: a grant expires and is used before what was bought (X-05); a purchase expires only where policy says so. */
export function billingLots(source: BillingSource): RawBuilder<LotRow> {
  const { instantOf, int64, text } = source.expressions;
  const kind = text(sql.lit(CREDITS_KIND));
  const expiresAt = source.policy.carrying.purchaseExpiry === 'as-stored' ? sql`p.expires_at` : instantOf(sql`null`);
  return sql<LotRow>`
    select ${kind} as account_kind, p.user_id as owner, ${factSource(source, 'credit_purchases', sql`p.purchase_id`)} as source,
      'paid' as funding, ${int64(sql.lit(PURCHASE_PRIORITY))} as priority, ${expiresAt} as expires_at
    from (${settledPurchases(source)}) p
    union all
    select ${kind}, g.user_id, ${grantSource(source)}, 'granted', ${int64(sql.lit(GRANT_PRIORITY))}, g.expires_at
    from (${grantRows(source)}) g where g.net > 0`;
}

function purchaseEntries(source: BillingSource): RawBuilder<unknown> {
  return sql`
    select ${source.expressions.text(sql.lit(CREDITS_KIND))} as account_kind, p.user_id as owner,
      ${factSource(source, 'credit_purchases', sql`p.purchase_id`)} as source,
      p.amount as amount, 'purchase' as entry_kind, 'purchases' as contra, p.settled_at as occurred_at, null as details
    from (${settledPurchases(source)}) p`;
}

/** Deductions and adjustments by hand are usage too to legacy, and are told by their kind. */
function usageEntries(source: BillingSource): RawBuilder<unknown> {
  const { jsonObject } = source.expressions;
  const kind = sql`case u.usage_type when 'adjustment' then 'adjustment' when 'manual_deduction' then 'adjustment' else 'usage' end`;
  const details = jsonObject({
    type: sql`u.usage_type`,
    tier: sql`u.tier`,
    thread: sql`u.thread_id`,
    message: sql`u.message_id`,
  });
  return sql`
    select ${source.expressions.text(sql.lit(CREDITS_KIND))}, u.user_id, ${factSource(source, 'credit_usage', sql`u.usage_id`)},
      -u.amount, ${kind}, 'usage', u.used_at, ${details}
    from (${chargedUsage(source)}) u`;
}

function grantEntries(source: BillingSource): RawBuilder<unknown> {
  const { instant, jsonObject } = source.expressions;
  const details = jsonObject({ tier: sql`g.tier`, credits: sql`g.credits`, used: sql`g.used` });
  return sql`
    select ${source.expressions.text(sql.lit(CREDITS_KIND))}, g.user_id, ${grantSource(source)},
      g.net, 'grant', 'grants', ${instant(source.asOf)}, ${details}
    from (${grantRows(source)}) g where g.net > 0`;
}

/** Dated just before the grant, so that it is bought credits which a correction downwards takes. */
function correctionEntries(source: BillingSource): RawBuilder<unknown> {
  const { instant, jsonObject } = source.expressions;
  const at = instant(source.asOf.plusMillis(-1));
  const details = jsonObject({ stored: sql`b.stored`, rebuilt: sql`b.rebuilt` });
  return sql`
    select ${source.expressions.text(sql.lit(CREDITS_KIND))}, b.user_id, ${factSource(source, 'credit_balance', sql`b.user_id`)},
      b.stored - b.rebuilt, 'adjustment', 'adjustments', ${at}, ${details}
    from (${correctionRows(source)}) b where b.stored <> b.rebuilt`;
}

/** `grant:2026-11-15`: a user has one period that begins on a day. */
function grantSource(source: BillingSource): RawBuilder<string> {
  const { concat, dateOf } = source.expressions;
  return concat(sql.lit('grant:'), dateOf(sql`g.starts_at`));
}
