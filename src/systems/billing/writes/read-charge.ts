import { CarryoverError } from '../../../base/errors.ts';
import { inputInvalid } from '../../../base/base-errors.ts';
import { readDollars } from '../inputs/read-values.ts';
import type { UserFacts } from '../queries/load-user.ts';
import { price, rateCardAt } from '../rate-cards.ts';
import type { BillingCall } from './billing-call.ts';

/** What is charged: an amount, or usage that the rate card prices. */
export interface ChargeInput {
  readonly amount?: string;
  readonly model?: string;
  readonly inputTokens?: number;
  readonly outputTokens?: number;
}

/** A charge in micro-dollars, with what to keep beside its entry. */
export interface Charge {
  readonly amount: bigint;
  readonly details: Readonly<Record<string, string | number>>;
  /** The user's remainder afterwards, where the charge was priced from usage. */
  readonly remainder: bigint | null;
}

/**
 * Reads what is to be charged. The version of the rate card is kept with every charge, also where the application gave the amount (U-36). Throws
 * `INPUT_INVALID`, `BILLING_MODEL_UNKNOWN`.
 */
export function readCharge(call: BillingCall, user: UserFacts, input: ChargeInput): Charge {
  const card = rateCardAt(call.context.policy.rateCards, call.now);
  const { amount, model, inputTokens, outputTokens } = input;
  if (amount !== undefined && model === undefined && inputTokens === undefined && outputTokens === undefined) {
    return { amount: readDollars('the amount', amount), details: { rateCard: card.version }, remainder: null };
  }
  if (amount === undefined && model !== undefined && inputTokens !== undefined && outputTokens !== undefined) {
    const metered = { model, inputTokens: BigInt(inputTokens), outputTokens: BigInt(outputTokens) };
    const priced = price(card, metered, user.row.usage_remainder);
    const details = { rateCard: priced.rateCard, model, inputTokens, outputTokens };
    return { amount: priced.amount, details, remainder: priced.remainder };
  }
  throw new CarryoverError(inputInvalid, {
    what: 'what is charged',
    found: amount === undefined ? 'no amount and no whole usage' : 'an amount and usage',
    expected: 'an amount, or model, inputTokens and outputTokens',
  });
}
