import { describe, expect, test } from 'vitest';
import Value from 'typebox/value';
import { Instant } from '../../base/instant.ts';
import { dollars } from './money.ts';
import { billingPolicySchema, type BillingPolicy } from './policy.ts';
import { price, rateCardAt, REMAINDER_PARTS } from './rate-cards.ts';
import { mayPurchase, tierNamed, tierOfPrice, tiersOf } from './tiers.ts';

function policyOf(given: object = {}): BillingPolicy {
  return Value.Default(billingPolicySchema, given) as BillingPolicy;
}

describe('the defaults', () => {
  test('are a policy by their own schema', () => {
    expect([...Value.Errors(billingPolicySchema, policyOf())]).toEqual([]);
  });

  test('give each tier its monthly credits', () => {
    const credits = tiersOf(policyOf()).map(({ name, credits: amount }) => `${name} ${dollars(amount)}`);
    expect(credits).toEqual([
      'free 5.000000',
      'tier_2_20 25.000000',
      'tier_6_50 65.000000',
      'tier_12_100 130.000000',
      'tier_25_200 260.000000',
      'tier_50_400 520.000000',
      'tier_125_800 1040.000000',
      'tier_200_1000 1300.000000',
    ]);
  });

  test('sell the packages of 10 to 500 dollars, let an admin adjust 1000 and ask for a second person above 500', () => {
    const { limits, purchases } = policyOf();
    expect(purchases.packages).toEqual(['10.00', '25.00', '50.00', '100.00', '250.00', '500.00']);
    expect(limits).toMatchObject({
      admin: { maxPerAction: '1000.00', maxPerWindow: '1000.00' },
      fourEyesAbove: '500.00',
      bulk: { maxTotal: '10000.00' },
    });
  });
});

describe('tiers', () => {
  test('one tier can be changed by itself, and others can stand beside the eight', () => {
    const policy = policyOf({
      tiers: {
        tier_2_20: { monthlyCredits: '30.00' },
        team: { monthlyCredits: '77.00', monthlyPrices: ['price_team'], yearlyPrices: [] },
      },
    });
    expect(tierNamed(policy, 'tier_2_20')?.credits).toBe(30_000_000n);
    expect(tierNamed(policy, 'tier_6_50')?.credits).toBe(65_000_000n);
    expect(tierOfPrice(policy, 'price_team')?.tier.name).toBe('team');
    expect([...Value.Errors(billingPolicySchema, policy)]).toEqual([]);
  });

  test('U-21: a yearly price buys the same tier as the monthly one', () => {
    expect(tierOfPrice(policyOf(), 'price_tier_6_50_yearly')).toMatchObject({
      isYearly: true,
      tier: { name: 'tier_6_50' },
    });
    expect(tierOfPrice(policyOf(), 'price_tier_6_50_monthly')).toMatchObject({ isYearly: false });
  });

  test('U-09: a price that no tier names is none, not free', () => {
    expect(tierOfPrice(policyOf(), 'price_of_yore')).toBeUndefined();
  });

  test.each([
    [{ freeTier: 'gratis' }, /freeTier/],
    [{ tiers: { tier_2_20: { monthlyPrices: ['price_tier_6_50_monthly'] } } }, /"price_tier_6_50_monthly" twice/],
    [{ tiers: { tier_2_20: { monthlyCredits: '65' } } }, /the credits of another tier/],
  ])('a policy that cannot be meant is refused: %j', (given, message) => {
    expect(() => tiersOf(policyOf(given))).toThrow(message);
  });

  test('U-34: one setting says who may buy', () => {
    const buyers = (allowed: string): string[] => {
      const policy = policyOf({ purchases: { allowed } });
      return ['free', 'tier_2_20', 'tier_200_1000'].filter((tier) => mayPurchase(policy, tier));
    };
    expect(buyers('top-tier')).toEqual(['tier_200_1000']);
    expect(buyers('paid-tiers')).toEqual(['tier_2_20', 'tier_200_1000']);
    expect(buyers('everybody')).toEqual(['free', 'tier_2_20', 'tier_200_1000']);
    expect(policyOf().purchases.allowed).toBe('top-tier');
  });
});

describe('rate cards', () => {
  const models = { small: { inputPerMillion: '3.00', outputPerMillion: '15.00' } };
  const first = { version: 'first', effectiveFrom: '2026-01-01T00:00:00Z', multiplierPerMille: 1500, models };
  const second = { ...first, version: 'second', effectiveFrom: '2026-06-01T00:00:00Z', multiplierPerMille: 1200 };

  test('U-36: the card in force at the time prices, whatever order they are written in', () => {
    const versionAt = (text: string): string => rateCardAt([second, first], Instant.parse(text)).version;
    expect(versionAt('2026-05-31T23:59:59Z')).toBe('first');
    expect(versionAt('2026-06-01T00:00:00Z')).toBe('second');
    expect(versionAt('2025-01-01T00:00:00Z')).toBe('first');
  });

  test('U-36: input and output are priced by the million, times the multiplier of the card', () => {
    const metered = { model: 'small', inputTokens: 1_000_000n, outputTokens: 100_000n };
    expect(price(second, metered, 0n)).toEqual({ amount: 5_400_000n, remainder: 0n, rateCard: 'second' });
  });

  test('U-19: what is below a micro-dollar is carried, so that many small calls cost what a large one does', () => {
    let [total, remainder] = [0n, 0n];
    for (let call = 0; call < 1000; call += 1) {
      const priced = price(second, { model: 'small', inputTokens: 7n, outputTokens: 1n }, remainder);
      total += priced.amount;
      remainder = priced.remainder;
      expect(remainder < REMAINDER_PARTS).toBe(true);
    }
    const once = price(second, { model: 'small', inputTokens: 7_000n, outputTokens: 1_000n }, 0n);
    expect([total, remainder]).toEqual([once.amount, once.remainder]);
  });

  test('a model without a price is refused by name', () => {
    const metered = { model: 'toString', inputTokens: 1n, outputTokens: 1n };
    expect(() => price(first, metered, 0n)).toThrow(/"toString": found no price, against one on rate card "first"/);
  });
});
