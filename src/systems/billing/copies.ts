import { sql, type RawBuilder } from 'kysely';
import type { Copy } from '../../cutover/descriptor.ts';
import { CREDITS_KIND } from './accounts.ts';
import { grantRows } from './legacy-grants.ts';
import { purchaseRows } from './legacy-purchases.ts';
import { isNone } from '../legacy-pieces.ts';
import type { BillingPolicy } from './policy.ts';
import { factSource, type BillingSource } from './read-legacy.ts';

/**
 * The system's own rows that legacy gives: users with their tier and next grant, the running period of each, and all purchases, of which the
 * pending ones are settled here when their payment comes (U-15).
 */
export const billingCopies: readonly Copy<BillingPolicy>[] = [
  {
    table: 'carryover_billing_users',
    columns: [
      'user_id',
      'account_id',
      'tier',
      'price_id',
      'yearly',
      'subscription_id',
      'subscription_status',
      'subscription_created_at',
      'subscription_ends_at',
      'anchor_at',
      'next_grant_at',
    ],
    key: ['user_id'],
    refreshed: [
      'tier',
      'price_id',
      'yearly',
      'subscription_id',
      'subscription_status',
      'subscription_created_at',
      'subscription_ends_at',
      'anchor_at',
      'next_grant_at',
    ],
    select: userCopy,
  },
  {
    table: 'carryover_billing_grants',
    columns: [
      'user_id',
      'starts_at',
      'ends_at',
      'tier',
      'price_id',
      'credits',
      'used',
      'exceeded',
      'granted',
      'origin',
      'granted_at',
      'expires_at',
    ],
    key: ['user_id', 'starts_at'],
    refreshed: ['ends_at', 'tier', 'price_id', 'credits', 'used', 'exceeded', 'granted', 'expires_at'],
    select: grantCopy,
  },
  {
    table: 'carryover_billing_purchases',
    columns: [
      'purchase_key',
      'user_id',
      'origin',
      'amount',
      'status',
      'payment_reference',
      'started_at',
      'settled_at',
      'expires_at',
    ],
    key: ['purchase_key'],
    refreshed: ['amount', 'status', 'payment_reference', 'settled_at', 'expires_at'],
    select: purchaseCopy,
  },
];

/** Whoever the ledger decides about by now is left alone. */
function joinLegacyAccount(source: BillingSource, userId: RawBuilder<unknown>): RawBuilder<unknown> {
  const ofLegacy = source.shared(
    'accounts',
    () => sql`select a.id as id, a.owner as owner from ${sql.table('carryover_accounts')} a
      where a.system_name = 'billing' and a.kind = ${sql.lit(CREDITS_KIND)} and a.authority = 'legacy'`,
  );
  return sql`join (${ofLegacy}) a on a.owner = ${userId}`;
}

function userCopy(source: BillingSource): RawBuilder<unknown> {
  return sql`
    select g.user_id, a.id as account_id, g.tier, g.price_id, g.yearly, g.subscription_id, g.subscription_status, g.subscription_created_at,
      g.subscription_ends_at, g.anchor_at, g.ends_at as next_grant_at
    from (${grantRows(source)}) g ${joinLegacyAccount(source, sql`g.user_id`)}`;
}

function grantCopy(source: BillingSource): RawBuilder<unknown> {
  const { instant, text } = source.expressions;
  return sql`
    select g.user_id, g.starts_at, g.ends_at, g.tier, g.price_id, g.credits, g.used, g.exceeded, g.net as granted,
      ${text(sql.lit('carried'))} as origin, ${instant(source.asOf)} as granted_at, g.expires_at
    from (${grantRows(source)}) g ${joinLegacyAccount(source, sql`g.user_id`)}`;
}

/** Purchases as legacy has them, and those it no longer has, or can no longer be read there, as withdrawn. */
function purchaseCopy(source: BillingSource): RawBuilder<unknown> {
  return sql`${purchasesOfLegacy(source)} union all ${vanishedPurchases(source)}`;
}

function purchasesOfLegacy(source: BillingSource): RawBuilder<unknown> {
  const { instantOf, text } = source.expressions;
  const asStored = source.policy.carrying.purchaseExpiry === 'as-stored';
  return sql`
    select ${factSource(source, 'credit_purchases', sql`p.purchase_id`)} as purchase_key, p.user_id, ${text(sql.lit('carried'))} as origin,
      p.amount, case p.status when 'completed' then 'settled' else p.status end as status, p.payment_reference, p.created_at as started_at,
      case when p.status = 'pending' then ${instantOf(sql`null`)} else p.settled_at end as settled_at,
      ${asStored ? sql`p.expires_at` : instantOf(sql`null`)} as expires_at
    from (${purchaseRows(source)}) p ${joinLegacyAccount(source, sql`p.user_id`)}
    where ${isNone(sql`p.flaw`)}`;
}

function vanishedPurchases(source: BillingSource): RawBuilder<unknown> {
  const key = factSource(source, 'credit_purchases', sql`p.purchase_id`);
  return sql`
    select v.purchase_key, v.user_id, v.origin, v.amount, 'withdrawn' as status, v.payment_reference, v.started_at, v.settled_at, v.expires_at
    from ${sql.table('carryover_billing_purchases')} v
    join ${sql.table('carryover_accounts')} a on a.system_name = 'billing' and a.kind = ${sql.lit(CREDITS_KIND)} and a.owner = v.user_id
      and a.authority = 'legacy'
    left join (select ${key} as purchase_key from (${purchaseRows(source)}) p where ${isNone(sql`p.flaw`)}) k on k.purchase_key = v.purchase_key
    where v.origin = 'carried' and k.purchase_key is null and ${source.inRange(sql`v.user_id`)}`;
}
