import { sql } from 'kysely';
import { describe, expect } from 'vitest';
import type { ColumnInfo } from '../../src/sql/contract/introspection.ts';
import type { Database } from '../../src/sql/database.ts';
import { testEngine, type Engine } from '../support/fresh-database.ts';
import { test } from './database-fixture.ts';

/** Types of a walk's column, by engine: what applications give their keys, in collations that order them differently. */
const WALKED: Readonly<Record<Engine, readonly string[]>> = {
  sqlite: ['text', 'varchar(36)', 'text collate nocase', 'uuid'],
  postgres: ['text', 'varchar(36)', 'uuid', 'text collate "C"', 'char(36)'],
  mysql: ['varchar(36)', 'char(36) character set latin1', 'varchar(36) collate utf8mb4_bin'],
};
/** A type that orders the same keys otherwise, or nothing at all. */
const OTHER: Readonly<Record<Engine, string>> = {
  sqlite: 'text collate nocase',
  postgres: 'varchar(40) collate "C"',
  mysql: 'varchar(40) character set utf8mb4 collate utf8mb4_swedish_ci',
};

const UUIDS = [
  '0a000000-0000-4000-8000-000000000001',
  'a0000000-0000-4000-8000-000000000002',
  '9fffffff-0000-4000-8000-000000000003',
  'ffffffff-ffff-4fff-8fff-ffffffffffff',
  '00000000-0000-4000-8000-000000000000',
];
const TEXTS = [...UUIDS, 'Zoe', 'adam', 'Bob', 'bea', 'a-b', 'a b', 'é', '10', '9'];

interface Keys {
  readonly walked: ColumnInfo;
  readonly other: ColumnInfo;
  readonly texts: readonly string[];
}

/** Tables `walked (id)` and `other (ref)` that hold the same keys. */
async function createKeys(db: Database, type: string): Promise<Keys> {
  for (const table of ['walked', 'other']) await sql`drop table if exists ${sql.table(table)}`.execute(db.handle);
  await sql`create table walked (id ${sql.raw(type)} not null primary key)`.execute(db.handle);
  await sql`create table other (ref ${sql.raw(OTHER[testEngine()])} null)`.execute(db.handle);
  const texts = type === 'uuid' && testEngine() === 'postgres' ? UUIDS : TEXTS;
  for (const text of texts) {
    await sql`insert into walked (id) values (${text})`.execute(db.handle);
    await sql`insert into other (ref) values (${text})`.execute(db.handle);
  }
  const [walked, other] = await Promise.all(
    ['walked', 'other'].map(async (name) => (await db.dialect.introspection.table(db.handle, name))?.columns[0]),
  );
  if (walked === undefined || other === undefined) throw new Error('The tables have no columns.');
  return { walked, other, texts };
}

describe.each(WALKED[testEngine()])('keys in the order of a column of type %s', (type) => {
  test('lie in the same range, whichever column they are of, and in one only', async ({ db }) => {
    const { expressions: e, orderedKey } = db.dialect;
    const { walked, other, texts } = await createKeys(db, type);
    const [ofWalked, ofOther] = [sql.ref('id'), sql.ref('ref')];
    const { rows } = await sql<{ k: string }>`
      select ${e.text(ofWalked)} as k from walked order by ${orderedKey(walked, ofWalked, walked)}`.execute(db.handle);
    const ordered = rows.map(({ k }) => k);
    expect(ordered.toSorted()).toEqual(texts.toSorted());
    for (const [index, bound] of ordered.entries()) {
      const upTo = ordered.slice(0, index + 1).toSorted();
      const first = await sql<{ k: string }>`select ${e.text(ofWalked)} as k from walked
        where ${orderedKey(walked, ofWalked, walked)} <= ${bound}`.execute(db.handle);
      expect(first.rows.map(({ k }) => k).toSorted()).toEqual(upTo);
      for (const key of [orderedKey(walked, ofOther, other), orderedKey(walked, ofOther)]) {
        const found = await sql<{ k: string }>`select ref as k from other where ${key} <= ${bound}`.execute(db.handle);
        expect(found.rows.map(({ k }) => k).toSorted()).toEqual(upTo);
        const behind = await sql<{ k: string }>`select ref as k from other where ${key} > ${bound}`.execute(db.handle);
        expect(behind.rows).toHaveLength(texts.length - upTo.length);
      }
    }
  });
});

/** Types whose own index a range of the walk must use. */
const INDEXED: Readonly<Record<Engine, readonly string[]>> = {
  sqlite: ['text', 'varchar(36)'],
  postgres: ['text', 'varchar(36)', 'uuid', 'text collate "C"'],
  mysql: ['varchar(36)', 'char(36) character set latin1', 'varchar(36) collate utf8mb4_bin'],
};

test.for(INDEXED[testEngine()])('a range along a column of type %s is read by its index', async (type, { db }) => {
  const { walked, texts } = await createKeys(db, type);
  const key = db.dialect.orderedKey(walked, sql.ref('id'), walked);
  const range = sql`select id from walked where ${key} > ${texts[0]} and ${key} <= ${texts[1]}`;
  const plan = await db.write(async (trx) => {
    if (testEngine() === 'postgres') await sql`set local enable_seqscan = off`.execute(trx);
    const explain = testEngine() === 'sqlite' ? sql`explain query plan ${range}` : sql`explain ${range}`;
    const { rows } = await explain.execute(trx);
    return JSON.stringify(rows, (_name, value: unknown) => (typeof value === 'bigint' ? `${value}` : value));
  });
  const usesIndex = { sqlite: /SEARCH walked/, postgres: /Index Cond/, mysql: /"type":"range"/ }[testEngine()];
  expect(plan).toMatch(usesIndex);
});
