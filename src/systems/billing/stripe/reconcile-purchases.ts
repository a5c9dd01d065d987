import type { Instant } from '../../../base/instant.ts';
import type { StripeGateway } from '../../../payments/stripe-gateway.ts';
import type { StoredPurchase } from '../purchases/find-purchase.ts';
import { billingTables } from '../queries/billing-tables.ts';
import type { StoredRefund } from '../refunds/money-refund.ts';
import type { BillingContext } from '../writes/billing-call.ts';
import { guarded, type NamedError } from './guarded.ts';
import { sendRefund } from './send-refund.ts';
import { purchaseById } from './stored-purchases.ts';
import { DISPUTE_PREFIX } from './stored-refunds.ts';
import { applyPayment, takeCheckout, type TakenPayment } from './take-payment.ts';
import { takeDispute, takeRefund } from './take-refund.ts';

const MINUTE_MS = 60_000;
/**
 * Younger ones are being paid right now: sooner asks the provider about every purchase once, later leaves a buyer without credits
 * for longer when a webhook was lost.
 */
const OLDER_THAN_MINUTES = 15;
/** What one run looks at of each kind: the next run goes on with those that are left. */
const ROWS_MAX = 1000;

/** What a run did. Purchases and refunds that could not be reconciled are named, and keep no other from it. */
export interface ReconcileRun {
  readonly purchases: { readonly settled: number; readonly failed: number; readonly open: number };
  readonly refunds: { readonly resolved: number; readonly open: number };
  readonly errors: readonly NamedError[];
}

/**
 * Holds pending purchases and refunds against what the provider says, for webhooks that were lost and processes that died: paid
 * is settled, canceled or expired is given up, still open is left alone. A refund that was never sent is sent. Twice, or by two
 * servers at once, changes nothing (U-43). Throws where the database does not answer.
 */
export async function reconcilePurchases(
  gateway: StripeGateway,
  context: BillingContext,
  options: { readonly olderThanMinutes?: number } = {},
): Promise<ReconcileRun> {
  const { olderThanMinutes = OLDER_THAN_MINUTES } = options;
  const { database } = context;
  const now = context.now ?? (await database.dialect.statements.serverNow(database.handle));
  const before = now.plusMillis(-olderThanMinutes * MINUTE_MS);
  const purchases = { settled: 0, failed: 0, open: 0 };
  const refunds = { resolved: 0, open: 0 };
  const errors: NamedError[] = [];
  for (const purchase of await pendingPurchases(context, before)) {
    const taken = await guarded(errors, `purchase ${purchase.id}`, () => reconcilePurchase(gateway, context, purchase));
    if (taken !== undefined) purchases[taken === 'settled' || taken === 'failed' ? taken : 'open'] += 1;
  }
  for (const refund of await pendingRefunds(context, before)) {
    const isOpen = await guarded(errors, `refund ${refund.id}`, () => reconcileRefund(gateway, context, refund));
    if (isOpen !== undefined) refunds[isOpen ? 'open' : 'resolved'] += 1;
  }
  return { purchases, refunds, errors };
}

/** Only what the provider can know of. Those of users whom legacy decides about are legacy's. */
function pendingPurchases({ database }: BillingContext, before: Instant): Promise<StoredPurchase[]> {
  return billingTables(database.handle)
    .selectFrom('carryover_billing_purchases as p')
    .innerJoin('carryover_billing_users as u', 'u.user_id', 'p.user_id')
    .innerJoin('carryover_accounts as a', 'a.id', 'u.account_id')
    .selectAll('p')
    .where('p.status', '=', 'pending')
    .where('p.started_at', '<=', before)
    .where('a.authority', '=', 'ledger')
    .where(({ or, eb }) => or([eb('p.payment_reference', 'is not', null), eb('p.checkout_reference', 'is not', null)]))
    .orderBy('p.started_at')
    .limit(ROWS_MAX)
    .execute();
}

/** Looks at one purchase at the provider: at its checkout, which knows of its payment, else at its payment. */
export async function reconcilePurchase(
  gateway: StripeGateway,
  context: BillingContext,
  purchase: StoredPurchase,
): Promise<TakenPayment> {
  const { checkout_reference: checkoutId, payment_reference: paymentId } = purchase;
  if (checkoutId !== null) return takeCheckout(gateway, context, await gateway.checkout(checkoutId));
  return paymentId === null ? 'waiting' : applyPayment(context, purchase, await gateway.payment(paymentId));
}

function pendingRefunds({ database }: BillingContext, before: Instant): Promise<StoredRefund[]> {
  return billingTables(database.handle)
    .selectFrom('carryover_billing_refunds')
    .selectAll()
    .where('status', '=', 'pending')
    .where('kind', '=', 'money')
    .where('refunded_at', '<=', before)
    .orderBy('id')
    .limit(ROWS_MAX)
    .execute();
}

/** Whether it is still open afterwards. */
async function reconcileRefund(
  gateway: StripeGateway,
  context: BillingContext,
  refund: StoredRefund,
): Promise<boolean> {
  const { provider_reference: name, purchase_id: purchaseId } = refund;
  if (name?.startsWith(DISPUTE_PREFIX) === true) {
    const dispute = await gateway.dispute(name.slice(DISPUTE_PREFIX.length));
    await takeDispute(gateway, context, dispute);
    return dispute.status === 'open' || dispute.status === 'inquiry';
  }
  if (name !== null) {
    const told = await gateway.refund(name);
    await takeRefund(gateway, context, told);
    return told.status === 'pending';
  }
  const paymentId = purchaseId === null ? null : (await purchaseById(context, purchaseId)).payment_reference;
  // Money that staff send by hand is theirs to resolve.
  if (paymentId === null) return true;
  const { failure, status } = await sendRefund(gateway, context, { refund, paymentId });
  if (failure !== null && status === 'pending') throw failure;
  return status === 'pending';
}
