import { refusalDefinitions } from '../../../ledger/kernel/refusal-definitions.ts';
import { defineOperation, type Operation } from '../../operation.ts';
import { adjustmentAnswer, adjustmentSchema, type AdjustmentAnswer } from '../adjustments/adjustment-answer.ts';
import { makeAdjustment, needsSecondPerson } from '../adjustments/adjustment.ts';
import { claimAmount } from '../adjustments/limits.ts';
import { limitExceeded, ownCredits, requestKeyReused, userUnknown } from '../billing-errors.ts';
import * as field from '../inputs/input-fields.ts';
import { readDollars, readReason, readUserId } from '../inputs/read-values.ts';
import type { BillingPolicy } from '../policy.ts';
import { recordCreditRefund } from '../refunds/record-credit-refund.ts';
import { runWrite } from '../writes/billing-call.ts';
import { lockUser } from '../writes/lock-user.ts';
import { callerRole, refuseSelf } from '../writes/roles.ts';

/** Credits to give back. */
export interface RefundCreditsInput {
  readonly key: string;
  readonly userId: string;
  readonly amount: string;
  readonly reason: string;
}

/**
 * Gives credits back, as goodwill: no money moves. Either this or `refund-money`, never both by one call (U-30). For super
 * admins, within their limits and the four eyes. Throws `ROLE_INSUFFICIENT`, `BILLING_OWN_CREDITS`, `INPUT_INVALID`,
 * `BILLING_KEY_REUSED`, `BILLING_USER_UNKNOWN`, `LEDGER_AUTHORITY_LEGACY`, `LEDGER_ACCOUNT_CLOSED`, `BILLING_LIMIT_EXCEEDED`,
 * `LEDGER_ACCOUNT_FROZEN`.
 */
export const refundCredits: Operation<BillingPolicy, RefundCreditsInput, AdjustmentAnswer> = defineOperation({
  name: 'refund-credits',
  title: 'Give credits back as goodwill, without money',
  input: field.inputOf({
    key: field.key,
    userId: field.userId,
    amount: field.dollars('Dollars of credit'),
    reason: field.reason,
  }),
  writes: true,
  access: { roles: ['super_admin'] },
  answer: adjustmentSchema,
  errors: [
    ownCredits,
    requestKeyReused,
    userUnknown,
    refusalDefinitions.LEDGER_AUTHORITY_LEGACY,
    refusalDefinitions.LEDGER_ACCOUNT_CLOSED,
    limitExceeded,
    refusalDefinitions.LEDGER_ACCOUNT_FROZEN,
  ],
  run: (context, input) => {
    const role = callerRole(context);
    refuseSelf(context, 'refund-credits', input.userId);
    return runWrite(context, { operation: 'refund-credits', input }, async (call) => {
      const amount = readDollars('the amount', input.amount);
      const reason = readReason(input.reason);
      const user = await lockUser(call, readUserId(input.userId), 'refund credits of');
      await claimAmount(call, role, amount);
      const isPending = needsSecondPerson(call, amount);
      const adjustment = { kind: 'refund', amount, reason, expiresAt: null, batch: null, key: call.key } as const;
      const stored = await makeAdjustment(call, user, { adjustment, role, isPending });
      if (!isPending) await recordCreditRefund(call, user, stored);
      return adjustmentAnswer(stored);
    });
  },
});
