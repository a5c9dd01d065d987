import { sql } from 'kysely';
import { describe, expect } from 'vitest';
import { Instant } from '../../src/base/instant.ts';
import { INT64_MAX, INT64_MIN } from '../../src/base/int64.ts';
import type { Database } from '../../src/sql/database.ts';
import { changeExactly } from '../../src/sql/deferred.ts';
import type { BulkRows, BulkValue } from '../../src/sql/contract/statements.ts';
import { test, testWhere } from './database-fixture.ts';
import { TEXTS, INSTANTS, execute, createThings, things, labelled, labels, kindOf } from './things.ts';

describe('rows', () => {
  test('gives back 64-bit integers, texts and instants exactly, and nulls', async ({ db }) => {
    const { statements } = db.dialect;
    const bulk: BulkRows = {
      columns: { n: 'int64', label: 'text', noted_at: 'instant' },
      rows: [
        [INT64_MIN, TEXTS[0] ?? null, INSTANTS[0] ?? null],
        [INT64_MAX, null, null],
        [null, null, null],
        [0n, 'x', null],
        [-1n, null, null],
        [9_007_199_254_740_993n, null, null],
        ...TEXTS.map((text): BulkValue[] => [null, text, null]),
        ...INSTANTS.map((instant): BulkValue[] => [null, null, instant]),
      ],
    };
    const { rows } = await sql<{ n: bigint; label: string; noted_at: Instant }>`
      select r.n, r.label, r.noted_at from ${statements.rows('r', bulk)}`.execute(db.handle);
    expect(rows.map((row) => [row.n, row.label, row.noted_at])).toEqual(bulk.rows);
  });

  test('carries a text of a million characters', async ({ db }) => {
    const long = '😀\\"é'.repeat(200_000);
    const source = db.dialect.statements.rows('r', { columns: { label: 'text' }, rows: [[long], ['short']] });
    const { rows } = await sql<{ label: string }>`select r.label from ${source}`.execute(db.handle);
    expect(rows.map(({ label }) => label === long)).toEqual([true, false]);
  });

  test('carries twenty thousand rows in one statement', async ({ db }) => {
    const values = Array.from({ length: 20_000 }, (_, index): BulkValue[] => [BigInt(index), `label ${index}`]);
    const source = db.dialect.statements.rows('r', { columns: { n: 'int64', label: 'text' }, rows: values });
    const { rows } = await sql<{ total_rows: bigint; total: bigint; labels: bigint }>`
      select count(*) as total_rows, ${db.dialect.expressions.sumInt64(sql`r.n`)} as total, count(distinct r.label) as labels
      from ${source}`.execute(db.handle);
    expect(rows).toEqual([{ total_rows: 20_000n, total: 199_990_000n, labels: 20_000n }]);
  });

  test('is empty without rows', async ({ db }) => {
    const source = db.dialect.statements.rows('r', { columns: { n: 'int64', at: 'instant' }, rows: [] });
    const { rows } = await sql`select r.n, r.at from ${source}`.execute(db.handle);
    expect(rows).toEqual([]);
  });

  test('may name a column with a reserved word', async ({ db }) => {
    const source = db.dialect.statements.rows('r', { columns: { order: 'int64', system: 'text' }, rows: [[1n, 'a']] });
    const { rows } = await sql`select ${sql.ref('r.order')}, ${sql.ref('r.system')} from ${source}`.execute(db.handle);
    expect(rows).toEqual([{ order: 1n, system: 'a' }]);
  });

  test('joins with a table by a text that differs in case only from another', async ({ db }) => {
    await createThings(db);
    await db.dialect.statements.insertRows(
      db.handle,
      'things',
      labels([
        ['a', 1n],
        ['A', 2n],
        ['á', 3n],
      ]),
    );
    const source = db.dialect.statements.rows('r', { columns: { label: 'text' }, rows: [['A']] });
    const { rows } = await sql`
      select things.amount from ${source} join things on things.label = r.label`.execute(db.handle);
    expect(rows).toEqual([{ amount: 2n }]);
  });

  test('refuses a missing value, a row of another length, and an integer past 64 bits', async ({ db }) => {
    await createThings(db);
    const insert = (row: readonly unknown[]): Promise<bigint> =>
      db.handle
        .transaction()
        .execute((trx) => db.dialect.statements.insertRows(trx, 'things', labels([['good', 1n], row as BulkValue[]])));
    await expect(insert(['a', undefined])).rejects.toThrow();
    await expect(insert(['a'])).rejects.toThrow();
    await expect(insert(['a', INT64_MAX + 1n])).rejects.toThrow();
    await expect(insert(['a', INT64_MIN - 1n])).rejects.toThrow();
    expect(await things(db)).toEqual([]);
  });
});

