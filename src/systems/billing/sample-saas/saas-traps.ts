/**
 * Traps that one account carries: each carries one at most, and a small SaaS has them all. `line` is the numbered line of docs/systems/billing.md that
 * says what goes wrong, `finding` what shows it.
 */
export const saasTraps = [
  { code: 'allowance-used-up', line: 'U-07', what: 'All but ten cents of the month used', finding: 'allowance-used' },
  { code: 'over-the-allowance', line: 'U-07', what: 'More used than the month gives', finding: 'allowance-exceeded' },
  { code: 'trialing', line: 'U-08', what: 'A trial that is running', finding: 'entitled-not-active' },
  { code: 'past-due', line: 'U-08', what: 'A payment that is late', finding: 'entitled-not-active' },
  { code: 'cancelled-paid', line: 'U-08', what: 'Cancelled, with paid time left', finding: 'entitled-not-active' },
  { code: 'renewal-untold', line: 'U-43', what: 'A renewal that nobody told of', finding: 'subscription-stale' },
  { code: 'two-subscriptions', line: 'U-09', what: 'Two subscriptions that run', finding: 'several-subscriptions' },
  { code: 'price-of-yore', line: 'U-09', what: 'A price that no tier names', finding: 'price-unknown' },
  { code: 'several-seats', line: 'U-09', what: 'Three of one price', finding: 'subscription-quantity' },
  { code: 'period-missing', line: 'U-08', what: 'A subscription without a period', finding: 'subscription-unreadable' },
  { code: 'team', line: 'U-10', what: 'A team account with a subscription', finding: 'team-account' },
  { code: 'anchor-31st', line: 'U-13', what: 'A subscription begun on the 31st', finding: 'month-end-anchor' },
  { code: 'anchor-leap-day', line: 'U-21', what: 'A subscription begun on a leap day', finding: 'month-end-anchor' },
  { code: 'yearly', line: 'U-21', what: 'A plan paid by the year', finding: 'yearly-plan' },
  { code: 'pending', line: 'U-15', what: 'A purchase that waits for its payment', finding: 'purchase-pending' },
  { code: 'failed', line: 'U-16', what: 'A purchase whose payment failed', finding: 'purchase-not-counted' },
  {
    code: 'refunded-in-balance',
    line: 'U-16',
    what: 'A refunded purchase that the stored balance still has',
    finding: 'stored-balance-differs',
  },
  { code: 'expired', line: 'U-16', what: 'A purchase past its expiry', finding: 'purchase-expired' },
  { code: 'spent-too-much', line: 'U-16', what: 'More used than was bought', finding: 'rebuilt-balance-negative' },
  { code: 'balance-lost', line: 'U-16', what: 'Purchases without a stored balance', finding: 'balance-row-missing' },
  {
    code: 'totals-drifted',
    line: 'U-05',
    what: 'Stored totals that are not the sums',
    finding: 'stored-totals-differ',
  },
  { code: 'sub-cent', line: 'U-19', what: 'Usage finer than a cent', finding: 'sub-cent' },
  { code: 'user-gone', line: 'U-41', what: 'Facts of a user who was deleted', finding: 'user-without-account' },
  { code: 'status-typo', line: 'U-16', what: 'A purchase with a status nobody knows', finding: 'row-unreadable' },
  { code: 'clock-ahead', line: 'U-13', what: 'Usage dated tomorrow', finding: 'dated-in-future' },
] as const;

/** A trap that an account can carry. */
export type SaasTrapCode = (typeof saasTraps)[number]['code'];

/** Prime, and above the number of traps, so that traps and the other regularities of the sample do not fall together. */
export const ACCOUNTS_PER_TRAP = 53;

/** The trap that an account carries, if any. */
export function saasTrap(accountNumber: number): SaasTrapCode | undefined {
  return saasTraps[accountNumber % ACCOUNTS_PER_TRAP]?.code;
}
