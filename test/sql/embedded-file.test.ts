import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import BetterSqlite3 from 'better-sqlite3';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openDatabase, type Database, type DatabaseOptions } from '../../src/sql/database.ts';
import { freshDatabase, testEngine, type FreshDatabase } from '../support/fresh-database.ts';

describe.runIf(testEngine() === 'sqlite')('a database that is a file opened in this process', () => {
  let fresh: FreshDatabase;
  let file: string;
  let app: BetterSqlite3.Database;
  const opened: Database[] = [];

  beforeEach(async () => {
    fresh = await freshDatabase();
    file = fresh.url.slice('sqlite:'.length);
    app = new BetterSqlite3(file);
    app.exec('create table counters (id integer primary key, n integer not null)');
    app.exec('insert into counters values (1, 0)');
  });

  afterEach(async () => {
    for (const database of opened.splice(0)) await database.close();
    app.close();
    await fresh.drop();
  });

  async function open(options: DatabaseOptions = {}, url: string = fresh.url): Promise<Database> {
    const database = await openDatabase(url, options);
    opened.push(database);
    return database;
  }

  async function count(database: Database): Promise<bigint | undefined> {
    const { rows } = await sql<{ n: bigint }>`select n from counters`.execute(database.handle);
    return rows[0]?.n;
  }

  async function increment(database: Database): Promise<void> {
    await database.write((trx) => sql`update counters set n = n + 1`.execute(trx));
  }

  test.each(['delete', 'wal', 'truncate'])(
    'keeps journal_mode %s through opening, writing and closing',
    async (mode) => {
      app.pragma(`journal_mode = ${mode}`);
      const database = await open();
      await increment(database);
      expect(await count(database)).toBe(1n);
      expect(app.pragma('journal_mode', { simple: true })).toBe(mode);
    },
  );

  test('that the application holds is waited for while this process goes on', async () => {
    const database = await open();
    app.exec('begin immediate');
    const write = increment(database);
    const read = count(database);
    expect(await read).toBe(0n);
    app.exec('update counters set n = 10');
    app.exec('commit');
    await write;
    expect(await count(database)).toBe(11n);
  });

  test('that the application holds too long is told as a lock timeout', async () => {
    const database = await open({ lockTimeoutMs: 50 });
    app.exec('begin immediate');
    const once = { attemptsMax: 1, budgetMs: 1000, pauseMs: 1, pauseMsMax: 1 };
    const refused = database.write((trx) => sql`update counters set n = 1`.execute(trx), once);
    await expect(refused).rejects.toMatchObject({ code: 'SQL_LOCK_TIMEOUT', retryable: true });
    app.exec('rollback');
    await increment(database);
  });

  test('with a rollback journal, a commit waits for a reader of the application', async () => {
    const database = await open();
    app.exec('begin');
    app.prepare('select n from counters').get();
    const write = increment(database);
    while (!existsSync(`${file}-journal`)) await setImmediate();
    expect(app.prepare('select n from counters').pluck().get()).toBe(0);
    app.exec('commit');
    await write;
    expect(await count(database)).toBe(1n);
  });

  test('lets a snapshot be read while a transaction writes, and the other way round, with a write-ahead log', async () => {
    app.pragma('journal_mode = wal');
    const database = await open();
    const seen = async (trx: Parameters<Parameters<Database['read']>[0]>[0]): Promise<bigint | undefined> =>
      (await sql<{ n: bigint }>`select n from counters`.execute(trx)).rows[0]?.n;
    await database.read(async (snapshot) => {
      expect(await seen(snapshot)).toBe(0n);
      await increment(database);
      expect(await seen(snapshot)).toBe(0n);
      await database.read(async (later) => expect(await seen(later)).toBe(1n));
    });
    await database.write(async (trx) => {
      await sql`update counters set n = 7`.execute(trx);
      expect(await count(database)).toBe(1n);
    });
    expect(await count(database)).toBe(7n);
  });

  test.each([1, 2, 10])('counts right with %i connections and forty writers at once', async (poolMax) => {
    const database = await open({ poolMax });
    await Promise.all(
      Array.from({ length: 40 }, () =>
        database.write(async (trx) => {
          const { rows } = await sql<{ n: bigint }>`select n from counters`.execute(trx);
          await sql`update counters set n = ${(rows[0]?.n ?? 0n) + 1n}`.execute(trx);
        }),
      ),
    );
    expect(await count(database)).toBe(40n);
  });

  test('with one connection, reads are held from writing and writes come after them', async () => {
    const database = await open({ poolMax: 1 });
    const refused = database.read((trx) => sql`update counters set n = 5`.execute(trx));
    await expect(refused.catch((error: unknown) => database.classify(error))).resolves.toMatchObject({
      kind: 'read-only',
    });
    await increment(database);
    expect(await count(database)).toBe(1n);
  });

  test('opened with ?mode=ro is never written', async () => {
    const database = await open({}, `${fresh.url}?mode=ro`);
    for (const refused of [sql`update counters set n = 5`.execute(database.handle), increment(database)]) {
      await expect(refused.catch((error: unknown) => database.classify(error))).resolves.toMatchObject({
        kind: 'read-only',
      });
    }
  });

  test('that does not exist is not made by a mistyped path, but by ?mode=rwc', async () => {
    const url = `${fresh.url}-new`;
    await expect(openDatabase(url)).rejects.toMatchObject({
      code: 'SQL_UNREACHABLE',
      message: expect.stringContaining('mode=rwc'),
    });
    expect(existsSync(`${file}-new`)).toBe(false);
    await open({}, `${url}?mode=rwc`);
    expect(existsSync(`${file}-new`)).toBe(true);
  });

  test('that is something else is refused and left as it is', async () => {
    writeFileSync(`${file}-text`, 'x'.repeat(4096));
    await expect(openDatabase(`${fresh.url}-text`)).rejects.toMatchObject({
      code: 'SQL_UNREACHABLE',
      message: expect.stringContaining('not an SQLite database'),
    });
    expect(readFileSync(`${file}-text`, 'utf8')).toBe('x'.repeat(4096));
  });

  test.skipIf(process.getuid?.() === 0)('that the user may not write says so', async () => {
    const database = await open({ access: 'read-only' });
    chmodSync(file, 0o444);
    expect(await database.dialect.introspection.missingPrivileges(database.handle)).toEqual([
      expect.stringContaining(file),
    ]);
  });

  test('lets timers and signals through while statements follow each other', async () => {
    const database = await open();
    const turn = new AbortController();
    void setImmediate().then(() => turn.abort());
    const deadline = performance.now() + 10_000;
    while (!turn.signal.aborted && performance.now() < deadline) await count(database);
    expect(turn.signal.aborted).toBe(true);
  });

  test('runs a statement that was harmless before and is not now', async () => {
    const database = await open();
    const drop = sql`drop table if exists extras`;
    await drop.execute(database.handle);
    await sql`create table if not exists extras (id integer)`.execute(database.handle);
    await drop.execute(database.handle);
    expect(await database.dialect.introspection.table(database.handle, 'extras')).toBeUndefined();
  });

  test('reads new columns of the application rightly in statements it has prepared before', async () => {
    const database = await open();
    const read = sql<Record<string, unknown>>`select * from counters`;
    await read.execute(database.handle);
    app.exec('alter table counters add column fee decimal(10, 2)');
    app.exec('update counters set fee = 5');
    expect((await read.execute(database.handle)).rows).toEqual([{ id: 1n, n: 0n, fee: '5.00' }]);
  });

  test('refuses transaction control by statement, which would land on any connection', async () => {
    const database = await open();
    await expect(sql`begin`.execute(database.handle)).rejects.toThrow(/handle\.transaction/);
  });

  test('looks bulk rows up in an index instead of scanning them for each row of a table', async () => {
    const database = await open();
    app.exec('create table members (id integer primary key, system text, owner text, unique (system, owner))');
    const rows = database.dialect.statements.rows('wanted', { columns: { owner: 'text' }, rows: [['a'], ['b']] });
    const { rows: plan } = await sql<{ detail: string }>`
      explain query plan select m.id from ${rows} join members m on m.system = 's' and m.owner = wanted.owner`.execute(
      database.handle,
    );
    expect(plan.at(-1)?.detail).toContain('(system=? AND owner=?)');
  });
});
