import { refusalDefinitions } from '../../../ledger/kernel/refusal-definitions.ts';
import { defineOperation, type Operation } from '../../operation.ts';
import { adjustmentAnswer, adjustmentSchema, type AdjustmentAnswer } from '../adjustments/adjustment-answer.ts';
import { makeAdjustment, needsSecondPerson } from '../adjustments/adjustment.ts';
import { claimAmount } from '../adjustments/limits.ts';
import { limitExceeded, ownCredits, requestKeyReused, userUnknown } from '../billing-errors.ts';
import * as field from '../inputs/input-fields.ts';
import { readDollars, readFuture, readReason, readUserId } from '../inputs/read-values.ts';
import type { BillingPolicy } from '../policy.ts';
import { runWrite } from '../writes/billing-call.ts';
import { lockUser } from '../writes/lock-user.ts';
import { callerRole, refuseSelf } from '../writes/roles.ts';

/** Credits to give to one user. */
export interface GrantCreditsInput {
  readonly key: string;
  readonly userId: string;
  readonly amount: string;
  readonly reason: string;
  /** When credits that are given expire; absent: never. */
  readonly expiresAt?: string;
}

/**
 * Gives credits that nobody bought, such as a promotion, with an expiry if wanted; limits and the second person as for
 * `adjust-credits` (U-33). Throws `ROLE_INSUFFICIENT`, `BILLING_OWN_CREDITS`, `INPUT_INVALID`, `BILLING_KEY_REUSED`,
 * `BILLING_USER_UNKNOWN`, `LEDGER_AUTHORITY_LEGACY`, `LEDGER_ACCOUNT_CLOSED`, `BILLING_LIMIT_EXCEEDED`, `LEDGER_ACCOUNT_FROZEN`.
 */
export const grantCredits: Operation<BillingPolicy, GrantCreditsInput, AdjustmentAnswer> = defineOperation({
  name: 'grant-credits',
  title: 'Give a user credits, as a promotion or for goodwill, within the limits of the role',
  input: field.inputOf({
    key: field.key,
    userId: field.userId,
    amount: field.dollars('Dollars to give'),
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
    refusalDefinitions.LEDGER_ACCOUNT_FROZEN,
  ],
  run: (context, input) => {
    const role = callerRole(context);
    refuseSelf(context, 'grant-credits', input.userId);
    return runWrite(context, { operation: 'grant-credits', input }, async (call) => {
      const amount = readDollars('the amount', input.amount);
      const reason = readReason(input.reason);
      const expiresAt = input.expiresAt === undefined ? null : readFuture('the expiry', input.expiresAt, call.now);
      const user = await lockUser(call, readUserId(input.userId), 'grant credits to');
      await claimAmount(call, role, amount);
      const stored = await makeAdjustment(call, user, {
        adjustment: { kind: 'grant', amount, reason, expiresAt, batch: null, key: call.key },
        role,
        isPending: needsSecondPerson(call, amount),
      });
      return adjustmentAnswer(stored);
    });
  },
});