describe('insertRows', () => {
  test('inserts all rows and says how many', async ({ db }) => {
    await createThings(db);
    const at = Instant.parse('2026-01-02T03:04:05.000006Z');
    const count = await db.dialect.statements.insertRows(db.handle, 'things', {
      columns: { label: 'text', amount: 'int64', happened_at: 'instant', details: 'json' },
      rows: [
        ['a', INT64_MAX, at, '{"name":"é \\" \\\\ 😀"}'],
        [null, null, null, null],
      ],
    });
    expect(count).toBe(2n);
    const { expressions } = db.dialect;
    const { rows } = await sql`
      select label, amount, happened_at, ${expressions.jsonText(sql`details`, 'name')} as name
      from things order by id`.execute(db.handle);
    expect(rows).toEqual([
      { label: 'a', amount: INT64_MAX, happened_at: at, name: 'é " \\ 😀' },
      { label: null, amount: null, happened_at: null, name: null },
    ]);
  });

  test('inserts nothing when one row is refused, and when there are none', async ({ db }) => {
    await createThings(db);
    const { statements } = db.dialect;
    const duplicate = statements.insertRows(
      db.handle,
      'things',
      labels([
        ['a', 1n],
        ['b', 2n],
        ['a', 3n],
      ]),
    );
    expect(await kindOf(db, duplicate)).toBe('unique');
    const forbidden = statements.insertRows(
      db.handle,
      'things',
      labels([
        ['a', 1n],
        ['b', 13n],
      ]),
    );
    expect(await kindOf(db, forbidden)).toBe('check');
    expect(await statements.insertRows(db.handle, 'things', labels([]))).toBe(0n);
    expect(await things(db)).toEqual([]);
  });

  test('writes to the table under the prefix of the database', async ({ open }) => {
    const db = await open({ tablePrefix: 'app_' });
    await createThings(db, 'app_things');
    await db.dialect.statements.insertRows(db.handle, 'carryover_things', labels([['a', 1n]]));
    const { rows } = await sql`select label from ${sql.table('carryover_things')}`.execute(db.handle);
    expect(rows).toEqual([{ label: 'a' }]);
  });
});

describe('idIn', () => {
  test('finds rows by any number of ids, and none without ids', async ({ db }) => {
    await createThings(db);
    const { statements } = db.dialect;
    const many = Array.from({ length: 3_000 }, (_, index): BulkValue[] => [BigInt(index) * 2n]);
    await statements.insertRows(db.handle, 'things', { columns: { id: 'int64' }, rows: [...many, [INT64_MAX]] });
    const found = async (ids: readonly bigint[]): Promise<readonly bigint[]> => {
      const { rows } = await sql<{ id: bigint }>`
        select id from things where ${statements.idIn('things.id', ids)} order by id`.execute(db.handle);
      return rows.map(({ id }) => id);
    };
    expect(await found([4n, 3n, INT64_MAX, 2n, 4n])).toEqual([2n, 4n, INT64_MAX]);
    expect(await found([])).toEqual([]);
    expect(await found(Array.from({ length: 5_000 }, (_, index) => BigInt(index)))).toHaveLength(2_500);
  });

  test('can be denied and locked', async ({ db }) => {
    await createThings(db);
    const { statements } = db.dialect;
    await statements.insertRows(db.handle, 'things', { columns: { id: 'int64' }, rows: [[1n], [2n], [3n]] });
    await db.write(async (trx) => {
      const locked = await sql`
        select id from things where ${statements.idIn('id', [1n, 3n])} order by id ${statements.lockRows()}`.execute(
        trx,
      );
      expect(locked.rows).toEqual([{ id: 1n }, { id: 3n }]);
      const others = await sql`select id from things where not (${statements.idIn('id', [1n, 3n])})`.execute(trx);
      expect(others.rows).toEqual([{ id: 2n }]);
    });
  });
});

