import { refusalDefinitions } from '../../../ledger/kernel/refusal-definitions.ts';
import { defineOperation, type Operation } from '../../operation.ts';
import { amountTooLarge, billingUnknown, ownCredits, requestKeyReused, stateConflict } from '../billing-errors.ts';
import * as field from '../inputs/input-fields.ts';
import { readDollars, readReason } from '../inputs/read-values.ts';
import type { BillingPolicy } from '../policy.ts';
import { lockPurchase, type PurchaseNames } from '../purchases/find-purchase.ts';
import { loadUser } from '../queries/load-user.ts';
import { makeMoneyRefund } from '../refunds/money-refund.ts';
import { refundAnswer, refundSchema, type RefundAnswer } from '../refunds/refund-answer.ts';
import { runWrite } from '../writes/billing-call.ts';
import { refuseSelf } from '../writes/roles.ts';

/** Money to give back for a purchase, in part or whole. */
export interface RefundMoneyInput extends PurchaseNames {
  readonly key: string;
  /** Absent: all that is left of the purchase. */
  readonly amount?: string;
  readonly reason: string;
}

/**
 * Begins to give money back, and takes the credits back that it had bought (U-30, U-39). The answer is `pending`: whoever moves
 * the money says with `resolve-refund` what became of it, and a failure gives the credits back. For super admins. Throws
 * `ROLE_INSUFFICIENT`, `INPUT_INVALID`, `BILLING_KEY_REUSED`, `BILLING_UNKNOWN`, `LEDGER_AUTHORITY_LEGACY`,
 * `LEDGER_ACCOUNT_CLOSED`, `BILLING_OWN_CREDITS`, `BILLING_STATE_CONFLICT`, `BILLING_AMOUNT_TOO_LARGE`, `LEDGER_ACCOUNT_FROZEN`.
 */
export const refundMoney: Operation<BillingPolicy, RefundMoneyInput, RefundAnswer> = defineOperation({
  name: 'refund-money',
  title: 'Give money back for a purchase, and take its credits back',
  input: field.inputOf({
    key: field.key,
    purchaseId: field.optional(field.id('The purchase')),
    checkoutReference: field.optional(field.reference('The checkout session it came from')),
    paymentReference: field.optional(field.reference('The payment')),
    amount: field.optional(field.dollars('How much; else all that is left of the purchase')),
    reason: field.reason,
  }),
  writes: true,
  access: { roles: ['super_admin'] },
  answer: refundSchema,
  errors: [
    requestKeyReused,
    billingUnknown,
    refusalDefinitions.LEDGER_AUTHORITY_LEGACY,
    refusalDefinitions.LEDGER_ACCOUNT_CLOSED,
    ownCredits,
    stateConflict,
    amountTooLarge,
    refusalDefinitions.LEDGER_ACCOUNT_FROZEN,
  ],
  run: (context, input) =>
    runWrite(context, { operation: 'refund-money', input }, async (call) => {
      const reason = readReason(input.reason);
      const { purchase, user } = await lockPurchase(call, input, 'refund a purchase of');
      refuseSelf(context, 'refund-money', user.userId);
      const left = purchase.amount - purchase.refunded;
      const amount = input.amount === undefined ? left : readDollars('the amount', input.amount);
      const refund = await makeMoneyRefund(call, user, {
        purchase,
        amount,
        reason,
        status: 'pending',
        providerReference: null,
      });
      const after = await loadUser(context.database, call.trx, user.userId);
      return refundAnswer(refund, after.balance);
    }),
});
