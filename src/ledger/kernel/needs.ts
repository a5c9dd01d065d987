import type { Command, ReverseCommand } from '../types.ts';
import { accountsNamed } from './accounts-named.ts';
import { commandFlaw } from './command-flaw.ts';
import { counterAccountOf } from './commands/reverse-entry.ts';
import type { AccountKey, AccountSeq, EntryState, LedgerSnapshot, SnapshotNeeds } from './kernel-types.ts';

/**
 * What must be in the snapshot before these commands can be decided. Commands that are invalid in themselves need nothing.
 *
 * Reversing one leg of a transfer reverses both, and only the entry tells on which account the other leg is. So where
 * `entriesToReverse` is not empty, the store first reads those entries without a lock (apart from `reversedBySeq` they
 * never change) and calls this again with them: the second answer has the other accounts, keys and legs too. An entry may
 * appear between that read and the lock; `missingAccountIds` tells.
 */
export function needs(commands: readonly Command[], entries: readonly EntryState[] = []): SnapshotNeeds {
  const valid = commands.filter((command) => commandFlaw(command) === undefined);
  const accountIds = new Set<bigint>();
  const keys = new DistinctPairs<string>();
  const holdKeys = new DistinctPairs<string>();
  const entriesToReverse = new DistinctPairs<bigint>();
  const lotSeqs = new DistinctPairs<bigint>();
  for (const command of valid) {
    for (const accountId of accountsNamed(command)) {
      accountIds.add(accountId);
      keys.add(accountId, command.key);
    }
    if (command.type === 'capture' || command.type === 'release') holdKeys.add(command.accountId, command.holdKey);
    if (command.type === 'void-lot') lotSeqs.add(command.accountId, command.lotSeq);
    if (command.type === 'reverse') entriesToReverse.add(command.accountId, command.seq);
  }
  for (const { command, counterAccountId, counterSeq } of counterLegs(valid, entries)) {
    accountIds.add(counterAccountId);
    keys.add(counterAccountId, command.key);
    if (counterSeq !== null) entriesToReverse.add(counterAccountId, counterSeq);
  }
  return {
    accountIds: [...accountIds].toSorted((a, b) => (a < b ? -1 : 1)),
    keys: keys.map((accountId, key): AccountKey => ({ accountId, key })),
    holdKeys: holdKeys.map((accountId, key): AccountKey => ({ accountId, key })),
    entriesToReverse: entriesToReverse.map((accountId, seq): AccountSeq => ({ accountId, seq })),
    lotSeqs: lotSeqs.map((accountId, seq): AccountSeq => ({ accountId, seq })),
  };
}

/**
 * The accounts of other legs that a loaded snapshot does not cover, because the entry to reverse was not there yet when
 * `needs` was asked. Not empty: lock and load again with `needs(commands, snapshot.entries)`.
 */
export function missingAccountIds(commands: readonly Command[], snapshot: LedgerSnapshot): readonly bigint[] {
  const loaded = new Set(snapshot.accounts.map((account) => account.id));
  const entries = indexEntries(snapshot.entries);
  const legs = knownLegs(commands.filter(isReversal), entries);
  const missing = legs.filter(({ counterAccountId, counterSeq }) => {
    const isLegLoaded = counterSeq === null || entries.get(counterAccountId)?.has(counterSeq) === true;
    return !loaded.has(counterAccountId) || !isLegLoaded;
  });
  return [...new Set(missing.map((leg) => leg.counterAccountId))];
}

/** The account another leg is on, for a command that reverses one; `counterSeq` is null where only the account is known. */
interface CounterLeg {
  readonly command: ReverseCommand;
  readonly counterAccountId: bigint;
  readonly counterSeq: bigint | null;
}

function counterLegs(commands: readonly Command[], entries: readonly EntryState[]): CounterLeg[] {
  const reversals = commands.filter(isReversal);
  if (reversals.length === 0) return [];
  const legs = knownLegs(reversals, indexEntries(entries));
  const counterparts = transferCounterparts(commands);
  // The entry may also be one that a transfer of this very batch makes; then the key must be free on the other side too.
  for (const command of reversals) {
    for (const counterAccountId of counterparts.get(command.accountId) ?? []) {
      legs.push({ command, counterAccountId, counterSeq: null });
    }
  }
  return legs;
}

function isReversal(command: Command): command is ReverseCommand {
  return command.type === 'reverse';
}

function knownLegs(reversals: readonly ReverseCommand[], entries: EntryIndex): CounterLeg[] {
  return reversals.flatMap((command): CounterLeg[] => {
    const entry = entries.get(command.accountId)?.get(command.seq);
    const counterAccountId = entry === undefined ? undefined : counterAccountOf(entry);
    if (entry === undefined || counterAccountId === undefined) return [];
    return [{ command, counterAccountId, counterSeq: entry.counterSeq }];
  });
}

/** For each account, the accounts that transfers of the batch move to or from it. */
function transferCounterparts(commands: readonly Command[]): Map<bigint, Set<bigint>> {
  const counterparts = new Map<bigint, Set<bigint>>();
  const pair = (one: bigint, other: bigint): void => {
    const others = counterparts.get(one);
    if (others === undefined) counterparts.set(one, new Set([other]));
    else others.add(other);
  };
  for (const command of commands) {
    if (command.type !== 'transfer') continue;
    pair(command.fromAccountId, command.toAccountId);
    pair(command.toAccountId, command.fromAccountId);
  }
  return counterparts;
}

/** Entries by account, then seq. */
type EntryIndex = Map<bigint, Map<bigint, EntryState>>;

function indexEntries(entries: readonly EntryState[]): EntryIndex {
  const index: EntryIndex = new Map();
  for (const entry of entries) {
    const ofAccount = index.get(entry.accountId);
    if (ofAccount === undefined) index.set(entry.accountId, new Map([[entry.seq, entry]]));
    else ofAccount.set(entry.seq, entry);
  }
  return index;
}

/** Pairs of an account and something of it, each once, in the order they came. */
class DistinctPairs<Second> {
  readonly #byAccount = new Map<bigint, Set<Second>>();

  add(accountId: bigint, second: Second): void {
    const seconds = this.#byAccount.get(accountId);
    if (seconds === undefined) this.#byAccount.set(accountId, new Set([second]));
    else seconds.add(second);
  }

  map<Row>(row: (accountId: bigint, second: Second) => Row): Row[] {
    const rows: Row[] = [];
    for (const [accountId, seconds] of this.#byAccount) for (const second of seconds) rows.push(row(accountId, second));
    return rows;
  }
}
