import { Kysely, type TransactionBuilder } from 'kysely';
import { CarryoverError } from '../base/errors.ts';
import { retry, transactionRetry, type RetryPolicy } from '../base/retry.ts';
import type { ConnectionTarget, Dialect, OpenOptions } from './dialect.ts';
import { openDefaults } from './dialect.ts';
import { isTransient, type DriverFailure } from './driver-failure.ts';
import { STAGED_ISOLATION, type Handle, type NoTables, type Trx } from './engine.ts';
import { dialectFor } from './dialects/index.ts';
import { sqlDiskFull, sqlLockTimeout, sqlUnreachable } from './sql-errors.ts';
import { TablePrefixPlugin } from './table-prefix-plugin.ts';

/** The prefix of Carryover's own tables as the code writes them. */
export const DEFAULT_PREFIX = 'carryover_';

/** How `openDatabase` opens. */
export interface DatabaseOptions extends Partial<OpenOptions> {
  /** Stands in place of `carryover_` in the names of Carryover's tables, views and triggers. */
  readonly tablePrefix?: string;
}

/** An open database: its dialect, a pool, and transactions that are retried as a whole. */
export class Database {
  readonly dialect: Dialect;
  readonly target: ConnectionTarget;
  readonly options: OpenOptions;
  readonly tablePrefix: string;
  /** For statements outside a transaction. */
  readonly handle: Handle;

  constructor(
    dialect: Dialect,
    target: ConnectionTarget,
    open: { readonly options: OpenOptions; readonly tablePrefix: string },
  ) {
    const { options, tablePrefix } = open;
    this.dialect = dialect;
    this.target = target;
    this.options = options;
    this.tablePrefix = tablePrefix;
    this.handle = this.#kysely(dialect.connect(target, options));
  }

  #kysely(dialect: ReturnType<Dialect['connect']>): Kysely<NoTables> {
    return new Kysely<NoTables>({ dialect, plugins: [new TablePrefixPlugin(DEFAULT_PREFIX, this.tablePrefix)] });
  }

  /** The physical name of one of Carryover's own tables, for DDL texts and messages. */
  tableName(name: string): string {
    return name.startsWith(DEFAULT_PREFIX) ? `${this.tablePrefix}${name.slice(DEFAULT_PREFIX.length)}` : name;
  }

  /**
   * Runs a writing transaction; a deadlock, serialization failure or busy database runs the work again from its start, within
   * the policy. The work must have no effects outside the transaction. Throws `SQL_COMMIT_UNKNOWN` untried.
   */
  async write<T>(work: (trx: Trx) => Promise<T>, policy: RetryPolicy = transactionRetry): Promise<T> {
    return this.#transact(this.handle.transaction(), work, policy);
  }

  /**
   * As `write`, for work that reads much before it writes. Where there is one writer the others write meanwhile: the work reads, into temporary
   * tables and each statement what is committed by then, until `statements.beginWriting` makes it the writer. It must write nothing else before.
   */
  async writeStaged<T>(work: (trx: Trx) => Promise<T>): Promise<T> {
    const transaction = this.handle.transaction();
    const { concurrentWriters } = this.dialect.traits;
    return this.#transact(concurrentWriters ? transaction : transaction.setIsolationLevel(STAGED_ISOLATION), work);
  }

  /** Runs reads on one consistent snapshot which the database keeps from writing. */
  async read<T>(work: (trx: Trx) => Promise<T>): Promise<T> {
    return this.#transact(this.handle.transaction().setAccessMode('read only'), work);
  }

  #transact<T>(
    transaction: TransactionBuilder<NoTables>,
    work: (trx: Trx) => Promise<T>,
    policy: RetryPolicy = transactionRetry,
  ): Promise<T> {
    return retry(
      policy,
      (error) => isTransient(this.classify(error)),
      () => transaction.execute(work),
    ).catch((error: unknown) => {
      throw this.explain(error);
    });
  }

  /** Wraps a transaction that the caller began on a connection of the same database, by the driver's own object. */
  adopt(connection: unknown): Trx {
    return this.#kysely(this.dialect.adopt(connection)) as unknown as Trx;
  }

  /** What an error of the driver means; undefined for any other error. */
  classify(error: unknown): DriverFailure | undefined {
    return error instanceof CarryoverError ? undefined : this.dialect.classify(error);
  }

  /** A CarryoverError for failures a user can act on (unreachable, lock timeout, full disk); other errors as they came. */
  explain(error: unknown): unknown {
    const failure = this.classify(error);
    if (failure === undefined) return error;
    const shown = this.target.shown;
    if (failure.kind === 'lock-timeout' || failure.kind === 'busy') {
      return new CarryoverError(sqlLockTimeout, { shown, waitedMs: this.options.lockTimeoutMs }, error);
    }
    if (failure.kind === 'disk-full') return new CarryoverError(sqlDiskFull, { shown }, error);
    const reason = UNREACHABLE_REASON[failure.kind];
    return reason === undefined ? error : new CarryoverError(sqlUnreachable, { shown, reason }, error);
  }

  /** Closes every connection. Open transactions are aborted. */
  async close(): Promise<void> {
    await this.handle.destroy();
  }
}

const UNREACHABLE_REASON: Partial<Record<DriverFailure['kind'], string>> = {
  'connection-lost': 'the connection was lost',
  'connection-refused': 'connection refused',
  authentication: 'the user or password was not accepted',
  'database-missing': 'there is no such database',
};

/**
 * Opens a database by its URL and checks that it answers. Throws `SQL_URL_INVALID`, `SQL_UNREACHABLE`.
 */
export async function openDatabase(url: string, options: DatabaseOptions = {}): Promise<Database> {
  const dialect = dialectFor(url);
  return openTarget(dialect, dialect.parseUrl(url), options);
}

/** Opens a target that was parsed or made before, such as a scratch database. */
export async function openTarget(
  dialect: Dialect,
  target: ConnectionTarget,
  options: DatabaseOptions = {},
): Promise<Database> {
  const { tablePrefix = DEFAULT_PREFIX, ...open } = options;
  const database = new Database(dialect, target, { options: { ...openDefaults, ...open }, tablePrefix });
  try {
    await dialect.statements.serverNow(database.handle);
    return database;
  } catch (error) {
    await database.close().catch(() => undefined);
    throw database.explain(error);
  }
}
