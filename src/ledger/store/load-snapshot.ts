import type { Instant } from '../../base/instant.ts';
import { runTogether } from '../../sql/deferred.ts';
import type { LedgerSnapshot, SnapshotNeeds } from '../kernel/kernel-types.ts';
import { loadDraws, loadEntries } from './load-entries.ts';
import { loadHolds } from './load-holds.ts';
import { loadLots } from './load-lots.ts';
import { keysAndNow, usedKeysQuery } from './load-used-keys.ts';
import { lockedAccount, lockQuery, type LockedAccount } from './lock-accounts.ts';
import type { WriteSession } from './session.ts';

/** What a batch is decided on, and when. */
export interface SnapshotAndNow {
  readonly snapshot: LedgerSnapshot;
  readonly now: Instant;
}

/** The same, with the accounts it is about, which are under lock. */
export interface LockedSnapshot extends SnapshotAndNow {
  readonly accounts: readonly LockedAccount[];
}

/**
 * Locks the accounts and loads what the commands need to know about them. Plain posts cost two statements, which travel
 * together where the engine can; holds, lots and reversals one each where there are any. Every statement after the first
 * starts with the locks held, so under READ COMMITTED it sees all that was committed on these accounts, and nothing about
 * them changes until the transaction ends.
 */
export async function lockAndLoadSnapshot(session: WriteSession, needs: SnapshotNeeds): Promise<LockedSnapshot> {
  const { database, handle } = session;
  const { accountIds, keys, lotSeqs, entriesToReverse, holdKeys } = needs;
  const lock = lockQuery(database, accountIds);
  const [lockedRows, keyRows] = await runTogether(handle, lock, usedKeysQuery(database, keys));
  const accounts = lockedRows.map(lockedAccount);
  const { usedKeys, now } = keysAndNow(keyRows);
  const states = accounts.map((account) => account.state);
  const withHolds = states.filter((state) => state.held > 0n).map((state) => state.id);
  const withLots = states.filter((state) => state.lotted).map((state) => state.id);
  const snapshot: LedgerSnapshot = {
    accounts: states,
    usedKeys,
    holds: await loadHolds(session, withHolds, holdKeys),
    lots: await loadLots(session, { accountIds: withLots, lotSeqs, entries: entriesToReverse }),
    entries: await loadEntries(session, entriesToReverse),
    draws: await loadDraws(session, entriesToReverse),
  };
  return { accounts, snapshot, now };
}
