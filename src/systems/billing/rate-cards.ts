import { Type, type TSchema } from 'typebox';
import { defineUnit, formatAmount, parseAmount, type Unit } from '../../base/amounts.ts';
import { CarryoverError } from '../../base/errors.ts';
import { Instant } from '../../base/instant.ts';
import { modelUnknown } from './billing-errors.ts';
import { usd } from './money.ts';
import { dollarsOf } from './tier-policy.ts';

/** What usage costs from an instant on, until the next card (U-36). */
export interface RateCard {
  /** Kept with each entry it priced. */
  readonly version: string;
  readonly effectiveFrom: string;
  /** What the provider's price is multiplied by, in thousandths. */
  readonly multiplierPerMille: number;
  readonly models: Readonly<Record<string, ModelPrice>>;
}

/** What the provider takes for a million tokens, decimal texts of dollars. */
export interface ModelPrice {
  readonly inputPerMillion: string;
  readonly outputPerMillion: string;
}

/** What was used. */
export interface Metered {
  readonly model: string;
  readonly inputTokens: bigint;
  readonly outputTokens: bigint;
}

/** What it costs: whole micro-dollars, and what is left below them, which is carried to the user's next usage (U-19). */
export interface Priced {
  readonly amount: bigint;
  readonly remainder: bigint;
  readonly rateCard: string;
}

/** A micro-dollar in parts of a remainder: tokens of a million, times thousandths. */
export const REMAINDER_PARTS = 1_000_000_000n;

const factor: Unit = defineUnit('factor', 3);
/** A price in micro-dollars times a factor in thousandths: three decimals more than an amount, so that nothing is rounded. */
const perMillion: Unit = defineUnit('usd_per_million', 9);

/** What a million tokens cost a user, exactly, where the provider takes `provider` for them: decimal texts of dollars. */
export function chargedPerMillion(
  { multiplierPerMille }: Pick<RateCard, 'multiplierPerMille'>,
  provider: string,
): string {
  return formatAmount(parseAmount(provider, usd) * BigInt(multiplierPerMille), perMillion);
}

/** The multiplier of a card as a decimal text: `1.200`. */
export function multiplierText({ multiplierPerMille }: Pick<RateCard, 'multiplierPerMille'>): string {
  return formatAmount(BigInt(multiplierPerMille), factor);
}

/** Checks and defaults of the rate cards. The default card has no models, so that amounts must be given until somebody writes prices down. */
export const rateCardsSchema: TSchema = Type.Array(
  Type.Object(
    {
      version: Type.String({ minLength: 1, maxLength: 32 }),
      effectiveFrom: Type.String({ format: 'date-time' }),
      multiplierPerMille: Type.Integer({ minimum: 0, maximum: 100_000, default: 1200 }),
      models: Type.Record(
        Type.String(),
        Type.Object(
          { inputPerMillion: dollarsOf('Dollars'), outputPerMillion: dollarsOf('Dollars') },
          { additionalProperties: false },
        ),
      ),
    },
    { additionalProperties: false },
  ),
  {
    minItems: 1,
    default: [{ version: 'amounts-only', effectiveFrom: '2020-01-01T00:00:00Z', multiplierPerMille: 1200, models: {} }],
    description: 'What usage costs, by version',
  },
);

/** The card in force at an instant: of those that have begun, the one that began last; before all of them the first. */
export function rateCardAt(cards: readonly RateCard[], at: Instant): RateCard {
  const ordered = cards.toSorted((a, b) => Instant.parse(a.effectiveFrom).compare(Instant.parse(b.effectiveFrom)));
  const card = ordered.findLast(({ effectiveFrom }) => !at.isBefore(Instant.parse(effectiveFrom))) ?? ordered[0];
  if (card === undefined) throw new Error('There is no rate card, although the policy needs one.');
  return card;
}

/**
 * Prices usage by a card, exactly: the remainder of earlier usage is added, and what is below a micro-dollar becomes the next
 * remainder, so that a thousand small calls cost what one large one does. Throws `BILLING_MODEL_UNKNOWN`.
 */
export function price(card: RateCard, metered: Metered, remainderBefore: bigint): Priced {
  const model = Object.hasOwn(card.models, metered.model) ? card.models[metered.model] : undefined;
  if (model === undefined) throw new CarryoverError(modelUnknown, { model: metered.model, rateCard: card.version });
  const tokens =
    metered.inputTokens * parseAmount(model.inputPerMillion, usd) +
    metered.outputTokens * parseAmount(model.outputPerMillion, usd);
  const parts = tokens * BigInt(card.multiplierPerMille) + remainderBefore;
  return { amount: parts / REMAINDER_PARTS, remainder: parts % REMAINDER_PARTS, rateCard: card.version };
}
