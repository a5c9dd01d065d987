import type { NewEntry } from './kernel-types.ts';
import { recordDraw, type WorkingAccount, type WorkingLot } from './working-set.ts';

/**
 * Takes a debit that was just written out of the account's lots: out of `first` where the debit is about one lot, then in
 * draw order. What the debit takes below zero comes out of no lot; a later credit makes it good (see `creditLot`).
 *
 * Lots that do not add up to the balance are drawn as far as they go. Throwing instead would keep every other command of
 * the batch from being decided because of one damaged account, and `carryover verify` names the damage either way.
 */
export function drawLots(account: WorkingAccount, debit: NewEntry, first?: WorkingLot): void {
  if (!account.lotted) return;
  let wanted = -debit.amount;
  const take = (lot: WorkingLot): void => {
    const amount = wanted < lot.remaining ? wanted : lot.remaining;
    if (amount === 0n) return;
    recordDraw(account, { entrySeq: debit.seq, lot, amount });
    wanted -= amount;
  };
  if (first !== undefined) take(first);
  for (const lot of account.lotsInDrawOrder) {
    if (wanted === 0n) return;
    take(lot);
  }
}
