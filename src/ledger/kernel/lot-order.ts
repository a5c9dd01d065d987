import type { LotState } from '../types.ts';

/**
 * The order in which debits draw lots: lower priority number, soonest expiry with none last, granted before paid,
 * oldest. Negative when `a` is drawn before `b`; zero only for one and the same lot of an account.
 */
export function compareDrawOrder(a: LotState, b: LotState): number {
  return (
    compareBigints(a.priority, b.priority) ||
    compareExpiry(a, b) ||
    compareFunding(a, b) ||
    compareBigints(a.seq, b.seq)
  );
}

/** The order in which lots expire: soonest expiry with none last, then oldest. */
export function compareExpiryOrder(a: LotState, b: LotState): number {
  return compareExpiry(a, b) || compareBigints(a.seq, b.seq);
}

/** Puts a lot into its place of an array that is already in draw order. New lots mostly go last, so the end is tried first. */
export function insertInDrawOrder<Lot extends LotState>(lots: Lot[], lot: Lot): void {
  const last = lots.at(-1);
  if (last === undefined || compareDrawOrder(last, lot) < 0) {
    lots.push(lot);
    return;
  }
  let low = 0;
  let high = lots.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareDrawOrder(lots[middle] as Lot, lot) < 0) low = middle + 1;
    else high = middle;
  }
  lots.splice(low, 0, lot);
}

function compareExpiry(a: LotState, b: LotState): number {
  if (a.expiresAt === null || b.expiresAt === null) return Number(a.expiresAt === null) - Number(b.expiresAt === null);
  return a.expiresAt.compare(b.expiresAt);
}

function compareFunding(a: LotState, b: LotState): number {
  return Number(a.funding === 'paid') - Number(b.funding === 'paid');
}

function compareBigints(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
