import { CompiledQuery, type Driver, type TransactionSettings } from 'kysely';
import { createPool, type Pool, type PoolConnection } from 'mysql2';
import type { ConnectionTarget, OpenOptions } from '../../dialect.ts';
import { MysqlConnection } from './mysql-connection.ts';
import { quoteName } from './quote-name.ts';
import { connectionOptions, sessionStatements } from './session.ts';

/** A pool of sessions, each made ours before its first use and put right again before the next one. */
export class MysqlDriver implements Driver {
  readonly #target: ConnectionTarget;
  readonly #options: OpenOptions;
  readonly #known = new WeakMap<PoolConnection, MysqlConnection>();
  #pool: Pool | undefined;

  constructor(target: ConnectionTarget, options: OpenOptions) {
    this.#target = target;
    this.#options = options;
  }

  async init(): Promise<void> {
    const options = connectionOptions(this.#target, this.#options.applicationName);
    this.#pool = createPool({ ...options, connectionLimit: this.#options.poolMax });
  }

  async acquireConnection(): Promise<MysqlConnection> {
    const raw = await this.#rawConnection();
    const known = this.#known.get(raw);
    if (known !== undefined) return known;
    const connection = new MysqlConnection(raw, sessionStatements(this.#options));
    try {
      await connection.prepare();
    } catch (error) {
      raw.destroy();
      throw error;
    }
    this.#known.set(raw, connection);
    return connection;
  }

  async beginTransaction(connection: MysqlConnection, settings: TransactionSettings): Promise<void> {
    await connection.begin(settings);
  }

  async commitTransaction(connection: MysqlConnection): Promise<void> {
    await connection.commit(this.#target.shown);
  }

  async rollbackTransaction(connection: MysqlConnection): Promise<void> {
    await connection.rollback();
  }

  async savepoint(connection: MysqlConnection, name: string): Promise<void> {
    await connection.run(`savepoint ${quoteName(name)}`);
  }

  async rollbackToSavepoint(connection: MysqlConnection, name: string): Promise<void> {
    await connection.rollbackToSavepoint(CompiledQuery.raw(`rollback to savepoint ${quoteName(name)}`));
  }

  async releaseSavepoint(connection: MysqlConnection, name: string): Promise<void> {
    await connection.run(`release savepoint ${quoteName(name)}`);
  }

  async releaseConnection(connection: MysqlConnection): Promise<void> {
    const raw = connection.raw as PoolConnection;
    await connection.restore();
    if (connection.isReusable) raw.release();
    else raw.destroy();
  }

  async destroy(): Promise<void> {
    await new Promise<void>((resolve) => {
      // An error here says that a connection is gone already, which is what was asked for.
      if (this.#pool === undefined) resolve();
      else this.#pool.end(() => resolve());
    });
  }

  async #rawConnection(): Promise<PoolConnection> {
    const pool = this.#pool;
    if (pool === undefined) throw new Error('The pool is used before it is opened.');
    return new Promise((resolve, reject) => {
      pool.getConnection((error, connection) => {
        if (error === null) resolve(connection);
        else reject(error);
      });
    });
  }
}
