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
