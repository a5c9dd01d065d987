import { refusalDefinitions } from '../../../ledger/kernel/refusal-definitions.ts';
import { defineOperation, type Operation } from '../../operation.ts';
import { adjustmentAnswer, adjustmentSchema, type AdjustmentAnswer } from '../adjustments/adjustment-answer.ts';
import { makeAdjustment, needsSecondPerson } from '../adjustments/adjustment.ts';
import { claimAmount } from '../adjustments/limits.ts';
import { amountTooLarge, limitExceeded, ownCredits, requestKeyReused, userUnknown } from '../billing-errors.ts';
import * as field from '../inputs/input-fields.ts';
import { readFuture, readReason, readSignedDollars, readUserId } from '../inputs/read-values.ts';
import type { BillingPolicy } from '../policy.ts';
import { runWrite } from '../writes/billing-call.ts';
import { lockUser } from '../writes/lock-user.ts';
import { callerRole, refuseSelf } from '../writes/roles.ts';

/** Credits to give to or take from one user. */
export interface AdjustCreditsInput {
  readonly key: string;
  readonly userId: string;
  /** Dollars; negative takes. */
  readonly amount: string;
  readonly reason: string;
  /** When credits that are given expire; absent: never. */
  readonly expiresAt?: string;
}

/**
 * Gives or takes credits by hand, within the limits of the role and of the window; above the threshold it waits for a second
 * person (U-33). Throws `ROLE_INSUFFICIENT`, `BILLING_OWN_CREDITS`, `INPUT_INVALID` (no amount, no reason, U-32),
 * `BILLING_KEY_REUSED`, `BILLING_USER_UNKNOWN`, `LEDGER_AUTHORITY_LEGACY`, `LEDGER_ACCOUNT_CLOSED`, `BILLING_LIMIT_EXCEEDED`,
 * `BILLING_AMOUNT_TOO_LARGE`, `LEDGER_ACCOUNT_FROZEN`.
 */
export const adjustCredits: Operation<BillingPolicy, AdjustCreditsInput, AdjustmentAnswer> = defineOperation({
  name: 'adjust-credits',
  title: 'Give or take credits by hand, within the limits of the role',
  input: field.inputOf({
    key: field.key,
    userId: field.userId,
    amount: field.signedDollars('Dollars to give, or to take where negative'),
    reason: field.reason,
    expiresAt: field.optional(field.instant('When given credits expire; else never')),
  }),
  writes: true,
  access: { roles: ['admin', 'super_admin'] },
  answer: adjustmentSchema,
  errors: [
    ownCredits,
    requestKeyReused,
    userUnknown,
    refusalDefinitions.LEDGER_AUTHORITY_LEGACY,
    refusalDefinitions.LEDGER_ACCOUNT_CLOSED,
    limitExceeded,
    amountTooLarge,
    refusalDefinitions.LEDGER_ACCOUNT_FROZEN,
  ],
  run: (context, input) => {
    const role = callerRole(context);
    refuseSelf(context, 'adjust-credits', input.userId);
    return runWrite(context, { operation: 'adjust-credits', input }, async (call) => {
      const amount = readSignedDollars('the amount', input.amount);
      const reason = readReason(input.reason);
      const expiresAt = input.expiresAt === undefined ? null : readFuture('the expiry', input.expiresAt, call.now);
      const user = await lockUser(call, readUserId(input.userId), 'adjust the credits of');
      await claimAmount(call, role, amount);
      const stored = await makeAdjustment(call, user, {
        adjustment: { kind: 'adjustment', amount, reason, expiresAt, batch: null, key: call.key },
        role,
        isPending: needsSecondPerson(call, amount),
      });
      return adjustmentAnswer(stored);
    });
  },
});
