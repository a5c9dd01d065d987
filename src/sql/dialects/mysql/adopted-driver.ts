import { CompiledQuery, MysqlAdapter, type DatabaseConnection, type Driver, type QueryResult } from 'kysely';
import type { Connection, TypeCastField } from 'mysql2';
import { CarryoverError } from '../../../base/errors.ts';
import { sqlSessionUnfit } from './adopt-errors.ts';
import { quoteName } from './quote-name.ts';
import { runStatement, streamStatement } from './run-statement.ts';

const FOUND_ROWS = 2;

/** What the caller's session does differently from ours. */
interface SessionTraits {
  readonly isUtc: boolean;
}

/** Sessions are looked at once: an application sets its modes when it connects, not between two transactions. */
const inspected = new WeakMap<Connection, Promise<SessionTraits>>();

/** Tells `statements` how an adopted session counts. */
export class AdoptedAdapter extends MysqlAdapter {
  /** The session's `affectedRows` of an insert-if-absent include the rows that were left alone. */
  readonly countsKeptRows: boolean;

  constructor(connection: Connection) {
    super();
    const { clientFlags } = connection.config as { clientFlags?: number };
    this.countsKeptRows = ((clientFlags ?? FOUND_ROWS) & FOUND_ROWS) !== 0;
  }
}

/** A driver over one connection that belongs to the caller, inside a transaction the caller began and will end. */
export class AdoptedDriver implements Driver {
  readonly #connection: AdoptedConnection;

  constructor(connection: Connection) {
    this.#connection = new AdoptedConnection(connection);
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection;
  }

  async beginTransaction(): Promise<void> {
    throw ownedByCaller('begun');
  }

  async commitTransaction(): Promise<void> {
    throw ownedByCaller('committed');
  }

  async rollbackTransaction(): Promise<void> {
    throw ownedByCaller('rolled back');
  }

  async savepoint(connection: DatabaseConnection, name: string): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw(`savepoint ${quoteName(name)}`));
  }

  async rollbackToSavepoint(connection: DatabaseConnection, name: string): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw(`rollback to savepoint ${quoteName(name)}`));
  }

  async releaseSavepoint(connection: DatabaseConnection, name: string): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw(`release savepoint ${quoteName(name)}`));
  }

  async releaseConnection(): Promise<void> {}

  async destroy(): Promise<void> {}
}

class AdoptedConnection implements DatabaseConnection {
  readonly #raw: Connection;

  constructor(raw: Connection) {
    this.#raw = raw;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const { isUtc } = await inspect(this.#raw);
    if (isUtc) return runStatement<R>(this.#raw, query);
    let hasTimestamp = false;
    const result = await runStatement<R>(this.#raw, query, (field: TypeCastField) => {
      hasTimestamp ||= field.type === 'TIMESTAMP';
    });
    if (hasTimestamp) throw timestampInLocalTime();
    return result;
  }

  async *streamQuery<R>(query: CompiledQuery, chunkRows: number): AsyncIterableIterator<QueryResult<R>> {
    const { isUtc } = await inspect(this.#raw);
    if (!isUtc) throw timestampInLocalTime();
    yield* streamStatement<R>(this.#raw, query, chunkRows);
  }
}

/**
 * The driver's connection behind what the caller gave: a callback connection, or a promise connection that wraps one.
 * Throws TypeError for anything else.
 */
export function callbackConnection(connection: unknown): Connection {
  const inner = (connection as { connection?: unknown } | null)?.connection;
  const raw = isCallbackConnection(inner) ? inner : connection;
  if (!isCallbackConnection(raw))
    throw new TypeError('a mysql2 connection is needed, in its promise or its callback form');
  return raw;
}

function isCallbackConnection(value: unknown): value is Connection {
  return typeof value === 'object' && value !== null && 'query' in value && 'addCommand' in value && 'config' in value;
}

/** Throws `SQL_SESSION_UNFIT` for a session under which escaping would be unsafe or values would be cut to fit. */
async function inspect(raw: Connection): Promise<SessionTraits> {
  const known = inspected.get(raw) ?? readTraits(raw);
  inspected.set(raw, known);
  return known.catch((error: unknown) => {
    inspected.delete(raw);
    throw error;
  });
}

async function readTraits(raw: Connection): Promise<SessionTraits> {
  const { rows } = await runStatement<{ mode: string; charset: string; zone: string }>(
    raw,
    CompiledQuery.raw(
      "select @@session.sql_mode as mode, @@session.character_set_client as charset, if(@@session.time_zone = 'SYSTEM', @@system_time_zone, @@session.time_zone) as zone",
    ),
  );
  const [session] = rows;
  if (session === undefined) throw new Error('the session settings returned no row');
  const modes = new Set(session.mode.split(','));
  if (modes.has('NO_BACKSLASH_ESCAPES')) {
    throw unfit(
      'NO_BACKSLASH_ESCAPES',
      'a session that escapes by backslash',
      'Take NO_BACKSLASH_ESCAPES out of the sql_mode of this connection.',
    );
  }
  if (!modes.has('STRICT_ALL_TABLES') && !modes.has('STRICT_TRANS_TABLES')) {
    throw unfit('no strict mode', 'STRICT_TRANS_TABLES', 'Add STRICT_TRANS_TABLES to the sql_mode of this connection.');
  }
  if (session.charset !== 'utf8mb4') {
    throw unfit(`the character set ${session.charset}`, 'utf8mb4', 'Connect with the character set utf8mb4.');
  }
  return { isUtc: ['UTC', 'Etc/UTC', '+00:00'].includes(session.zone) };
}

function unfit(
  found: string,
  expected: string,
  remedy: string,
): CarryoverError<{ found: string; expected: string; remedy: string }> {
  return new CarryoverError(sqlSessionUnfit, { found, expected, remedy });
}

function timestampInLocalTime(): CarryoverError<{ found: string; expected: string; remedy: string }> {
  return unfit(
    'a TIMESTAMP column read in local time',
    'a session in UTC',
    `Run "set time_zone = '+00:00'" on this connection.`,
  );
}

function ownedByCaller(done: string): Error {
  return new Error(`A transaction that the caller owns cannot be ${done} here.`);
}
