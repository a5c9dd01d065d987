import type { Instant } from '../../base/instant.ts';
import type { AccountState, HoldState, HoldStatus, LotState, Outcome } from '../types.ts';

/** One key on one account. */
export interface AccountKey {
  readonly accountId: bigint;
  readonly key: string;
}

/** One numbered row of one account: an entry, or the lot of that number. */
export interface AccountSeq {
  readonly accountId: bigint;
  readonly seq: bigint;
}

/**
 * What has to be loaded before a batch can be decided; made by `needs`. Every list is free of duplicates.
 * Commands that are invalid in themselves need nothing.
 */
export interface SnapshotNeeds {
  /** Ascending, which is the order to lock them in. An id that has no row is left out of the snapshot. */
  readonly accountIds: readonly bigint[];
  /** To be looked up in entries, holds (key and resolution key) and audit. */
  readonly keys: readonly AccountKey[];
  /** Holds to load whatever their status. */
  readonly holdKeys: readonly AccountKey[];
  /** Entries to load, each with the draws it made, the lots it drew and its own lot, also where spent. */
  readonly entriesToReverse: readonly AccountSeq[];
  /** Lots to load also where nothing remains. */
  readonly lotSeqs: readonly AccountSeq[];
}

/**
 * What `decide` sees. Rows may come in any order and more than needed does no harm; a row given twice must be the same twice.
 * Everything is read after the account rows are locked.
 */
export interface LedgerSnapshot {
  readonly accounts: readonly AccountState[];
  /** All open holds of accounts with held > 0, and the holds named in `holdKeys`. */
  readonly holds: readonly HoldState[];
  /** All lots with something remaining of lotted accounts, the lots in `lotSeqs`, and those that entries to reverse made or drew. */
  readonly lots: readonly LotState[];
  /** The draws of the entries to reverse. */
  readonly draws: readonly LotDraw[];
  readonly entries: readonly EntryState[];
  /** For each of `keys` that is taken, by what. */
  readonly usedKeys: readonly UsedKey[];
}

/** An entry that a command names. */
export interface EntryState {
  readonly accountId: bigint;
  readonly seq: bigint;
  readonly amount: bigint;
  readonly contra: string | null;
  readonly counterAccountId: bigint | null;
  /** The seq of the transfer's other leg: the entry of the counter account under the same key. Null where there is no counter account. */
  readonly counterSeq: bigint | null;
  readonly key: string;
  /** The seq this entry undoes, if it is a reversal. */
  readonly reversesSeq: bigint | null;
  /** The seq of the entry that undid this one, if one did. Changes, so it is read under the account's lock. */
  readonly reversedBySeq: bigint | null;
}

/**
 * What stands under a key. `seq` and `balanceAfter` are the entry's where the key names an entry, and null for a hold, a
 * release or an audited change. A capture is found twice (entry and resolution): give the entry, or both.
 */
export interface UsedKey {
  readonly accountId: bigint;
  readonly key: string;
  /** Null for an entry that no command made; then no command is a replay of it. */
  readonly contentHash: bigint | null;
  readonly seq: bigint | null;
  readonly balanceAfter: bigint | null;
}

/** How much one entry took from (positive) or gave back to (negative) one lot. */
export interface LotDraw {
  readonly accountId: bigint;
  readonly entrySeq: bigint;
  readonly lotSeq: bigint;
  readonly amount: bigint;
}

/** A row of `carryover_entries`, all columns. */
export interface NewEntry {
  readonly accountId: bigint;
  readonly seq: bigint;
  readonly amount: bigint;
  readonly balanceAfter: bigint;
  readonly kind: string;
  readonly contra: string | null;
  readonly counterAccountId: bigint | null;
  readonly transferId: string | null;
  readonly key: string;
  /** Null on an expiry and on what a cutover carried, which no command made. */
  readonly contentHash: bigint | null;
  /** The legacy fact that a cutover carried; null on all other entries. */
  readonly source: string | null;
  readonly reversesSeq: bigint | null;
  readonly reason: string | null;
  /** As `formatActor` writes it; `system:ledger` on an expiry. */
  readonly actor: string;
  /** Canonical JSON text. */
  readonly details: string | null;
  readonly occurredAt: Instant;
  readonly recordedAt: Instant;
}

/** A row to insert into `carryover_holds`: the state after the whole batch, so one made and resolved in it comes here only. */
export interface NewHold extends HoldState {
  readonly reason: string | null;
  readonly actor: string;
  readonly createdAt: Instant;
  readonly resolvedAt: Instant | null;
}

/** What to set on a stored hold that the batch resolved or found expired. */
export interface HoldResolution {
  readonly accountId: bigint;
  readonly key: string;
  readonly status: HoldStatus;
  readonly amountCaptured: bigint;
  readonly resolutionKey: string | null;
  readonly resolutionHash: bigint | null;
  /** An expired hold was resolved when it expired, not when that was noticed. */
  readonly resolvedAt: Instant;
}

/** What to set on a stored lot. */
export interface LotRemaining {
  readonly accountId: bigint;
  readonly seq: bigint;
  readonly remaining: bigint;
}

/** A row of `carryover_audit`. The store adds `system_name`, which it knows from the account; role and address are null. */
export interface NewAudit {
  readonly accountId: bigint;
  readonly action: 'set-floor' | 'freeze' | 'unfreeze' | 'close';
  readonly key: string;
  readonly contentHash: bigint;
  readonly actor: string;
  readonly reason: string | null;
  /** Canonical JSON of what the command may change: `{"floor":"0"}` or `{"status":"open"}`. */
  readonly beforeState: string;
  readonly afterState: string;
  readonly recordedAt: Instant;
}

/** All that a batch changes, as rows: at most one UPDATE or INSERT per list. Lists may be empty. */
export interface LedgerChanges {
  /** The accounts whose row changes, as they are after the batch. */
  readonly accounts: readonly AccountState[];
  readonly entries: readonly NewEntry[];
  readonly newHolds: readonly NewHold[];
  readonly resolvedHolds: readonly HoldResolution[];
  readonly newLots: readonly LotState[];
  readonly changedLots: readonly LotRemaining[];
  readonly draws: readonly LotDraw[];
  readonly audit: readonly NewAudit[];
}

/** What `decide` answers: one outcome per command in their order, and what to write. */
export interface Decision {
  readonly outcomes: readonly Outcome[];
  readonly changes: LedgerChanges;
}
