import type { Actor } from '../base/actor.ts';
import type { Instant } from '../base/instant.ts';

/** Names an account from outside: one unit for one owner in one system. */
export interface AccountRef {
  readonly system: string;
  readonly kind: string;
  readonly owner: string;
}

/** `open` takes everything, `frozen` no debit, hold or credit, `closed` nothing ever again (its balance and holds are zero). */
export type AccountStatus = 'open' | 'frozen' | 'closed';

/** Who decides the balance now. The ledger's commands are refused while it is `legacy`; a cutover's entries are not commands. */
export type Authority = 'legacy' | 'ledger';

/** Whether a lot was bought or given. Granted is drawn before paid where priority and expiry are equal. */
export type Funding = 'paid' | 'granted';

/** An account as the kernel sees it. Amounts count the unit's smallest part. */
export interface AccountState {
  readonly id: bigint;
  readonly unit: string;
  readonly balance: bigint;
  /** Sum of open holds. */
  readonly held: bigint;
  /** Lowest available (balance - held) a debit or hold may leave; null for none. */
  readonly floor: bigint | null;
  /** Sequence number of the newest entry; 0 before the first. */
  readonly seq: bigint;
  readonly status: AccountStatus;
  readonly authority: Authority;
  /** True when every credit is a lot and debits draw lots down; then the lots' remains sum to max(balance, 0). */
  readonly lotted: boolean;
}

/** One grant inside a lotted account, named by the entry that brought it. */
export interface LotState {
  readonly accountId: bigint;
  /** The seq of the entry that granted it. */
  readonly seq: bigint;
  readonly amount: bigint;
  readonly remaining: bigint;
  readonly funding: Funding;
  /** Lower is drawn first. */
  readonly priority: bigint;
  readonly expiresAt: Instant | null;
}

/** Where a hold is; every state but `open` is final. */
export type HoldStatus = 'open' | 'captured' | 'released' | 'expired';

/** Amount reserved on an account, named by (account, the key that made it). */
export interface HoldState {
  readonly accountId: bigint;
  readonly key: string;
  readonly amount: bigint;
  readonly amountCaptured: bigint;
  readonly status: HoldStatus;
  readonly expiresAt: Instant | null;
  /** Hash of the command's content, to tell a replay from another command under the same key. */
  readonly contentHash: bigint;
  /** The key of the capture or release that resolved it, and that command's content hash. */
  readonly resolutionKey: string | null;
  readonly resolutionHash: bigint | null;
}

/** What every command carries. */
interface CommandBase {
  /** Unique per account over all kinds of commands; the same content again replays the first result. */
  readonly key: string;
  readonly actor: Actor;
  readonly reason?: string;
}

/** What a command that writes an entry carries besides. */
interface EntryBase extends CommandBase {
  /** The entry's kind in the system's words: `payment`, `attendance`, `usage`. */
  readonly kind: string;
  /** When it happened, at most `now`; absent means now. Part of the content only where given. */
  readonly occurredAt?: Instant;
  /** Facts of the system kept with the entry (ids, quantities); no personal data. JSON members are texts, whole numbers, booleans or null. */
  readonly details?: Readonly<Record<string, string | number | boolean | null>>;
}

/** One entry on one account against a named contra. A credit on a lotted account becomes a paid lot without expiry. */
export interface PostCommand extends EntryBase {
  readonly type: 'post';
  readonly accountId: bigint;
  /** Not zero. Negative debits. */
  readonly amount: bigint;
  readonly contra: string;
}

/** Two entries, one transfer: out of one account, into another of the same unit. Keys are claimed on both accounts. */
export interface TransferCommand extends EntryBase {
  readonly type: 'transfer';
  readonly fromAccountId: bigint;
  readonly toAccountId: bigint;
  readonly amount: bigint;
}

/** Sets an amount aside, so that other debits cannot take it. */
export interface HoldCommand extends CommandBase {
  readonly type: 'hold';
  readonly accountId: bigint;
  readonly amount: bigint;
  /** Absent: held until captured or released. */
  readonly expiresAt?: Instant;
}

/** Turns a hold into a debit of at most the held amount; the remainder is released. */
export interface CaptureCommand extends EntryBase {
  readonly type: 'capture';
  readonly accountId: bigint;
  readonly holdKey: string;
  /** Absent: the whole held amount. At least 1, at most the held amount. */
  readonly amount?: bigint;
  readonly contra: string;
}

/** Gives a hold's amount back to what is available. */
export interface ReleaseCommand extends CommandBase {
  readonly type: 'release';
  readonly accountId: bigint;
  readonly holdKey: string;
}

