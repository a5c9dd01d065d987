import { CarryoverError } from '../../../base/errors.ts';
import { inputInvalid } from '../../../base/base-errors.ts';
import { readDollars } from '../inputs/read-values.ts';
import type { UserFacts } from '../queries/load-user.ts';
import { price, rateCardAt, type Metered, type RateCard } from '../rate-cards.ts';
import type { BillingCall } from './billing-call.ts';

/** What is charged: an amount, or usage that the rate card prices. */
export interface ChargeInput {
  readonly amount?: string;
  readonly model?: string;
  readonly inputTokens?: number;
  readonly outputTokens?: number;
}

/** What is charged for, as read: micro-dollars, or usage to be priced. */
export type Wanted = { readonly amount: bigint } | { readonly metered: Metered };

/** A charge in micro-dollars, with what to keep beside its entry. */
export interface Charge {
  readonly amount: bigint;
  readonly details: Readonly<Record<string, string | number>>;
  /** The user's remainder afterwards, where the charge was priced from usage. */
  readonly remainder: bigint | null;
}

/** Reads what is to be charged for. Throws `INPUT_INVALID`. */
export function readWanted(input: ChargeInput): Wanted {
  const { amount, model, inputTokens, outputTokens } = input;
  if (amount !== undefined && model === undefined && inputTokens === undefined && outputTokens === undefined) {
    return { amount: readDollars('the amount', amount) };
  }
  if (amount === undefined && model !== undefined && inputTokens !== undefined && outputTokens !== undefined) {
    return { metered: { model, inputTokens: BigInt(inputTokens), outputTokens: BigInt(outputTokens) } };
  }
  throw new CarryoverError(inputInvalid, {
    what: 'what is charged',
    found: amount === undefined ? 'no amount and no whole usage' : 'an amount and usage',
    expected: 'an amount, or model, inputTokens and outputTokens',
  });
}

/**
 * Prices what is charged for. The version of the rate card is kept with every charge, also where the application gave the amount (U-36). Usage
 * is priced with `remainder`, what the user's last usage left over. Throws `BILLING_MODEL_UNKNOWN`.
 */
export function priceCharge(wanted: Wanted, card: RateCard, remainder: bigint): Charge {
  if ('amount' in wanted) return { amount: wanted.amount, details: { rateCard: card.version }, remainder: null };
  const { model, inputTokens, outputTokens } = wanted.metered;
  const priced = price(card, wanted.metered, remainder);
  const usage = { model, inputTokens: Number(inputTokens), outputTokens: Number(outputTokens) };
  return { amount: priced.amount, details: { rateCard: priced.rateCard, ...usage }, remainder: priced.remainder };
}

/** Reads and prices what is to be charged to somebody. Throws `INPUT_INVALID`, `BILLING_MODEL_UNKNOWN`. */
export function readCharge(call: BillingCall, user: UserFacts, input: ChargeInput): Charge {
  const card = rateCardAt(call.context.policy.rateCards, call.now);
  return priceCharge(readWanted(input), card, user.row.usage_remainder);
}
