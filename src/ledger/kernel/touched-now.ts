import type { Instant } from '../../base/instant.ts';
import type { AccountState, HoldState, LotState } from '../types.ts';
import type { NewEntry } from './kernel-types.ts';
import { touch } from './touch.ts';
import { accountOf, openWorkingSet } from './working-set.ts';

/** An account as the store has it: its row, its open holds, and its lots with something remaining. Other rows do no harm. */
export interface StoredAccount {
  readonly account: AccountState;
  readonly holds: readonly HoldState[];
  readonly lots: readonly LotState[];
}

/** An account as it is at an instant, with what is due counted as done. */
export interface AccountNow {
  readonly account: AccountState;
  /** Holds that are still open. */
  readonly holds: readonly HoldState[];
  /** Lots in which something remains, in the order debits draw them. */
  readonly lots: readonly LotState[];
  /** The entries that the next command on the account would write first. */
  readonly expiries: readonly NewEntry[];
}

/**
 * For reads: what the next command on this account would find, so that what has expired is subtracted before anything
 * was posted. An account under legacy authority comes back as it was given.
 */
export function touchedNow(stored: StoredAccount, now: Instant): AccountNow {
  const { account, holds, lots } = stored;
  const work = openWorkingSet({ accounts: [account], holds, lots, draws: [], entries: [], usedKeys: [] }, now);
  const touched = accountOf(work, account.id);
  touch(touched);
  const { balance, held, seq } = touched;
  return {
    account: { ...account, balance, held, seq },
    holds: [...touched.holds.values()]
      .filter((hold) => hold.status === 'open')
      .map(({ made: _made, resolvedAt: _resolvedAt, ...hold }) => hold),
    lots: touched.lotsInDrawOrder
      .filter((lot) => lot.remaining > 0n)
      .map(({ storedRemaining: _storedRemaining, ...lot }) => lot),
    expiries: work.entries,
  };
}
