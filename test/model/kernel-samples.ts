import type { Actor } from '../../src/base/actor.ts';
import { Instant } from '../../src/base/instant.ts';
import type { LedgerSnapshot } from '../../src/ledger/kernel/kernel-types.ts';
import type { AccountState, Command, HoldState, LotState, Outcome } from '../../src/ledger/types.ts';
import type { MemoryLedger } from './memory-ledger.ts';

/** The present of samples. */
export const NOW: Instant = Instant.parse('2026-03-01T12:00:00Z');

/** Minutes after the present of samples, or before it. */
export function minutes(count: number): Instant {
  return NOW.plusMillis(count * 60_000);
}

export const CLERK: Actor = { kind: 'person', id: '7' };

/** An open account 1 under ledger authority with 100 on it, floor 0, no lots. */
export function account(changes: Partial<AccountState> = {}): AccountState {
  return {
    id: 1n,
    unit: 'session',
    balance: 100n,
    held: 0n,
    floor: 0n,
    seq: 5n,
    status: 'open',
    authority: 'ledger',
    lotted: false,
    ...changes,
  };
}

/** An account as it is opened: nothing on it yet. */
export function newAccount(changes: Partial<AccountState> = {}): AccountState {
  return account({ balance: 0n, seq: 0n, ...changes });
}

/** A snapshot of nothing but what is given. */
export function snapshot(parts: Partial<LedgerSnapshot> = {}): LedgerSnapshot {
  return { accounts: [], holds: [], lots: [], draws: [], entries: [], usedKeys: [], ...parts };
}

/** An open hold of 10 on account 1 under the key `hold-1`. */
export function hold(changes: Partial<HoldState> = {}): HoldState {
  return {
    accountId: 1n,
    key: 'hold-1',
    amount: 10n,
    amountCaptured: 0n,
    status: 'open',
    expiresAt: null,
    contentHash: 1n,
    resolutionKey: null,
    resolutionHash: null,
    ...changes,
  };
}

/** A whole paid lot of 100 on account 1. */
export function lot(changes: Partial<LotState> = {}): LotState {
  return {
    accountId: 1n,
    seq: 1n,
    amount: 100n,
    remaining: 100n,
    funding: 'paid',
    priority: 500_000n,
    expiresAt: null,
    ...changes,
  };
}

type CommandOf<Type extends Command['type']> = Extract<Command, { readonly type: Type }>;
type FreezeOrUnfreeze = Extract<Command, { readonly type: 'freeze' | 'unfreeze' }>;

type Samples = {
  readonly [Type in Command['type']]: Maker<Type extends 'freeze' | 'unfreeze' ? FreezeOrUnfreeze : CommandOf<Type>>;
};

type Maker<C extends Command> = (changes?: Partial<C>) => C;

/** A maker of one kind of command in good form, in which members can be set to something else. */
function maker<C extends Command>(good: Omit<C, 'key' | 'actor'>): Maker<C> {
  return (changes) => ({ key: 'key', actor: CLERK, ...good, ...changes }) as C;
}

/** Each command in good form on account 1 (a transfer goes on to account 2). */
export const sample: Samples = {
  post: maker<CommandOf<'post'>>({ type: 'post', accountId: 1n, amount: -1n, kind: 'usage', contra: 'usage' }),
  transfer: maker<CommandOf<'transfer'>>({
    type: 'transfer',
    fromAccountId: 1n,
    toAccountId: 2n,
    amount: 1n,
    kind: 'gift',
  }),
  hold: maker<CommandOf<'hold'>>({ type: 'hold', accountId: 1n, amount: 1n }),
  capture: maker<CommandOf<'capture'>>({
    type: 'capture',
    accountId: 1n,
    holdKey: 'hold-1',
    kind: 'usage',
    contra: 'usage',
  }),
  release: maker<CommandOf<'release'>>({ type: 'release', accountId: 1n, holdKey: 'hold-1' }),
  'set-floor': maker<CommandOf<'set-floor'>>({ type: 'set-floor', accountId: 1n, floor: -2n }),
  freeze: maker<FreezeOrUnfreeze>({ type: 'freeze', accountId: 1n }),
  unfreeze: maker<FreezeOrUnfreeze>({ type: 'unfreeze', accountId: 1n }),
  close: maker<CommandOf<'close'>>({ type: 'close', accountId: 1n }),
  reverse: maker<CommandOf<'reverse'>>({ type: 'reverse', accountId: 1n, seq: 1n }),
  'grant-lot': maker<CommandOf<'grant-lot'>>({
    type: 'grant-lot',
    accountId: 1n,
    amount: 10n,
    kind: 'grant',
    contra: 'grants',
    funding: 'granted',
    priority: 100n,
  }),
  'void-lot': maker<CommandOf<'void-lot'>>({
    type: 'void-lot',
    accountId: 1n,
    lotSeq: 1n,
    kind: 'void',
    contra: 'grants',
  }),
};

/** The sample reversal, by a name that is not also one of arrays. */
export const reversal: Maker<CommandOf<'reverse'>> = sample.reverse;

/** `posted`, `replayed`, or the code of a refusal. */
export function verdictOf(outcome: Outcome | undefined): string | undefined {
  return outcome?.status === 'refused' ? outcome.code : outcome?.status;
}

/** Executes commands one by one at one time, each under a key of its own unless it names one, and expects all to be posted. */
export function post(ledger: MemoryLedger, at: Instant, ...commands: readonly Command[]): void {
  for (const command of commands) {
    const keyed =
      command.key === 'key'
        ? { ...command, key: `key-${at.epochMicros}-${ledger.entries.size}-${ledger.holds.size}` }
        : command;
    const [outcome] = ledger.execute([keyed], at);
    if (outcome?.status !== 'posted')
      throw new Error(`The sample ${command.type} was not posted: ${verdictOf(outcome)}.`);
  }
}
