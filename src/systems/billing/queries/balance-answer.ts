import type { TSchema } from 'typebox';
import * as answer from '../../answer-fields.ts';
import { dollars, micros } from '../money.ts';
import type { BillingPolicy } from '../policy.ts';
import type { UserFacts } from './load-user.ts';

/** Where somebody stands. Amounts are decimal texts of dollars. */
export interface BalanceAnswer {
  readonly userId: string;
  readonly tier: string;
  readonly balance: string;
  readonly held: string;
  readonly available: string;
  /** What of the available expires, and what does not. */
  readonly expiring: string;
  readonly lasting: string;
  /** True when the next work may begin. */
  readonly canRun: boolean;
  /** Who decides the balance now. */
  readonly authority: 'legacy' | 'ledger';
}

/** The schemas of its members, for answers that say more. */
export const balanceMembers: answer.Members<BalanceAnswer> = {
  userId: answer.text('The user'),
  tier: answer.text('The tier by the policy'),
  balance: answer.amount('Dollars on the account'),
  held: answer.amount('Dollars that open authorizations hold'),
  available: answer.amount('Dollars that can be spent now'),
  expiring: answer.amount('What of it expires some day'),
  lasting: answer.amount('What of it never expires'),
  canRun: answer.flag('Whether the next work may begin'),
  authority: answer.oneOf(['legacy', 'ledger'], 'Who decides the balance now'),
};

/** The schema of `BalanceAnswer`. */
export const balanceSchema: TSchema = answer.answerOf<BalanceAnswer>(balanceMembers);

/** The one rule for whether work may begin (U-44). While legacy decides, work is refused there or here, not by this. */
export function canRun(user: Pick<UserFacts, 'available' | 'status'>, policy: BillingPolicy): boolean {
  return user.status === 'open' && user.available >= micros(policy.minimumToRun) && user.available > 0n;
}

/** Where somebody stands, from the facts. */
export function balanceAnswer(user: UserFacts, policy: BillingPolicy): BalanceAnswer {
  const expiring = user.lots.reduce(
    (sum, { remaining, expiresAt }) => (expiresAt === null ? sum : sum + remaining),
    0n,
  );
  return {
    userId: user.userId,
    tier: user.row.tier,
    balance: dollars(user.balance),
    held: dollars(user.held),
    available: dollars(user.available),
    expiring: dollars(expiring),
    lasting: dollars(user.lots.reduce((sum, { remaining }) => sum + remaining, 0n) - expiring),
    canRun: canRun(user, policy),
    authority: user.authority,
  };
}
