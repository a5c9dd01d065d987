import type { Instant } from '../../base/instant.ts';
import { boundaryAfter } from './calendar/grant-periods.ts';
import type { BillingPolicy } from './policy.ts';
import type { UsersTable } from './tables.ts';
import { tierOfPrice } from './tiers.ts';

/** How a subscription is paid, and whether it binds: `none` for somebody whom no paid price gives a tier. */
export const COMMITMENT_TYPES = ['none', 'monthly', 'yearly', 'yearly-commitment'] as const;

/** What a subscription binds to at an instant. */
export interface Commitment {
  readonly type: (typeof COMMITMENT_TYPES)[number];
  /** The months that bind; null for a subscription that never bound. */
  readonly startsAt: Instant | null;
  readonly endsAt: Instant | null;
  /** Months that are left, the one that has begun included; 0 where nothing binds. */
  readonly monthsRemaining: number;
  /** From when it may be ended with its period; null for now. */
  readonly cancelFrom: Instant | null;
  /** From when a lower tier may be chosen; null for now. */
  readonly downgradeFrom: Instant | null;
}

type Subscribed = Pick<UsersTable, 'price_id' | 'subscription_created_at' | 'subscription_ends_at' | 'anchor_at'>;

/**
 * What binds somebody, by the row as `standingAt` gives it. A commitment runs from the creation of the subscription, also where the
 * plan was changed within it; where nobody has said when that was, from the anchor, which the provider's next message corrects.
 */
export function commitmentOf(
  row: Subscribed,
  policy: Pick<BillingPolicy, 'tiers' | 'freeTier' | 'subscriptions'>,
  now: Instant,
): Commitment {
  const bought = row.price_id === null ? undefined : tierOfPrice(policy, row.price_id);
  if (bought === undefined) {
    return {
      type: 'none',
      startsAt: null,
      endsAt: null,
      monthsRemaining: 0,
      cancelFrom: null,
      downgradeFrom: null,
    };
  }
  const { commitmentMonths, downgrades } = policy.subscriptions;
  const startsAt = bought.isCommitment ? (row.subscription_created_at ?? row.anchor_at) : null;
  const endsAt = startsAt === null ? null : boundaryAfter(startsAt, commitmentMonths);
  const bindsUntil = ifAhead(endsAt, now);
  const paidUntil = downgrades === 'any-time' ? null : ifAhead(row.subscription_ends_at, now);
  return {
    type: bought.isCommitment ? 'yearly-commitment' : bought.isYearly ? 'yearly' : 'monthly',
    startsAt,
    endsAt,
    monthsRemaining: startsAt === null ? 0 : monthsLeft(startsAt, commitmentMonths, now),
    cancelFrom: bindsUntil,
    downgradeFrom: laterOf(bindsUntil, paidUntil),
  };
}

function monthsLeft(startsAt: Instant, months: number, now: Instant): number {
  return Array.from({ length: months }, (_, month) => boundaryAfter(startsAt, month + 1)).filter((end) =>
    now.isBefore(end),
  ).length;
}

function ifAhead(at: Instant | null, now: Instant): Instant | null {
  return at !== null && now.isBefore(at) ? at : null;
}

function laterOf(one: Instant | null, other: Instant | null): Instant | null {
  if (one === null || other === null) return one ?? other;
  return one.isBefore(other) ? other : one;
}
