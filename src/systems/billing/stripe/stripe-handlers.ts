import { CarryoverError } from '../../../base/errors.ts';
import type { EventHandler, ProviderEvent } from '../../../payments/inbox/process-inbox.ts';
import { payloadInvalid } from '../../../payments/payment-errors.ts';
import { idOf } from '../../../payments/provider-objects.ts';
import type { StripeGateway } from '../../../payments/stripe-gateway.ts';
import type { BillingContext } from '../writes/billing-call.ts';
import { takeCheckout, takePayment, type TakenPayment } from './take-payment.ts';
import { takeChargeRefunds, takeDispute, takeRefund } from './take-refund.ts';
import { takeSubscription, takeSubscriptionCheckout } from './take-subscription.ts';

type Taken = 'processed' | 'ignored';

/**
 * What is done about each type of event. Events come late, twice and in any order, so none is believed: each says only which
 * object to look at, and what the provider says of that object now is what counts. The context is that of the application's own
 * server.
 */
export function stripeHandlers(gateway: StripeGateway, context: BillingContext): ReadonlyMap<string, EventHandler> {
  const payment: EventHandler = async (event) =>
    outcome(await takePayment(context, await gateway.payment(objectId(event))));
  const checkout: EventHandler = async (event) => {
    const found = await gateway.checkout(objectId(event));
    if (found.mode === 'payment') return outcome(await takeCheckout(gateway, context, found));
    return takeSubscriptionCheckout(gateway, context, { checkout: found, cause: event.id });
  };
  const refund: EventHandler = async (event) => takeRefund(gateway, context, await gateway.refund(objectId(event)));
  const charge: EventHandler = async (event) =>
    takeChargeRefunds(gateway, context, await gateway.charge(objectId(event)));
  const dispute: EventHandler = async (event) => takeDispute(gateway, context, await gateway.dispute(objectId(event)));
  const subscription = async (event: ProviderEvent, id: string | undefined): Promise<Taken> =>
    id === undefined ? 'ignored' : takeSubscription(gateway, context, { cause: event.id, subscriptionId: id });
  const ofSubscription: EventHandler = (event) => subscription(event, objectId(event));
  const ofInvoice: EventHandler = (event) => subscription(event, subscriptionOfInvoice(event.object));
  return new Map([
    ...handled(payment, 'payment_intent.succeeded', 'payment_intent.payment_failed', 'payment_intent.canceled'),
    ...handled(
      checkout,
      'checkout.session.completed',
      'checkout.session.expired',
      'checkout.session.async_payment_succeeded',
      'checkout.session.async_payment_failed',
    ),
    ...handled(refund, 'refund.created', 'refund.updated', 'refund.failed'),
    ...handled(charge, 'charge.refunded'),
    ...handled(
      dispute,
      'charge.dispute.created',
      'charge.dispute.updated',
      'charge.dispute.closed',
      'charge.dispute.funds_withdrawn',
      'charge.dispute.funds_reinstated',
    ),
    ...handled(
      ofSubscription,
      'customer.subscription.created',
      'customer.subscription.updated',
      'customer.subscription.deleted',
    ),
    ...handled(ofInvoice, 'invoice.paid', 'invoice.payment_failed'),
  ]);
}

function handled(handler: EventHandler, ...types: readonly string[]): readonly (readonly [string, EventHandler])[] {
  return types.map((type) => [type, handler] as const);
}

function outcome(taken: TakenPayment): Taken {
  return taken === 'not-ours' ? 'ignored' : 'processed';
}

function objectId({ object }: ProviderEvent): string {
  const { id } = object;
  if (typeof id === 'string' && id !== '') return id;
  throw new CarryoverError(payloadInvalid, { found: 'an event about something without an id', expected: 'an id' });
}

/** It stands on the invoice before 2025-03-31 and on what the invoice is of since; undefined for an invoice of something else. */
function subscriptionOfInvoice(invoice: Readonly<Record<string, unknown>>): string | undefined {
  const parent = invoice['parent'] as { subscription_details?: { subscription?: unknown } | null } | null | undefined;
  const told = parent?.subscription_details?.subscription ?? invoice['subscription'];
  return idOf(told as string | { id: string } | null | undefined) ?? undefined;
}
