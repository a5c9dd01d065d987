import { CarryoverError, isError } from '../../../base/errors.ts';
import { paymentDeclined } from '../../../payments/payment-errors.ts';
import type { StripeGateway } from '../../../payments/stripe-gateway.ts';
import type { StoredPurchase } from '../purchases/find-purchase.ts';
import { billingTables } from '../queries/billing-tables.ts';
import { loadUser } from '../queries/load-user.ts';
import type { BillingContext } from '../writes/billing-call.ts';
import { findCustomer } from './customers.ts';
import { guarded, type NamedError } from './guarded.ts';
import { providerKey, purchaseMark, purchaseMetadata } from './marks.ts';
import { wholeCents } from './start-top-up.ts';
import { applyPayment, fail } from './take-payment.ts';

const HOUR_MS = 3_600_000;
/**
 * The provider forgets keys after 24 hours, and a payment asked for again after that would be a second one. Earlier gives up
 * top-ups that an outage kept waiting, which the next run begins anew; later risks the buyer's money.
 */
const KEY_LIVES_MS = 20 * HOUR_MS;
/** Top-ups of one pass: each is a request of a second or so. */
const TOP_UPS_MAX = 500;

/** What a pass did, in purchases. */
export interface TopUpPayments {
  readonly paid: number;
  /** The bank has not said yet. */
  readonly waiting: number;
  /** Declined, or nothing saved to pay with: given up. */
  readonly declined: number;
  /** Not paid and not given up, mostly since the provider did not answer; the next pass goes on. */
  readonly postponed: number;
  /** What kept those from being paid. */
  readonly errors: readonly NamedError[];
}

type TopUpOutcome = Exclude<keyof TopUpPayments, 'errors'>;

/**
 * Pays the purchases that the top-ups job has begun, with the method that their users have saved. Two servers at once, or a
 * second pass after a crash, ask under the same key and pay once. A decline is final: its payment is canceled, so that it is not
 * paid beside the next one. Throws where the database does not answer.
 */
export async function payDueTopUps(gateway: StripeGateway, context: BillingContext): Promise<TopUpPayments> {
  const counts = { paid: 0, waiting: 0, declined: 0, postponed: 0 };
  const errors: NamedError[] = [];
  for (const purchase of await unpaidTopUps(context)) {
    const came = await guarded(errors, `purchase ${purchase.id}`, () => payOne(gateway, context, purchase));
    counts[came ?? 'postponed'] += 1;
  }
  return { ...counts, errors };
}

function unpaidTopUps({ database }: BillingContext): Promise<StoredPurchase[]> {
  return billingTables(database.handle)
    .selectFrom('carryover_billing_purchases')
    .selectAll()
    .where('status', '=', 'pending')
    .where('origin', '=', 'top-up')
    .where('payment_reference', 'is', null)
    .where('checkout_reference', 'is', null)
    .orderBy('id')
    .limit(TOP_UPS_MAX)
    .execute();
}

async function payOne(
  gateway: StripeGateway,
  context: BillingContext,
  purchase: StoredPurchase,
): Promise<TopUpOutcome> {
  const { database } = context;
  const user = await loadUser(database, database.handle, purchase.user_id);
  if (user.authority === 'legacy') return 'postponed';
  const now = context.now ?? user.at;
  if (purchase.started_at.plusMillis(KEY_LIVES_MS).isBefore(now)) {
    return giveUp(context, purchase, 'It waited too long for the payment provider');
  }
  const customerId = await findCustomer(gateway, context, purchase.user_id);
  const paymentMethodId = customerId === undefined ? null : await gateway.savedPaymentMethod(customerId);
  if (customerId === undefined || paymentMethodId === null) {
    return giveUp(context, purchase, 'There is no saved payment method');
  }
  return charge(gateway, context, { purchase, customerId, paymentMethodId });
}

interface TopUpCharge {
  readonly purchase: StoredPurchase;
  readonly customerId: string;
  readonly paymentMethodId: string;
}

async function charge(
  gateway: StripeGateway,
  context: BillingContext,
  { customerId, paymentMethodId, purchase }: TopUpCharge,
): Promise<TopUpOutcome> {
  const key = providerKey('pay', purchaseMark(purchase));
  const metadata = purchaseMetadata(purchase);
  try {
    const payment = await gateway.createPayment({
      key,
      amount: wholeCents(purchase),
      customerId,
      metadata,
      paymentMethodId,
    });
    if (payment.status === 'open') {
      await gateway.cancelPayment(payment.id);
      return await giveUp(context, purchase, 'The bank wants the holder of the card to confirm');
    }
    return (await applyPayment(context, purchase, payment)) === 'waiting' ? 'waiting' : 'paid';
  } catch (error) {
    if (!isError(error, paymentDeclined)) throw error;
    const { paymentId, reason } = error.details;
    if (paymentId !== null) await gateway.cancelPayment(paymentId).catch(keepUnavailable);
    return giveUp(context, purchase, `The payment was declined: ${reason}`);
  }
}

/**
 * A payment that can no longer be canceled has no harm left in it; a provider that does not answer is asked again by the next
 * pass.
 */
function keepUnavailable(error: unknown): void {
  if (!(error instanceof CarryoverError) || error.retryable) throw error;
}

async function giveUp(context: BillingContext, purchase: StoredPurchase, reason: string): Promise<'declined'> {
  await fail(context, purchase, reason);
  return 'declined';
}
