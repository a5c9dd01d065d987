import { inputInvalid } from '../../../base/base-errors.ts';
import { CarryoverError } from '../../../base/errors.ts';
import type { StripeGateway } from '../../../payments/stripe-gateway.ts';
import { requireAccess } from '../../access.ts';
import { billingUnknown } from '../billing-errors.ts';
import { readDollars } from '../inputs/read-values.ts';
import { dollars } from '../money.ts';
import { refundMoney, type RefundMoneyInput } from '../operations/refund-money.ts';
import type { StoredPurchase } from '../purchases/find-purchase.ts';
import { loadUser } from '../queries/load-user.ts';
import { refundAnswer, type RefundAnswer } from '../refunds/refund-answer.ts';
import type { BillingContext } from '../writes/billing-call.ts';
import { centsOf } from './cents.ts';
import { sendRefund } from './send-refund.ts';
import { findPurchase } from './stored-purchases.ts';
import { refundById } from './stored-refunds.ts';
import { paymentMissing } from './stripe-errors.ts';

/** A refund with its one outcome, and why it is not done where it is not. */
export interface StripeRefundAnswer extends RefundAnswer {
  /** The code of what the provider answered; null where it has taken the refund. */
  readonly failure: string | null;
}

/**
 * Gives money back for a purchase through Stripe: written down as pending first, then sent, then written down what became of it
 * (U-30). A failure is the answer, with the credits given back; silence is `pending`, and the reconcile job asks again. The same
 * call again goes on where it stopped. For super admins. Throws what `refund-money` throws, and before anything is written
 * `BILLING_PAYMENT_MISSING` and `INPUT_INVALID` for a part of a cent.
 */
export async function refundThroughStripe(
  gateway: StripeGateway,
  context: BillingContext,
  input: RefundMoneyInput & { readonly purchaseId: string },
): Promise<StripeRefundAnswer> {
  requireAccess(context, { name: refundMoney.name, access: refundMoney.access }, input);
  const paymentId = await refundablePayment(context, input);
  const { refundId } = await refundMoney.run(context, input);
  const begun = await refundById(context, BigInt(refundId));
  const { failure } =
    begun.status === 'pending' ? await sendRefund(gateway, context, { refund: begun, paymentId }) : { failure: null };
  const refund = await refundById(context, begun.id);
  const { balance } = await loadUser(context.database, context.database.handle, refund.user_id);
  return { ...refundAnswer(refund, balance), failure: failure?.code ?? null };
}

async function refundablePayment(
  context: BillingContext,
  { amount, purchaseId }: RefundMoneyInput & { readonly purchaseId: string },
): Promise<string> {
  const purchase = await wantedPurchase(context, purchaseId);
  const { payment_reference: paymentId } = purchase;
  if (paymentId === null) {
    throw new CarryoverError(paymentMissing, { purchaseId, found: 'no payment', expected: 'one at the provider' });
  }
  const wanted = amount === undefined ? purchase.amount - purchase.refunded : readDollars('the amount', amount);
  if (centsOf(wanted) !== undefined) return paymentId;
  throw new CarryoverError(inputInvalid, {
    what: 'an amount to return',
    found: dollars(wanted),
    expected: 'whole cents',
  });
}

async function wantedPurchase(context: BillingContext, purchaseId: string): Promise<StoredPurchase> {
  const found = await findPurchase(context, purchaseId);
  if (found !== undefined) return found;
  throw new CarryoverError(billingUnknown, {
    what: 'purchase',
    id: purchaseId,
    expected: 'one that was started or carried',
  });
}
