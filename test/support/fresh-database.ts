import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createConnection } from 'mysql2/promise';
import type { RowDataPacket } from 'mysql2/promise';
import pg from 'pg';
import { inject } from 'vitest';
import { parseEngine } from './engines.ts';
import type { Engine } from './engines.ts';

export type { Engine } from './engines.ts';

/** How long sessions may linger after a client has closed: servers end them a moment later than `end()` answers. */
const SESSIONS_GONE_TIMEOUT_MS = 5_000;

/** An empty database that nobody else uses. */
export interface FreshDatabase {
  readonly engine: Engine;
  /** `sqlite:/abs/path.db`, `postgres://...` or `mysql://...`. */
  readonly url: string;
  /**
   * Removes the database, with whatever is in it. Throws an Error after removing it when sessions were still open: the
   * test, or the code under test, forgot to close what it opened.
   */
  drop(): Promise<void>;
}

/** The engine of the project that runs this test file. */
export function testEngine(): Engine {
  return parseEngine(String(process.env['CARRYOVER_TEST_ENGINE']));
}

/** Creates an empty, uniquely named database on the engine of the running project; by default on the project's server. */
export async function freshDatabase(serverUrl: string = inject('serverUrl')): Promise<FreshDatabase> {
  const engine = testEngine();
  if (engine === 'sqlite') return freshFile();
  const name = `t_${randomBytes(8).toString('hex')}`;
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  if (engine === 'postgres') {
    await onPostgres(serverUrl, (client) => client.query(`create database ${name}`));
    return { engine, url: url.href, drop: () => dropOnPostgres(serverUrl, name) };
  }
  await runOnMysql(serverUrl, `create database ${name} character set utf8mb4`);
  return { engine, url: url.href, drop: () => dropOnMysql(serverUrl, name) };
}

function freshFile(): FreshDatabase {
  const folder = mkdtempSync(join(tmpdir(), 'carryover-db-'));
  // An empty file is an empty database; without the file, opening is refused as a mistyped path would be.
  writeFileSync(join(folder, 'test.db'), '');
  return {
    engine: 'sqlite',
    url: `sqlite:${join(folder, 'test.db')}`,
    drop: () => {
      rmSync(folder, { recursive: true, force: true });
      return Promise.resolve();
    },
  };
}

async function dropOnPostgres(serverUrl: string, name: string): Promise<void> {
  const sessions = await sessionsAfterWaiting(async () => {
    const result = await onPostgres(serverUrl, (client) =>
      client.query<{ n: number }>('select count(*)::int as n from pg_stat_activity where datname = $1', [name]),
    );
    return result.rows[0]?.n ?? 0;
  });
  await onPostgres(serverUrl, (client) => client.query(`drop database if exists ${name} with (force)`));
  failOnSessions(name, sessions);
}

async function dropOnMysql(serverUrl: string, name: string): Promise<void> {
  const sessions = await sessionsAfterWaiting(async () => {
    const rows = await runOnMysql(
      serverUrl,
      `select count(*) as n from information_schema.processlist where db = '${name}'`,
    );
    return Number(rows[0]?.['n'] ?? 0);
  });
  await runOnMysql(serverUrl, `drop database if exists ${name}`);
  failOnSessions(name, sessions);
}

async function sessionsAfterWaiting(count: () => Promise<number>): Promise<number> {
  const deadline = Date.now() + SESSIONS_GONE_TIMEOUT_MS;
  for (;;) {
    const sessions = await count();
    if (sessions === 0 || Date.now() > deadline) return sessions;
    await delay(25);
  }
}

function failOnSessions(name: string, sessions: number): void {
  if (sessions === 0) return;
  throw new Error(
    `Cannot leave test database "${name}" clean: ${sessions} sessions still open, against 0. Close every connection before drop().`,
  );
}

async function onPostgres<Result>(url: string, run: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await run(client);
  } finally {
    await client.end();
  }
}

async function runOnMysql(url: string, statement: string): Promise<readonly RowDataPacket[]> {
  const connection = await createConnection({ uri: url });
  try {
    const [rows] = await connection.query<RowDataPacket[]>(statement);
    return rows;
  } finally {
    await connection.end();
  }
}
