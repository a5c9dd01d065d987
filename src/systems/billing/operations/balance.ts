import type { Operation } from '../../operation.ts';
import * as field from '../inputs/input-fields.ts';
import { readUserId } from '../inputs/read-values.ts';
import type { BillingPolicy } from '../policy.ts';
import { balanceAnswer, type BalanceAnswer } from '../queries/balance-answer.ts';
import { loadUser } from '../queries/load-user.ts';
import { runRead } from '../writes/billing-call.ts';
import { requireOwnOrStaff } from '../writes/roles.ts';

/** Whose balance. */
export interface BalanceInput {
  readonly userId: string;
}

/** Reads a balance; it never opens an account or grants anything (U-27). Throws `INPUT_INVALID`, `BILLING_ROLE_INSUFFICIENT`, `BILLING_USER_UNKNOWN`. */
export const balance: Operation<BillingPolicy, BalanceInput, BalanceAnswer> = {
  name: 'balance',
  title: 'Read where a user stands',
  input: field.inputOf({ userId: field.userId }),
  writes: false,
  run: (context, input) => {
    requireOwnOrStaff(context, 'balance', input.userId);
    return runRead(context, async (handle) => {
      const user = await loadUser(context.database, handle, readUserId(input.userId));
      return balanceAnswer(user, context.policy);
    });
  },
};
