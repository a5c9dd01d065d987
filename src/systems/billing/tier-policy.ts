import { Type, type TSchema } from 'typebox';

/** What a tier gives, and by which prices of the payment provider it is known. */
export interface TierPolicy {
  /** Dollars of credit per grant period, as a decimal text: `25.00`. */
  readonly monthlyCredits: string;
  /** Price ids of subscriptions that are paid by the month, and by the year. A yearly one gets the same credits every month (U-21). */
  readonly monthlyPrices: readonly string[];
  readonly yearlyPrices: readonly string[];
  /** Price ids that are paid by the month and bind for `subscriptions.commitmentMonths`. */
  readonly commitmentPrices?: readonly string[];
  /** Names of the models that the tier may use; absent: every model that the rate card in force prices. */
  readonly models?: readonly string[];
  readonly limits?: Partial<TierLimits>;
}

/** How many of what the application keeps a tier may have; null for any number. */
export interface TierLimits {
  readonly projects: number | null;
  readonly threads: number | null;
  /** Work that goes on at the same time. */
  readonly concurrentRuns: number | null;
}

const dollars = '^[0-9]{1,9}([.][0-9]{1,6})?$';

/** A decimal text of dollars, zero or more. */
export function dollarsOf(description: string, byDefault?: string): TSchema {
  return Type.String({ pattern: dollars, description, ...(byDefault === undefined ? {} : { default: byDefault }) });
}

function prices(description: string, byDefault: readonly string[]): TSchema {
  return Type.Array(Type.String({ minLength: 1, maxLength: 191 }), { default: [...byDefault], description });
}

/** `projects` and `concurrentRuns` are the defaults of the seed's application; it had no limit of threads. */
function tier(
  name: string,
  monthlyCredits: string,
  limits: { readonly projects: number; readonly concurrentRuns: number; readonly isPaid?: boolean },
): TSchema {
  const { projects, concurrentRuns, isPaid = true } = limits;
  return Type.Object(
    {
      monthlyCredits: dollarsOf('Dollars of credit per period', monthlyCredits),
      monthlyPrices: prices('Price ids paid by the month', isPaid ? [`price_${name}_monthly`] : []),
      yearlyPrices: prices('Price ids paid by the year', isPaid ? [`price_${name}_yearly`] : []),
      commitmentPrices: prices(
        'Price ids paid by the month that bind for a commitment',
        isPaid ? [`price_${name}_commitment`] : [],
      ),
      models: Type.Optional(modelNames),
      limits: limitsOf({ projects, threads: null, concurrentRuns }),
    },
    { additionalProperties: false, default: {} },
  );
}

const modelNames: TSchema = Type.Array(Type.String({ minLength: 1, maxLength: 191 }), {
  description: 'Models that the tier may use; left out for all',
});

function limitsOf(byDefault: TierLimits): TSchema {
  const most = (value: number | null, what: string): TSchema =>
    Type.Union([Type.Integer({ minimum: 0, maximum: 1_000_000_000 }), Type.Null()], {
      default: value,
      description: `${what}; null for any number`,
    });
  return Type.Object(
    {
      projects: most(byDefault.projects, 'Projects at most'),
      threads: most(byDefault.threads, 'Threads at most'),
      concurrentRuns: most(byDefault.concurrentRuns, 'Work at the same time at most'),
    },
    { additionalProperties: false, default: {} },
  );
}

/** The tiers of the seed's application. Each can be changed by itself, and others can stand beside them. */
export const tiersSchema: TSchema = Type.Object(
  {
    free: tier('free', '5.00', { projects: 3, concurrentRuns: 1, isPaid: false }),
    tier_2_20: tier('tier_2_20', '25.00', { projects: 100, concurrentRuns: 3 }),
    tier_6_50: tier('tier_6_50', '65.00', { projects: 500, concurrentRuns: 5 }),
    tier_12_100: tier('tier_12_100', '130.00', { projects: 1_000, concurrentRuns: 10 }),
    tier_25_200: tier('tier_25_200', '260.00', { projects: 2_500, concurrentRuns: 20 }),
    tier_50_400: tier('tier_50_400', '520.00', { projects: 5_000, concurrentRuns: 30 }),
    tier_125_800: tier('tier_125_800', '1040.00', { projects: 10_000, concurrentRuns: 50 }),
    tier_200_1000: tier('tier_200_1000', '1300.00', { projects: 25_000, concurrentRuns: 100 }),
  },
  {
    additionalProperties: Type.Object(
      {
        monthlyCredits: dollarsOf('Dollars of credit per period'),
        monthlyPrices: Type.Array(Type.String({ minLength: 1, maxLength: 191 })),
        yearlyPrices: Type.Array(Type.String({ minLength: 1, maxLength: 191 })),
        commitmentPrices: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 191 }))),
        models: Type.Optional(modelNames),
        limits: Type.Optional(limitsOf({ projects: null, threads: null, concurrentRuns: null })),
      },
      { additionalProperties: false },
    ),
    default: {},
  },
);
