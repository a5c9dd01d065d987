import { missingAccountIds, needs } from '../kernel/needs.ts';
import type { AccountState, Command, Outcome } from '../types.ts';
import { commandsOf, decideCalls, type Call } from './decide-calls.ts';
import { loadEntries } from './load-entries.ts';
import { lockAndLoadSnapshot, type LockedSnapshot } from './load-snapshot.ts';
import type { WriteSession } from './session.ts';
import { writeChanges } from './write-changes.ts';

/** What became of calls. */
export interface ExecutedCalls {
  /** One list per call, one outcome per command. */
  readonly outcomes: readonly (readonly Outcome[])[];
  /** How the accounts will stand once the transaction is committed. */
  readonly accounts: readonly AccountState[];
}

/**
 * Executes calls in order inside a transaction: locks their accounts, loads what the rules ask for, decides, writes.
 * Nothing is caught here: after an error of the driver the transaction must be aborted.
 */
export async function executeCalls(session: WriteSession, calls: readonly Call[]): Promise<ExecutedCalls> {
  const commands = commandsOf(calls);
  if (commands.length === 0) return { outcomes: calls.map(() => []), accounts: [] };
  const loaded = await lockAndLoad(session, commands);
  const { outcomes, changes } = decideCalls(loaded, calls);
  const systems = new Map(loaded.accounts.map((account) => [account.state.id, account.system]));
  await writeChanges(session, changes, (accountId) => systems.get(accountId) ?? '');
  const changed = new Map(changes.accounts.map((account) => [account.id, account]));
  return { outcomes, accounts: loaded.accounts.map(({ state }) => changed.get(state.id) ?? state) };
}

/**
 * Only an entry tells which account the other leg of its transfer is on, so entries to reverse are read before the lock. One
 * that appears in between names an account that is not locked yet: then all is locked and loaded once more with what is
 * known now. Once is enough, because entries never change and the second reading knows every one of them.
 */
async function lockAndLoad(session: WriteSession, commands: readonly Command[]): Promise<LockedSnapshot> {
  const asked = needs(commands);
  const reversals = asked.entriesToReverse.length > 0;
  const wanted = reversals ? needs(commands, await loadEntries(session, asked.entriesToReverse)) : asked;
  const first = await lockAndLoadSnapshot(session, wanted);
  if (!reversals || missingAccountIds(commands, first.snapshot).length === 0) return first;
  return lockAndLoadSnapshot(session, needs(commands, first.snapshot.entries));
}
