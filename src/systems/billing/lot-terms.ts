/**
 * Granted credits are drawn before bought ones, because they expire. Credits given by hand come between: they usually expire, though later
 * than a month's grant.
 */
export const GRANT_PRIORITY = 100_000n;
/** See `GRANT_PRIORITY`. */
export const GIVEN_PRIORITY = 300_000n;
/** See `GRANT_PRIORITY`. The ledger's own for credits that say nothing. */
export const PURCHASE_PRIORITY = 500_000n;