describe('exactly', () => {
  const insert = (db: Database, rows: number): Promise<void> =>
    db.write((trx) => {
      const statement = sql`insert into things (label, amount) select label, amount + 100 from source_things where amount < 3`;
      return changeExactly(trx, db.dialect.statements.exactly(statement, rows).compile(trx), rows);
    });

  test('inserts what the query yields when that is the number of rows expected', async ({ db }) => {
    await createThings(db);
    await createThings(db, 'source_things');
    const rows: BulkValue[][] = [
      ['a', 1n],
      ['b', 2n],
      ['c', 3n],
    ];
    await db.dialect.statements.insertRows(db.handle, 'source_things', labels(rows));
    await insert(db, 2);
    expect(await labelled(db)).toEqual({ a: 101n, b: 102n });
  });

  test('fails the transaction when it is another number', async ({ db }) => {
    await createThings(db);
    await createThings(db, 'source_things');
    await db.dialect.statements.insertRows(
      db.handle,
      'source_things',
      labels([
        ['a', 1n],
        ['b', 2n],
        ['c', 3n],
      ]),
    );
    for (const expected of [0, 1, 3]) await expect(insert(db, expected)).rejects.toThrow();
    expect(await things(db)).toEqual([]);
  });
});

describe('insertIfAbsent', () => {
  const insert = (db: Database, source: BulkRows, conflict = ['label']): Promise<bigint> =>
    db.dialect.statements.insertIfAbsent(db.handle, {
      table: 'things',
      columns: Object.keys(source.columns),
      source: sql`select ${sql.join(Object.keys(source.columns).map((name) => sql.ref(`r.${name}`)))} from ${db.dialect.statements.rows('r', source)}`,
      conflict,
    });

  test('inserts what is absent, leaves what is there, and counts what it inserted', async ({ db }) => {
    await createThings(db);
    expect(
      await insert(
        db,
        labels([
          ['a', 1n],
          ['b', 2n],
        ]),
      ),
    ).toBe(2n);
    expect(
      await insert(
        db,
        labels([
          ['b', 20n],
          ['c', 3n],
          ['a', 10n],
        ]),
      ),
    ).toBe(1n);
    expect(await insert(db, labels([['b', 200n]]))).toBe(0n);
    expect(await insert(db, labels([]))).toBe(0n);
    expect(await labelled(db)).toEqual({ a: 1n, b: 2n, c: 3n });
  });

  test('inserts the first of two rows with one key', async ({ db }) => {
    await createThings(db);
    expect(
      await insert(
        db,
        labels([
          ['a', 1n],
          ['a', 2n],
        ]),
      ),
    ).toBe(1n);
    expect(await labelled(db)).toEqual({ a: 1n });
  });

  test('takes null as a key that nothing else has', async ({ db }) => {
    await createThings(db);
    expect(
      await insert(
        db,
        labels([
          [null, 1n],
          [null, 2n],
        ]),
      ),
    ).toBe(2n);
    expect(await insert(db, labels([[null, 1n]]))).toBe(1n);
    expect(await things(db)).toHaveLength(3);
  });

  test('throws when another unique key is taken, and keeps the stored row', async ({ db }) => {
    await createThings(db);
    await insert(db, labels([['a', 1n]]));
    const [stored] = await things(db);
    const taken: BulkRows = { columns: { id: 'int64', label: 'text' }, rows: [[stored?.id ?? 0n, 'other']] };
    expect(await kindOf(db, insert(db, taken))).toBe('unique');
    expect(await things(db)).toEqual([stored]);
  });

  test('throws every failure that is no duplicate', async ({ db }) => {
    await createThings(db);
    expect(await kindOf(db, insert(db, labels([['a', 13n]])))).toBe('check');
    await execute(db, 'create table strict_things (label varchar(5) not null unique, amount bigint not null)');
    const missing = db.dialect.statements.insertIfAbsent(db.handle, {
      table: 'strict_things',
      columns: ['label', 'amount'],
      source: sql`select 'a', null`,
      conflict: ['label'],
    });
    expect(await kindOf(db, missing)).toBe('not-null');
    expect(await things(db)).toEqual([]);
  });

  test('numbers the rows in the order of the source', async ({ db }) => {
    await createThings(db);
    const shuffled = Array.from({ length: 500 }, (_, index): BulkValue[] => [
      `k${(index * 7) % 500}`,
      BigInt(1_000 + ((index * 7) % 500)),
    ]);
    const { statements } = db.dialect;
    await statements.insertIfAbsent(db.handle, {
      table: 'things',
      columns: ['label', 'amount'],
      source: sql`select r.label, r.amount from ${statements.rows('r', labels(shuffled))} order by r.amount`,
      conflict: ['label'],
    });
    const amounts = (await things(db)).map(({ amount }) => amount);
    expect(amounts).toEqual(Array.from({ length: 500 }, (_, index) => BigInt(1_000 + index)));
  });

  test('matches a key of several columns', async ({ db }) => {
    const { columnTypes: type, statements } = db.dialect;
    await execute(
      db,
      `create table pairs (a ${type.int64} not null, b ${type.text(9)} not null, n ${type.int64}, primary key (a, b))${type.tableSuffix}`,
    );
    const add = (rows: readonly BulkValue[][]): Promise<bigint> =>
      statements.insertIfAbsent(db.handle, {
        table: 'pairs',
        columns: ['a', 'b', 'n'],
        source: sql`select r.a, r.b, r.n from ${statements.rows('r', { columns: { a: 'int64', b: 'text', n: 'int64' }, rows })}`,
        conflict: ['a', 'b'],
      });
    expect(
      await add([
        [1n, 'x', 1n],
        [1n, 'y', 2n],
        [2n, 'x', 3n],
      ]),
    ).toBe(3n);
    expect(
      await add([
        [1n, 'X', 4n],
        [2n, 'x', 5n],
      ]),
    ).toBe(1n);
  });

  testWhere('concurrentWriters', 'there is one writer')(
    'lets the second of two writers find the row of the first',
    async ({ db, open }) => {
      await createThings(db);
      const other = await open();
      let second: Promise<bigint> | undefined;
      await db.write(async (trx) => {
        await sql`insert into things (label, amount) values ('a', 1)`.execute(trx);
        second = insert(
          other,
          labels([
            ['a', 2n],
            ['b', 2n],
          ]),
        );
      });
      expect(await second).toBe(1n);
      expect(await labelled(db)).toEqual({ a: 1n, b: 2n });
    },
  );
});

