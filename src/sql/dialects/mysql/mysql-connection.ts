import { CompiledQuery, type DatabaseConnection, type QueryResult, type TransactionSettings } from 'kysely';
import type { Connection } from 'mysql2';
import { CarryoverError } from '../../../base/errors.ts';
import type { DriverFailureKind } from '../../driver-failure.ts';
import { sqlCommitUnknown } from '../../sql-errors.ts';
import { classifyMysqlError } from './classify.ts';
import { runStatement, streamStatement } from './run-statement.ts';

/**
 * After these the server has undone the transaction, or (lock timeout) one statement of it only. A later statement would
 * then run alone and be committed at once, so nothing but a rollback is let through.
 */
const DOOMING: ReadonlySet<DriverFailureKind> = new Set([
  'deadlock',
  'serialization',
  'lock-timeout',
  'connection-lost',
]);

/** A COMMIT that fails in one of these ways did not happen; after any other failure it may have. */
const COMMIT_DENIED: ReadonlySet<DriverFailureKind> = new Set(['deadlock', 'serialization', 'read-only']);

/**
 * One session with what the driver must know about it.
 *
 *     idle --begin--> open --commit/rollback--> idle
 *                      \--deadlock, lock timeout--> doomed --rollback--> idle
 *     any --connection lost--> lost, for good
 */
export class MysqlConnection implements DatabaseConnection {
  readonly raw: Connection;
  readonly #sessionStatements: readonly string[];
  #settingsChanged = false;
  #isOpen = false;
  #doomedBy: unknown;
  #isLost = false;

  constructor(raw: Connection, sessionStatements: readonly string[]) {
    this.raw = raw;
    this.#sessionStatements = sessionStatements;
    for (const event of ['error', 'end'] as const) raw.on(event, () => (this.#isLost = true));
  }

  /** True when the session may go back to a pool: it is alive and no transaction is open on it. */
  get isReusable(): boolean {
    return !this.#isLost && !this.#isOpen;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    this.#refuseWhenDoomed();
    if (/^\s*set\s+session\b/i.test(query.sql)) this.#settingsChanged = true;
    try {
      return await runStatement<R>(this.raw, query);
    } catch (error) {
      throw this.#noteFailure(error);
    }
  }

  async *streamQuery<R>(query: CompiledQuery, chunkRows: number): AsyncIterableIterator<QueryResult<R>> {
    this.#refuseWhenDoomed();
    try {
      yield* streamStatement<R>(this.raw, query, chunkRows);
    } catch (error) {
      throw this.#noteFailure(error);
    }
  }

  /** Makes the session ours. */
  async prepare(): Promise<void> {
    for (const statement of this.#sessionStatements) await this.run(statement);
    this.#settingsChanged = false;
  }

  /** Puts settings back that were changed since. Never throws: a session that cannot be put right is given up. */
  async restore(): Promise<void> {
    if (!this.#settingsChanged || this.#isLost) return;
    await this.prepare().catch(() => (this.#isLost = true));
  }

  /**
   * Begins a writer at the session's READ COMMITTED, or a reader on a snapshot that is taken at once. The reader's whole
   * session is made read-only, because DDL ends a read-only transaction (MariaDB 10.11) and is then done.
   */
  async begin({ accessMode, isolationLevel }: TransactionSettings): Promise<void> {
    if (accessMode === 'read only') {
      await this.run('set session transaction isolation level repeatable read, read only');
      await this.run('start transaction with consistent snapshot');
    } else {
      if (isolationLevel !== undefined) await this.run(`set transaction isolation level ${isolationLevel}`);
      await this.run('start transaction');
    }
    this.#isOpen = true;
  }

  /** Throws `SQL_COMMIT_UNKNOWN` when COMMIT was sent and its answer does not say that it did not happen. */
  async commit(shown: string): Promise<void> {
    this.#refuseWhenDoomed();
    const wasLost = this.#isLost;
    try {
      await this.run('commit');
      this.#isOpen = false;
    } catch (error) {
      const kind = classifyMysqlError(error)?.kind;
      if (wasLost || (kind !== undefined && COMMIT_DENIED.has(kind))) throw error;
      this.#isLost = true;
      throw new CarryoverError(sqlCommitUnknown, { shown }, error);
    }
    await this.restore();
  }

  /** Never throws: a session that cannot roll back is given up, and the server rolls back when it ends. */
  async rollback(): Promise<void> {
    this.#doomedBy = undefined;
    if (this.#isLost) return;
    try {
      await runStatement(this.raw, CompiledQuery.raw('rollback'));
      this.#isOpen = false;
    } catch {
      this.#isLost = true;
    }
    await this.restore();
  }

  /** A lock timeout undid one statement only, so an earlier savepoint still stands; after the other failures it does not. */
  async rollbackToSavepoint(statement: CompiledQuery): Promise<void> {
    if (classifyMysqlError(this.#doomedBy)?.kind === 'lock-timeout') this.#doomedBy = undefined;
    await this.executeQuery(statement);
  }

  async run(statement: string): Promise<void> {
    await this.executeQuery(CompiledQuery.raw(statement));
  }

  #refuseWhenDoomed(): void {
    if (this.#doomedBy === undefined) return;
    throw new Error('The transaction has failed before and can only be rolled back.', { cause: this.#doomedBy });
  }

  #noteFailure(error: unknown): unknown {
    const kind = classifyMysqlError(error)?.kind;
    if (kind === 'connection-lost') this.#isLost = true;
    if (kind !== undefined && this.#isOpen && DOOMING.has(kind)) this.#doomedBy = error;
    return error;
  }
}
