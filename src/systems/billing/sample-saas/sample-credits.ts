import type { Instant } from '../../../base/instant.ts';
import type { SampleRandom } from '../../sample-random.ts';
import type { SaasTrapCode } from './saas-traps.ts';

const DAY_MS = 86_400_000;

/** A purchase before its row is written. Amounts here are ten-thousandths of a dollar, as the tables keep them. */
export interface SamplePurchase {
  readonly amount: bigint;
  readonly status: string;
  readonly createdAt: Instant;
  readonly completedAt: Instant | null;
  readonly expiresAt: Instant | null;
}

/** Usage that bought credits paid for. */
export interface SampleUsage {
  readonly amount: bigint;
  readonly type: string;
  readonly usedAt: Instant;
}

/** What an account bought and used, and what its stored balance says; null where it has none. */
export interface SampleCredits {
  readonly purchases: readonly SamplePurchase[];
  readonly usage: readonly SampleUsage[];
  readonly stored: { readonly balance: bigint; readonly purchased: bigint; readonly used: bigint } | null;
}

/** Ten-thousandths of a dollar. */
export const DOLLAR = 10_000n;
/** Decimals of the sample's amounts: two more than the old application's functions knew (U-19). */
export const SAAS_DECIMALS = 4;

const PACKAGES = [10n, 10n, 25n, 25n, 50n, 100n] as const;
const BUYS_PERCENT = 30;

/** Whether the trap is about credits, so that the account must have some. */
const NEEDS_CREDITS: ReadonlySet<SaasTrapCode> = new Set([
  'pending',
  'failed',
  'refunded-in-balance',
  'expired',
  'spent-too-much',
  'balance-lost',
  'totals-drifted',
  'sub-cent',
  'user-gone',
  'status-typo',
  'clock-ahead',
  'team',
]);

/** The credits of an account: usually none, else some purchases that are partly used up. */
export function sampleCredits(trap: SaasTrapCode | undefined, asOf: Instant, random: SampleRandom): SampleCredits {
  const isNeeded = trap !== undefined && NEEDS_CREDITS.has(trap);
  if (!isNeeded && !random.percent(BUYS_PERCENT)) return { purchases: [], usage: [], stored: null };
  const bought = Array.from({ length: 1 + random.below(3) }, () => purchase(asOf, random));
  const total = bought.reduce((sum, { amount }) => sum + amount, 0n);
  const usual = usageOf(total, asOf, random);
  const purchases = [...bought, ...trappedPurchases(trap, asOf, random)];
  const usage = [...usual, ...trappedUsage(trap, total, asOf)];
  return {
    purchases,
    usage,
    stored: storedBalance(trap, { total, used: usage.reduce((sum, { amount }) => sum + amount, 0n) }),
  };
}

function purchase(asOf: Instant, random: SampleRandom): SamplePurchase {
  const createdAt = asOf.plusMillis(-(60 + random.below(300)) * DAY_MS - random.below(DAY_MS));
  const completedAt = createdAt.plusMillis(30_000 + random.below(600_000));
  return { amount: random.pick(PACKAGES) * DOLLAR, status: 'completed', createdAt, completedAt, expiresAt: null };
}

/** Cents only, and never more than three quarters of what was bought. */
function usageOf(bought: bigint, asOf: Instant, random: SampleRandom): readonly SampleUsage[] {
  const count = random.below(8);
  const each = (bought * 3n) / 4n / BigInt(count === 0 ? 1 : count) / 100n;
  return Array.from({ length: count }, () => ({
    amount: (1n + (each * BigInt(random.below(1000))) / 1000n) * 100n,
    type: random.percent(90) ? 'token_overage' : 'manual_deduction',
    usedAt: asOf.plusMillis(-random.below(55 * DAY_MS)),
  }));
}

function trappedPurchases(
  trap: SaasTrapCode | undefined,
  asOf: Instant,
  random: SampleRandom,
): readonly SamplePurchase[] {
  const usual = purchase(asOf, random);
  switch (trap) {
    case 'pending':
      return [{ ...usual, status: 'pending', createdAt: asOf.plusMillis(-600_000), completedAt: null }];
    case 'failed':
      return [{ ...usual, status: 'failed', completedAt: null }];
    case 'refunded-in-balance':
      return [{ ...usual, status: 'refunded' }];
    case 'expired':
      return [{ ...usual, expiresAt: asOf.plusMillis(-10 * DAY_MS) }];
    case 'status-typo':
      return [{ ...usual, status: 'complete' }];
    default:
      return [];
  }
}

function trappedUsage(trap: SaasTrapCode | undefined, bought: bigint, asOf: Instant): readonly SampleUsage[] {
  const usedAt = asOf.plusMillis(-2 * DAY_MS);
  switch (trap) {
    case 'spent-too-much':
      return [{ amount: bought + 7n * DOLLAR, type: 'manual_deduction', usedAt }];
    case 'sub-cent':
      return Array.from({ length: 12 }, () => ({ amount: 37n, type: 'token_overage', usedAt }));
    case 'clock-ahead':
      return [{ amount: DOLLAR / 4n, type: 'manual_deduction', usedAt: asOf.plusMillis(DAY_MS) }];
    default:
      return [];
  }
}

function storedBalance(
  trap: SaasTrapCode | undefined,
  { total, used }: { readonly total: bigint; readonly used: bigint },
): SampleCredits['stored'] {
  const balance = used > total ? 0n : total - used;
  const usual = { balance, purchased: total, used };
  switch (trap) {
    case 'balance-lost':
      return null;
    case 'refunded-in-balance':
      return { ...usual, balance: balance + 25n * DOLLAR, purchased: total + 25n * DOLLAR };
    case 'expired':
      return { ...usual, balance: balance + 10n * DOLLAR };
    case 'totals-drifted':
      return { ...usual, used: used + 3n * DOLLAR };
    default:
      return usual;
  }
}
