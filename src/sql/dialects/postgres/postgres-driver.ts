import { CompiledQuery, type Driver, type TransactionSettings } from 'kysely';
import type pg from 'pg';
import type { ConnectionTarget, OpenOptions } from '../../dialect.ts';
import { ConnectionFailure, isServerError } from './connection-failure.ts';
import { openPool } from './open-pool.ts';
import { PostgresConnection, type ConnectionOptions } from './postgres-connection.ts';
import { quoteIdentifier } from './relation-names.ts';

/** Kysely's driver over a pool of connections of our own. */
export class PostgresDriver implements Driver {
  readonly #target: ConnectionTarget;
  readonly #options: OpenOptions;
  readonly #connections = new WeakMap<pg.PoolClient, PostgresConnection>();
  readonly #inUse = new Set<pg.PoolClient>();
  #pool: pg.Pool | undefined;

  constructor(target: ConnectionTarget, options: OpenOptions) {
    this.#target = target;
    this.#options = options;
  }

  async init(): Promise<void> {
    this.#pool = openPool(this.#target, this.#options, this.#options.poolMax);
  }

  async acquireConnection(): Promise<PostgresConnection> {
    const client = await this.#connect();
    this.#inUse.add(client);
    const known = this.#connections.get(client);
    if (known !== undefined) return known;
    const options: ConnectionOptions = { shown: this.#target.shown, access: this.#options.access, owned: true };
    const connection = new PostgresConnection(client, options);
    this.#connections.set(client, connection);
    return connection;
  }

  async #connect(): Promise<pg.PoolClient> {
    if (this.#pool === undefined) throw new ConnectionFailure('connection-lost', new Error('The pool is closed.'));
    try {
      return await this.#pool.connect();
    } catch (error) {
      throw isServerError(error) ? error : new ConnectionFailure('connection-refused', error);
    }
  }

  async beginTransaction(connection: PostgresConnection, settings: TransactionSettings): Promise<void> {
    connection.begin(settings);
  }

  async commitTransaction(connection: PostgresConnection): Promise<void> {
    await connection.commit();
  }

  async rollbackTransaction(connection: PostgresConnection): Promise<void> {
    await connection.rollback();
  }

  async savepoint(connection: PostgresConnection, name: string): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw(`savepoint ${quoteIdentifier(name)}`));
  }

  async rollbackToSavepoint(connection: PostgresConnection, name: string): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw(`rollback to savepoint ${quoteIdentifier(name)}`));
  }

  async releaseSavepoint(connection: PostgresConnection, name: string): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw(`release savepoint ${quoteIdentifier(name)}`));
  }

  async releaseConnection(connection: PostgresConnection): Promise<void> {
    const client = connection.client as pg.PoolClient;
    this.#inUse.delete(client);
    client.release(connection.unusable);
  }

  /** Closes idle connections in peace and cuts off the others: the server aborts what they had under way. */
  async destroy(): Promise<void> {
    const pool = this.#pool;
    if (pool === undefined) return;
    this.#pool = undefined;
    // The pool waits until connections in use are given back, which may be never; they are closed here instead.
    const idleClosed = pool.end();
    const inUse = [...this.#inUse];
    if (inUse.length === 0) await idleClosed;
    else await Promise.all(inUse.map((client) => client.end()));
  }
}

/** Kysely's driver over one connection that the caller owns, inside a transaction that the caller began. */
export class AdoptedDriver implements Driver {
  readonly #connection: PostgresConnection;

  constructor(client: pg.ClientBase) {
    this.#connection = new PostgresConnection(client, {
      shown: 'an adopted connection',
      access: 'read-write',
      owned: false,
    });
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<PostgresConnection> {
    return this.#connection;
  }

  async beginTransaction(): Promise<void> {
    throw new Error('A transaction that was adopted is begun by its owner.');
  }

  async commitTransaction(): Promise<void> {
    throw new Error('A transaction that was adopted is committed by its owner.');
  }

  async rollbackTransaction(): Promise<void> {
    throw new Error('A transaction that was adopted is rolled back by its owner.');
  }

  async releaseConnection(): Promise<void> {}

  async destroy(): Promise<void> {}
}
