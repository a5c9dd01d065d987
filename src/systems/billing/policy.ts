import { Type, type TSchema } from 'typebox';
import { limitsSchema, type LimitsPolicy } from './limits-policy.ts';
import { rateCardsSchema, type RateCard } from './rate-cards.ts';
import { dollarsOf, tiersSchema, type TierPolicy } from './tier-policy.ts';

/** The rules of the credits. Every member has the documented default; config overrides what differs. Amounts are decimal texts of dollars. */
export interface BillingPolicy {
  /** By name. A subscription whose price no tier names is quarantined (U-09). */
  readonly tiers: Readonly<Record<string, TierPolicy>>;
  /** The tier of whoever has no subscription. */
  readonly freeTier: string;
  /** Whether grant periods of the free tier are calendar months or begin when the account was opened. */
  readonly freePeriods: 'calendar-month' | 'account-opened';
  readonly entitlement: EntitlementPolicy;
  readonly carrying: CarryingPolicy;
  readonly grants: GrantsPolicy;
  readonly subscriptions: SubscriptionsPolicy;
  readonly purchases: PurchasesPolicy;
  /** The least that must be available for work to begin: the one rule of `check` (U-44). */
  readonly minimumToRun: string;
  /** Below which a user is told, once each time it is crossed; 0 tells nobody. Dollars. */
  readonly lowCredits: string;
  /** How long an authorization holds its amount when nobody settles or releases it (U-28). */
  readonly authorizationMinutes: number;
  /** What a money refund does about credits that are spent already: they are owed, or forgiven (U-39). */
  readonly refundDebt: 'owe' | 'forgive';
  readonly limits: LimitsPolicy;
  /** What usage costs. The version that priced it is kept with each entry (U-36). */
  readonly rateCards: readonly RateCard[];
}

/** Which subscriptions give their tier (U-08). */
export interface EntitlementPolicy {
  /** Statuses that entitle until the period ends. */
  readonly statuses: readonly string[];
  /** Statuses that entitle for what is left of a paid period. */
  readonly endedStatuses: readonly string[];
  /** Days past the end of its period for which a subscription of `statuses` still counts, since renewals are told late. */
  readonly graceDays: number;
}

/** What the migration does where legacy leaves a choice. */
export interface CarryingPolicy {
  /** Where the stored balance is not purchases minus usage: which of the two is right (U-16). */
  readonly trust: 'rebuilt' | 'stored';
  /** Team accounts get credits of their own, or are only listed (U-10). */
  readonly teamAccounts: 'list' | 'carry';
  /** A purchase keeps the expiry that legacy stored and never enforced, or does not expire. */
  readonly purchaseExpiry: 'never' | 'as-stored';
  /** By how much the costs of the usage table are multiplied before they count against the allowance, in thousandths. */
  readonly usageMultiplierPerMille: number;
}

/** How long granted credits live (U-37). */
export interface GrantsPolicy {
  /** At the end of a period the rest of its grant expires, or rolls over. */
  readonly unused: 'expire' | 'roll-over';
  /** For how many further periods it rolls over. */
  readonly rollOverPeriods: number;
}

/** What binds whoever subscribes. */
export interface SubscriptionsPolicy {
  /** For how many months, from its creation on, a subscription to a price of `commitmentPrices` cannot be ended. */
  readonly commitmentMonths: number;
  /** A lower tier can be chosen for when what is paid for has ended, or at any time. During a commitment it never can. */
  readonly downgrades: 'after-period' | 'any-time';
}

/** Who may buy what (U-34). */
export interface PurchasesPolicy {
  readonly allowed: 'top-tier' | 'paid-tiers' | 'everybody';
  readonly packages: readonly string[];
  /** Days until bought credits expire; null for never. */
  readonly expiresAfterDays: number | null;
  /** Hours after which a purchase that nobody paid is given up. A payment that comes later is still accepted (U-15). */
  readonly pendingHours: number;
}

/** Checks and defaults of `BillingPolicy`. */
export const billingPolicySchema: TSchema = Type.Object(
  {
    tiers: tiersSchema,
    freeTier: Type.String({ default: 'free', description: 'Tier of whoever has no subscription' }),
    freePeriods: oneOf(['calendar-month', 'account-opened'], 'Grant periods of the free tier'),
    entitlement: group({
      statuses: Type.Array(Type.String(), {
        default: ['active', 'trialing', 'past_due'],
        description: 'Statuses that entitle until the period ends',
      }),
      endedStatuses: Type.Array(Type.String(), {
        default: ['canceled'],
        description: 'Statuses that entitle for what is left of a paid period',
      }),
      graceDays: whole(3, { minimum: 0, maximum: 60, description: 'Days a renewal may be told late' }),
    }),
    carrying: group({
      trust: oneOf(['rebuilt', 'stored'], 'Which balance is right where they differ'),
      teamAccounts: oneOf(['list', 'carry'], 'What becomes of team accounts'),
      purchaseExpiry: oneOf(['never', 'as-stored'], 'What becomes of stored expiries of purchases'),
      usageMultiplierPerMille: whole(1000, {
        minimum: 0,
        maximum: 100_000,
        description: 'Factor for the costs of the usage table, in thousandths',
      }),
    }),
    grants: group({
      unused: oneOf(['expire', 'roll-over'], 'What is left of a grant at the end of its period'),
      rollOverPeriods: whole(1, { minimum: 1, maximum: 12, description: 'Further periods a grant rolls over' }),
    }),
    subscriptions: group({
      commitmentMonths: whole(12, { minimum: 1, maximum: 60, description: 'Months that a commitment binds' }),
      downgrades: oneOf(['after-period', 'any-time'], 'When a lower tier may be chosen'),
    }),
    purchases: group({
      allowed: oneOf(['top-tier', 'paid-tiers', 'everybody'], 'Who may buy credits'),
      packages: Type.Array(dollarsOf('Dollars'), {
        default: ['10.00', '25.00', '50.00', '100.00', '250.00', '500.00'],
        description: 'What can be bought at once',
      }),
      expiresAfterDays: Type.Union([Type.Integer({ minimum: 1, maximum: 3650 }), Type.Null()], {
        default: null,
        description: 'Days until bought credits expire',
      }),
      pendingHours: whole(24, { minimum: 1, maximum: 720, description: 'Hours until an unpaid purchase is given up' }),
    }),
    minimumToRun: dollarsOf('The least that must be available for work to begin', '0.01'),
    lowCredits: dollarsOf('Below which a user is told, once each time it is crossed; 0 tells nobody', '1.00'),
    authorizationMinutes: whole(60, { minimum: 1, maximum: 10_080, description: 'How long an authorization holds' }),
    refundDebt: oneOf(['owe', 'forgive'], 'Credits that are spent when their money is refunded'),
    limits: limitsSchema,
    rateCards: rateCardsSchema,
  },
  { additionalProperties: false },
);

function group(members: Readonly<Record<string, TSchema>>): TSchema {
  return Type.Object(members, { additionalProperties: false, default: {} });
}

/** The first is the default. */
function oneOf(words: readonly [string, ...string[]], description: string): TSchema {
  return Type.Union(
    words.map((word) => Type.Literal(word)),
    { default: words[0], description },
  );
}

function whole(
  byDefault: number,
  bounds: { readonly minimum: number; readonly maximum: number; readonly description: string },
): TSchema {
  return Type.Integer({ ...bounds, default: byDefault });
}
