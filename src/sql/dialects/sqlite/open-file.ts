import BetterSqlite3 from 'better-sqlite3';
import type { QueryResult } from 'kysely';
import { CarryoverError } from '../../../base/errors.ts';
import { sqlUnreachable } from '../../sql-errors.ts';
import { BUSY_TIMEOUT_MS, sqliteCode } from './busy.ts';
import { registerFunctions } from './functions.ts';
import { encodeParameter, RowReader } from './value-codec.ts';

type Connection = BetterSqlite3.Database;
type Row = Record<string, unknown>;

interface Prepared {
  readonly statement: BetterSqlite3.Statement;
  reader: RowReader | undefined;
}

/** Statements kept prepared per connection. Preparing costs about as much as a short query; each kept one some kilobytes. */
const PREPARED_MAX = 256;

const ON_TEMPORARY = /^\s*(?:create temp table |delete from temp\.|insert into "?(?<filled>[^"\s(]+))/i;

/** One connection to a database file, with its prepared statements, encoding and decoding. */
export class OpenFile {
  readonly connection: Connection;
  readonly #prepared = new Map<string, Prepared>();

  constructor(connection: Connection) {
    this.connection = connection;
    registerFunctions(connection);
  }

  /** True when the statement changes nothing, so that a reader can run it. Throws as SQLite does for bad SQL. */
  readsOnly(sql: string): boolean {
    return this.#prepare(sql).statement.readonly;
  }

  /** True when the statement changes nothing that others see: it only reads, or makes, empties or fills a temporary table. */
  staysPrivate(sql: string): boolean {
    if (this.readsOnly(sql)) return true;
    const found = ON_TEMPORARY.exec(sql);
    const filled = found?.groups?.['filled'];
    if (filled === undefined) return found !== null;
    return this.run('select 1 from sqlite_temp_schema where name = ?', [filled]).rows.length > 0;
  }

  /** Runs one statement to its end. */
  run<R>(sql: string, parameters: readonly unknown[]): QueryResult<R> {
    const prepared = this.#prepare(sql);
    const values = parameters.map(encodeParameter);
    if (prepared.statement.reader)
      return { rows: this.#read(prepared, prepared.statement.all(values) as Row[]) as R[] };
    const { changes, lastInsertRowid } = prepared.statement.run(values);
    return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
  }

  /** Runs a query row by row. The statement is its own, because a kept one would be busy for everybody else meanwhile. */
  *iterate<R>(sql: string, parameters: readonly unknown[]): Generator<R> {
    const prepared = this.#compile(sql);
    for (const row of prepared.statement.iterate(parameters.map(encodeParameter)) as Iterable<Row>) {
      yield this.#read(prepared, [row])[0] as R;
    }
  }

  /** Runs statements without parameters or results, such as BEGIN. */
  exec(sql: string): void {
    this.connection.exec(sql);
  }

  close(): void {
    this.#prepared.clear();
    this.connection.close();
  }

  #read(prepared: Prepared, rows: Row[]): Row[] {
    const [first] = rows;
    if (first === undefined) return rows;
    if (prepared.reader === undefined || !prepared.reader.fits(first))
      prepared.reader = new RowReader(prepared.statement.columns());
    const reader = prepared.reader;
    for (const row of rows) reader.read(row);
    return rows;
  }

  #prepare(sql: string): Prepared {
    const kept = this.#prepared.get(sql);
    if (kept !== undefined) {
      this.#prepared.delete(sql);
      this.#prepared.set(sql, kept);
      return kept;
    }
    const prepared = this.#compile(sql);
    this.#prepared.set(sql, prepared);
    const [oldest] = this.#prepared.keys();
    if (this.#prepared.size > PREPARED_MAX && oldest !== undefined) this.#prepared.delete(oldest);
    return prepared;
  }

  #compile(sql: string): Prepared {
    return { statement: this.connection.prepare(sql).safeIntegers(true), reader: undefined };
  }
}

/**
 * Opens a database file and reads its schema once. `journal_mode` is left as its owner set it. Throws `SQL_UNREACHABLE` when
 * the file is missing (and not to be made) or is no SQLite database, and SQLite's busy error while another process holds it.
 */
export function openFile(path: string, mode: 'reader' | 'writer' | 'creator'): OpenFile {
  let connection: Connection | undefined;
  try {
    connection = new BetterSqlite3(path, {
      readonly: mode === 'reader',
      fileMustExist: mode !== 'creator',
      timeout: BUSY_TIMEOUT_MS,
    });
    connection.prepare('select count(*) from sqlite_schema').get();
    // Writing is refused by the connection itself, and once more by SQLite's own switch.
    if (mode === 'reader') connection.pragma('query_only = on');
    // A commit must survive a power cut in WAL mode too; SQLite's default there loses the last ones.
    else connection.pragma('synchronous = full');
    connection.pragma('foreign_keys = on');
    return new OpenFile(connection);
  } catch (error) {
    connection?.close();
    throw explainOpening(path, error);
  }
}

function explainOpening(path: string, error: unknown): unknown {
  const missing = error instanceof TypeError || sqliteCode(error)?.startsWith('SQLITE_CANTOPEN') === true;
  const foreign = sqliteCode(error) === 'SQLITE_NOTADB';
  if (!missing && !foreign) return error;
  const reason = missing
    ? 'no such file can be opened ("?mode=rwc" at the end of the URL makes a new one)'
    : 'the file is not an SQLite database';
  return new CarryoverError(sqlUnreachable, { shown: `sqlite:${path}`, reason }, error);
}
