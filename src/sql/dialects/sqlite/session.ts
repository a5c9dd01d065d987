import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely';
import { CarryoverError } from '../../../base/errors.ts';
import { sqlCommitUnknown } from '../../sql-errors.ts';
import { sqliteCode, untilFree } from './busy.ts';
import type { Connections, Lease } from './connections.ts';
import type { OpenFile } from './open-file.ts';

const TRANSACTION_CONTROL = /^\s*(?:begin|commit|end|rollback|savepoint|release)\b/i;

/**
 * Statements a reader may be asked to prepare. SQLite also calls `drop table if exists` harmless while there is no such table,
 * and a kept statement would then meet the reader once there is one.
 */
const QUERY = /^\s*(?:select|with|values|explain|pragma)\b/i;

/** As a statement within a transaction: makes one that was begun as `staged` the writer, and does nothing in any other. */
export const BEGIN_WRITING = 'begin immediate';

/** How a transaction begins: as a snapshot, as no transaction at all until it is made the writer, or as the writer. */
export type TransactionMode = 'read only' | 'staged' | 'read write';

interface OpenTransaction {
  readonly lease: Lease;
  readonly mode: TransactionMode;
}

/**
 * What Kysely takes for a connection. Which real connection serves it is decided when it is known what for: `begin` says
 * whether a transaction writes, and a single statement is asked whether it reads only.
 */
export class Session implements DatabaseConnection {
  readonly #connections: Connections;
  readonly #shown: string;
  #transaction: OpenTransaction | undefined;

  constructor(connections: Connections, shown: string) {
    this.#connections = connections;
    this.#shown = shown;
  }

  /** Writers begin IMMEDIATE: a transaction that reads first and writes later would fail at once when another wrote between. */
  async begin(mode: TransactionMode): Promise<void> {
    const { lockTimeoutMs } = this.#connections;
    const lease = mode === 'read only' ? await this.#connections.takeReader() : await this.#connections.takeWriter();
    try {
      if (mode === 'read only') await untilFree(lockTimeoutMs, () => beginSnapshot(lease.file));
      if (mode === 'read write') await untilFree(lockTimeoutMs, () => lease.file.exec('begin immediate'));
      this.#transaction = { lease, mode };
    } catch (error) {
      lease.giveBack();
      throw error;
    }
  }

  async #beginWriting({ lease, mode }: OpenTransaction): Promise<void> {
    if (mode !== 'staged') return;
    await untilFree(this.#connections.lockTimeoutMs, () => lease.file.exec('begin immediate'));
    this.#transaction = { lease, mode: 'read write' };
  }

  /** In rollback-journal mode COMMIT waits until readers are gone; the transaction stays open and COMMIT can be tried again. */
  async commit(): Promise<void> {
    const { lease, mode } = this.#held();
    const { file } = lease;
    try {
      if (mode !== 'staged') await untilFree(this.#connections.lockTimeoutMs, () => file.exec('commit'));
    } catch (error) {
      // A failed write or sync of the file leaves open whether the commit is on the disk.
      if (sqliteCode(error)?.startsWith('SQLITE_IOERR') === true)
        throw new CarryoverError(sqlCommitUnknown, { shown: this.#shown }, error);
      throw error;
    }
    this.#end();
  }

  /** Never fails: SQLite may have aborted the transaction itself, and a closed database holds none. */
  async rollback(): Promise<void> {
    const { file } = this.#held().lease;
    if (file.connection.open && file.connection.inTransaction) file.exec('rollback');
    this.#end();
  }

  /** Runs a savepoint command inside the transaction. */
  async control(sql: string): Promise<void> {
    this.#held().lease.file.exec(sql);
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const { shared, lockTimeoutMs, turns } = this.#connections;
    await turns.giveWay();
    if (this.#transaction !== undefined) return this.#inTransaction(this.#transaction, query);
    if (TRANSACTION_CONTROL.test(query.sql))
      throw new Error('transactions are begun by handle.transaction(), never by a statement');
    const mayRead = shared !== undefined && QUERY.test(query.sql);
    if (mayRead && (await untilFree(lockTimeoutMs, () => shared.readsOnly(query.sql)))) {
      return untilFree(lockTimeoutMs, () => shared.run<R>(query.sql, query.parameters));
    }
    const lease = await this.#connections.takeWriter();
    try {
      return await untilFree(lockTimeoutMs, () => lease.file.run<R>(query.sql, query.parameters));
    } finally {
      lease.giveBack();
    }
  }

  /** A statement of one that is only staged meets the locks of others by itself. */
  async #inTransaction<R>(transaction: OpenTransaction, query: CompiledQuery): Promise<QueryResult<R>> {
    if (query.sql === BEGIN_WRITING) {
      await this.#beginWriting(transaction);
      return { rows: [] };
    }
    const { file } = transaction.lease;
    if (transaction.mode !== 'staged') return file.run<R>(query.sql, query.parameters);
    if (!file.staysPrivate(query.sql)) throw new Error(`A staged transaction changes what others see: ${query.sql}`);
    return untilFree(this.#connections.lockTimeoutMs, () => file.run<R>(query.sql, query.parameters));
  }

  /**
   * Rows as they come, on a reader with its own snapshot. A writing transaction reads them all first: SQLite lets a
   * connection write nothing while it is half through a query.
   */
  async *streamQuery<R>(query: CompiledQuery, chunkSize: number): AsyncIterableIterator<QueryResult<R>> {
    if (this.#transaction?.mode === 'read write') {
      const { rows } = await this.executeQuery<R>(query);
      for (let from = 0; from < rows.length; from += chunkSize) yield { rows: rows.slice(from, from + chunkSize) };
      return;
    }
    const lease = this.#transaction?.lease ?? (await this.#connections.takeReader());
    try {
      yield* inChunks(lease.file.iterate<R>(query.sql, query.parameters), chunkSize);
    } finally {
      if (lease !== this.#transaction?.lease) lease.giveBack();
    }
  }

  #held(): OpenTransaction {
    if (this.#transaction === undefined) throw new Error('no transaction was begun on this session');
    return this.#transaction;
  }

  #end(): void {
    this.#transaction?.lease.giveBack();
    this.#transaction = undefined;
  }
}

/** BEGIN alone takes no snapshot in SQLite; the first read does. */
function beginSnapshot(file: OpenFile): void {
  file.exec('begin');
  try {
    file.exec('select count(*) from sqlite_schema');
  } catch (error) {
    file.exec('rollback');
    throw error;
  }
}

function* inChunks<R>(rows: Iterable<R>, chunkSize: number): Generator<QueryResult<R>> {
  let chunk: R[] = [];
  for (const row of rows) {
    chunk.push(row);
    if (chunk.length < chunkSize) continue;
    yield { rows: chunk };
    chunk = [];
  }
  if (chunk.length > 0) yield { rows: chunk };
}
