import type { Dialect as KyselyDialect } from 'kysely';
import type { Engine } from './engine.ts';
import type { DriverFailure } from './driver-failure.ts';
import type { ColumnTypes } from './contract/column-types.ts';
import type { Expressions } from './contract/expressions.ts';
import type { Introspection } from './contract/introspection.ts';
import type { OrderedKey } from './contract/ordered-key.ts';
import type { Statements } from './contract/statements.ts';
import type { BackupTools } from './contract/backup-tools.ts';
import type { TriggerTools } from './contract/trigger-tools.ts';

/** What engines can or cannot do. Code asks these, never the engine's name. */
export interface DialectTraits {
  /** DDL takes part in transactions and is undone with them. Without it, each DDL step must be repeatable on its own. */
  readonly transactionalDdl: boolean;
  /** Several transactions can write at the same time. SQLite has one writer. */
  readonly concurrentWriters: boolean;
  /** `RETURNING` on INSERT, UPDATE and DELETE. MariaDB lacks it on UPDATE and MySQL has none. */
  readonly returning: boolean;
  /** `FOR UPDATE SKIP LOCKED`. */
  readonly skipLocked: boolean;
  /** The database is one file of this machine, opened in this process. */
  readonly embedded: boolean;
  /** Instants keep microseconds as the server's own clock gives them; SQLite's clock has milliseconds. */
  readonly clockMicros: boolean;
  /** A transaction can be told to wait at most so long for a lock. */
  readonly lockTimeoutPerTransaction: boolean;
}

/** How a session is opened. */
export interface OpenOptions {
  /** `read-only` sessions are held to it by the database itself, for every transaction on every connection of the pool. */
  readonly access: 'read-write' | 'read-only';
  /** Connections at most. SQLite has one writer; above one also a reader for single queries, and at least one for read transactions. */
  readonly poolMax: number;
  /** Longest wait for a lock before the statement fails with `lock-timeout` (SQLite: `busy`). */
  readonly lockTimeoutMs: number;
  /** Longest run of one statement before it fails with `statement-timeout`; 0 for none. Without effect on SQLite. */
  readonly statementTimeoutMs: number;
  /** Shown in the server's list of connections. */
  readonly applicationName: string;
}

/** Defaults of `OpenOptions` for the application's own use. */
export const openDefaults: OpenOptions = {
  access: 'read-write',
  poolMax: 10,
  lockTimeoutMs: 10_000,
  statementTimeoutMs: 0,
  applicationName: 'carryover',
};

/** Where a connection goes, read from a URL and checked. The password never leaves this object but into a driver or a child's environment. */
export interface ConnectionTarget {
  readonly engine: Engine;
  /** The URL with its password replaced, for messages. */
  readonly shown: string;
  /** SQLite: the file's absolute path. Servers: the database's name. */
  readonly database: string;
  readonly host?: string;
  readonly port?: number;
  /** A unix socket (MySQL) or the folder that holds it (PostgreSQL). */
  readonly socketPath?: string;
  readonly user?: string;
  readonly password?: string;
  readonly ssl?: 'disable' | 'require' | 'verify-ca' | 'verify-full';
  /** Further parameters of the URL which the dialect knows. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** One engine's answers. An implementation holds no state but constants; connections belong to `Database`. */
export interface Dialect {
  readonly engine: Engine;
  readonly traits: DialectTraits;
  /** By product, as `Introspection.version` names it, the lowest version that this dialect works on. */
  readonly lowestVersions: Readonly<Record<string, string>>;
  readonly columnTypes: ColumnTypes;
  readonly expressions: Expressions;
  /** The same for texts that stay in the database (views) and are read by other clients: plain SQL, without functions of ours. */
  readonly viewExpressions: Expressions;
  readonly orderedKey: OrderedKey;
  readonly statements: Statements;
  readonly introspection: Introspection;
  readonly backup: BackupTools;
  readonly triggers: TriggerTools;

  /**
   * Reads a URL of this engine. `: / @ % ?` in user and password may be percent-encoded or, where unambiguous, written as
   * they are; IPv6 hosts in brackets; unix sockets by `?socket=`. Throws `SQL_URL_INVALID` without showing the password.
   */
  parseUrl(url: string): ConnectionTarget;

  /**
   * A Kysely dialect over this engine's driver which, in one place, sends bigint and Instant exactly and reads every SQL
   * integer as `bigint`, every instant column as `Instant`, dates and times of day as text, decimals as text, JSON as text on
   * SQLite, MySQL and MariaDB and parsed on PostgreSQL. It begins writers as `Trx` says, honours Kysely's `accessMode: 'read only'` by a consistent
   * read-only snapshot, and throws `SQL_COMMIT_UNKNOWN` when the connection is lost while COMMIT is under way.
   */
  connect(target: ConnectionTarget, options: OpenOptions): KyselyDialect;

  /**
   * The same decoding over a connection the caller owns (a `pg` client, a `mysql2` promise connection, a `better-sqlite3`
   * database), inside a transaction the caller began. Begin, commit and rollback through it are programming errors.
   */
  adopt(connection: unknown): KyselyDialect;

  /** What an error of the driver means, or undefined when it is not one of this driver's. Looks at `cause` chains too. */
  classify(error: unknown): DriverFailure | undefined;
}
