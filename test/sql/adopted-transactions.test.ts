import { sql } from 'kysely';
import { expect } from 'vitest';
import { Instant } from '../../src/base/instant.ts';
import { INT64_MAX, INT64_MIN } from '../../src/base/int64.ts';
import type { Database } from '../../src/sql/database.ts';
import type { Handle } from '../../src/sql/engine.ts';
import { openAppConnection, type AppConnection } from '../support/app-connection.ts';
import { test } from './database-fixture.ts';

interface Movement {
  readonly id: bigint;
  readonly amount: bigint | null;
  readonly label: string | null;
  readonly moved_at: Instant | null;
}

async function createMovements(db: Database): Promise<void> {
  const { int64, instant, tableSuffix } = db.dialect.columnTypes;
  const columns = `id ${int64} not null primary key, amount ${int64}, label ${db.dialect.columnTypes.text(60)}, moved_at ${instant}`;
  await sql.raw(`create table movements (${columns})${tableSuffix}`).execute(db.handle);
  await sql`create table app_rows (id integer)`.execute(db.handle);
}

async function movements(handle: Handle): Promise<readonly Movement[]> {
  return (await sql<Movement>`select id, amount, label, moved_at from movements order by id`.execute(handle)).rows;
}

const carried: readonly Movement[] = [
  { id: 1n, amount: INT64_MAX, label: 'O\'Brien \\ "😀"', moved_at: Instant.parse('2026-11-01T08:00:00.000001Z') },
  { id: 2n, amount: INT64_MIN, label: null, moved_at: null },
];

async function insertCarried(db: Database, handle: Handle): Promise<void> {
  await db.dialect.statements.insertRows(handle, 'movements', {
    columns: { id: 'int64', amount: 'int64', label: 'text', moved_at: 'instant' },
    rows: carried.map(({ id, amount, label, moved_at }) => [id, amount, label, moved_at]),
  });
}

async function withApp(url: string, work: (app: AppConnection) => Promise<void>): Promise<void> {
  const app = await openAppConnection(url);
  await work(app).finally(() => app.close());
}

test("work in the application's transaction commits with it, in one with its own rows", async ({ url, db }) => {
  await createMovements(db);
  await withApp(url, async (app) => {
    await app.run('begin');
    await app.run('insert into app_rows (id) values (1)');
    const trx = db.adopt(app.driverObject);
    await db.dialect.statements.beginWriting(trx);
    await insertCarried(db, trx);
    expect(await movements(trx)).toEqual(carried);
    expect(await movements(db.handle)).toEqual([]);
    await app.run('commit');
  });
  expect(await movements(db.handle)).toEqual(carried);
  expect((await sql`select id from app_rows`.execute(db.handle)).rows).toEqual([{ id: 1n }]);
});

test("work in the application's transaction goes when it is rolled back", async ({ url, db }) => {
  await createMovements(db);
  await withApp(url, async (app) => {
    await app.run('begin');
    await insertCarried(db, db.adopt(app.driverObject));
    await app.run('rollback');
  });
  expect(await movements(db.handle)).toEqual([]);
});

test('an adopted connection serves one transaction of the application after the other', async ({ url, db }) => {
  await createMovements(db);
  await withApp(url, async (app) => {
    for (const id of [1n, 2n, 3n]) {
      await app.run('begin');
      await sql`insert into movements (id) values (${id})`.execute(db.adopt(app.driverObject));
      await app.run('commit');
    }
  });
  expect((await movements(db.handle)).map(({ id }) => id)).toEqual([1n, 2n, 3n]);
});

test('statements asked for at the same time run one after the other', async ({ url, db }) => {
  await createMovements(db);
  await withApp(url, async (app) => {
    await app.run('begin');
    const trx = db.adopt(app.driverObject);
    const ids = Array.from({ length: 20 }, (_, index) => BigInt(index));
    await Promise.all(ids.map((id) => sql`insert into movements (id) values (${id})`.execute(trx)));
    expect((await movements(trx)).map(({ id }) => id)).toEqual(ids);
    await app.run('commit');
  });
});

test('a failure in it is classified, and the application can still roll back', async ({ url, db }) => {
  await createMovements(db);
  await withApp(url, async (app) => {
    await app.run('begin');
    const trx = db.adopt(app.driverObject);
    await insertCarried(db, trx);
    const error: unknown = await insertCarried(db, trx).catch((failure: unknown) => failure);
    expect(db.classify(error)?.kind).toBe('unique');
    await app.run('rollback');
    await app.run('insert into app_rows (id) values (7)');
  });
  expect(await movements(db.handle)).toEqual([]);
});

test('beginning a transaction inside an adopted one is refused and changes nothing', async ({ url, db }) => {
  await createMovements(db);
  await withApp(url, async (app) => {
    await app.run('begin');
    const trx = db.adopt(app.driverObject);
    const handle: Handle = trx;
    await expect(handle.transaction().execute((inner) => insertCarried(db, inner))).rejects.toThrow();
    await insertCarried(db, trx);
    await app.run('commit');
  });
  expect(await movements(db.handle)).toEqual(carried);
});

test('what is no connection of this engine is refused', async ({ db }) => {
  expect(() => db.adopt({})).toThrow();
  expect(() => db.adopt(undefined)).toThrow();
  expect(() => db.adopt('connection')).toThrow();
});
