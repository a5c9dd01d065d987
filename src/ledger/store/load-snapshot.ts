import type { Instant } from '../../base/instant.ts';
import type { LedgerSnapshot, SnapshotNeeds } from '../kernel/kernel-types.ts';
import type { LockedAccount } from './lock-accounts.ts';
import { loadDraws, loadEntries } from './load-entries.ts';
import { loadHolds } from './load-holds.ts';
import { loadLots } from './load-lots.ts';
import { loadUsedKeys } from './load-used-keys.ts';
import type { WriteSession } from './session.ts';

/** What a batch is decided on, and when. */
export interface SnapshotAndNow {
  readonly snapshot: LedgerSnapshot;
  readonly now: Instant;
}

/**
 * Loads what the commands need to know about accounts that are locked already. Plain posts cost one statement; holds, lots and
 * reversals one each where an account has any. Every statement starts after the locks are held, so under READ
 * COMMITTED it sees all that was committed on these accounts, and nothing about them can change until the transaction ends.
 */
export async function loadSnapshot(
  session: WriteSession,
  accounts: readonly LockedAccount[],
  needs: SnapshotNeeds,
): Promise<SnapshotAndNow> {
  const states = accounts.map((account) => account.state);
  const { usedKeys, now } = await loadUsedKeys(session, needs.keys);
  const withHolds = states.filter((state) => state.held > 0n).map((state) => state.id);
  const withLots = states.filter((state) => state.lotted).map((state) => state.id);
  const { lotSeqs, entriesToReverse, holdKeys } = needs;
  const snapshot: LedgerSnapshot = {
    accounts: states,
    usedKeys,
    holds: await loadHolds(session, withHolds, holdKeys),
    lots: await loadLots(session, { accountIds: withLots, lotSeqs, entries: entriesToReverse }),
    entries: await loadEntries(session, entriesToReverse),
    draws: await loadDraws(session, entriesToReverse),
  };
  return { snapshot, now };
}
