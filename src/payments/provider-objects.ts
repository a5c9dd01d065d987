import type { Stripe } from 'stripe';

/** What a payment has come to. `open` waits for the buyer, `processing` for the bank. Amounts are whole cents. */
export interface Payment {
  readonly id: string;
  readonly status: 'open' | 'processing' | 'succeeded' | 'canceled';
  readonly amount: bigint;
  readonly received: bigint;
  readonly currency: string;
  readonly customerId: string | null;
  /** Why the last attempt to pay did not succeed, a code of the provider; null where none has failed. */
  readonly failure: string | null;
  /** What the buyer's browser confirms the payment with. A secret: never logged, never stored. */
  readonly clientSecret: string | null;
  readonly metadata: Readonly<Record<string, string>>;
}

/** A page on which somebody pays. Until they do, there may be no payment (U-25). */
export interface Checkout {
  readonly id: string;
  readonly mode: 'payment' | 'subscription' | 'setup';
  readonly status: 'open' | 'complete' | 'expired';
  readonly paymentId: string | null;
  readonly subscriptionId: string | null;
  readonly customerId: string | null;
  /** Where the buyer is sent; null once it is no longer open. */
  readonly url: string | null;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Money on its way back. Whole cents. */
export interface ProviderRefund {
  readonly id: string;
  readonly status: 'pending' | 'succeeded' | 'failed';
  readonly amount: bigint;
  readonly currency: string;
  readonly paymentId: string | null;
  readonly metadata: Readonly<Record<string, string>>;
}

/** A charge of a payment, with all that went back of it so far: the sum of its refunds, never one of them. */
export interface Charge {
  readonly id: string;
  readonly paymentId: string | null;
  readonly amountRefunded: bigint;
}

/** A buyer asks the bank for the money back. An `inquiry` moves no money. */
export interface Dispute {
  readonly id: string;
  readonly status: 'inquiry' | 'open' | 'won' | 'lost';
  readonly amount: bigint;
  readonly currency: string;
  readonly paymentId: string | null;
}

/** A subscription, with the object itself reduced to what the credits depend on, in the form `sync-subscription` reads. */
export interface ProviderSubscription {
  readonly id: string;
  readonly status: string;
  readonly customerId: string;
  readonly cancelsAtPeriodEnd: boolean;
  readonly prices: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly told: SubscriptionTold;
}

/** The period stands on the subscription before 2025-03-31 and on its items since; both are kept as they came (U-40). */
export interface SubscriptionTold {
  readonly id: string;
  readonly status: string;
  readonly created: number;
  readonly current_period_start?: number;
  readonly current_period_end?: number;
  readonly items: { readonly data: readonly SubscriptionItemTold[] };
}

/** See `SubscriptionTold`. */
export interface SubscriptionItemTold {
  readonly price: { readonly id: string };
  readonly current_period_start?: number;
  readonly current_period_end?: number;
}

/** A reference that the provider gives as an id, or as the object where it was expanded. */
export function idOf(reference: string | { readonly id: string } | null | undefined): string | null {
  if (reference === null || reference === undefined) return null;
  return typeof reference === 'string' ? reference : reference.id;
}

/** Translates the provider's object. */
export function paymentOf(intent: Stripe.PaymentIntent): Payment {
  return {
    id: intent.id,
    status: paymentStatus(intent.status),
    amount: BigInt(intent.amount),
    received: BigInt(intent.amount_received),
    currency: intent.currency,
    customerId: idOf(intent.customer),
    failure: intent.last_payment_error?.decline_code ?? intent.last_payment_error?.code ?? null,
    clientSecret: intent.client_secret,
    metadata: intent.metadata,
  };
}

function paymentStatus(status: Stripe.PaymentIntent['status']): Payment['status'] {
  if (status === 'succeeded') return 'succeeded';
  if (status === 'canceled') return 'canceled';
  return status === 'processing' || status === 'requires_capture' ? 'processing' : 'open';
}

/** Translates the provider's object. */
export function checkoutOf(session: Stripe.Checkout.Session): Checkout {
  return {
    id: session.id,
    mode: session.mode as Checkout['mode'],
    status: (session.status ?? 'open') as Checkout['status'],
    paymentId: idOf(session.payment_intent),
    subscriptionId: idOf(session.subscription),
    customerId: idOf(session.customer),
    url: session.url,
    metadata: session.metadata ?? {},
  };
}

/** Translates the provider's object: what was canceled has not gone back either. */
export function refundOf(refund: Stripe.Refund): ProviderRefund {
  const { status } = refund;
  return {
    id: refund.id,
    status: status === 'succeeded' ? 'succeeded' : status === 'failed' || status === 'canceled' ? 'failed' : 'pending',
    amount: BigInt(refund.amount),
    currency: refund.currency,
    paymentId: idOf(refund.payment_intent),
    metadata: refund.metadata ?? {},
  };
}

/** Translates the provider's object. */
export function chargeOf(charge: Stripe.Charge): Charge {
  return { id: charge.id, paymentId: idOf(charge.payment_intent), amountRefunded: BigInt(charge.amount_refunded) };
}

/** Translates the provider's object. */
export function disputeOf(dispute: Stripe.Dispute): Dispute {
  return {
    id: dispute.id,
    status: disputeStatus(dispute.status),
    amount: BigInt(dispute.amount),
    currency: dispute.currency,
    paymentId: idOf(dispute.payment_intent),
  };
}

function disputeStatus(status: string): Dispute['status'] {
  if (status === 'won' || status === 'lost') return status;
  // A prevented dispute was settled by a refund, which is told of by itself.
  return status.startsWith('warning_') || status === 'prevented' ? 'inquiry' : 'open';
}

/** Translates the provider's object, of whatever version of its interface. */
export function subscriptionOf(subscription: Stripe.Subscription): ProviderSubscription {
  const items = subscription.items.data;
  return {
    id: subscription.id,
    status: subscription.status,
    customerId: idOf(subscription.customer) ?? '',
    cancelsAtPeriodEnd: subscription.cancel_at_period_end,
    prices: items.map(({ price }) => price.id),
    metadata: subscription.metadata,
    told: {
      id: subscription.id,
      status: subscription.status,
      created: subscription.created,
      ...periodOf(subscription),
      items: { data: items.map((item) => ({ price: { id: item.price.id }, ...periodOf(item) })) },
    },
  };
}

function periodOf(place: object): { readonly current_period_start?: number; readonly current_period_end?: number } {
  const { current_period_start: start, current_period_end: end } = place as Readonly<Record<string, unknown>>;
  if (typeof start !== 'number' || typeof end !== 'number') return {};
  return { current_period_start: start, current_period_end: end };
}
