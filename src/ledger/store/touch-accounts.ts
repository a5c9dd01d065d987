import { collectChanges } from '../kernel/collect-changes.ts';
import { touch } from '../kernel/touch.ts';
import { accountOf, openWorkingSet } from '../kernel/working-set.ts';
import { lockAndLoadSnapshot } from './load-snapshot.ts';
import type { WriteSession } from './session.ts';
import { writeChanges } from './write-changes.ts';

/** What touching accounts brought to light. */
export interface TouchedAccounts {
  /** Entries written, each dated at its lot's expiry. */
  readonly expiries: number;
  /** Holds that had run out and are closed. */
  readonly holdsExpired: number;
}

/**
 * Does to accounts what the next command on each would do first, and nothing else. Their ids in any order, each once or more; an id
 * without an account is passed over, and so is an account under legacy authority.
 */
export async function touchAccounts(session: WriteSession, accountIds: readonly bigint[]): Promise<TouchedAccounts> {
  const ordered = [...new Set(accountIds)].toSorted((one, other) => (one < other ? -1 : 1));
  const needs = { accountIds: ordered, keys: [], holdKeys: [], entriesToReverse: [], lotSeqs: [] };
  const { accounts, snapshot, now } = await lockAndLoadSnapshot(session, needs);
  const work = openWorkingSet(snapshot, now);
  for (const { state } of accounts) touch(accountOf(work, state.id));
  const changes = collectChanges(work);
  const systems = new Map(accounts.map(({ state, system }) => [state.id, system]));
  await writeChanges(session, changes, (accountId) => systems.get(accountId) ?? '');
  return { expiries: changes.entries.length, holdsExpired: changes.resolvedHolds.length };
}
