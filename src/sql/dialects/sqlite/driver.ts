import type BetterSqlite3 from 'better-sqlite3';
import {
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect as KyselyDialect,
  type Driver,
  type QueryResult,
  type TransactionSettings,
} from 'kysely';
import type { ConnectionTarget, OpenOptions } from '../../dialect.ts';
import { STAGED_ISOLATION } from '../../engine.ts';
import { Connections } from './connections.ts';
import { OpenFile } from './open-file.ts';
import { BEGIN_WRITING, Session } from './session.ts';

/**
 * The driver over the connections of one file. What values become is told by `value-codec.ts`: integers are bigint; a
 * column named `..._at` with the 27 characters of an instant is an Instant; decimals, dates and JSON are text.
 */
class SqliteDriver implements Driver {
  readonly #connections: Connections;
  readonly #shown: string;

  constructor(target: ConnectionTarget, options: OpenOptions) {
    this.#connections = new Connections(target, options);
    this.#shown = target.shown;
  }

  async init(): Promise<void> {
    await this.#connections.init();
  }

  async acquireConnection(): Promise<Session> {
    return new Session(this.#connections, this.#shown);
  }

  async beginTransaction(session: Session, settings: TransactionSettings): Promise<void> {
    const isStaged = settings.isolationLevel === STAGED_ISOLATION;
    await session.begin(isStaged ? 'staged' : (settings.accessMode ?? 'read write'));
  }

  async commitTransaction(session: Session): Promise<void> {
    await session.commit();
  }

  async rollbackTransaction(session: Session): Promise<void> {
    await session.rollback();
  }

  async savepoint(session: Session, name: string): Promise<void> {
    await session.control(`savepoint ${quoteName(name)}`);
  }

  async rollbackToSavepoint(session: Session, name: string): Promise<void> {
    await session.control(`rollback to ${quoteName(name)}`);
  }

  async releaseSavepoint(session: Session, name: string): Promise<void> {
    await session.control(`release ${quoteName(name)}`);
  }

  /** The session's lease went back with its transaction. */
  async releaseConnection(): Promise<void> {}

  async destroy(): Promise<void> {
    this.#connections.close();
  }
}

/** Statements on a connection that the caller opened, inside the transaction the caller began. */
class AdoptedDriver implements Driver, DatabaseConnection {
  readonly #file: OpenFile;

  constructor(connection: BetterSqlite3.Database) {
    this.#file = new OpenFile(connection);
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    if (!this.#file.connection.inTransaction)
      throw new Error('the adopted connection has no transaction open; run BEGIN IMMEDIATE on it first');
    return this;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    if (query.sql === BEGIN_WRITING) return { rows: [] };
    return this.#file.run<R>(query.sql, query.parameters);
  }

  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    yield this.#file.run<R>(query.sql, query.parameters);
  }

  async beginTransaction(): Promise<void> {
    throw new Error('the transaction of an adopted connection belongs to the caller');
  }

  async commitTransaction(): Promise<void> {
    await this.beginTransaction();
  }

  async rollbackTransaction(): Promise<void> {
    await this.beginTransaction();
  }

  async releaseConnection(): Promise<void> {}

  async destroy(): Promise<void> {}
}

/** Kysely's adapter says that SQLite has one connection, and would queue every query behind every other. */
class PooledSqliteAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true;
  }

  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

function kyselyDialect(createDriver: () => Driver): KyselyDialect {
  return {
    createDriver,
    createAdapter: () => new PooledSqliteAdapter(),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createIntrospector: (handle) => new SqliteIntrospector(handle),
  };
}

/** See `Dialect.connect`. Files are opened at the first statement. */
export function connectSqlite(target: ConnectionTarget, options: OpenOptions): KyselyDialect {
  return kyselyDialect(() => new SqliteDriver(target, options));
}

/**
 * See `Dialect.adopt`. Takes a better-sqlite3 database of any copy of the package whose SQLite is 3.51 or newer: bulk rows
 * travel by its `jsonb_each`. Throws an Error for an older one.
 *
 * When application and Carryover also open the file side by side in one process, both must load the same copy: of two
 * SQLite libraries in one process, closing a file in one gives up the locks of the other (sqlite.org/howtocorrupt.html, 2.2.1).
 */
export function adoptSqlite(connection: unknown): KyselyDialect {
  const adopted = connection as BetterSqlite3.Database;
  const version = String(adopted.prepare('select sqlite_version()').pluck().get());
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major === 3 && minor < 51) {
    throw new Error(
      `Cannot work on the adopted connection: its SQLite is ${version}, against 3.51 at least. Upgrade better-sqlite3.`,
    );
  }
  return kyselyDialect(() => new AdoptedDriver(adopted));
}

/** An identifier as SQL text. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
