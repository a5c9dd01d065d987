import { CarryoverError } from '../../../base/errors.ts';
import { refusalDefinitions } from '../../../ledger/kernel/refusal-definitions.ts';
import { defineOperation, type Operation } from '../../operation.ts';
import { billingUnknown, requestKeyReused, stateConflict } from '../billing-errors.ts';
import * as field from '../inputs/input-fields.ts';
import { readReason } from '../inputs/read-values.ts';
import type { BillingPolicy } from '../policy.ts';
import { lockPurchase, updatePurchase, type PurchaseNames } from '../purchases/find-purchase.ts';
import { purchaseAnswer, purchaseSchema, type PurchaseAnswer } from '../purchases/purchase-answer.ts';
import { appendAudit, userSubject } from '../writes/append-audit.ts';
import { runWrite } from '../writes/billing-call.ts';

/** A payment that did not come. */
export interface FailPurchaseInput extends PurchaseNames {
  readonly key: string;
  readonly reason: string;
}

/**
 * Writes down that the payment of a purchase failed; a later success is still accepted. Throws `ROLE_INSUFFICIENT`,
 * `INPUT_INVALID`, `BILLING_KEY_REUSED`, `BILLING_UNKNOWN`, `LEDGER_AUTHORITY_LEGACY`, `LEDGER_ACCOUNT_CLOSED`,
 * `BILLING_STATE_CONFLICT` for one that was settled.
 */
export const failPurchase: Operation<BillingPolicy, FailPurchaseInput, PurchaseAnswer> = defineOperation({
  name: 'fail-purchase',
  title: 'Write down that the payment of a purchase failed',
  input: field.inputOf({
    key: field.key,
    purchaseId: field.optional(field.id('The purchase')),
    checkoutReference: field.optional(field.reference('The checkout session it came from')),
    paymentReference: field.optional(field.reference('The payment')),
    reason: field.reason,
  }),
  writes: true,
  access: { roles: ['server', 'admin', 'super_admin'] },
  answer: purchaseSchema,
  errors: [
    requestKeyReused,
    billingUnknown,
    refusalDefinitions.LEDGER_AUTHORITY_LEGACY,
    refusalDefinitions.LEDGER_ACCOUNT_CLOSED,
    stateConflict,
  ],
  run: (context, input) =>
    runWrite(context, { operation: 'fail-purchase', input }, async (call) => {
      const reason = readReason(input.reason);
      const { purchase, user } = await lockPurchase(call, input, 'fail a purchase of');
      if (purchase.status === 'failed') return purchaseAnswer(purchase, user);
      if (purchase.status !== 'pending') {
        const what = { attempt: 'fail', what: 'purchase', id: purchase.id.toString() };
        throw new CarryoverError(stateConflict, { ...what, found: purchase.status, expected: 'pending' });
      }
      const failed = await updatePurchase(call, purchase.id, { status: 'failed', failure: reason });
      await appendAudit(call, [
        {
          action: 'purchase_failed',
          subject: userSubject(user.userId),
          accountId: user.accountId,
          after: { purchase: purchase.id },
          reason,
        },
      ]);
      return purchaseAnswer(failed, user);
    }),
});
