import { CarryoverError } from '../../../base/errors.ts';
import type { Checkout, Payment } from '../../../payments/provider-objects.ts';
import type { StripeGateway } from '../../../payments/stripe-gateway.ts';
import { failPurchase } from '../operations/fail-purchase.ts';
import { settlePurchase } from '../operations/settle-purchase.ts';
import type { StoredPurchase } from '../purchases/find-purchase.ts';
import type { BillingContext } from '../writes/billing-call.ts';
import { asServer } from './as-server.ts';
import { dollarsOfCents, requireDollars } from './cents.ts';
import { matchPurchase, namePurchase } from './stored-purchases.ts';
import { paymentMismatch } from './stripe-errors.ts';

/**
 * What a payment meant for its purchase: `waiting` for the buyer or the bank, `unchanged` where it was known. `not-ours` belongs
 * to no purchase.
 */
export type TakenPayment = 'settled' | 'failed' | 'waiting' | 'unchanged' | 'not-ours';

/**
 * Takes a payment as the provider has it now: a purchase is settled once, however many messages tell of it, and in whatever order
 * (U-24). Throws `BILLING_PAYMENT_MISMATCH` for another currency and for a second payment of one purchase, and what
 * `settle-purchase` and `fail-purchase` throw.
 */
export async function takePayment(context: BillingContext, payment: Payment): Promise<TakenPayment> {
  const { id: paymentReference, metadata } = payment;
  const purchase = await matchPurchase(context, { metadata, paymentReference });
  return purchase === undefined ? 'not-ours' : applyPayment(context, purchase, payment);
}

/** As `takePayment`, of a purchase that is known. */
export async function applyPayment(
  context: BillingContext,
  purchase: StoredPurchase,
  payment: Payment,
): Promise<TakenPayment> {
  if (payment.status === 'succeeded') return settle(context, purchase, payment);
  await namePurchase(context, purchase, { paymentReference: payment.id });
  if (purchase.status !== 'pending') return 'unchanged';
  const failure = failureOf(purchase, payment);
  if (failure === undefined) return 'waiting';
  return fail(context, purchase, failure);
}

async function settle(context: BillingContext, purchase: StoredPurchase, payment: Payment): Promise<TakenPayment> {
  const { id, received } = payment;
  requireDollars('payment', payment);
  if (purchase.status === 'settled' || purchase.status === 'refunded') {
    const { payment_reference: known } = purchase;
    if (known === null) await namePurchase(context, purchase, { paymentReference: id });
    else if (known !== id) {
      const found = `purchase "${purchase.id}" paid by "${known}"`;
      throw new CarryoverError(paymentMismatch, {
        what: 'payment',
        id,
        found,
        expected: 'a purchase that is not paid',
      });
    }
    return 'unchanged';
  }
  await settlePurchase.run(asServer(context), {
    key: `stripe:settle:${id}`,
    purchaseId: purchase.id.toString(),
    paymentReference: id,
    amount: dollarsOfCents(received),
  });
  return 'settled';
}

/** A buyer whose card was declined on an open page may try another one there; elsewhere the attempt was the last one. */
function failureOf(purchase: StoredPurchase, { failure, status }: Payment): string | undefined {
  if (status === 'canceled') return 'The payment was canceled';
  if (status === 'processing' || failure === null || purchase.checkout_reference !== null) return undefined;
  return `The payment was declined: ${failure}`;
}

/** Gives a pending purchase up; a payment that comes after all is still taken (U-15). */
export async function fail(context: BillingContext, purchase: StoredPurchase, reason: string): Promise<'failed'> {
  const purchaseId = purchase.id.toString();
  await failPurchase.run(asServer(context), { key: `stripe:fail:${purchaseId}`, purchaseId, reason });
  return 'failed';
}

/**
 * Takes a checkout as the provider has it now: the purchase is found by it, and its payment is looked at if it has one (U-25).
 * Throws as `takePayment`.
 */
export async function takeCheckout(
  gateway: StripeGateway,
  context: BillingContext,
  checkout: Checkout,
): Promise<TakenPayment> {
  const { id: checkoutReference, metadata, paymentId: paymentReference, status } = checkout;
  const purchase = await matchPurchase(context, { metadata, checkoutReference, paymentReference });
  if (purchase === undefined) return 'not-ours';
  await namePurchase(context, purchase, { checkoutReference, paymentReference });
  const payment = paymentReference === null ? undefined : await gateway.payment(paymentReference);
  if (payment?.status === 'succeeded') return applyPayment(context, purchase, payment);
  if (purchase.status !== 'pending') return 'unchanged';
  const isOver = status === 'expired' || (status === 'complete' && payment?.status === 'open');
  if (isOver) return fail(context, purchase, 'The checkout ended without a payment');
  return payment === undefined
    ? 'waiting'
    : applyPayment(context, { ...purchase, checkout_reference: checkoutReference }, payment);
}
