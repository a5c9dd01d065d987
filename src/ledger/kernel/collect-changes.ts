import type { AccountState, LotState } from '../types.ts';
import type { HoldResolution, LedgerChanges, LotRemaining, NewHold } from './kernel-types.ts';
import type { WorkingAccount, WorkingHold, WorkingLot, WorkingSet } from './working-set.ts';

/** What differs between a working set and the snapshot it was opened on, as rows. */
export function collectChanges(work: WorkingSet): LedgerChanges {
  const accounts: AccountState[] = [];
  const newHolds: NewHold[] = [];
  const resolvedHolds: HoldResolution[] = [];
  const newLots: LotState[] = [];
  const changedLots: LotRemaining[] = [];
  for (const account of work.accounts.values()) {
    // An account that no command of this batch touched has nothing to collect.
    if (!account.touched) continue;
    if (isChanged(account)) accounts.push(accountRow(account));
    for (const hold of account.holds.values()) {
      if (hold.made !== undefined) newHolds.push(newHoldRow(hold, work));
      else if (hold.resolvedAt !== null) resolvedHolds.push(resolutionRow(hold, hold.resolvedAt));
    }
    for (const lot of account.lotsInDrawOrder) {
      if (lot.storedRemaining === null) newLots.push(lotRow(lot));
      else if (lot.remaining !== lot.storedRemaining) {
        changedLots.push({ accountId: lot.accountId, seq: lot.seq, remaining: lot.remaining });
      }
    }
  }
  const { entries, draws, audit } = work;
  return { accounts, entries, newHolds, resolvedHolds, newLots, changedLots, draws, audit };
}

function isChanged(account: WorkingAccount): boolean {
  const { stored } = account;
  return (
    account.seq !== stored.seq ||
    account.balance !== stored.balance ||
    account.held !== stored.held ||
    account.floor !== stored.floor ||
    account.status !== stored.status
  );
}

function accountRow({ stored, balance, held, floor, seq, status }: WorkingAccount): AccountState {
  return { ...stored, balance, held, floor, seq, status };
}

function newHoldRow(hold: WorkingHold, work: WorkingSet): NewHold {
  const { made, ...state } = hold;
  return { ...state, reason: made?.reason ?? null, actor: made?.actor ?? '', createdAt: work.now };
}

function resolutionRow(hold: WorkingHold, resolvedAt: HoldResolution['resolvedAt']): HoldResolution {
  const { accountId, key, status, amountCaptured, resolutionKey, resolutionHash } = hold;
  return { accountId, key, status, amountCaptured, resolutionKey, resolutionHash, resolvedAt };
}

function lotRow({ storedRemaining: _storedRemaining, ...lot }: WorkingLot): LotState {
  return lot;
}
