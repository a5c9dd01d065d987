import type { RawBuilder } from 'kysely';
import type { Instant } from '../base/instant.ts';
import type { Funding } from '../ledger/types.ts';
import type { Expressions } from '../sql/contract/expressions.ts';
import type { Database } from '../sql/database.ts';
import type { Trx } from '../sql/engine.ts';
import type { LegacySource } from './descriptor.ts';
import type { LegacySchema } from './legacy-schema.ts';

/** A legacy row inside a trigger: OLD or NEW. Everything it gives becomes text of the trigger, so no parameter may be bound. */
export interface CapturedRow {
  /** Plain SQL, without functions of ours: triggers run in the sessions of the application. */
  readonly expressions: Expressions;
  /** A column of the row being written, by the system's name for it. */
  column(name: string): RawBuilder<unknown>;
  /** A mapped legacy table, to look further keys up. */
  table(name: string): RawBuilder<unknown>;
  /** A mapped column behind an alias of the look-up. */
  columnOf(alias: string, table: string, column: string): RawBuilder<unknown>;
  /** True when the database has this optional column of the row. */
  has(column: string): boolean;
}

/** Whom a legacy row concerns. Both are text. */
export interface SubjectRow {
  readonly walk_key: string;
  readonly owner: string;
}

/**
 * That a row of a table is one fact of `history` by itself: whatever is written to the row, no other fact changes, and neither is any other
 * fact read from this table. A drain then derives the rows that were written, and not all facts of their accounts. Where that is not so, an
 * update is lost until the next sweep, so leave it out where in doubt.
 */
export interface OwnFact<Policy = unknown> {
  /** A key of the table. Its text makes the fact's source, behind the prefix. */
  readonly column: string;
  /** What `history` begins the source with: `credit_usage:`. No other table's prefix may begin with it. */
  readonly prefix: string;
  /** Which rows it holds for, as a condition over columns of the row; absent: all. A row that is changed from one to the other is derived with all of its account. */
  isAlone?(row: CapturedRow): RawBuilder<unknown>;
  /** Whether it holds under a policy; absent: under each. */
  holds?(policy: Policy): boolean;
}

/** A legacy table whose writes are seen, and how a row names the accounts it concerns. */
export interface CapturedTable<Policy = unknown> {
  /** The system's name of the table. */
  readonly table: string;
  /**
   * A SELECT that gives the subjects of one row, none where it concerns nobody. A key that the row does not hold is looked up
   * here: attendance -> session -> group.
   */
  subjects(row: CapturedRow): RawBuilder<SubjectRow>;
  /** Kinds of account that the table's rows move. Writes are refused for owners of which one of these is under ledger authority; none are where it is empty. */
  readonly decides: readonly string[];
  /** What to call instead, shown by the refusal: `carryover tuition record-payment`. */
  readonly instead: string;
  /** Absent: whatever is noted down is refused too. */
  readonly refuses?: RefusedChanges;
  /** Absent: a row may count for any fact of its accounts, so all of them are derived whenever one is written. */
  readonly fact?: OwnFact<Policy>;
}

/** Which changes of a captured table are refused, where that is less than what is noted down. */
export interface RefusedChanges {
  /** Columns whose change is refused, by the system's names; absent: all that the system reads. Rows that come or go are refused all the same. */
  readonly columns?: readonly string[];
  /** For whom a row is refused, where it concerns others too; absent: its `subjects`. */
  subjects?(row: CapturedRow): RawBuilder<SubjectRow>;
}

/** A row of `lots`: the fact of that source is a credit which opens a lot on these terms. Credits it does not name become paid lots without expiry. */
export interface LotRow {
  readonly account_kind: string;
  readonly owner: string;
  readonly source: string;
  readonly funding: Funding;
  /** 0 to 1,000,000; lower is drawn first. */
  readonly priority: bigint;
  readonly expires_at: Instant | null;
}

/** An entry made under ledger authority which legacy has not been told of. */
export interface EntryToMirror {
  readonly accountId: bigint;
  /** The account's kind, owner and walk key; the key is null where legacy never had the owner. */
  readonly accountKind: string;
  readonly owner: string;
  readonly walkKey: string | null;
  readonly seq: bigint;
  readonly amount: bigint;
  readonly balanceAfter: bigint;
  readonly entryKind: string;
  readonly contra: string | null;
  readonly key: string;
  /** The entry it undoes, with the source under which legacy knows that one, if it does. */
  readonly reversesSeq: bigint | null;
  readonly reversesSource: string | null;
  readonly details: Readonly<Record<string, string | number | boolean | null>> | null;
  readonly reason: string | null;
  readonly actor: string;
  readonly occurredAt: Instant;
}

/** Which legacy fact stands for an entry from now on: the `source` that `history` gives it, carried before or just written. */
export interface MirroredEntry {
  readonly accountId: bigint;
  readonly seq: bigint;
  readonly source: string;
}

/** One transaction in which guards and capture let legacy writes pass. */
export interface CarryBackWrite<Policy> {
  readonly database: Database;
  readonly trx: Trx;
  /** Reads and names legacy; its `asOf` is the present of this transaction. */
  readonly source: LegacySource<Policy>;
  /** The legacy tables as the database has them, for names and types that an INSERT needs. */
  readonly legacy: LegacySchema;
  /** In order of account and seq: all entries of these accounts that legacy was not told of. */
  readonly entries: readonly EntryToMirror[];
}

/** State of an account that legacy has no place for. A rollback of the account would lose it. */
export interface LossRow {
  readonly kind: string;
  readonly owner: string;
  /** The name of the rollback limit it falls under. */
  readonly name: string;
  /** JSON text with the numbers. */
  readonly details: string;
}

/** How what happens under ledger authority goes back into legacy. */
export interface CarryBack<Policy> {
  /**
   * Writes legacy rows such that legacy says the balances after these entries, and names the fact that stands for each. Afterwards
   * `expected` gives each account's balance, and `history` sums to it, except for what `losses` names.
   */
  mirror(write: CarryBackWrite<Policy>): Promise<readonly MirroredEntry[]>;
  /**
   * What would be lost now of some accounts. `accounts` is a query of rows of `carryover_accounts`, of this system and under ledger authority:
   * a few of them where few go back, so that everything else is to be reached from them.
   */
  losses(source: LegacySource<Policy>, accounts: RawBuilder<unknown>): RawBuilder<LossRow>;
}

/** What a system needs beyond its queries to be carried while it is in use. */
export interface LiveCutover<Policy> {
  /** Every legacy table that `history`, `expected` or `accounts` read. */
  readonly captured: readonly CapturedTable<Policy>[];
  readonly carryBack: CarryBack<Policy>;
  /** Legacy columns that hold nothing but what the ledger holds now: `contract --drop-legacy` removes them. */
  readonly superseded?: readonly { readonly table: string; readonly columns: readonly string[] }[];
}
