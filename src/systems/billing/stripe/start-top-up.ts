import { Type, type TSchema } from 'typebox';
import { inputInvalid } from '../../../base/base-errors.ts';
import { CarryoverError } from '../../../base/errors.ts';
import type { Payment, Checkout } from '../../../payments/provider-objects.ts';
import type { StripeGateway } from '../../../payments/stripe-gateway.ts';
import { stateConflict } from '../billing-errors.ts';
import * as field from '../inputs/input-fields.ts';
import { dollars } from '../money.ts';
import { startPurchase } from '../operations/start-purchase.ts';
import type { StoredPurchase } from '../purchases/find-purchase.ts';
import type { BillingContext } from '../writes/billing-call.ts';
import { centsOf } from './cents.ts';
import { ensureCustomer } from './customers.ts';
import { providerKey, purchaseMark, purchaseMetadata } from './marks.ts';
import { namePurchase, purchaseById } from './stored-purchases.ts';

/** Credits that somebody wants to buy, and how they pay. */
export interface StartTopUpInput {
  readonly key: string;
  readonly userId: string;
  /** One of the policy's packages, a decimal text of dollars. */
  readonly amount: string;
  /** On a page of the provider, or in the application's own page by the payment's secret. */
  readonly via: 'checkout' | 'payment';
}

/** Checks of `StartTopUpInput`. */
export const startTopUpInput: TSchema = field.inputOf({
  key: field.key,
  userId: field.userId,
  amount: field.dollars('One of the packages of the policy'),
  via: {
    ...field.oneOf(['checkout', 'payment'], "On a page of the provider, or by a payment in the application's own"),
    default: 'checkout',
  },
});

/** What the buyer pays by. */
export interface StartedTopUp {
  readonly purchaseId: string;
  readonly amount: string;
  /** The page to send the buyer to; null for a payment, and for a page that is over. */
  readonly checkoutUrl: string | null;
  readonly checkoutId: string | null;
  readonly paymentId: string | null;
  /** What the application's own page confirms the payment with; a secret of this buyer. Null for a checkout. */
  readonly clientSecret: string | null;
}

/** The form of `StartedTopUp`. */
export const startedTopUpSchema: TSchema = Type.Object({
  purchaseId: Type.String({ description: 'The purchase, which is settled when its payment comes' }),
  amount: Type.String({ description: 'Dollars' }),
  checkoutUrl: Type.Union([Type.String(), Type.Null()], { description: 'The page to send the buyer to' }),
  checkoutId: Type.Union([Type.String(), Type.Null()]),
  paymentId: Type.Union([Type.String(), Type.Null()]),
  clientSecret: Type.Union([Type.String(), Type.Null()], { description: 'Confirms the payment in the browser' }),
});

/** Where a buyer comes back to. From the settings, never from a caller: a page of ours must not lead elsewhere. */
export interface CheckoutUrls {
  readonly successUrl: string;
  readonly cancelUrl: string;
}

/**
 * Begins a purchase and the payment of it. Our row is first, so that whatever the provider tells finds it; where this process
 * ends in between, the same call again goes on under the provider's same key, and nothing is made twice. Throws what
 * `start-purchase` throws, `INPUT_INVALID` for a part of a cent, `BILLING_STATE_CONFLICT` where the call was made
 * before with the other way to pay, and what the gateway throws.
 */
export async function startTopUp(
  gateway: StripeGateway,
  context: BillingContext,
  input: StartTopUpInput & { readonly urls: CheckoutUrls },
): Promise<StartedTopUp> {
  const { amount, key, urls, userId, via } = input;
  const { purchaseId } = await startPurchase.run(context, { key, userId, amount });
  const purchase = await purchaseById(context, BigInt(purchaseId));
  refuseOtherWay(purchase, via);
  if (via === 'checkout') {
    const checkout = await checkoutFor(gateway, context, { purchase, urls });
    await namePurchase(context, purchase, { checkoutReference: checkout.id, paymentReference: checkout.paymentId });
    return answer(purchase, { checkoutId: checkout.id, checkoutUrl: checkout.url, paymentId: checkout.paymentId });
  }
  const payment = await paymentFor(gateway, context, purchase);
  await namePurchase(context, purchase, { paymentReference: payment.id });
  return answer(purchase, { paymentId: payment.id, clientSecret: payment.clientSecret });
}

function answer(purchase: StoredPurchase, more: Partial<StartedTopUp>): StartedTopUp {
  const purchaseId = purchase.id.toString();
  const none = { checkoutUrl: null, checkoutId: null, paymentId: null, clientSecret: null };
  return { purchaseId, amount: dollars(purchase.amount), ...none, ...more };
}

/** A purchase with both a page and a payment of its own could be paid twice. */
function refuseOtherWay(
  { checkout_reference: checkout, id, payment_reference: payment }: StoredPurchase,
  via: string,
): void {
  const begun = checkout === null ? (payment === null ? via : 'payment') : 'checkout';
  if (begun === via) return;
  const what = { attempt: 'pay', what: 'purchase', id: id.toString() };
  throw new CarryoverError(stateConflict, { ...what, found: `begun by ${begun}`, expected: `by ${via}` });
}

async function checkoutFor(
  gateway: StripeGateway,
  context: BillingContext,
  { purchase, urls }: { readonly purchase: StoredPurchase; readonly urls: CheckoutUrls },
): Promise<Checkout> {
  if (purchase.checkout_reference !== null) return gateway.checkout(purchase.checkout_reference);
  return gateway.createCheckout({
    key: providerKey('checkout', purchaseMark(purchase)),
    amount: wholeCents(purchase),
    title: `Credits for ${dollars(purchase.amount)} dollars`,
    customerId: await ensureCustomer(gateway, context, purchase.user_id),
    metadata: purchaseMetadata(purchase),
    ...urls,
  });
}

async function paymentFor(gateway: StripeGateway, context: BillingContext, purchase: StoredPurchase): Promise<Payment> {
  if (purchase.payment_reference !== null) return gateway.payment(purchase.payment_reference);
  return gateway.createPayment({
    key: providerKey('pay', purchaseMark(purchase)),
    amount: wholeCents(purchase),
    customerId: await ensureCustomer(gateway, context, purchase.user_id),
    metadata: purchaseMetadata(purchase),
  });
}

/** What is paid for a purchase. Throws `INPUT_INVALID` where policy has a package with a part of a cent, which nobody can pay. */
export function wholeCents({ amount }: StoredPurchase): bigint {
  const cents = centsOf(amount);
  if (cents !== undefined) return cents;
  throw new CarryoverError(inputInvalid, { what: 'an amount to pay', found: dollars(amount), expected: 'whole cents' });
}
