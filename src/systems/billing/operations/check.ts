import type { TSchema } from 'typebox';
import { STAFF } from '../../access.ts';
import * as answer from '../../answer-fields.ts';
import { defineOperation, type Operation } from '../../operation.ts';
import { userUnknown } from '../billing-errors.ts';
import * as field from '../inputs/input-fields.ts';
import { readDollars, readUserId } from '../inputs/read-values.ts';
import { dollars, micros } from '../money.ts';
import type { BillingPolicy } from '../policy.ts';
import { canRun } from '../queries/balance-answer.ts';
import { loadUser } from '../queries/load-user.ts';
import { runRead } from '../writes/billing-call.ts';

/** Whether work may begin. */
export interface CheckInput {
  readonly userId: string;
  /** What it may cost; absent: the least that policy asks for. */
  readonly amount?: string;
}

/** The answer. Amounts are decimal texts of dollars. */
export interface CheckAnswer {
  readonly canRun: boolean;
  readonly available: string;
  readonly needed: string;
  readonly code: 'insufficient-credits' | 'account-not-open' | null;
}

const checkSchema: TSchema = answer.answerOf<CheckAnswer>({
  canRun: answer.flag('Whether the work may begin'),
  available: answer.amount('Dollars that can be spent now'),
  needed: answer.amount('Dollars that are asked for'),
  code: answer.nullable(answer.oneOf(['insufficient-credits', 'account-not-open'], 'Why it may not')),
});

/**
 * Says whether work may begin, by the one rule that every surface asks (U-44), read from the account and never from a cache
 * (U-42). It reserves nothing: `authorize` does. Throws `ROLE_INSUFFICIENT`, `INPUT_INVALID`, `BILLING_USER_UNKNOWN`.
 */
export const check: Operation<BillingPolicy, CheckInput, CheckAnswer> = defineOperation({
  name: 'check',
  title: 'Say whether work may begin, without reserving anything',
  input: field.inputOf({
    userId: field.userId,
    amount: field.optional(field.dollars('What the work may cost; else the least that policy asks for')),
  }),
  writes: false,
  access: { roles: ['server', 'user', ...STAFF], owner: 'userId' },
  answer: checkSchema,
  errors: [userUnknown],
  run: (context, input) =>
    runRead(context, async (handle) => {
      const { database, policy } = context;
      const user = await loadUser(database, handle, readUserId(input.userId));
      const needed = input.amount === undefined ? micros(policy.minimumToRun) : readDollars('the amount', input.amount);
      const isEnough = canRun(user, policy) && user.available >= needed;
      const code = user.status === 'open' ? 'insufficient-credits' : 'account-not-open';
      return {
        canRun: isEnough,
        available: dollars(user.available),
        needed: dollars(needed),
        code: isEnough ? null : code,
      };
    }),
});
