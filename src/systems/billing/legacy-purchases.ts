import { sql, type RawBuilder } from 'kysely';
import { aliased, columnsOf, isNone, isOneOf } from '../legacy-pieces.ts';
import { accountFlaw, joinAccount } from './legacy-users.ts';
import { SCALE, spareInstant, spareText, type BillingSource } from './read-legacy.ts';

const purchases = { alias: 'p', table: 'credit_purchases' };

/** Why a purchase is not in the balance, by what the application wrote (U-15, U-16). */
export const purchaseExclusions = {
  pending: 'Nobody has paid yet. It is carried as pending, and settled when the payment comes.',
  failed: 'The payment failed, so there is nothing to carry.',
  refunded: 'The money went back, so the credits are gone.',
  'team-account': 'It belongs to a team account, which has no credits of its own (carrying.teamAccounts).',
} as const;

/** Why a purchase cannot be carried, in the order they are looked for, and what to correct. */
export const purchaseFlaws = {
  'no-account': 'No account has the id of its user. Add the account, or correct the user.',
  'status-unknown': 'The status is none of pending, completed, failed and refunded. Correct it.',
  'amount-missing': 'There is no amount. Enter it.',
  'amount-not-positive': 'The amount is zero or negative. Enter a refund as what it is.',
  'too-many-decimals': 'The amount has more than six decimals. Round it as it was paid.',
} as const;

/**
 * One row per purchase of the range: purchase_id and user_id (texts), amount (micro-dollars), status, created_at, settled_at (completion,
 * else creation), expires_at, payment_reference, flaw and exclusion (null, or keys of the lists above).
 */
export function purchaseRows(source: BillingSource): RawBuilder<unknown> {
  return source.shared('purchases', () => readPurchaseRows(source));
}

function readPurchaseRows(source: BillingSource): RawBuilder<unknown> {
  const p = columnsOf(source, purchases);
  const { instant, instantOf, minorUnits, text } = source.expressions;
  const asOf = instant(source.asOf);
  const completedAt = spareInstant(source, { ...purchases, column: 'completed_at' });
  const exclusion = (name: keyof typeof purchaseExclusions): RawBuilder<unknown> => sql.lit(name);
  return sql`
    select r.*, case when r.flaw is not null then null
        when r.account_flaw = 'team-account' then ${exclusion('team-account')}
        when r.status <> 'completed' then r.status end as exclusion
    from (
      select ${text(p('id'))} as purchase_id, ${text(p('user_id'))} as user_id, ${minorUnits(p('amount_dollars'), SCALE)} as amount,
        ${text(p('status'))} as status, coalesce(${instantOf(p('created_at'))}, ${asOf}) as created_at,
        coalesce(${completedAt}, ${instantOf(p('created_at'))}, ${asOf}) as settled_at,
        ${spareInstant(source, { ...purchases, column: 'expires_at' })} as expires_at,
        ${spareText(source, { ...purchases, column: 'stripe_payment_intent_id' })} as payment_reference,
        ${accountFlaw(source)} as account_flaw, ${purchaseFlaw(source)} as flaw
      from ${aliased(source, purchases)} ${joinAccount(source, p('user_id'))}
      where ${source.inRange(p('user_id'))}) r`;
}

/** The rows of `purchaseRows` that are in the balance. */
export function settledPurchases(source: BillingSource): RawBuilder<unknown> {
  return sql`select r.* from (${purchaseRows(source)}) r where ${isNone(sql`r.flaw`)} and ${isNone(sql`r.exclusion`)}`;
}

function purchaseFlaw(source: BillingSource): RawBuilder<string> {
  const p = columnsOf(source, purchases);
  const { hasMoreDecimals } = source.expressions;
  const flaw = (name: keyof typeof purchaseFlaws): RawBuilder<unknown> => sql.lit(name);
  const isKnown = isOneOf(source, p('status'), ['completed', 'pending', 'failed', 'refunded']);
  return sql<string>`case
      when ${columnsOf(source, { alias: 'a', table: 'accounts' })('id')} is null then ${flaw('no-account')}
      when ${p('status')} is null or not (${isKnown}) then ${flaw('status-unknown')}
      when ${p('amount_dollars')} is null then ${flaw('amount-missing')}
      when ${p('amount_dollars')} <= 0 then ${flaw('amount-not-positive')}
      when ${hasMoreDecimals(p('amount_dollars'), SCALE)} then ${flaw('too-many-decimals')}
    end`;
}
