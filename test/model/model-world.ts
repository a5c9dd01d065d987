import type { AccountState, Command, Funding } from '../../src/ledger/types.ts';

export interface ModelLot {
  readonly amount: number;
  readonly funding: Funding;
  readonly priority: number;
  readonly expiresAt: bigint | undefined;
}

export interface ModelHold {
  readonly amount: number;
  readonly expiresAt: bigint | undefined;
  status: 'open' | 'captured' | 'released' | 'expired';
  captured: number;
}

export interface ModelEntry {
  readonly amount: number;
  readonly balanceAfter: number;
  readonly kind: string;
  readonly at: bigint;
  /** The lots its coins came from, in the order taken; null for a coin that was not there. */
  readonly taken: readonly (number | null)[];
  /** The seq it undoes. */
  readonly undoes: number | undefined;
  readonly otherLeg: { readonly accountId: bigint; readonly seq: number } | undefined;
  undone: boolean;
}

export interface ModelAccount {
  readonly opened: AccountState;
  floor: number | undefined;
  status: AccountState['status'];
  /** The seq of the lot each coin lies in; 0 on accounts without lots. */
  coins: number[];
  /** How many coins were taken that were not there. */
  missing: number;
  readonly lots: Map<number, ModelLot>;
  readonly holds: Map<string, ModelHold>;
  readonly entries: ModelEntry[];
  /** What was done under each key, and the entry it made, if it made one. */
  readonly keys: Map<string, { readonly content: string; readonly seq: number | undefined }>;
  passedUntil: bigint;
}

export type World = Map<bigint, ModelAccount>;

export function newWorld(opened: readonly AccountState[]): World {
  return new Map(
    opened.map((account): [bigint, ModelAccount] => [
      account.id,
      {
        opened: account,
        floor: account.floor === null ? undefined : Number(account.floor),
        status: account.status,
        coins: [],
        missing: 0,
        lots: new Map(),
        holds: new Map(),
        entries: [],
        keys: new Map(),
        passedUntil: 0n,
      },
    ]),
  );
}

export function accountsNamed(command: Command): bigint[] {
  return 'fromAccountId' in command ? [command.fromAccountId, command.toAccountId] : [command.accountId];
}

export function balance(account: ModelAccount): number {
  return account.coins.length - account.missing;
}

export function held(account: ModelAccount): number {
  let total = 0;
  for (const hold of account.holds.values()) if (hold.status === 'open') total += hold.amount;
  return total;
}

export function available(account: ModelAccount): number {
  return balance(account) - held(account);
}

export function coinsIn(account: ModelAccount, lotSeq: number): number {
  return account.coins.filter((coin) => coin === lotSeq).length;
}

/** Everything about a command but who, why and under which key. */
export function contentOf(command: Command): string {
  const { key: _key, actor: _actor, reason: _reason, ...content } = command;
  const members = Object.entries(content).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify(members, (_name, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
}

/** Lets the clock run on every account up to an instant, one due moment after the other. */
export function passTime(world: World, until: bigint): void {
  for (const account of world.values()) {
    const moments = [...account.holds.values(), ...account.lots.values()]
      .map(({ expiresAt }) => expiresAt)
      .filter((at) => at !== undefined && at > account.passedUntil && at <= until);
    for (const moment of [...moments, until].toSorted(byValue)) {
      const ending = [...account.holds.values()].filter((hold) => hold.status === 'open' && hold.expiresAt === moment);
      for (const hold of ending) hold.status = 'expired';
      loseExpired(account, moment as bigint);
    }
    account.passedUntil = until;
  }
}

/** Coins of expired lots go, soonest expiry first, while there are more coins than holds need. */
function loseExpired(account: ModelAccount, moment: bigint): void {
  for (;;) {
    const coin = account.coins
      .filter((lot) => (account.lots.get(lot)?.expiresAt ?? moment + 1n) <= moment)
      .toSorted((a, b) => byValue(account.lots.get(a)?.expiresAt, account.lots.get(b)?.expiresAt) || a - b)[0];
    if (coin === undefined || available(account) <= 0) return;
    const amount = Math.min(available(account), coinsIn(account, coin));
    const taken = Array.from({ length: amount }, () => coin);
    for (const lot of taken) account.coins.splice(account.coins.indexOf(lot), 1);
    account.entries.push({
      amount: -amount,
      balanceAfter: balance(account),
      kind: 'expiry',
      at: moment,
      taken,
      undoes: undefined,
      otherLeg: undefined,
      undone: false,
    });
  }
}

function byValue(a: bigint | undefined, b: bigint | undefined): number {
  return Number((a ?? 0n) - (b ?? 0n));
}
