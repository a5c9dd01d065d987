import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { sql } from 'kysely';
import { ledgerSchema } from '../src/ledger/schema.ts';
import { openDatabase, type Database, type DatabaseOptions } from '../src/sql/database.ts';

/** A database for one bench, with the ledger's tables and nothing in them unless it says otherwise. */
export interface BenchDatabase {
  readonly url: string;
  readonly database: Database;
  /** Closes and drops it. */
  drop(): Promise<void>;
}

/** Makes one on the server, or in a file of its own where there is no server (`serverUrl` is empty). */
export async function openBenchDatabase(serverUrl: string, options: DatabaseOptions = {}): Promise<BenchDatabase> {
  const bench = await openEmptyBenchDatabase(serverUrl, options);
  for (const statement of ledgerSchema.statements(bench.database))
    await sql.raw(statement).execute(bench.database.handle);
  return bench;
}

/** As `openBenchDatabase`, without a single table. */
export async function openEmptyBenchDatabase(serverUrl: string, options: DatabaseOptions = {}): Promise<BenchDatabase> {
  return serverUrl === '' ? inFile(options) : onServer(serverUrl, options);
}

async function inFile(options: DatabaseOptions): Promise<BenchDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'carryover-bench-'));
  const path = join(folder, 'bench.db');
  const file = new BetterSqlite3(path);
  file.pragma('journal_mode = wal');
  file.close();
  const url = `sqlite:${path}`;
  const database = await openDatabase(url, options);
  const drop = async (): Promise<void> => {
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { url, database, drop };
}

async function onServer(serverUrl: string, options: DatabaseOptions): Promise<BenchDatabase> {
  const name = `bench_${randomBytes(6).toString('hex')}`;
  await onServerItself(serverUrl, `create database ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  const database = await openDatabase(url.href, options);
  const drop = async (): Promise<void> => {
    await database.close();
    await onServerItself(serverUrl, `drop database ${name}`);
  };
  return { url: url.href, database, drop };
}

async function onServerItself(serverUrl: string, statement: string): Promise<void> {
  const server = await openDatabase(serverUrl);
  try {
    await sql.raw(statement).execute(server.handle);
  } finally {
    await server.close();
  }
}
