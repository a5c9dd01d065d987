import type { RawBuilder } from 'kysely';
import type { TSchema } from 'typebox';
import type { Instant } from '../base/instant.ts';
import type { Unit } from '../base/amounts.ts';
import type { ColumnTypes } from '../sql/contract/column-types.ts';
import type { Expressions, Fragment } from '../sql/contract/expressions.ts';
import type { TypeFamily } from '../sql/contract/introspection.ts';
import type { Database } from '../sql/database.ts';
import type { SchemaMigration } from '../sql/schema-migration.ts';
import type { AccountStatus } from '../ledger/types.ts';
import type { LiveCutover, LotRow } from './live-descriptor.ts';

/** A legacy table a system reads, under the system's own name for it; config maps it to the user's name. */
export interface LegacyTable {
  /** The system's name, also the default physical name. */
  readonly name: string;
  readonly columns: readonly LegacyColumn[];
  /** False for a table that an installation may lack; queries must then not read it. */
  readonly required: boolean;
}

/** A legacy column and the families of types the queries can read. A missing or mistyped column stops the run before anything is read. */
export interface LegacyColumn {
  readonly name: string;
  readonly families: readonly TypeFamily[];
  /** False for a column that an installation may lack. */
  readonly required: boolean;
}

/** The user's names: per system table its physical name and the physical names of columns that differ. */
export type LegacyMapping = Readonly<
  Record<string, { readonly table?: string; readonly columns?: Readonly<Record<string, string>> }>
>;

/** What chunks go along: each chunk is a range of this key, and holds whole accounts with all their facts. */
export interface Walk {
  /** The legacy table whose keys are walked; facts with other keys fall into the range they sort into, or the last. */
  readonly table: string;
  readonly column: string;
  /** How the key is compared: as an integer, or as text in the order of the column itself. */
  readonly type: 'integer' | 'text';
}

/** Keys after `after` up to and with `upTo`; null means no bound on that side. */
export interface WalkRange {
  readonly after: bigint | string | null;
  readonly upTo: bigint | string | null;
}

/** Some keys of a walk, by themselves. */
export interface KeySet {
  readonly keys: readonly (bigint | string)[];
}

/** What a query of the system is built for. */
export type KeyScope = WalkRange | KeySet;

/** What a descriptor's queries are built from. Queries are `sql` templates in portable SQL, with `expressions` for the rest. */
export interface LegacySource<Policy> {
  readonly expressions: Expressions;
  readonly policy: Policy;
  /** Fixed once per run: the present, for every rule that asks how long ago (T-11). */
  readonly asOf: Instant;
  /** The mapped table, to stand behind FROM or JOIN. */
  table(name: string): RawBuilder<unknown>;
  /** The mapped column, qualified by an alias of the query: `source.column('p', 'payments', 'amount_paid')`. */
  column(alias: string, table: string, column: string): RawBuilder<unknown>;
  /** True when the database has an optional table or column. */
  has(table: string, column?: string): boolean;
  /**
   * The query that a name of the system's `shared` stands for, to be read as a derived table: as it is given, or a query of rows that were
   * kept, in a look at the whole on an engine that can, and in a chunk as `staged` says. The same name must stand for the same rows everywhere. In a chunk
   * `accounts` are those of its keys under legacy authority: `id`, `kind`, `owner` and `balance`; a copy begins from them.
   */
  shared(name: string, query: () => RawBuilder<unknown>): RawBuilder<unknown>;
  /** A condition that a walk key lies in the range this query is built for; always true for the whole. Must be applied to every table that is read by key. */
  inRange(key: Fragment): RawBuilder<boolean>;
  /**
   * The same condition for accounts, over their column `walk_key`: an invariant that sums accounts names it, so that both of its sides
   * leave out what is being written right now and what the ledger decides already.
   */
  ofAccounts(walkKey: Fragment): RawBuilder<boolean>;
}

/** Rows that many of a system's queries begin from, such as one per enrolment with what is derived of it. */
export interface SharedRows<Policy> {
  readonly name: string;
  /** Gives its query through `source.shared(name, ...)`, and may begin from those that stand before it in the list. */
  rows(source: LegacySource<Policy>): RawBuilder<unknown>;
  /** The columns with their types, where deriving the rows costs so much that a chunk does it once and keeps them for all queries. */
  staged?(types: ColumnTypes): Readonly<Record<string, string>>;
}

/** A row of `accounts`. Order and types of the selected columns are these, by name. */
export interface AccountRow {
  readonly kind: string;
  readonly owner: string;
  readonly unit: string;
  readonly floor: bigint | null;
  readonly status: AccountStatus;
  /** 0 or 1. */
  readonly lotted: bigint;
  readonly opened_at: Instant;
  /** The key of the walk whose range holds the account, as text. */
  readonly walk_key: string;
}

/** A row of `history`: one legacy fact on one account. `source` is unique within an account. */
export interface HistoryRow {
  /** The account's kind and owner. */
  readonly account_kind: string;
  readonly owner: string;
  /** The fact's own name: `payments:123`. */
  readonly source: string;
  readonly amount: bigint;
  readonly entry_kind: string;
  readonly contra: string;
  readonly occurred_at: Instant;
  /** JSON text of facts worth keeping, or null. */
  readonly details: string | null;
}

