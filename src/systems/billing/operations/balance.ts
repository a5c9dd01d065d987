import { STAFF } from '../../access.ts';
import { defineOperation, type Operation } from '../../operation.ts';
import { userUnknown } from '../billing-errors.ts';
import * as field from '../inputs/input-fields.ts';
import { readUserId } from '../inputs/read-values.ts';
import type { BillingPolicy } from '../policy.ts';
import { balanceAnswer, balanceSchema, type BalanceAnswer } from '../queries/balance-answer.ts';
import { loadUser } from '../queries/load-user.ts';
import { runRead } from '../writes/billing-call.ts';

/** Whose balance. */
export interface BalanceInput {
  readonly userId: string;
}

/**
 * Reads a balance; it never opens an account or grants anything (U-27). Throws `ROLE_INSUFFICIENT`, `INPUT_INVALID`,
 * `BILLING_USER_UNKNOWN`.
 */
export const balance: Operation<BillingPolicy, BalanceInput, BalanceAnswer> = defineOperation({
  name: 'balance',
  title: 'Read where a user stands',
  input: field.inputOf({ userId: field.userId }),
  writes: false,
  access: { roles: ['server', 'user', ...STAFF], owner: 'userId' },
  answer: balanceSchema,
  errors: [userUnknown],
  run: (context, input) =>
    runRead(context, async (handle) => {
      const user = await loadUser(context.database, handle, readUserId(input.userId));
      return balanceAnswer(user, context.policy);
    }),
});
