import { inputInvalid } from '../../base/base-errors.ts';
import { CarryoverError } from '../../base/errors.ts';
import { billingUnknown } from '../../systems/billing/billing-errors.ts';
import { balance } from '../../systems/billing/operations/balance.ts';
import { refundCredits } from '../../systems/billing/operations/refund-credits.ts';
import { refundThroughStripe } from '../../systems/billing/stripe/refund-through-stripe.ts';
import { matchPurchase } from '../../systems/billing/stripe/stored-purchases.ts';
import type { BillingContext } from '../../systems/billing/writes/billing-call.ts';
import type { Payments } from './open-payments.ts';
import type { RefundInput, RefundOutcome } from './payment-calls.ts';

/**
 * Gives credits back as goodwill, or money through Stripe, and says what became of it (U-30). The purchase of a payment must be that user's:
 * a slip of the clipboard must not pay somebody else. Throws `INPUT_INVALID` for money without a payment, `BILLING_UNKNOWN` for a payment
 * that is none of the user's, and what `refund-credits` or `refundThroughStripe` throws.
 */
export async function refundByStaff(
  payments: () => Payments,
  context: BillingContext,
  input: RefundInput,
): Promise<RefundOutcome> {
  const { key, userId, amount, reason, stripeRefund, paymentIntentId } = input;
  if (!stripeRefund) {
    const { adjustmentId, status } = await refundCredits.run(context, { key, userId, amount, reason });
    const after = status === 'applied' ? (await balance.run(context, { userId })).balance : null;
    return { kind: 'credits', id: adjustmentId, status, amount, balance: after, failure: null };
  }
  if (paymentIntentId === undefined) {
    throw new CarryoverError(inputInvalid, {
      what: 'a refund of money',
      found: 'no payment_intent_id',
      expected: 'the payment to give back',
    });
  }
  const purchase = await matchPurchase(context, { metadata: {}, paymentReference: paymentIntentId });
  if (purchase?.user_id !== userId) {
    throw new CarryoverError(billingUnknown, {
      what: 'payment',
      id: paymentIntentId,
      expected: "one of that user's purchases",
    });
  }
  const refund = await refundThroughStripe(payments().gateway, context, {
    key,
    amount,
    reason,
    purchaseId: purchase.id.toString(),
  });
  const { refundId, status, failure } = refund;
  return { kind: 'money', id: refundId, status, amount: refund.amount, balance: refund.balance, failure };
}
