import { Instant } from '../../../base/instant.ts';
import type { SampleRandom } from '../../sample-random.ts';
import { boundaryAfter, periodAt } from '../calendar/grant-periods.ts';
import type { SaasTrapCode } from './saas-traps.ts';

const DAY_MS = 86_400_000;

/** A subscription before its row is written. */
export interface SampleSubscription {
  readonly status: string;
  readonly price: string;
  readonly quantity: number;
  readonly created: Instant;
  readonly startsAt: Instant | null;
  readonly endsAt: Instant | null;
}

/** Tiers as they are sold: mostly the small ones. */
const TIERS = [
  'tier_2_20',
  'tier_2_20',
  'tier_2_20',
  'tier_2_20',
  'tier_6_50',
  'tier_6_50',
  'tier_12_100',
  'tier_25_200',
  'tier_50_400',
  'tier_200_1000',
] as const;

const SUBSCRIBED_PERCENT = 40;
const YEARLY_PERCENT = 15;

/** Whether the trap is about a subscription, so that the account must have one. */
const NEEDS_SUBSCRIPTION: ReadonlySet<SaasTrapCode> = new Set([
  'allowance-used-up',
  'over-the-allowance',
  'trialing',
  'past-due',
  'cancelled-paid',
  'renewal-untold',
  'two-subscriptions',
  'price-of-yore',
  'several-seats',
  'period-missing',
  'team',
  'anchor-31st',
  'anchor-leap-day',
  'yearly',
]);

/** The subscriptions of an account: none, one, or two where that is the trap. */
export function sampleSubscriptions(
  trap: SaasTrapCode | undefined,
  asOf: Instant,
  random: SampleRandom,
): readonly SampleSubscription[] {
  const isNeeded = trap !== undefined && NEEDS_SUBSCRIPTION.has(trap);
  if (!isNeeded && !random.percent(SUBSCRIBED_PERCENT)) return [];
  const tier = trap === undefined ? random.pick(TIERS) : 'tier_2_20';
  const isYearly = trap === 'yearly' || (trap === undefined && random.percent(YEARLY_PERCENT));
  const created = createdAt(trap, asOf, random);
  const usual: SampleSubscription = {
    status: 'active',
    price: `price_${tier}_${isYearly ? 'yearly' : 'monthly'}`,
    quantity: 1,
    created,
    ...(isYearly ? yearAround(created, asOf) : periodOf(created, asOf)),
  };
  return withTrap(trap, usual, asOf);
}

function createdAt(trap: SaasTrapCode | undefined, asOf: Instant, random: SampleRandom): Instant {
  const year = asOf.inZone('UTC').year - 1;
  if (trap === 'anchor-31st') return Instant.parse(`${year}-08-31T11:30:00Z`);
  if (trap === 'anchor-leap-day') return Instant.parse('2024-02-29T16:45:00Z');
  return asOf.plusMillis(-(40 + random.below(600)) * DAY_MS - random.below(DAY_MS));
}

function periodOf(created: Instant, asOf: Instant): Pick<SampleSubscription, 'startsAt' | 'endsAt'> {
  const { start, end } = periodAt(created, asOf);
  return { startsAt: start, endsAt: end };
}

function yearAround(created: Instant, asOf: Instant): Pick<SampleSubscription, 'startsAt' | 'endsAt'> {
  let months = 12;
  while (!asOf.isBefore(boundaryAfter(created, months))) months += 12;
  return { startsAt: boundaryAfter(created, months - 12), endsAt: boundaryAfter(created, months) };
}

function withTrap(
  trap: SaasTrapCode | undefined,
  usual: SampleSubscription,
  asOf: Instant,
): readonly SampleSubscription[] {
  switch (trap) {
    case 'trialing':
      return [
        {
          ...usual,
          status: 'trialing',
          created: asOf.plusMillis(-3 * DAY_MS),
          startsAt: asOf.plusMillis(-3 * DAY_MS),
          endsAt: asOf.plusMillis(11 * DAY_MS),
        },
      ];
    case 'past-due':
      return [{ ...usual, status: 'past_due' }];
    case 'cancelled-paid':
      return [{ ...usual, status: 'canceled' }];
    case 'renewal-untold':
      return [{ ...usual, startsAt: boundaryAfter(asOf.plusMillis(-DAY_MS), -1), endsAt: asOf.plusMillis(-DAY_MS) }];
    case 'two-subscriptions':
      return [usual, { ...usual, price: 'price_tier_6_50_monthly' }];
    case 'price-of-yore':
      return [{ ...usual, price: 'price_of_yore' }];
    case 'several-seats':
      return [{ ...usual, quantity: 3 }];
    case 'period-missing':
      return [{ ...usual, startsAt: null, endsAt: null }];
    default:
      return [usual];
  }
}
