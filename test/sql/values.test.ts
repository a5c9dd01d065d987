import { sql, type RawBuilder } from 'kysely';
import { describe, expect } from 'vitest';
import { Instant } from '../../src/base/instant.ts';
import { INT64_MAX, INT64_MIN } from '../../src/base/int64.ts';
import type { Database } from '../../src/sql/database.ts';
import { test, testWhere } from './database-fixture.ts';

const INTEGERS = [
  0n,
  1n,
  -1n,
  BigInt(Number.MAX_SAFE_INTEGER),
  BigInt(Number.MAX_SAFE_INTEGER) + 2n,
  -BigInt(Number.MAX_SAFE_INTEGER) - 2n,
  1_000_000_000_000_000_003n,
  INT64_MAX,
  INT64_MIN,
];

const INSTANTS = [
  '0001-01-01T00:00:00.000000Z',
  '0999-12-31T23:59:59.999999Z',
  '1883-11-18T17:00:00.000001Z',
  '1969-12-31T23:59:59.999999Z',
  '1970-01-01T00:00:00.000000Z',
  '2026-03-29T01:59:59.123456Z',
  '2026-10-25T01:30:00.000010Z',
  '9999-12-31T23:59:59.999999Z',
].map((text) => Instant.parse(text));

const TEXTS = [
  '',
  ' ',
  'trailing ',
  "O'Brien",
  '"double" `back` $1 ? :name @at {brace} [bracket]',
  'back\\slash \\n \\\\ \\',
  'line\nbreak\r\n\ttab',
  'Grüße, Łódź, naïve',
  'کلاس ریاضی',
  '😀👩‍👩‍👧‍👦 𝕏',
  '%_ like wildcards',
  'null',
  'NULL',
  "'; drop table samples; --",
];

async function createSamples(db: Database): Promise<void> {
  const { int64, longText, instant, json, tableSuffix } = db.dialect.columnTypes;
  await sql
    .raw(
      `create table samples (
        id ${int64} not null primary key,
        number ${int64},
        label ${db.dialect.columnTypes.text(191)},
        note ${longText},
        happened_at ${instant},
        document ${json}
      )${tableSuffix}`,
    )
    .execute(db.handle);
}

async function rowsOf<Row>(db: Database, query: RawBuilder<Row>): Promise<readonly Row[]> {
  return (await query.execute(db.handle)).rows;
}

describe('64-bit integers', () => {
  test('are exact from parameter to result', async ({ db }) => {
    const { int64 } = db.dialect.expressions;
    for (const number of INTEGERS) {
      expect(await rowsOf(db, sql`select ${int64(sql`${number}`)} as number`)).toEqual([{ number }]);
    }
  });

  test('are exact in columns, conditions and sums', async ({ db }) => {
    await createSamples(db);
    for (const [index, number] of INTEGERS.entries()) {
      await sql`insert into samples (id, number) values (${BigInt(index)}, ${number})`.execute(db.handle);
    }
    const stored = await rowsOf<{ number: bigint }>(db, sql`select number from samples order by id`);
    expect(stored.map(({ number }) => number)).toEqual(INTEGERS);
    for (const [index, number] of INTEGERS.entries()) {
      expect(await rowsOf(db, sql`select id from samples where number = ${number}`)).toEqual([{ id: BigInt(index) }]);
    }
    const totals = sql`select min(number) as least, max(number) as most, count(*) as counted from samples`;
    expect(await rowsOf(db, totals)).toEqual([{ least: INT64_MIN, most: INT64_MAX, counted: BigInt(INTEGERS.length) }]);
  });

  test('are exact in bulk rows, both as a source and into a table', async ({ db }) => {
    await createSamples(db);
    const rows = INTEGERS.map((number, index) => [BigInt(index), number]);
    const bulk = { columns: { id: 'int64', number: 'int64' }, rows } as const;
    const { statements } = db.dialect;
    const selected = await rowsOf<{ number: bigint }>(
      db,
      sql`select r.number from ${statements.rows('r', bulk)} order by r.id`,
    );
    expect(selected.map(({ number }) => number)).toEqual(INTEGERS);
    expect(await statements.insertRows(db.handle, 'samples', bulk)).toBe(BigInt(INTEGERS.length));
    const stored = await rowsOf<{ number: bigint }>(db, sql`select number from samples order by id`);
    expect(stored.map(({ number }) => number)).toEqual(INTEGERS);
  });

  test('of every width and every count are bigint', async ({ db }) => {
    await sql`create table widths (small smallint, plain integer, big bigint)`.execute(db.handle);
    await sql`insert into widths values (-32768, 2147483647, 5)`.execute(db.handle);
    const rows = await rowsOf(db, sql`select small, plain, big, (select count(*) from widths) as counted from widths`);
    expect(rows).toEqual([{ small: -32768n, plain: 2147483647n, big: 5n, counted: 1n }]);
  });

  test('beyond 64 bits are refused, not cut', async ({ db }) => {
    await createSamples(db);
    for (const number of [INT64_MAX + 1n, INT64_MIN - 1n]) {
      await expect(sql`insert into samples (id, number) values (1, ${number})`.execute(db.handle)).rejects.toThrow();
    }
    expect(await rowsOf(db, sql`select id from samples`)).toEqual([]);
  });
});

