import { describe, expect, test } from 'vitest';
import Value from 'typebox/value';
import { Instant } from '../../base/instant.ts';
import { commitmentOf, type Commitment } from './commitment.ts';
import { billingPolicySchema, type BillingPolicy } from './policy.ts';

const at = (text: string): Instant => Instant.parse(`${text}T00:00:00Z`);

function policyOf(subscriptions: object = {}): BillingPolicy {
  return Value.Default(billingPolicySchema, { subscriptions }) as BillingPolicy;
}

function bound(now: string, more: { created?: string | null; price?: string; policy?: object } = {}): Commitment {
  const { created = '2026-01-31', price = 'price_tier_6_50_commitment', policy = {} } = more;
  const row = {
    price_id: price,
    subscription_created_at: created === null ? null : at(created),
    subscription_ends_at: at('2026-03-31'),
    anchor_at: at('2026-02-28'),
  };
  return commitmentOf(row, policyOf(policy), at(now));
}

describe('a commitment', () => {
  test('binds for twelve months from the creation of the subscription, and by begun months', () => {
    expect(bound('2026-01-31')).toMatchObject({
      type: 'yearly-commitment',
      startsAt: at('2026-01-31'),
      endsAt: at('2027-01-31'),
      monthsRemaining: 12,
      cancelFrom: at('2027-01-31'),
      downgradeFrom: at('2027-01-31'),
    });
    expect(bound('2026-02-27').monthsRemaining).toBe(12);
    expect(bound('2026-02-28').monthsRemaining).toBe(11);
    expect(bound('2027-01-30').monthsRemaining).toBe(1);
  });

  test('binds nobody once it is over', () => {
    expect(bound('2027-01-31')).toMatchObject({
      type: 'yearly-commitment',
      endsAt: at('2027-01-31'),
      monthsRemaining: 0,
      cancelFrom: null,
      downgradeFrom: null,
    });
  });

  test('is as long as policy says, and begins with the anchor where nobody told of the creation', () => {
    const policy = { commitmentMonths: 3 };
    expect(bound('2026-03-01', { policy })).toMatchObject({ endsAt: at('2026-04-30'), monthsRemaining: 2 });
    expect(bound('2026-03-01', { created: null }).endsAt).toEqual(at('2027-02-28'));
  });
});

describe('without a commitment', () => {
  test.each(['monthly', 'yearly'] as const)(
    'a %s subscription may be ended now, and lowered after its period',
    (type) => {
      expect(bound('2026-03-01', { price: `price_tier_6_50_${type}` })).toEqual({
        type,
        startsAt: null,
        endsAt: null,
        monthsRemaining: 0,
        cancelFrom: null,
        downgradeFrom: at('2026-03-31'),
      });
      expect(bound('2026-03-31', { price: `price_tier_6_50_${type}` }).downgradeFrom).toBeNull();
    },
  );

  test('a lower tier may be chosen at any time where policy says so, but not within a commitment', () => {
    const policy = { downgrades: 'any-time' };
    expect(bound('2026-03-01', { price: 'price_tier_6_50_monthly', policy }).downgradeFrom).toBeNull();
    expect(bound('2026-03-01', { policy }).downgradeFrom).toEqual(at('2027-01-31'));
  });

  test('a price that no tier names binds to nothing', () => {
    expect(bound('2026-03-01', { price: 'price_of_yore' })).toMatchObject({ type: 'none', cancelFrom: null });
  });
});
