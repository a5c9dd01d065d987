import { CarryoverError } from '../../../base/errors.ts';
import type { Charge, Dispute, ProviderRefund } from '../../../payments/provider-objects.ts';
import type { StripeGateway } from '../../../payments/stripe-gateway.ts';
import { dollars } from '../money.ts';
import { recordRefund } from '../operations/record-refund.ts';
import type { StoredPurchase } from '../purchases/find-purchase.ts';
import type { BillingContext } from '../writes/billing-call.ts';
import { asServer } from './as-server.ts';
import { dollarsOfCents, microsOfCents, requireDollars } from './cents.ts';
import { matchPurchase, namePurchase, purchaseById } from './stored-purchases.ts';
import { DISPUTE_PREFIX, nameRefund, refundByMark, refundsOfPurchase } from './stored-refunds.ts';
import { paymentMismatch } from './stripe-errors.ts';
import { applyPayment } from './take-payment.ts';

/** Whether something was about a purchase of ours. */
export type TakenRefund = 'processed' | 'ignored';

/**
 * Takes one refund as the provider has it now, whoever began it: in part or whole, several of one payment, and one that failed
 * after all, which gives the credits back (U-39). Throws `BILLING_PAYMENT_MISMATCH` and what `record-refund` throws.
 */
export async function takeRefund(
  gateway: StripeGateway,
  context: BillingContext,
  refund: ProviderRefund,
): Promise<TakenRefund> {
  const { amount, id, metadata, paymentId, status } = refund;
  if (paymentId === null) return 'ignored';
  const purchase = await paidPurchase(gateway, context, paymentId);
  if (purchase === undefined) return 'ignored';
  requireDollars('refund', refund);
  if (isRefundedBefore(purchase)) return 'processed';
  const own = await refundByMark(context, metadata);
  if (own !== undefined) await nameRefund(context, own.id, id);
  const known = (await refundsOfPurchase(context, purchase.id)).find((each) => each.provider_reference === id);
  // One that failed before anybody told that it began has never taken anything.
  if (known?.status === status || (known === undefined && status === 'failed')) return 'processed';
  await recordRefund.run(asServer(context), {
    key: `stripe:refund:${id}:${status}`,
    paymentReference: paymentId,
    providerReference: id,
    amount: dollarsOfCents(amount),
    status,
  });
  // Another server may have heard of its failure while nothing was known here yet, and passed over it. So whoever writes looks
  // once more.
  const after = await gateway.refund(id);
  return after.status === status ? 'processed' : takeRefund(gateway, context, after);
}

/** The purchase of a payment. News of a refund may overtake that of the payment, which is then taken first. */
async function paidPurchase(
  gateway: StripeGateway,
  context: BillingContext,
  paymentId: string,
): Promise<StoredPurchase | undefined> {
  const stored = await matchPurchase(context, { metadata: {}, paymentReference: paymentId });
  if (stored !== undefined && stored.status !== 'pending' && stored.status !== 'failed') return stored;
  const payment = await gateway.payment(paymentId);
  const purchase = stored ?? (await matchPurchase(context, { metadata: payment.metadata }));
  if (purchase === undefined) return undefined;
  await namePurchase(context, purchase, { paymentReference: paymentId });
  await applyPayment(context, purchase, payment);
  return purchaseById(context, purchase.id);
}

/** Carried as refunded: its credits were never carried, so there is nothing to take. */
function isRefundedBefore({ refunded, status }: StoredPurchase): boolean {
  return status === 'refunded' && refunded === 0n;
}

/**
 * Takes every refund of a charge, and holds what is written here against the sum that the charge says: a message that was lost
 * shows there (U-39). Throws `BILLING_PAYMENT_MISMATCH` where they differ, and as `takeRefund`.
 */
export async function takeChargeRefunds(
  gateway: StripeGateway,
  context: BillingContext,
  charge: Charge,
): Promise<TakenRefund> {
  const { amountRefunded, id, paymentId } = charge;
  if (paymentId === null) return 'ignored';
  const purchase = await paidPurchase(gateway, context, paymentId);
  if (purchase === undefined) return 'ignored';
  if (isRefundedBefore(purchase)) return 'processed';
  for (const refund of await gateway.refundsOfPayment(paymentId)) await takeRefund(gateway, context, refund);
  const written = (await refundsOfPurchase(context, purchase.id))
    .filter(
      ({ provider_reference: name, status }) =>
        status !== 'failed' && name !== null && !name.startsWith(DISPUTE_PREFIX),
    )
    .reduce((sum, { amount }) => sum + amount, 0n);
  if (written === microsOfCents(amountRefunded)) return 'processed';
  throw new CarryoverError(paymentMismatch, {
    what: 'the refunds of charge',
    id,
    found: `${dollars(written)} dollars written down`,
    expected: dollarsOfCents(amountRefunded),
  });
}

/**
 * Takes a dispute as the provider has it now. The bank has taken the money, so the credits go as by a refund and nobody can spend
 * them meanwhile; one that is won gives them back, one that is lost stays. What was spent already is owed or forgiven, as policy
 * says of refunds. An inquiry moves nothing. Throws as `takeRefund`.
 */
export async function takeDispute(
  gateway: StripeGateway,
  context: BillingContext,
  dispute: Dispute,
): Promise<TakenRefund> {
  const { id, paymentId, status } = dispute;
  if (paymentId === null || status === 'inquiry') return 'ignored';
  const paid = await paidPurchase(gateway, context, paymentId);
  if (paid === undefined) return 'ignored';
  requireDollars('dispute', dispute);
  // What went back by refunds comes first, also where news of it is still on its way: the dispute is about what is left.
  for (const refund of await gateway.refundsOfPayment(paymentId)) await takeRefund(gateway, context, refund);
  const purchase = await purchaseById(context, paid.id);
  const name = `${DISPUTE_PREFIX}${id}`;
  const known = (await refundsOfPurchase(context, purchase.id)).find((refund) => refund.provider_reference === name);
  const amount = known?.amount ?? disputedPart(purchase, microsOfCents(dispute.amount));
  if (known === undefined && (status === 'won' || amount === 0n)) return 'processed';
  const outcome = ({ open: 'pending', won: 'failed', lost: 'succeeded' } as const)[status];
  await recordRefund.run(asServer(context), {
    key: `stripe:dispute:${id}:${outcome}`,
    paymentReference: paymentId,
    providerReference: name,
    amount: dollars(amount),
    status: outcome,
  });
  return 'processed';
}

/** What went back by refunds before cannot be taken a second time. */
function disputedPart(purchase: StoredPurchase, disputed: bigint): bigint {
  const left = purchase.status === 'settled' ? purchase.amount - purchase.refunded : 0n;
  return disputed < left ? disputed : left;
}
