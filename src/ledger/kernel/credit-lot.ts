import type { LotState } from '../types.ts';
import type { NewEntry } from './kernel-types.ts';
import { compareDrawOrder } from './lot-order.ts';
import { addLot, recordDraw, type WorkingAccount, type WorkingLot } from './working-set.ts';

/** How a lot was given and when it is drawn. */
export type LotTerms = Pick<LotState, 'funding' | 'priority' | 'expiresAt'>;

/**
 * The terms of a credit that says nothing about lots: bought, and never expiring, because value must not vanish by a rule
 * nobody stated. Priority stands in the middle of 0 to 1,000,000, so that a grant can be told to go before it or after it.
 */
export const unstatedTerms: LotTerms = { funding: 'paid', priority: 500_000n, expiresAt: null };

/**
 * Makes the lot of a credit that was just written. What was below zero before is made good first: that part is drawn from
 * the new lot by its own entry, so that amount minus draws is always what remains, and the remains sum to max(balance, 0).
 */
export function creditLot(account: WorkingAccount, credit: NewEntry, terms: LotTerms): void {
  if (!account.lotted) return;
  const lot = newLot(account, credit, terms);
  const cover = credit.amount - gainOf(credit);
  if (cover > 0n) recordDraw(account, { entrySeq: credit.seq, lot, amount: cover });
}

/**
 * Gives a reversed debit back to the lots it drew, the last drawn first: the lots end as if the debit had been smaller by
 * what comes back. That is less than the debit where the account has gone below zero since (the deficit is made good
 * first), and more than was drawn where the debit itself went below zero: that part returns as a credit on unstated terms.
 */
export function returnToLots(account: WorkingAccount, reversal: NewEntry, debitSeq: bigint): void {
  if (!account.lotted) return;
  let back = gainOf(reversal);
  for (const { lot, amount } of drawnBy(account, debitSeq)) {
    const returned = back < amount ? back : amount;
    if (returned <= 0n) break;
    recordDraw(account, { entrySeq: reversal.seq, lot, amount: -returned });
    back -= returned;
  }
  if (back > 0n) newLot(account, { seq: reversal.seq, amount: back }, unstatedTerms);
}

function newLot(
  account: WorkingAccount,
  { seq, amount }: { readonly seq: bigint; readonly amount: bigint },
  terms: LotTerms,
): WorkingLot {
  const lot: WorkingLot = { accountId: account.id, seq, amount, remaining: amount, ...terms, storedRemaining: null };
  addLot(account, lot);
  return lot;
}

/** By how much a credit raised max(balance, 0), which is what the lots may hold. */
function gainOf(credit: NewEntry): bigint {
  const before = credit.balanceAfter - credit.amount;
  return atLeastZero(credit.balanceAfter) - atLeastZero(before);
}

function drawnBy(account: WorkingAccount, entrySeq: bigint): { lot: WorkingLot; amount: bigint }[] {
  const drawn: { lot: WorkingLot; amount: bigint }[] = [];
  for (const [lotSeq, amount] of account.draws.get(entrySeq) ?? []) {
    const lot = account.lots.get(lotSeq);
    if (lot === undefined)
      throw new Error(`The snapshot lacks lot ${lotSeq} of account ${account.id}, which entry ${entrySeq} drew.`);
    drawn.push({ lot, amount });
  }
  return drawn.toSorted((a, b) => compareDrawOrder(b.lot, a.lot));
}

function atLeastZero(value: bigint): bigint {
  return value > 0n ? value : 0n;
}