/** A row of `expected`: the balance an account should have, by a path that shares nothing with `history`. Every account is there, zero included. */
export interface ExpectedRow {
  readonly account_kind: string;
  readonly owner: string;
  readonly balance: bigint;
}

/** A row of a fact table's `classify`: every row of the legacy table exactly once. */
export interface ClassifiedRow {
  /** As in `HistoryRow.source`. */
  readonly source: string;
  readonly outcome: 'carried' | 'excluded' | 'quarantined';
  /** A kebab-case reason for excluded and quarantined rows, null for carried. */
  readonly reason: string | null;
  /** What a person would look the row up by (ids only), such as `student 12, group 3, month 2026-01`. */
  readonly subject: string;
}

/** A legacy table of facts, of which every row is accounted for: carried, excluded by a rule, or quarantined. */
export interface FactTable<Policy> {
  readonly table: string;
  classify(source: LegacySource<Policy>): RawBuilder<ClassifiedRow>;
  /** What each reason means, and for quarantine what to correct. */
  readonly reasons: Readonly<Record<string, string>>;
}

/** A row that a finding's query gives. */
export interface FindingRow {
  /** What it concerns, by ids: `enrolment 12:3`. */
  readonly subject: string;
  /** JSON text with the numbers. */
  readonly details: string;
}

/**
 * A named check of legacy data. `info` is worth knowing; `review` wants a person but a policy decides meanwhile; `stop` keeps
 * the cutover from starting until it is gone or accepted by config.
 */
export interface FindingCheck<Policy> {
  /** Kebab-case, stable: `duplicate-month`. */
  readonly code: string;
  readonly severity: 'info' | 'review' | 'stop';
  readonly title: string;
  /** What the policy in force does about it, with the setting's name. */
  treatment(policy: Policy): string;
  rows(source: LegacySource<Policy>): RawBuilder<FindingRow>;
}

/** A row of an invariant: two numbers that must be equal, each computed on its own side. Decimal texts, since sums may leave 64 bits. */
export interface InvariantRow {
  readonly label: string;
  readonly legacy_value: string;
  readonly ledger_value: string;
}

/** A named predicate over both sides. No rows means that nothing could be checked, which is a failure of its own. */
export interface Invariant<Policy> {
  readonly name: string;
  /** One sentence for people. */
  readonly statement: string;
  compare(source: LegacySource<Policy>): RawBuilder<InvariantRow>;
}

/** Backfill of one of the system's own tables from legacy, chunk by chunk, in the chunk's transaction. */
export interface Copy<Policy> {
  readonly table: string;
  readonly columns: readonly string[];
  /** The unique columns a row is recognised by; a row that is there already is updated only in `refreshed`. */
  readonly key: readonly string[];
  /** Columns a re-run brings up to date; all others keep what was changed since (T-16). */
  readonly refreshed: readonly string[];
  /** True where its rows depend on the balances or entries that are posted together with them. Absent: no, and they may be selected before. */
  readonly afterPosting?: boolean;
  /** Selects `columns` in order. May join `carryover_accounts`. */
  select(source: LegacySource<Policy>): RawBuilder<unknown>;
}

/** A read view under a name of the seed's documents. */
export interface CompatibilityView {
  readonly name: string;
  /** SELECT text with physical names and no parameters. */
  readonly select: string;
}

/** Physical names for view texts: mapped legacy names, quoted for the engine, and Carryover's own with the prefix. */
export interface PhysicalNames {
  readonly database: Database;
  table(name: string): string;
  column(table: string, column: string): string;
}

/** Something legacy could not hold, were the ledger's state carried back; listed at plan time. */
export interface RollbackLimit {
  readonly name: string;
  readonly statement: string;
}

/** A system: what it reads, what becomes of it, and how that is checked. The engine does the rest the same way for all. */
export interface SystemDescriptor<Policy = unknown> {
  readonly name: string;
  readonly title: string;
  /** Settings with defaults, as a typebox object; config is checked against it with exact messages. */
  readonly policySchema: TSchema;
  units(policy: Policy): readonly Unit[];
  readonly legacy: readonly LegacyTable[];
  readonly walk: Walk;
  /** The system's own tables. */
  readonly schemaMigrations: readonly SchemaMigration[];
  /** What a look at the whole reads once, in this order, where the engine can keep rows; absent: nothing. */
  readonly shared?: readonly SharedRows<Policy>[];
  accounts(source: LegacySource<Policy>): RawBuilder<AccountRow>;
  history(source: LegacySource<Policy>): RawBuilder<HistoryRow>;
  expected(source: LegacySource<Policy>): RawBuilder<ExpectedRow>;
  /** The terms of the credits that open lots; needed where `accounts` gives lotted ones. */
  lots?(source: LegacySource<Policy>): RawBuilder<LotRow>;
  readonly facts: readonly FactTable<Policy>[];
  readonly copies: readonly Copy<Policy>[];
  readonly findings: readonly FindingCheck<Policy>[];
  readonly invariants: readonly Invariant<Policy>[];
  readonly rollbackLimits: readonly RollbackLimit[];
  views(names: PhysicalNames, policy: Policy): readonly CompatibilityView[];
  /** Absent: legacy must stand still from backfill on, and accounts cannot be switched. */
  readonly live?: LiveCutover<Policy>;
}
