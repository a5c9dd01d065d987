import type { Stripe } from 'stripe';
import { CarryoverError } from '../base/errors.ts';
import { inputInvalid } from '../base/base-errors.ts';

/** The one currency of credits, as the provider writes it. */
export const CURRENCY = 'usd';

/** What every request that changes something carries. */
interface Keyed {
  /** The idempotency key, derived from ours. */
  readonly key: string;
  /** Comes back with every message about the object, and finds what it belongs to. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** A payment to begin. Whole cents. */
export interface NewPayment extends Keyed {
  readonly amount: bigint;
  readonly customerId: string;
  /** Given: the payment is made at once with this saved method, while nobody is there. */
  readonly paymentMethodId?: string;
}

/** A page on which credits are paid. Whole cents. */
export interface NewCheckout extends Keyed {
  readonly amount: bigint;
  /** What the buyer sees is bought. */
  readonly title: string;
  readonly customerId: string;
  readonly successUrl: string;
  readonly cancelUrl: string;
}

/** A page on which a subscription is begun. */
export interface NewSubscriptionCheckout extends Keyed {
  readonly priceId: string;
  readonly customerId: string;
  readonly successUrl: string;
  readonly cancelUrl: string;
}

/** Money to send back. Whole cents. */
export interface NewRefund extends Keyed {
  readonly paymentId: string;
  readonly amount: bigint;
}

/** The parameters of a payment. A method that the buyer chooses is saved, so that top-ups can be paid with it later. */
export function paymentParameters(payment: NewPayment): Stripe.PaymentIntentCreateParams {
  const { amount, customerId, metadata, paymentMethodId } = payment;
  const shared = { amount: wireCents(amount), currency: CURRENCY, customer: customerId, metadata: { ...metadata } };
  if (paymentMethodId === undefined) {
    return { ...shared, automatic_payment_methods: { enabled: true }, setup_future_usage: 'off_session' };
  }
  return { ...shared, payment_method: paymentMethodId, off_session: true, confirm: true };
}

/** The parameters of a checkout. The payment carries the same metadata, since it may be told of before its checkout is. */
export function checkoutParameters(checkout: NewCheckout): Stripe.Checkout.SessionCreateParams {
  const { amount, cancelUrl, customerId, metadata, successUrl, title } = checkout;
  const price = { currency: CURRENCY, unit_amount: wireCents(amount), product_data: { name: title } };
  return {
    mode: 'payment',
    customer: customerId,
    line_items: [{ quantity: 1, price_data: price }],
    metadata: { ...metadata },
    payment_intent_data: { metadata: { ...metadata }, setup_future_usage: 'off_session' },
    success_url: successUrl,
    cancel_url: cancelUrl,
  };
}

/** The parameters of a subscription's checkout. */
export function subscriptionParameters(checkout: NewSubscriptionCheckout): Stripe.Checkout.SessionCreateParams {
  const { cancelUrl, customerId, metadata, priceId, successUrl } = checkout;
  return {
    mode: 'subscription',
    customer: customerId,
    line_items: [{ quantity: 1, price: priceId }],
    metadata: { ...metadata },
    subscription_data: { metadata: { ...metadata } },
    success_url: successUrl,
    cancel_url: cancelUrl,
  };
}

/** The parameters of a refund. The provider's list of reasons is closed and says nothing of ours, which stays here. */
export function refundParameters({ amount, metadata, paymentId }: NewRefund): Stripe.RefundCreateParams {
  return {
    payment_intent: paymentId,
    amount: wireCents(amount),
    reason: 'requested_by_customer',
    metadata: { ...metadata },
  };
}

/** The SDK counts cents in numbers, which are exact up to 90 trillion dollars. Throws `INPUT_INVALID` beyond, and for nothing. */
function wireCents(cents: bigint): number {
  if (cents > 0n && cents <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(cents);
  throw new CarryoverError(inputInvalid, {
    what: 'an amount to pay',
    found: `${cents} cents`,
    expected: 'at least one',
  });
}
