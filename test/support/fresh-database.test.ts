import { existsSync } from 'node:fs';
import Database from 'better-sqlite3';
import { createConnection } from 'mysql2/promise';
import pg from 'pg';
import { expect, test } from 'vitest';
import { freshDatabase, testEngine } from './fresh-database.ts';

test('a fresh database is empty, takes a table and is gone after drop', async () => {
  const database = await freshDatabase();
  await runOnce(database.url, 'create table probe (id integer primary key)');
  await database.drop();
  await expect(probeRows(database.url)).rejects.toThrow();
});

test('two fresh databases do not see each other', async () => {
  const [left, right] = await Promise.all([freshDatabase(), freshDatabase()]);
  await runOnce(left.url, 'create table probe (id integer primary key)');
  await expect(probeRows(right.url)).rejects.toThrow(/probe/);
  await Promise.all([left.drop(), right.drop()]);
});

test('drop reports a session that the test left open', { timeout: 30_000 }, async ({ skip }) => {
  const engine = testEngine();
  if (engine === 'sqlite') return skip('sqlite has no sessions');
  const database = await freshDatabase();
  const close = engine === 'postgres' ? await lingerOnPostgres(database.url) : await lingerOnMysql(database.url);
  await expect(database.drop()).rejects.toThrow(/1 sessions still open/);
  await close();
});

async function lingerOnPostgres(url: string): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: url });
  // The forced drop ends the session from the other side.
  client.on('error', () => {});
  await client.connect();
  return () => client.end().catch(() => undefined);
}

async function lingerOnMysql(url: string): Promise<() => Promise<void>> {
  const connection = await createConnection({ uri: url });
  return () => connection.end();
}

function probeRows(url: string): Promise<void> {
  return runOnce(url, 'select id from probe');
}

async function runOnce(url: string, statement: string): Promise<void> {
  if (url.startsWith('sqlite:')) {
    const path = url.slice('sqlite:'.length);
    // Opening would create the file, and a dropped database must not come back.
    if (!existsSync(path) && statement.startsWith('select')) throw new Error(`No file for probe at ${path}.`);
    const file = new Database(path);
    try {
      const prepared = file.prepare(statement);
      if (prepared.reader) prepared.all();
      else prepared.run();
    } finally {
      file.close();
    }
    return;
  }
  if (url.startsWith('postgres:')) {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      await client.query(statement);
    } finally {
      await client.end();
    }
    return;
  }
  const connection = await createConnection({ uri: url });
  try {
    await connection.query(statement);
  } finally {
    await connection.end();
  }
}