/** Changes the floor, audited. A floor above the available amount is allowed: only what comes after is held to it. */
export interface SetFloorCommand extends CommandBase {
  readonly type: 'set-floor';
  readonly accountId: bigint;
  readonly floor: bigint | null;
}

/** Stops an account from taking movements, or lets it take them again; audited. */
export interface FreezeCommand extends CommandBase {
  readonly type: 'freeze' | 'unfreeze';
  readonly accountId: bigint;
}

/** Ends an account whose balance and holds are zero. */
export interface CloseCommand extends CommandBase {
  readonly type: 'close';
  readonly accountId: bigint;
}

/**
 * Undoes one entry, once. Reversing a debit returns to the lots it drew (an expired lot's share expires anew); reversing a
 * lot's credit takes what remains of the lot and is refused when part of it was spent. Either side of a transfer reverses both.
 */
export interface ReverseCommand extends CommandBase {
  readonly type: 'reverse';
  readonly accountId: bigint;
  readonly seq: bigint;
}

/** A credit to a lotted account as a lot with its own expiry and priority. */
export interface GrantLotCommand extends EntryBase {
  readonly type: 'grant-lot';
  readonly accountId: bigint;
  readonly amount: bigint;
  readonly contra: string;
  readonly funding: Funding;
  /** 0 to 1,000,000; lower is drawn first. */
  readonly priority: bigint;
  readonly expiresAt?: Instant;
}

/** Takes back what remains of one lot. Refused when nothing remains or open holds need it. */
export interface VoidLotCommand extends EntryBase {
  readonly type: 'void-lot';
  readonly accountId: bigint;
  readonly lotSeq: bigint;
  readonly contra: string;
}

/** Everything that can be asked of a balance. */
export type Command =
  | PostCommand
  | TransferCommand
  | HoldCommand
  | CaptureCommand
  | ReleaseCommand
  | SetFloorCommand
  | FreezeCommand
  | CloseCommand
  | ReverseCommand
  | GrantLotCommand
  | VoidLotCommand;

/** An account's numbers after a command. */
export interface BalanceAfter {
  readonly accountId: bigint;
  readonly balance: bigint;
  readonly held: bigint;
  readonly available: bigint;
  readonly seq: bigint;
}

/**
 * Why a command was refused, in the order the kernel checks: the first that applies is given. A refusal changes nothing and
 * does not use up the key. KEY_REUSED comes first of all for a key that is taken by other content.
 */
export type RefusalCode =
  | 'LEDGER_COMMAND_INVALID'
  | 'LEDGER_ACCOUNT_UNKNOWN'
  | 'LEDGER_KEY_REUSED'
  | 'LEDGER_AUTHORITY_LEGACY'
  | 'LEDGER_ACCOUNT_CLOSED'
  | 'LEDGER_ACCOUNT_FROZEN'
  | 'LEDGER_UNIT_MISMATCH'
  | 'LEDGER_ACCOUNT_NOT_LOTTED'
  | 'LEDGER_OCCURRED_IN_FUTURE'
  | 'LEDGER_EXPIRY_PASSED'
  | 'LEDGER_HOLD_UNKNOWN'
  | 'LEDGER_HOLD_CAPTURED'
  | 'LEDGER_HOLD_RELEASED'
  | 'LEDGER_HOLD_EXPIRED'
  | 'LEDGER_CAPTURE_EXCEEDS_HOLD'
  | 'LEDGER_ENTRY_UNKNOWN'
  | 'LEDGER_ENTRY_REVERSED'
  | 'LEDGER_ENTRY_NOT_REVERSIBLE'
  | 'LEDGER_LOT_UNKNOWN'
  | 'LEDGER_LOT_EMPTY'
  | 'LEDGER_LOT_SPENT'
  | 'LEDGER_ACCOUNT_NOT_EMPTY'
  | 'LEDGER_FLOOR_BREACHED'
  | 'LEDGER_OVERFLOW';

/** What became of one command. `after` holds the accounts it names, in the order from, to. */
export type Outcome =
  | { readonly status: 'posted'; readonly after: readonly BalanceAfter[] }
  /** The first result under this key: balance and seq are those of then; held and available those of now. */
  | { readonly status: 'replayed'; readonly after: readonly BalanceAfter[] }
  | {
      readonly status: 'refused';
      readonly code: RefusalCode;
      readonly detail: Readonly<Record<string, string>>;
      readonly after: readonly BalanceAfter[];
    }
  /** Nothing was done, because another command of its all-or-nothing call was refused. Never the kernel's own answer. */
  | { readonly status: 'abandoned'; readonly after: readonly BalanceAfter[] };

/** How the commands of one call belong together. */
export interface ExecuteOptions {
  /** All or nothing: any refusal leaves the whole call undone, the refused saying why and the others `abandoned`. */
  readonly atomic?: boolean;
}
