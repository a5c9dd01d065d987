import type { Handle } from '../engine.ts';

/** What a column's type is for a reader that does not know the engine. */
export type TypeFamily =
  | 'integer'
  | 'decimal'
  | 'float'
  | 'text'
  | 'boolean'
  | 'instant'
  | 'date'
  | 'time'
  | 'json'
  | 'uuid'
  | 'binary'
  | 'other';

/** One column as the database describes it. */
export interface ColumnInfo {
  readonly name: string;
  /** The engine's own name of the type, such as `numeric(10,2)`. */
  readonly type: string;
  readonly family: TypeFamily;
  readonly nullable: boolean;
  /** The collation its texts are kept in, as SQL names it; undefined where it has none, or the engine does not tell. */
  readonly collation?: string;
  /** True when a row that leaves the column out gets a value all the same: a default, a number of the row's own, an expression. */
  readonly hasDefault: boolean;
}

/** A foreign key. `onDelete` in lower case: `no action`, `cascade`, `set null`, `restrict`, `set default`. */
export interface ForeignKeyInfo {
  readonly columns: readonly string[];
  readonly referencedTable: string;
  readonly referencedColumns: readonly string[];
  readonly onDelete: string;
}

/** One table or view. Names as stored; `schema.name` where the schema is not the connection's own. */
export interface TableInfo {
  readonly name: string;
  readonly kind: 'table' | 'view';
  readonly columns: readonly ColumnInfo[];
  readonly primaryKey: readonly string[];
  /** Column lists of unique constraints and unique indexes, the primary key left out. */
  readonly uniqueKeys: readonly (readonly string[])[];
  readonly foreignKeys: readonly ForeignKeyInfo[];
  /** Names of the triggers on it, and whether each is enabled. */
  readonly triggers: readonly { readonly name: string; readonly enabled: boolean }[];
  /** An estimate the engine has at hand, never a scan; undefined where it has none. */
  readonly rowsEstimate: bigint | undefined;
}

/** Rows and one digest of a table's content: equal contents in any order give equal fingerprints, a changed value another. */
export interface TableFingerprint {
  readonly rows: bigint;
  /** Sums of 64-bit row hashes, as a text. A sum, not an XOR: equal pairs cancel in XOR. */
  readonly digest: string;
}

/** What a database has to bear at this moment, as far as it tells this session. */
export interface Pressure {
  /** Sessions of this database that wait for a lock. */
  readonly lockWaiters: number;
  /** How far the slowest replica is behind; undefined where there is none, or the session may not know. */
  readonly replicaLagMs: number | undefined;
}

/** Looking at a database without changing it. */
export interface Introspection {
  /** The server and its version, such as `PostgreSQL 15.18` or `MariaDB 10.11.14`. */
  version(handle: Handle): Promise<string>;
  /**
   * Every table and view of the connection's schema (and other user schemas), system tables left out, sorted by name; with `names`
   * those of them only, which costs no more in a database of many.
   */
  tables(handle: Handle, names?: readonly string[]): Promise<readonly TableInfo[]>;
  /** One table or view, or undefined when it does not exist. */
  table(handle: Handle, name: string): Promise<TableInfo | undefined>;
  /**
   * A canonical text of the schema: tables, columns with types and defaults, keys, indexes, checks, triggers, views, routines, each on
   * a line, sorted. Objects for which `include(name)` is false are left out, with everything that hangs on them.
   */
  schemaText(handle: Handle, include: (objectName: string) => boolean): Promise<string>;
  /** The content of a table over the named columns. Whole columns and types count, null differs from an empty text. */
  fingerprint(handle: Handle, table: string, columns: readonly string[]): Promise<TableFingerprint>;
  /** Bytes on disk of a table with its indexes, as far as the engine tells. */
  tableBytes(handle: Handle, table: string): Promise<bigint | undefined>;
  /** Whoever waits for locks now, and replicas that are behind. Never fails for want of a privilege. */
  pressure(handle: Handle): Promise<Pressure>;
  /** True where whoever writes waits for everybody who reads: the long looks of a cutover are then felt by the application. */
  readersHoldUpWriters(handle: Handle): Promise<boolean>;
  /** Names of the privileges still needed for DDL, triggers, and so on, that this session's user lacks; empty when all is there. */
  missingPrivileges(handle: Handle): Promise<readonly string[]>;
}
