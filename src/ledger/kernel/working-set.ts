import type { Instant } from '../../base/instant.ts';
import type { AccountState, HoldState, LotState } from '../types.ts';
import type { EntryState, LedgerSnapshot, LotDraw, NewAudit, NewEntry, UsedKey } from './kernel-types.ts';
import { insertInDrawOrder } from './lot-order.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A hold while a batch is decided. */
export interface WorkingHold extends Mutable<HoldState> {
  /** The command's reason and actor where the batch made the hold; undefined for one that was stored before. */
  readonly made: { readonly reason: string | null; readonly actor: string } | undefined;
  /** Set when this batch resolved it or found it expired. */
  resolvedAt: Instant | null;
}

/** A lot while a batch is decided. */
export interface WorkingLot extends Mutable<LotState> {
  /** What the store holds; null for a lot that the batch made. */
  readonly storedRemaining: bigint | null;
}

/** An account while a batch is decided, with everything that hangs on it. */
export interface WorkingAccount extends Mutable<AccountState> {
  /** The batch it is part of. */
  readonly work: WorkingSet;
  readonly stored: AccountState;
  readonly holds: Map<string, WorkingHold>;
  readonly lots: Map<bigint, WorkingLot>;
  /** The same lots as debits draw them; spent ones stay in, because a reversal may fill them again. */
  readonly lotsInDrawOrder: WorkingLot[];
  /** Lots whose expiry has come, soonest first; what remains in them is kept only by open holds. Filled when touched. */
  readonly lotsExpired: WorkingLot[];
  readonly entries: Map<bigint, EntryState>;
  /** By entry seq, then lot seq. */
  readonly draws: Map<bigint, Map<bigint, bigint>>;
  readonly usedKeys: Map<string, UsedKey>;
  touched: boolean;
}

/** A private copy of the snapshot that commands change in turn, and the rows they append. */
export interface WorkingSet {
  readonly now: Instant;
  readonly accounts: ReadonlyMap<bigint, WorkingAccount>;
  readonly entries: NewEntry[];
  readonly draws: LotDraw[];
  readonly audit: NewAudit[];
}

/** Copies a snapshot, so that deciding never writes into what the caller keeps. Rows of accounts that are not in it are dropped. */
export function openWorkingSet(snapshot: LedgerSnapshot, now: Instant): WorkingSet {
  const accounts = new Map<bigint, WorkingAccount>();
  const work: WorkingSet = { now, accounts, entries: [], draws: [], audit: [] };
  for (const account of snapshot.accounts) accounts.set(account.id, openAccount(work, account));
  for (const hold of snapshot.holds) {
    accounts.get(hold.accountId)?.holds.set(hold.key, { ...hold, made: undefined, resolvedAt: null });
  }
  for (const lot of snapshot.lots) {
    const account = accounts.get(lot.accountId);
    if (account !== undefined && !account.lots.has(lot.seq))
      addLot(account, { ...lot, storedRemaining: lot.remaining });
  }
  for (const entry of snapshot.entries) accounts.get(entry.accountId)?.entries.set(entry.seq, entry);
  for (const draw of snapshot.draws) {
    const account = accounts.get(draw.accountId);
    if (account !== undefined) rememberDraw(account, draw);
  }
  for (const used of snapshot.usedKeys) {
    const keys = accounts.get(used.accountId)?.usedKeys;
    // A capture's key stands on its entry and on its hold; the entry knows the balance that a replay repeats.
    if (keys !== undefined && (used.seq !== null || !keys.has(used.key))) keys.set(used.key, used);
  }
  return work;
}

function openAccount(work: WorkingSet, stored: AccountState): WorkingAccount {
  return {
    ...stored,
    work,
    stored,
    holds: new Map(),
    lots: new Map(),
    lotsInDrawOrder: [],
    lotsExpired: [],
    entries: new Map(),
    draws: new Map(),
    usedKeys: new Map(),
    touched: false,
  };
}

/** Adds a lot to an account's lots, in its place in the draw order. */
export function addLot(account: WorkingAccount, lot: WorkingLot): void {
  account.lots.set(lot.seq, lot);
  insertInDrawOrder(account.lotsInDrawOrder, lot);
}

/** Moves an amount out of (positive) or back into (negative) a lot on behalf of an entry, and records the draw. */
export function recordDraw(account: WorkingAccount, draw: { entrySeq: bigint; lot: WorkingLot; amount: bigint }): void {
  draw.lot.remaining -= draw.amount;
  const row = { accountId: account.id, entrySeq: draw.entrySeq, lotSeq: draw.lot.seq, amount: draw.amount };
  rememberDraw(account, row);
  account.work.draws.push(row);
}

function rememberDraw(account: WorkingAccount, draw: LotDraw): void {
  let ofEntry = account.draws.get(draw.entrySeq);
  if (ofEntry === undefined) account.draws.set(draw.entrySeq, (ofEntry = new Map()));
  ofEntry.set(draw.lotSeq, draw.amount);
}

/** Takes a key for a command that writes no entry; `appendEntry` takes it for those that do. */
export function claimKey(account: WorkingAccount, key: string, contentHash: bigint): void {
  account.usedKeys.set(key, { accountId: account.id, key, contentHash, seq: null, balanceAfter: null });
}

/**
 * The account, which the caller knows to exist. Throws a plain Error where the snapshot lacks it: that is a mistake of
 * whoever loaded it (see `needs`), and going on would decide on half of the facts.
 */
export function accountOf(work: WorkingSet, accountId: bigint): WorkingAccount {
  const account = work.accounts.get(accountId);
  if (account === undefined) throw new Error(`The snapshot lacks account ${accountId}, which the commands need.`);
  return account;
}
