import type { RawBuilder } from 'kysely';
import type { Instant } from '../../base/instant.ts';
import type { Handle, Trx } from '../engine.ts';

/** What a bulk column holds; decides how its values travel. `json` takes a JSON text. */
export type BulkKind = 'int64' | 'text' | 'instant' | 'json';

/** A value of a bulk column. Undefined is not allowed: a missing value is a mistake, null is a value. */
export type BulkValue = bigint | string | Instant | null;

/** Many rows as one parameter list, in column order. */
export interface BulkRows {
  /** Column names and kinds; the order of members is the order in each row. */
  readonly columns: Readonly<Record<string, BulkKind>>;
  readonly rows: readonly (readonly BulkValue[])[];
}

/** A duplicate of `conflict` leaves the stored row as it is; every other failure is thrown. */
export interface InsertIfAbsent {
  readonly table: string;
  readonly columns: readonly string[];
  /** A SELECT that yields the columns in that order, or a VALUES-like fragment. */
  readonly source: RawBuilder<unknown>;
  /** The columns of the unique constraint that may already hold the row. */
  readonly conflict: readonly string[];
}

/** Sets columns of many rows to values of their own, matched by key columns. */
export interface UpdateFromRows {
  readonly table: string;
  readonly rows: BulkRows;
  /** Columns of `rows` that match columns of the same name. */
  readonly key: readonly string[];
  /** Columns of `rows` written to columns of the same name. */
  readonly set: readonly string[];
  /** The key is the table's primary key; see `byPrimaryKey`. */
  readonly keyIsPrimary?: boolean;
  /** A further condition over `target.` (the table's row, as it is once locked) and `source.` (the row of `rows`). */
  readonly where?: RawBuilder<unknown>;
}

/** What bulk rows bind. */
export interface BulkBinding {
  /** Bulk rows of the same columns and shape are written with the same text. */
  readonly shape: string;
  /** What `rows` binds, in its order. */
  readonly parameters: readonly unknown[];
}

/** Sets columns of many rows from a query, matched by key columns. */
export interface UpdateFromQuery {
  readonly table: string;
  /** A SELECT without brackets. */
  readonly source: RawBuilder<unknown>;
  readonly key: readonly string[];
  /** Target column -> SQL over `target.` (the table's row) and `source.` (the query's row). */
  readonly set: Readonly<Record<string, RawBuilder<unknown>>>;
}

/** How long a transaction may wait and keep others waiting. What is left out stays as the session has it. */
export interface WaitLimits {
  readonly lockTimeoutMs?: number;
  /** For one statement. */
  readonly statementTimeoutMs?: number;
  /**
   * How long the transaction may stay open without a statement before the server ends the session, and with it the locks.
   * Without effect on SQLite and MySQL 8, which have no such limit.
   */
  readonly idleTimeoutMs?: number;
}