describe('updateFromRows', () => {
  const update = (db: Database, rows: readonly BulkValue[][]): Promise<bigint> =>
    db.dialect.statements.updateFromRows(db.handle, {
      table: 'things',
      rows: labels(rows),
      key: ['label'],
      set: ['amount'],
    });

  test('sets each matched row to its own value and counts the rows matched', async ({ db }) => {
    await createThings(db);
    await db.dialect.statements.insertRows(
      db.handle,
      'things',
      labels([
        ['a', 1n],
        ['b', 2n],
        ['c', 3n],
        ['A', 4n],
      ]),
    );
    expect(
      await update(db, [
        ['a', INT64_MIN],
        ['b', null],
        ['nobody', 9n],
      ]),
    ).toBe(2n);
    expect(await labelled(db)).toEqual({ a: INT64_MIN, b: null, c: 3n, A: 4n });
  });

  test('counts a row that already had the value', async ({ db }) => {
    await createThings(db);
    await db.dialect.statements.insertRows(db.handle, 'things', labels([['a', 1n]]));
    expect(await update(db, [['a', 1n]])).toBe(1n);
    expect(await update(db, [])).toBe(0n);
  });

  test('sets several columns by a key of several columns', async ({ db }) => {
    const { columnTypes: type, statements } = db.dialect;
    await execute(
      db,
      `create table pairs (a ${type.int64}, b ${type.int64}, label ${type.text(9)}, noted_at ${type.instant})${type.tableSuffix}`,
    );
    const kinds = { a: 'int64', b: 'int64', label: 'text', noted_at: 'instant' } as const;
    await statements.insertRows(db.handle, 'pairs', {
      columns: kinds,
      rows: [
        [1n, 1n, 'x', null],
        [1n, 2n, 'y', null],
      ],
    });
    const at = Instant.parse('2026-05-05T05:05:05.555555Z');
    const matched = await statements.updateFromRows(db.handle, {
      table: 'pairs',
      rows: {
        columns: kinds,
        rows: [
          [1n, 2n, 'z', at],
          [2n, 1n, 'w', at],
        ],
      },
      key: ['a', 'b'],
      set: ['label', 'noted_at'],
    });
    expect(matched).toBe(1n);
    const { rows } = await sql`select * from pairs order by b`.execute(db.handle);
    expect(rows).toEqual([
      { a: 1n, b: 1n, label: 'x', noted_at: null },
      { a: 1n, b: 2n, label: 'z', noted_at: at },
    ]);
  });

  test('takes a further condition over the row and its new values', async ({ db }) => {
    await createThings(db);
    const { statements } = db.dialect;
    await statements.insertRows(
      db.handle,
      'things',
      labels([
        ['a', 1n],
        ['b', 2n],
        ['c', 3n],
      ]),
    );
    const rows = labels([
      ['a', 5n],
      ['b', 1n],
      ['c', 4n],
    ]);
    const where = sql`target.amount < source.amount`;
    expect(
      await statements.updateFromRows(db.handle, { table: 'things', rows, key: ['label'], set: ['amount'], where }),
    ).toBe(2n);
    expect(await labelled(db)).toEqual({ a: 5n, b: 2n, c: 4n });
  });

  test('fails the transaction unless each row changed one, where exactly that is asked for', async ({ db }) => {
    await createThings(db);
    const { statements } = db.dialect;
    await statements.insertRows(
      db.handle,
      'things',
      labels([
        ['a', 1n],
        ['b', 2n],
      ]),
    );
    const updateEach = (rows: readonly BulkValue[][], where = sql`1 = 1`): Promise<void> =>
      db.write((trx) => {
        const change = { table: 'things', rows: labels(rows), key: ['label'], set: ['amount'], where };
        const statement = statements.exactly(statements.updateFromRowsQuery(change), rows.length);
        return changeExactly(trx, statement.compile(trx), rows.length);
      });
    await expect(
      updateEach([
        ['a', 7n],
        ['nobody', 7n],
      ]),
    ).rejects.toThrow();
    await expect(
      updateEach(
        [
          ['a', 7n],
          ['b', 7n],
        ],
        sql`target.amount < 2`,
      ),
    ).rejects.toThrow();
    expect(await labelled(db)).toEqual({ a: 1n, b: 2n });
    await updateEach([
      ['a', 7n],
      ['b', 2n],
    ]);
    expect(await labelled(db)).toEqual({ a: 7n, b: 2n });
  });

  test('changes no row when one value is refused', async ({ db }) => {
    await createThings(db);
    await db.dialect.statements.insertRows(
      db.handle,
      'things',
      labels([
        ['a', 1n],
        ['b', 2n],
      ]),
    );
    expect(
      await kindOf(
        db,
        update(db, [
          ['a', 10n],
          ['b', 13n],
        ]),
      ),
    ).toBe('check');
    expect(await labelled(db)).toEqual({ a: 1n, b: 2n });
  });
});