describe('instants', () => {
  test('keep their microseconds, in years and seasons where zones shift', async ({ db }) => {
    await createSamples(db);
    for (const [index, instant] of INSTANTS.entries()) {
      await sql`insert into samples (id, happened_at) values (${BigInt(index)}, ${instant})`.execute(db.handle);
    }
    const stored = await rowsOf<{ happened_at: Instant }>(db, sql`select happened_at from samples order by id`);
    expect(stored.map(({ happened_at }) => happened_at.toString())).toEqual(INSTANTS.map(String));
    expect(stored.every(({ happened_at }) => happened_at instanceof Instant)).toBe(true);
  });

  test('compare and sort as instants do, a microsecond apart', async ({ db }) => {
    await createSamples(db);
    const { instant } = db.dialect.expressions;
    const moment = Instant.parse('2026-11-01T08:00:00.000001Z');
    for (const [id, micros] of [2n, 0n, 1n].entries()) {
      const at = Instant.fromEpochMicros(moment.epochMicros + micros);
      await sql`insert into samples (id, happened_at) values (${BigInt(id)}, ${at})`.execute(db.handle);
    }
    expect(await rowsOf(db, sql`select id from samples where happened_at = ${instant(moment)}`)).toEqual([{ id: 1n }]);
    expect(
      await rowsOf(db, sql`select id from samples where happened_at > ${instant(moment)} order by happened_at`),
    ).toEqual([{ id: 2n }, { id: 0n }]);
  });

  test('travel in bulk rows', async ({ db }) => {
    await createSamples(db);
    const rows = INSTANTS.map((instant, index) => [BigInt(index), instant]);
    const bulk = { columns: { id: 'int64', happened_at: 'instant' }, rows } as const;
    await db.dialect.statements.insertRows(db.handle, 'samples', bulk);
    const stored = await rowsOf<{ happened_at: Instant }>(db, sql`select happened_at from samples order by id`);
    expect(stored.map(({ happened_at }) => happened_at.toString())).toEqual(INSTANTS.map(String));
  });

  test("of the server's clock lie between two looks at this machine's clock", async ({ db }) => {
    const minuteMicros = 60_000_000n;
    const now = await db.dialect.statements.serverNow(db.handle);
    const distance = now.epochMicros - BigInt(Date.now()) * 1000n;
    expect(distance > -minuteMicros && distance < minuteMicros).toBe(true);
  });
});

describe('texts', () => {
  test('come back as they were sent, in columns and in bulk rows', async ({ db }) => {
    await createSamples(db);
    const rows = TEXTS.map((text, index) => [BigInt(index), text, text]);
    const columns = { id: 'int64', label: 'text', note: 'text' } as const;
    await db.dialect.statements.insertRows(db.handle, 'samples', { columns, rows: rows.slice(0, 7) });
    for (const [id, label, note] of rows.slice(7)) {
      await sql`insert into samples (id, label, note) values (${id}, ${label}, ${note})`.execute(db.handle);
    }
    const stored = await rowsOf<{ label: string; note: string }>(db, sql`select label, note from samples order by id`);
    expect(stored.map(({ label }) => label)).toEqual(TEXTS);
    expect(stored.map(({ note }) => note)).toEqual(TEXTS);
  });

  test('are compared byte by byte', async ({ db }) => {
    await createSamples(db);
    const labels = ['b', 'a', 'B', 'A', 'á'];
    const rows = labels.map((label, index) => [BigInt(index), label]);
    await db.dialect.statements.insertRows(db.handle, 'samples', { columns: { id: 'int64', label: 'text' }, rows });
    const sorted = await rowsOf<{ label: string }>(db, sql`select label from samples order by label`);
    expect(sorted.map(({ label }) => label)).toEqual(['A', 'B', 'a', 'b', 'á']);
    expect(await rowsOf(db, sql`select id from samples where label = ${'a'}`)).toEqual([{ id: 1n }]);
  });

  test('of four million bytes arrive whole', async ({ db }) => {
    await createSamples(db);
    const long = 'ä\\"😀'.repeat(500_000);
    await sql`insert into samples (id, note) values (1, ${long})`.execute(db.handle);
    const columns = { id: 'int64', note: 'text' } as const;
    await db.dialect.statements.insertRows(db.handle, 'samples', { columns, rows: [[2n, long]] });
    const stored = await rowsOf<{ note: string }>(db, sql`select note from samples order by id`);
    expect(stored.map(({ note }) => note === long)).toEqual([true, true]);
  });
});

