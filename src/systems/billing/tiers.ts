import { CarryoverError } from '../../base/errors.ts';
import { inputInvalid } from '../../base/base-errors.ts';
import { micros } from './money.ts';
import type { BillingPolicy } from './policy.ts';
import type { TierLimits } from './tier-policy.ts';

/** A tier with what its name stands for. */
export interface Tier {
  readonly name: string;
  /** Micro-dollars per grant period. */
  readonly credits: bigint;
  readonly monthlyPrices: readonly string[];
  readonly yearlyPrices: readonly string[];
  readonly commitmentPrices: readonly string[];
  /** Names of the models it may use; undefined for all. */
  readonly models: readonly string[] | undefined;
  readonly limits: TierLimits;
}

type TiersPolicy = Pick<BillingPolicy, 'tiers' | 'freeTier'>;

/**
 * The tiers from the smallest to the largest. Throws `INPUT_INVALID` where the free tier is not among them, where two tiers give the same
 * (then neither would be the higher one), and where two tiers claim one price.
 */
export function tiersOf(policy: TiersPolicy): readonly Tier[] {
  const tiers = Object.entries(policy.tiers)
    .map(([name, { monthlyCredits, monthlyPrices, yearlyPrices, commitmentPrices = [], models, limits = {} }]) => ({
      name,
      credits: micros(monthlyCredits),
      monthlyPrices,
      yearlyPrices,
      commitmentPrices,
      models,
      limits: { projects: null, threads: null, concurrentRuns: null, ...limits },
    }))
    .toSorted((a, b) => (a.credits < b.credits ? -1 : 1));
  if (!tiers.some(({ name }) => name === policy.freeTier)) {
    throw flawed('freeTier', JSON.stringify(policy.freeTier), 'the name of a tier');
  }
  for (const [index, { name, credits }] of tiers.entries()) {
    if (tiers[index + 1]?.credits === credits) throw flawed(`tiers.${name}`, 'the credits of another tier', 'its own');
  }
  const prices = tiers.flatMap(pricesOf);
  const twice = prices.find((price, index) => prices.indexOf(price) !== index);
  if (twice !== undefined) throw flawed('tiers', `the price ${JSON.stringify(twice)} twice`, 'each price once');
  return tiers;
}

/** All price ids by which a tier is known. */
export function pricesOf({ monthlyPrices, yearlyPrices, commitmentPrices }: Tier): readonly string[] {
  return [...monthlyPrices, ...yearlyPrices, ...commitmentPrices];
}

/** A tier by its name; undefined for one that policy no longer has. */
export function tierNamed(policy: TiersPolicy, name: string): Tier | undefined {
  return tiersOf(policy).find((tier) => tier.name === name);
}

/** The tier that a price buys, how often it is paid and whether it binds; undefined for a price that no tier names (U-09). */
export function tierOfPrice(
  policy: TiersPolicy,
  price: string,
): { readonly tier: Tier; readonly isYearly: boolean; readonly isCommitment: boolean } | undefined {
  const tier = tiersOf(policy).find((each) => pricesOf(each).includes(price));
  if (tier === undefined) return undefined;
  return {
    tier,
    isYearly: tier.yearlyPrices.includes(price),
    isCommitment: tier.commitmentPrices.includes(price),
  };
}

/** What a tier may use and have. One that policy no longer has may what the free tier may. Throws as `tiersOf`. */
export function rightsOf(policy: TiersPolicy, name: string): Pick<Tier, 'name' | 'models' | 'limits'> {
  const tiers = tiersOf(policy);
  const tier = tiers.find((each) => each.name === name) ?? tiers.find((each) => each.name === policy.freeTier);
  if (tier === undefined) throw new Error('There is no free tier, although the policy needs one.');
  return { name, models: tier.models, limits: tier.limits };
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
