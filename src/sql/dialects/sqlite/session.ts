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

/**
 * What Kysely takes for a connection. Which real connection serves it is decided when it is known what for: `begin` says
 * whether a transaction writes, and a single statement is asked whether it reads only.
 */
export class Session implements DatabaseConnection {
  readonly #connections: Connections;
  readonly #shown: string;
  #transaction: { readonly lease: Lease; readonly writes: boolean } | undefined;

  constructor(connections: Connections, shown: string) {
    this.#connections = connections;
    this.#shown = shown;
  }

  /** Writers begin IMMEDIATE: a transaction that reads first and writes later would fail at once when another wrote between. */
  async begin(accessMode: 'read only' | 'read write'): Promise<void> {
    const writes = accessMode === 'read write';
    const lease = writes ? await this.#connections.takeWriter() : await this.#connections.takeReader();
    try {
      await untilFree(this.#connections.lockTimeoutMs, () =>
        writes ? lease.file.exec('begin immediate') : beginSnapshot(lease.file),
      );
      this.#transaction = { lease, writes };
    } catch (error) {
      lease.giveBack();
      throw error;
    }
  }

  /** In rollback-journal mode COMMIT waits until readers are gone; the transaction stays open and COMMIT can be tried again. */
  async commit(): Promise<void> {
    const { file } = this.#held().lease;
    try {
      await untilFree(this.#connections.lockTimeoutMs, () => file.exec('commit'));
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
    if (this.#transaction !== undefined) return this.#transaction.lease.file.run<R>(query.sql, query.parameters);
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

  /**
   * Rows as they come, on a reader with its own snapshot. A writing transaction reads them all first: SQLite lets a
   * connection write nothing while it is half through a query.
   */
  async *streamQuery<R>(query: CompiledQuery, chunkSize: number): AsyncIterableIterator<QueryResult<R>> {
    if (this.#transaction?.writes === true) {
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

  #held(): { readonly lease: Lease; readonly writes: boolean } {
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
