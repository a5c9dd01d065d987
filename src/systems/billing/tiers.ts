import { CarryoverError } from '../../base/errors.ts';
import { inputInvalid } from '../../base/base-errors.ts';
import { micros } from './money.ts';
import type { BillingPolicy } from './policy.ts';

/** A tier with what its name stands for. */
export interface Tier {
  readonly name: string;
  /** Micro-dollars per grant period. */
  readonly credits: bigint;
  readonly monthlyPrices: readonly string[];
  readonly yearlyPrices: readonly string[];
}

type TiersPolicy = Pick<BillingPolicy, 'tiers' | 'freeTier'>;

/**
 * The tiers from the smallest to the largest. Throws `INPUT_INVALID` where the free tier is not among them, where two tiers give the same
 * (then neither would be the higher one), and where two tiers claim one price.
 */
export function tiersOf(policy: TiersPolicy): readonly Tier[] {
  const tiers = Object.entries(policy.tiers)
    .map(([name, { monthlyCredits, monthlyPrices, yearlyPrices }]) => ({
      name,
      credits: micros(monthlyCredits),
      monthlyPrices,
      yearlyPrices,
    }))
    .toSorted((a, b) => (a.credits < b.credits ? -1 : 1));
  if (!tiers.some(({ name }) => name === policy.freeTier)) {
    throw flawed('freeTier', JSON.stringify(policy.freeTier), 'the name of a tier');
  }
  for (const [index, { name, credits }] of tiers.entries()) {
    if (tiers[index + 1]?.credits === credits) throw flawed(`tiers.${name}`, 'the credits of another tier', 'its own');
  }
  const prices = tiers.flatMap(({ monthlyPrices, yearlyPrices }) => [...monthlyPrices, ...yearlyPrices]);
  const twice = prices.find((price, index) => prices.indexOf(price) !== index);
  if (twice !== undefined) throw flawed('tiers', `the price ${JSON.stringify(twice)} twice`, 'each price once');
  return tiers;
}

/** A tier by its name; undefined for one that policy no longer has. */
export function tierNamed(policy: TiersPolicy, name: string): Tier | undefined {
  return tiersOf(policy).find((tier) => tier.name === name);
}

/** The tier that a price buys, and how often it is paid; undefined for a price that no tier names (U-09). */
export function tierOfPrice(
  policy: TiersPolicy,
  price: string,
): { readonly tier: Tier; readonly isYearly: boolean } | undefined {
  for (const tier of tiersOf(policy)) {
    if (tier.monthlyPrices.includes(price)) return { tier, isYearly: false };
    if (tier.yearlyPrices.includes(price)) return { tier, isYearly: true };
  }
  return undefined;
}

/** Whether somebody of a tier may buy credits: the one rule, for every surface (U-34). */
export function mayPurchase(policy: TiersPolicy & Pick<BillingPolicy, 'purchases'>, tier: string): boolean {
  switch (policy.purchases.allowed) {
    case 'everybody':
      return true;
    case 'paid-tiers':
      return tier !== policy.freeTier;
    case 'top-tier':
      return tiersOf(policy).at(-1)?.name === tier;
  }
}

function flawed(member: string, found: string, expected: string): CarryoverError<object> {
  return new CarryoverError(inputInvalid, { what: `the billing policy ${member}`, found, expected });
}
