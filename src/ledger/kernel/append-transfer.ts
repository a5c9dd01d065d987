import { appendEntry, type EntryOrigin } from './append-entry.ts';
import type { NewEntry } from './kernel-types.ts';
import type { WorkingAccount } from './working-set.ts';

/** One side of a transfer that is about to be written. */
export interface TransferSide {
  readonly account: WorkingAccount;
  readonly origin: EntryOrigin;
}

/** Writes both legs of a transfer, each naming the other; `amount` is positive and leaves `from`. */
export function appendTransfer(transfer: {
  readonly from: TransferSide;
  readonly to: TransferSide;
  readonly amount: bigint;
}): { readonly debit: NewEntry; readonly credit: NewEntry } {
  const { from, to, amount } = transfer;
  const fromSeq = from.account.seq + 1n;
  const toSeq = to.account.seq + 1n;
  const transferId = `${from.account.id}:${fromSeq}`;
  const debit = appendEntry(from.account, {
    amount: -amount,
    origin: from.origin,
    counterpart: { counterAccountId: to.account.id, counterSeq: toSeq, transferId },
  });
  const credit = appendEntry(to.account, {
    amount,
    origin: to.origin,
    counterpart: { counterAccountId: from.account.id, counterSeq: fromSeq, transferId },
  });
  return { debit, credit };
}