describe('JSON', () => {
  const document = { text: 'a"b\\c 😀', number: 42, none: null, list: [true, 'x'], inner: { key: 'کلید' } };

  /** SQLite and MariaDB keep JSON as text; the other servers' drivers parse it. */
  function parsed(value: unknown): unknown {
    return typeof value === 'string' ? JSON.parse(value) : value;
  }

  test('means the same when it comes back, from a parameter and from bulk rows', async ({ db }) => {
    await createSamples(db);
    const text = JSON.stringify(document);
    await sql`insert into samples (id, document) values (1, ${text})`.execute(db.handle);
    const columns = { id: 'int64', document: 'json' } as const;
    await db.dialect.statements.insertRows(db.handle, 'samples', { columns, rows: [[2n, text]] });
    const stored = await rowsOf<{ document: unknown }>(db, sql`select document from samples order by id`);
    expect(stored.map((row) => parsed(row.document))).toEqual([document, document]);
  });

  test('keeps integers that a JavaScript number would round', async ({ db }) => {
    await createSamples(db);
    const { jsonObject, jsonText } = db.dialect.expressions;
    const built = jsonObject({ balance: sql`${INT64_MAX}`, text: sql`${'x'}` });
    await sql`insert into samples (id, document) select 1, ${built}`.execute(db.handle);
    const balance = jsonText(sql.ref('document'), 'balance');
    expect(await rowsOf(db, sql`select ${balance} as balance from samples`)).toEqual([
      { balance: INT64_MAX.toString() },
    ]);
  });
});

describe('nulls', () => {
  test('of every type come back as null, alone, in bulk rows and beside values', async ({ db }) => {
    await createSamples(db);
    const columns = { id: 'int64', number: 'int64', label: 'text', happened_at: 'instant', document: 'json' } as const;
    await db.dialect.statements.insertRows(db.handle, 'samples', {
      columns,
      rows: [
        [1n, null, null, null, null],
        [2n, 7n, 'null', Instant.fromEpochMicros(0n), 'null'],
      ],
    });
    await sql`insert into samples (id, number, label, happened_at, document)
      values (3, ${null}, ${null}, ${null}, ${null})`.execute(db.handle);
    const empty = { number: null, label: null, happened_at: null, document: null };
    const stored = await rowsOf(
      db,
      sql`select number, label, happened_at, document from samples where id <> 2 order by id`,
    );
    expect(stored).toEqual([empty, empty]);
    expect(await rowsOf(db, sql`select label from samples where label is not null`)).toEqual([{ label: 'null' }]);
  });

  test('do not change how a statement reads its other values when it is run again and again', async ({ db }) => {
    await createSamples(db);
    for (let id = 0n; id < 12n; id += 1n) {
      const number = id % 3n === 0n ? null : (id * INT64_MAX) / 12n;
      await sql`insert into samples (id, number, label) values (${id}, ${number}, ${id % 2n === 0n ? null : 'odd'})`.execute(
        db.handle,
      );
      const found = await rowsOf(db, sql`select number, label from samples where id = ${id}`);
      expect(found).toEqual([{ number, label: id % 2n === 0n ? null : 'odd' }]);
    }
  });
});

describe('parameters', () => {
  test('that no column holds are refused before anything is sent', async ({ db }) => {
    await createSamples(db);
    for (const value of [undefined, Number.NaN, Number.POSITIVE_INFINITY, { a: 1 }, ['a'], new Date(0), Symbol('s')]) {
      await expect(
        sql`insert into samples (id, note) values (1, ${value})`.execute(db.handle),
        typeof value,
      ).rejects.toThrow();
    }
    expect(await rowsOf(db, sql`select id from samples`)).toEqual([]);
  });
});

describe('other types', () => {
  testWhere('not embedded', 'sqlite has no such types')(
    'decimals, dates and times of day are texts',
    async ({ db }) => {
      await sql`create table things (price decimal(20,4), day date, hour time)`.execute(db.handle);
      await sql`insert into things values (1234567890123456.7890, '2026-02-28', '08:15:00')`.execute(db.handle);
      expect(await rowsOf(db, sql`select price, day, hour from things`)).toEqual([
        { price: '1234567890123456.7890', day: '2026-02-28', hour: '08:15:00' },
      ]);
    },
  );
});

describe('a result read in portions', () => {
  test('gives every row once with exact values, also when the reader stops early', async ({ db }) => {
    await createSamples(db);
    const rows = Array.from({ length: 1000 }, (_, index) => [BigInt(index), INT64_MAX - BigInt(index)]);
    await db.dialect.statements.insertRows(db.handle, 'samples', { columns: { id: 'int64', number: 'int64' }, rows });
    const samples = db.handle.withTables<{ samples: { id: bigint; number: bigint } }>().selectFrom('samples');
    const all = samples.select(['id', 'number']).orderBy('id');
    const seen: bigint[][] = [];
    for await (const { id, number } of all.stream(64)) seen.push([id, number]);
    expect(seen).toEqual(rows);
    for await (const { id } of all.stream(10)) if (id === 15n) break;
    expect(await rowsOf(db, sql`select count(*) as counted from samples`)).toEqual([{ counted: 1000n }]);
  });
});
