import { sql } from 'kysely';
import { expect } from 'vitest';
import { INT64_MAX } from '../../src/base/int64.ts';
import type { Database } from '../../src/sql/database.ts';
import { test } from './database-fixture.ts';

const NAME = 'carryover_kept_doubled';

async function createNumbers(db: Database): Promise<void> {
  await sql.raw('create table numbers (n bigint, label varchar(20))').execute(db.handle);
  await sql`insert into numbers values (1, 'one'), (2, '02'), (${INT64_MAX}, null)`.execute(db.handle);
}

test('a look at one snapshot reads kept rows as it would read their query', async ({ db, open }) => {
  await createNumbers(db);
  const reader = await open({ access: 'read-only' });
  const { statements } = reader.dialect;
  const query = sql`select n.n as n, n.label as label from numbers n where n.n >= ${2n}`;
  await reader.read(async (trx) => {
    const kept = await statements.keepRows(trx, NAME, query);
    for (let time = 0; time < 2; time += 1) {
      const { rows } = await sql`select k.n as n, k.label as label from (${kept}) k order by k.n`.execute(trx);
      expect(rows).toEqual([
        { n: 2n, label: '02' },
        { n: INT64_MAX, label: null },
      ]);
    }
    await statements.dropKeptRows(trx, [NAME]);
  });
});

test('a name can be kept again, in the same look and in the next', async ({ db, open }) => {
  await createNumbers(db);
  const reader = await open({ access: 'read-only' });
  const { statements } = reader.dialect;
  for (const expected of [1n, 2n]) {
    await reader.read(async (trx) => {
      await statements.keepRows(trx, NAME, sql`select 0 as n`);
      const kept = await statements.keepRows(trx, NAME, sql`select n.n as n from numbers n where n.n = ${expected}`);
      const { rows } = await sql`select k.n as n from (${kept}) k`.execute(trx);
      expect(rows).toEqual([{ n: expected }]);
    });
  }
});

test('the session still writes nothing, after keeping and after a query that cannot be kept', async ({ db, open }) => {
  await createNumbers(db);
  const reader = await open({ access: 'read-only' });
  const { statements } = reader.dialect;
  const insert = sql`insert into numbers values (4, 'four')`;
  const kept = reader.read(async (trx) => {
    await statements.keepRows(trx, NAME, sql`select 1 as n`);
    await insert.execute(trx);
  });
  await expect(kept).rejects.toThrow();
  const failed = reader.read(async (trx) => {
    const query = await statements.keepRows(trx, NAME, sql`select n.missing from numbers n`);
    await query.execute(trx);
  });
  await expect(failed).rejects.toThrow();
  await expect(reader.read((trx) => insert.execute(trx))).rejects.toThrow();
  const { rows } = await sql<{ n: bigint }>`select count(*) as n from numbers`.execute(db.handle);
  expect(rows).toEqual([{ n: 3n }]);
});

test('a transaction that may write keeps rows too, and goes on writing', async ({ db }) => {
  await createNumbers(db);
  const { statements } = db.dialect;
  await db.write(async (trx) => {
    const kept = await statements.keepRows(trx, NAME, sql`select n.n as n from numbers n where n.n < 3`);
    await sql`insert into numbers select k.n + 10, 'more' from (${kept}) k`.execute(trx);
    await statements.dropKeptRows(trx, [NAME]);
  });
  const { rows } = await sql<{ n: bigint }>`select n from numbers where label = 'more' order by n`.execute(db.handle);
  expect(rows).toEqual([{ n: 11n }, { n: 12n }]);
});
