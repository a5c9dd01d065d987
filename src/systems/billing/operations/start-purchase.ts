import { CarryoverError } from '../../../base/errors.ts';
import { refusalDefinitions } from '../../../ledger/kernel/refusal-definitions.ts';
import { STAFF } from '../../access.ts';
import { defineOperation, type Operation } from '../../operation.ts';
import { purchaseNotAllowed, requestKeyReused, userUnknown } from '../billing-errors.ts';
import { standingAt } from '../grants/grant-due.ts';
import * as field from '../inputs/input-fields.ts';
import { readDollars, readUserId } from '../inputs/read-values.ts';
import { dollars, micros } from '../money.ts';
import type { BillingPolicy } from '../policy.ts';
import { insertPurchase } from '../purchases/insert-purchase.ts';
import { purchaseAnswer, purchaseSchema, type PurchaseAnswer } from '../purchases/purchase-answer.ts';
import { mayPurchase } from '../tiers.ts';
import { runWrite } from '../writes/billing-call.ts';
import { lockUser } from '../writes/lock-user.ts';

/** Credits that somebody wants to buy. */
export interface StartPurchaseInput {
  readonly key: string;
  readonly userId: string;
  /** One of the policy's packages. */
  readonly amount: string;
  /** What the payment will name: the checkout session, the payment, or both. */
  readonly checkoutReference?: string;
  readonly paymentReference?: string;
}

/**
 * Begins a purchase, which is in no balance until it is paid. The provider knows the payment only later, so the checkout it comes
 * from is enough to find the purchase by (U-25). Throws `ROLE_INSUFFICIENT`, `INPUT_INVALID`, `BILLING_KEY_REUSED`,
 * `BILLING_USER_UNKNOWN`, `LEDGER_AUTHORITY_LEGACY`, `LEDGER_ACCOUNT_CLOSED`, `BILLING_PURCHASE_NOT_ALLOWED` (U-34).
 */
export const startPurchase: Operation<BillingPolicy, StartPurchaseInput, PurchaseAnswer> = defineOperation({
  name: 'start-purchase',
  title: 'Begin a purchase of credits, to be settled by its payment',
  input: field.inputOf({
    key: field.key,
    userId: field.userId,
    amount: field.dollars('One of the packages of the policy'),
    checkoutReference: field.optional(field.reference('The checkout session of the payment provider')),
    paymentReference: field.optional(field.reference('The payment of the provider')),
  }),
  writes: true,
  access: { roles: ['server', 'user', ...STAFF], owner: 'userId' },
  answer: purchaseSchema,
  errors: [
    requestKeyReused,
    userUnknown,
    refusalDefinitions.LEDGER_AUTHORITY_LEGACY,
    refusalDefinitions.LEDGER_ACCOUNT_CLOSED,
    purchaseNotAllowed,
  ],
  run: (context, input) =>
    runWrite(context, { operation: 'start-purchase', input }, async (call) => {
      const { policy } = context;
      const amount = readDollars('the amount', input.amount);
      const user = await lockUser(call, readUserId(input.userId), 'start a purchase of');
      const { tier } = standingAt(user.row, policy, call.now);
      if (!mayPurchase(policy, tier)) {
        throw new CarryoverError(purchaseNotAllowed, { tier: `the tier ${tier}`, allowed: policy.purchases.allowed });
      }
      if (!policy.purchases.packages.some((each) => micros(each) === amount)) {
        const allowed = policy.purchases.packages.join(', ');
        throw new CarryoverError(purchaseNotAllowed, { tier: `a package of ${dollars(amount)}`, allowed });
      }
      const { checkoutReference, paymentReference } = input;
      const purchase = await insertPurchase(call, user, {
        origin: 'bought',
        amount,
        checkoutReference,
        paymentReference,
      });
      return purchaseAnswer(purchase, user);
    }),
});