describe('updateFromQuery', () => {
  async function createBalances(db: Database): Promise<void> {
    const { columnTypes: type, statements } = db.dialect;
    await execute(
      db,
      `create table balances (id ${type.int64} primary key, held ${type.int64}, free ${type.int64})${type.tableSuffix}`,
    );
    await statements.insertRows(db.handle, 'balances', {
      columns: { id: 'int64', held: 'int64', free: 'int64' },
      rows: [
        [1n, 10n, 1n],
        [2n, 20n, 2n],
        [3n, 30n, 3n],
      ],
    });
  }

  async function balances(db: Database): Promise<readonly unknown[]> {
    const { rows } = await sql<{ held: bigint; free: bigint }>`select held, free from balances order by id`.execute(
      db.handle,
    );
    return rows.map(({ held, free }) => [held, free]);
  }

  test('sees the old values in every expression, whatever the order of the columns', async ({ db }) => {
    await createBalances(db);
    const swap = { held: sql`target.free`, free: sql`target.held` };
    const { statements } = db.dialect;
    const one = { table: 'balances', source: sql`select 1 as id`, key: ['id'], set: swap };
    expect(await statements.updateFromQuery(db.handle, one)).toBe(1n);
    expect(await balances(db)).toEqual([
      [1n, 10n],
      [20n, 2n],
      [30n, 3n],
    ]);
    const many = { ...one, source: sql`select 2 as id union all select 3` };
    expect(await statements.updateFromQuery(db.handle, many)).toBe(2n);
    expect(await balances(db)).toEqual([
      [1n, 10n],
      [2n, 20n],
      [3n, 30n],
    ]);
  });

  test('takes values from an aggregate over the table itself', async ({ db }) => {
    await createBalances(db);
    const { statements, expressions } = db.dialect;
    const matched = await statements.updateFromQuery(db.handle, {
      table: 'balances',
      source: sql`select b.id, totals.total from balances b, (select ${expressions.sumInt64(sql`held`)} as total from balances) totals where b.id >= 2`,
      key: ['id'],
      set: { held: sql`source.total - target.held` },
    });
    expect(matched).toBe(2n);
    expect(await balances(db)).toEqual([
      [10n, 1n],
      [40n, 2n],
      [30n, 3n],
    ]);
  });

  test('takes values from bulk rows and leaves unmatched rows alone', async ({ db }) => {
    await createBalances(db);
    const { statements } = db.dialect;
    const source = statements.rows('r', {
      columns: { id: 'int64', delta: 'int64' },
      rows: [
        [2n, -5n],
        [9n, 1n],
      ],
    });
    await statements.updateFromQuery(db.handle, {
      table: 'balances',
      source: sql`select r.id, r.delta from ${source}`,
      key: ['id'],
      set: { free: sql`target.free + source.delta`, held: sql`target.held - source.delta` },
    });
    expect(await balances(db)).toEqual([
      [10n, 1n],
      [25n, -3n],
      [30n, 3n],
    ]);
  });

  test('matches nothing without source rows', async ({ db }) => {
    await createBalances(db);
    const none = { table: 'balances', source: sql`select 1 as id where 1 = 0`, key: ['id'], set: { held: sql`0` } };
    expect(await db.dialect.statements.updateFromQuery(db.handle, none)).toBe(0n);
  });
});

describe('temporaryTable', () => {
  test('is empty each time it is made, also twice in one transaction', async ({ db }) => {
    const { columnTypes, statements } = db.dialect;
    const counts: bigint[] = [];
    for (let round = 0; round < 2; round += 1) {
      await db.write(async (trx) => {
        for (let again = 0; again < 2; again += 1) {
          for (const made of statements.temporaryTable('carryover_drafts', { id: columnTypes.int64 }))
            await sql.raw(made).execute(trx);
          const { rows } = await sql<{ n: bigint }>`select count(*) as n from carryover_drafts`.execute(trx);
          counts.push(rows[0]?.n ?? -1n);
          await sql`insert into carryover_drafts (id) values (1)`.execute(trx);
        }
      });
    }
    expect(counts).toEqual([0n, 0n, 0n, 0n]);
  });
});
