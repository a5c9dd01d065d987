import { Type, type TSchema } from 'typebox';

/** What a tier gives, and by which prices of the payment provider it is known. */
export interface TierPolicy {
  /** Dollars of credit per grant period, as a decimal text: `25.00`. */
  readonly monthlyCredits: string;
  /** Price ids of subscriptions that are paid by the month, and by the year. A yearly one gets the same credits every month (U-21). */
  readonly monthlyPrices: readonly string[];
  readonly yearlyPrices: readonly string[];
}

const dollars = '^[0-9]{1,9}([.][0-9]{1,6})?$';

/** A decimal text of dollars, zero or more. */
export function dollarsOf(description: string, byDefault?: string): TSchema {
  return Type.String({ pattern: dollars, description, ...(byDefault === undefined ? {} : { default: byDefault }) });
}

function prices(description: string, byDefault: readonly string[]): TSchema {
  return Type.Array(Type.String({ minLength: 1, maxLength: 191 }), { default: [...byDefault], description });
}

function tier(name: string, monthlyCredits: string, isPaid = true): TSchema {
  return Type.Object(
    {
      monthlyCredits: dollarsOf('Dollars of credit per period', monthlyCredits),
      monthlyPrices: prices('Price ids paid by the month', isPaid ? [`price_${name}_monthly`] : []),
      yearlyPrices: prices('Price ids paid by the year', isPaid ? [`price_${name}_yearly`] : []),
    },
    { additionalProperties: false, default: {} },
  );
}

/** The tiers of the seed's application. Each can be changed by itself, and others can stand beside them. */
export const tiersSchema: TSchema = Type.Object(
  {
    free: tier('free', '5.00', false),
    tier_2_20: tier('tier_2_20', '25.00'),
    tier_6_50: tier('tier_6_50', '65.00'),
    tier_12_100: tier('tier_12_100', '130.00'),
    tier_25_200: tier('tier_25_200', '260.00'),
    tier_50_400: tier('tier_50_400', '520.00'),
    tier_125_800: tier('tier_125_800', '1040.00'),
    tier_200_1000: tier('tier_200_1000', '1300.00'),
  },
  {
    additionalProperties: Type.Object(
      {
        monthlyCredits: dollarsOf('Dollars of credit per period'),
        monthlyPrices: Type.Array(Type.String({ minLength: 1, maxLength: 191 })),
        yearlyPrices: Type.Array(Type.String({ minLength: 1, maxLength: 191 })),
      },
      { additionalProperties: false },
    ),
    default: {},
  },
);
