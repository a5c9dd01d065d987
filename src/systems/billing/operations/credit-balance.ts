import * as answer from '../../answer-fields.ts';
import { STAFF } from '../../access.ts';
import { defineOperation, type Operation } from '../../operation.ts';
import { userUnknown } from '../billing-errors.ts';
import * as field from '../inputs/input-fields.ts';
import { readUserId } from '../inputs/read-values.ts';
import { dollars, micros } from '../money.ts';
import { readLegacyCredits } from '../old-endpoints/legacy-credits.ts';
import type { BillingPolicy } from '../policy.ts';
import { canRun } from '../queries/balance-answer.ts';
import { lifetimeOf } from '../queries/lifetime.ts';
import { loadUser } from '../queries/load-user.ts';
import { runRead } from '../writes/billing-call.ts';

/** Whose balance. */
export interface CreditBalanceInput {
  readonly userId: string;
}

/** The old endpoint's answer, dollars. */
export interface CreditBalanceAnswer {
  readonly balanceDollars: string;
  readonly totalPurchased: string;
  readonly totalUsed: string;
  readonly canRun: boolean;
  readonly authority: 'legacy' | 'ledger';
}

/**
 * Reads a balance wherever it is decided at that moment, for callers that do not know of the ledger yet. Throws `ROLE_INSUFFICIENT`,
 * `INPUT_INVALID`, `BILLING_USER_UNKNOWN`.
 */
export const creditBalance: Operation<BillingPolicy, CreditBalanceInput, CreditBalanceAnswer> = defineOperation({
  name: 'credit-balance',
  title: 'Read a balance wherever it is decided now, as the old endpoint did',
  input: field.inputOf({ userId: field.userId }),
  writes: false,
  access: { roles: ['server', 'user', ...STAFF], owner: 'userId' },
  answer: answer.answerOf<CreditBalanceAnswer>({
    balanceDollars: answer.amount('Dollars that can be spent'),
    totalPurchased: answer.amount('Dollars ever bought'),
    totalUsed: answer.amount('Dollars ever used'),
    canRun: answer.flag('Whether the next work may begin'),
    authority: answer.oneOf(['legacy', 'ledger'], 'Who decides the balance now'),
  }),
  errors: [userUnknown],
  run: (context, input) =>
    runRead(context, async (handle) => {
      const user = await loadUser(context.database, handle, readUserId(input.userId));
      const { authority } = user;
      if (authority === 'legacy') {
        const { balance, purchased, used } = await readLegacyCredits(context, handle, user.userId);
        return {
          balanceDollars: dollars(balance),
          totalPurchased: dollars(purchased),
          totalUsed: dollars(used),
          canRun: balance >= micros(context.policy.minimumToRun) && balance > 0n,
          authority,
        };
      }
      const { purchased, used } = await lifetimeOf(context, handle, user.accountId);
      return {
        balanceDollars: dollars(user.available),
        totalPurchased: purchased,
        totalUsed: used,
        canRun: canRun(user, context.policy),
        authority,
      };
    }),
});