/** Whole statements and clauses that engines write differently. Each runs once, set-based, whatever the number of rows. */
export interface Statements {
  /** Rows as something to select from: `select r.id from <rows('r', ...)>`. Exact for 64-bit integers and any text. */
  rows(alias: string, rows: BulkRows): RawBuilder<unknown>;
  /** What `rows` binds, for a statement whose text was compiled before; see `BulkStatement`. */
  bindRows(rows: BulkRows): BulkBinding;
  /**
   * `column in (ids)` in a form for which the engine walks the column's index, however many ids there are; false for none.
   * Rows locked through it, with ORDER BY on the column, are locked in that order.
   */
  idIn(column: string, ids: readonly bigint[]): RawBuilder<boolean>;
  /**
   * A table as FROM names it, for statements that lock rows named by the primary key. However few rows there are, no other is
   * looked at: a scan would wait for rows that others hold and deadlock with them.
   */
  byPrimaryKey(table: string, alias: string): RawBuilder<unknown>;
  /** Inserts many rows by one statement. Returns the number inserted. */
  insertRows(handle: Handle, table: string, rows: BulkRows): Promise<bigint>;
  /** Inserts what is not there. Returns the number inserted. */
  insertIfAbsent(handle: Handle, insert: InsertIfAbsent): Promise<bigint>;
  /** The statement of `updateFromRows`; the rows' parameters come first. */
  updateFromRowsQuery(update: UpdateFromRows): RawBuilder<unknown>;
  /**
   * The same INSERT or UPDATE, which where it is deferred fails the transaction by itself, with whatever error, unless it
   * changes exactly that many rows. Elsewhere the count it returns tells. The number is its last parameter, if it is one.
   */
  exactly(statement: RawBuilder<unknown>, rows: number): RawBuilder<unknown>;
  /** Returns the number of rows matched. */
  updateFromRows(handle: Handle, update: UpdateFromRows): Promise<bigint>;
  /** Returns the number of rows matched or changed, as the engine counts. */
  updateFromQuery(handle: Handle, update: UpdateFromQuery): Promise<bigint>;
  /**
   * Inserts one row into a table whose primary key is an identity column `id`, and returns the id the database gave.
   * `values` are parameters by column.
   */
  insertReturningId(handle: Handle, table: string, values: Readonly<Record<string, BulkValue>>): Promise<bigint>;
  /** Locks the rows of a SELECT against other writers until the transaction ends; empty where the writer is alone anyway. */
  lockRows(): RawBuilder<unknown>;
  /** As `lockRows`, and against the guards of the application's tables too, which hold a switch up and are held up by it. */
  lockForSwitch(): RawBuilder<unknown>;
  /** As `lockRows`, passing over rows that others hold. Empty where the trait `skipLocked` is false. */
  lockRowsSkippingLocked(): RawBuilder<unknown>;
  /**
   * Follows a SELECT that must see what is committed now although the caller's own transaction may look at an older snapshot
   * (REPEATABLE READ of an adopted MySQL session). It locks the rows read. Empty where a snapshot cannot be older, or
   * locking a row that changed since it was taken fails.
   */
  readLatest(handle: Handle): RawBuilder<unknown>;
  /**
   * Makes a transaction of `Database.writeStaged` the writer, where it has only read until now; its temporary tables stay as they are. Does nothing
   * where it writes already.
   */
  beginWriting(trx: Trx): Promise<void>;
  /** The server's clock, read by one statement. */
  serverNow(handle: Handle): Promise<Instant>;
  /** For this transaction only; see `WaitLimits`. */
  limitWaits(trx: Trx, limits: WaitLimits): Promise<void>;
  /**
   * For this transaction only: rows named by their keys are reached through an index, however small or unknown the table is
   * to the planner. For transactions of our own; without effect where the planner does so anyway.
   */
  preferIndexes(trx: Trx): Promise<void>;
  /**
   * For this transaction only: has each statement planned for its own parameters and without warm-up, for transactions of a few
   * large set-based statements. Without effect where the engine does so anyway.
   */
  planForBulk(trx: Trx): Promise<void>;
  /**
   * For this transaction only: joins are planned for as many rows as whole tables have, however few the planner expects of a query that it
   * cannot see through; taking one side once per row of the other would never end. Without effect where the engine does not do that.
   */
  planForWhole(trx: Trx): Promise<void>;
  /**
   * Tells the planner how many rows the tables have now, after many were written, where its plans would otherwise be made for empty
   * tables until the server notices by itself. Inside a transaction for its own temporary tables only. Without effect where plans do not
   * depend on it.
   */
  refreshStatistics(handle: Handle, tables: readonly string[]): Promise<void>;
  /**
   * Statements that give this transaction an empty table which only its session sees, by physical name; `columns` are names and their
   * DDL types. For a query's result that is joined several times: planners know the size of a table, and not that of a subquery. `keys` are
   * the columns by which a row is found, each list unique: an index serves whatever a planner thinks of the sizes.
   */
  temporaryTable(
    name: string,
    columns: Readonly<Record<string, string>>,
    keys?: readonly (readonly string[])[],
  ): readonly string[];
  /**
   * Keeps the rows of a query for the rest of a read-only transaction that reads them several times, where the engine lets a session
   * that may not write have a table of its own, and gives the query to read in its place; elsewhere that is the same query. `name` is
   * the table's, whose rows stay until `dropKeptRows`.
   */
  keepRows(trx: Trx, name: string, query: RawBuilder<unknown>): Promise<RawBuilder<unknown>>;
  /** Lets go of what `keepRows` kept under these names. An aborted transaction takes it along by itself. */
  dropKeptRows(trx: Trx, names: readonly string[]): Promise<void>;
  /**
   * CREATE TRIGGER statements that make UPDATE and DELETE (and TRUNCATE where a trigger can see it) on a table fail as
   * `append-only`. `deleteAllowedWhen` is a condition over `OLD.` in portable SQL under which a row may still be deleted.
   */
  appendOnly(table: string, deleteAllowedWhen?: string): readonly string[];
  /** Removes what `appendOnly` made, so that the table can be dropped or a rollback can delete its own rows. */
  dropAppendOnly(table: string): readonly string[];
  /** CREATE UNIQUE INDEX over rows where `column` is not null: partial where the engine can, else plain (null never collides). */
  uniqueIndexWhereNotNull(name: string, table: string, columns: readonly string[], column: string): string;
  /** CREATE VIEW from a SELECT text, replacing an earlier one. The text must not hold parameters. */
  createView(name: string, select: string): readonly string[];
}
