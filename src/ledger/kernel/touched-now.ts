import type { Instant } from '../../base/instant.ts';
import type { AccountState, HoldState, LotState } from '../types.ts';
import type { NewEntry } from './kernel-types.ts';
import { touch } from './touch.ts';
import { accountOf, openWorkingSet } from './working-set.ts';

/** An account as it is at an instant, with what is due counted as done. */
export interface AccountNow {
  readonly balance: bigint;
  readonly held: bigint;
  readonly available: bigint;
  /** Holds that are still open. */
  readonly holds: readonly HoldState[];
  /** Lots in which something remains, in the order debits draw them. */
  readonly lots: readonly LotState[];
  /** The entries that the next command on the account would write first. */
  readonly expiries: readonly NewEntry[];
}

/**
 * For reads: what the next command on this account would find, so that what has expired is subtracted before anything
 * was posted. `holds` are the account's open ones, `lots` those with something remaining; other rows do no harm.
 */
// eslint-disable-next-line max-params -- Four rows of the store in their own words; an object would only rename them.
export function touchedNow(
  account: AccountState,
  holds: readonly HoldState[],
  lots: readonly LotState[],
  now: Instant,
): AccountNow {
  const work = openWorkingSet({ accounts: [account], holds, lots, draws: [], entries: [], usedKeys: [] }, now);
  const touched = accountOf(work, account.id);
  touch(touched);
  return {
    balance: touched.balance,
    held: touched.held,
    available: touched.balance - touched.held,
    holds: [...touched.holds.values()]
      .filter((hold) => hold.status === 'open')
      .map(({ made: _made, resolvedAt: _resolvedAt, ...hold }) => hold),
    lots: touched.lotsInDrawOrder
      .filter((lot) => lot.remaining > 0n)
      .map(({ storedRemaining: _storedRemaining, ...lot }) => lot),
    expiries: work.entries,
  };
}
