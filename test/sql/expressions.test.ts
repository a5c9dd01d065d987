import { sql, type RawBuilder } from 'kysely';
import { describe, expect } from 'vitest';
import { Instant } from '../../src/base/instant.ts';
import { INT64_MAX, INT64_MIN } from '../../src/base/int64.ts';
import type { Fragment } from '../../src/sql/contract/expressions.ts';
import type { Database } from '../../src/sql/database.ts';
import { testEngine } from '../support/fresh-database.ts';
import { test } from './database-fixture.ts';

/** Types that legacy tables give their points in time. */
const LEGACY_INSTANT_TYPES = {
  sqlite: ['text', 'datetime', 'timestamp'],
  postgres: ['timestamptz', 'timestamp', 'timestamp(6)'],
  mysql: ['datetime(6)', 'timestamp(6)'],
} as const;

/** Evaluates one expression. */
async function value(db: Database, expression: Fragment): Promise<unknown> {
  const { rows } = await sql<{ result: unknown }>`select ${expression} as result`.execute(db.handle);
  return rows[0]?.result;
}

/** Evaluates an instant, whose column name SQLite needs. */
async function instantValue(db: Database, expression: Fragment): Promise<unknown> {
  const { rows } = await sql<{ result_at: unknown }>`select ${expression} as result_at`.execute(db.handle);
  return rows[0]?.result_at;
}

/** A table `legacy(id, v)` whose column `v` has the type, holding these literals in this order. */
async function createLegacy(db: Database, type: string, literals: readonly string[]): Promise<void> {
  await sql.raw('drop table if exists legacy').execute(db.handle);
  await sql.raw(`create table legacy (id integer primary key, v ${type} null)`).execute(db.handle);
  for (const [index, literal] of literals.entries()) {
    await sql.raw(`insert into legacy (id, v) values (${index + 1}, ${literal})`).execute(db.handle);
  }
}

/** The expression over each row of `legacy`. */
async function perRow(db: Database, expression: Fragment): Promise<readonly unknown[]> {
  const { rows } = await sql<{ result_at: unknown }>`select ${expression} as result_at from legacy order by id`.execute(
    db.handle,
  );
  return rows.map((row) => row.result_at);
}

/** The ids of the rows of `legacy` for which the condition holds. */
async function idsWhere(db: Database, condition: Fragment): Promise<readonly unknown[]> {
  const { rows } = await sql<{ id: bigint }>`select id from legacy where ${condition} order by id`.execute(db.handle);
  return rows.map((row) => row.id);
}

function integer(number: bigint | null): RawBuilder<bigint> {
  return sql<bigint>`cast(${number} as ${sql.raw(testEngine() === 'mysql' ? 'signed' : 'bigint')})`;
}

const column = sql.ref('v');

describe('now and instant', () => {
  test('now is the present and moves on inside a transaction', async ({ db }) => {
    const { expressions } = db.dialect;
    await db.write(async (trx) => {
      const read = async (): Promise<Instant> => {
        const { rows } = await sql<{ now_at: Instant }>`select ${expressions.now()} as now_at`.execute(trx);
        return rows[0]?.now_at as Instant;
      };
      const first = await read();
      expect(Math.abs(Number(first.epochMicros / 1000n) - Date.now())).toBeLessThan(60_000);
      let later = first;
      while (!first.isBefore(later)) later = await read();
    });
  });

  test('an instant parameter comes back as it went and compares with instant columns', async ({ db }) => {
    const { expressions, columnTypes } = db.dialect;
    const texts = [
      '0001-01-01T00:00:00Z',
      '1970-01-01T00:00:00Z',
      '2026-10-25T00:30:00.000001Z',
      '9999-12-31T23:59:59.999999Z',
    ];
    const instants = texts.map((text) => Instant.parse(text));
    await sql.raw(`create table moments (happened_at ${columnTypes.instant})`).execute(db.handle);
    for (const instant of instants) {
      expect(await instantValue(db, expressions.instant(instant))).toEqual(instant);
      await sql`insert into moments (happened_at) values (${expressions.instant(instant)})`.execute(db.handle);
    }
    const middle = Instant.parse('2026-10-25T00:30:00.000001Z');
    const { rows } = await sql`
      select happened_at from moments where happened_at >= ${expressions.instant(middle)} order by happened_at`.execute(
      db.handle,
    );
    expect(rows.map((row) => (row as { happened_at: unknown }).happened_at)).toEqual(instants.slice(2));
    const before = await sql`select 1 from moments where happened_at < ${expressions.now()}`.execute(db.handle);
    expect(before.rows.length).toBeGreaterThanOrEqual(2);
  });
});

describe('legacy points in time', () => {
  const literals = ["'2026-03-29 01:30:00.123456'", "'1999-12-31 23:59:59'", "'2024-02-29 00:00:00.5'", 'null'];
  const instants = [
    Instant.parse('2026-03-29T01:30:00.123456Z'),
    Instant.parse('1999-12-31T23:59:59Z'),
    Instant.parse('2024-02-29T00:00:00.5Z'),
    null,
  ];

  test.for(LEGACY_INSTANT_TYPES[testEngine()])('are instants from a column of type %s', async (type, { db }) => {
    const { expressions } = db.dialect;
    // A column with a time zone reads a literal without one in the session's zone, which is UTC.
    await createLegacy(db, type, literals);
    expect(await perRow(db, expressions.instantOf(column))).toEqual(instants);
    expect(await perRow(db, expressions.monthOf(column))).toEqual(['2026-03', '1999-12', '2024-02', null]);
    expect(await perRow(db, expressions.dateOf(column))).toEqual(['2026-03-29', '1999-12-31', '2024-02-29', null]);
  });

  test.for(LEGACY_INSTANT_TYPES[testEngine()])(
    'can be stored and compared as instants from %s',
    async (type, { db }) => {
      const { expressions, columnTypes } = db.dialect;
      await createLegacy(db, type, literals);
      await sql.raw(`create table moments (happened_at ${columnTypes.instant})`).execute(db.handle);
      await sql`insert into moments (happened_at) select ${expressions.instantOf(column)} from legacy`.execute(
        db.handle,
      );
      const { rows } = await sql<{
        happened_at: unknown;
      }>`select happened_at from moments where happened_at is not null order by happened_at desc`.execute(db.handle);
      expect(rows.map((row) => row.happened_at)).toEqual([instants[0], instants[2], instants[1]]);
      const since = expressions.instant(Instant.parse('2024-02-29T00:00:00.500000Z'));
      expect(await idsWhere(db, sql`${expressions.instantOf(column)} >= ${since}`)).toEqual([1n, 3n]);
    },
  );

  test.runIf(testEngine() === 'sqlite')(
    'as SQLite texts may carry an offset, a T, or no seconds fraction',
    async ({ db }) => {
      await createLegacy(db, 'text', [
        "'2026-03-29T01:30:00Z'",
        "'2026-03-29 01:30:00+02:00'",
        "'2026-03-29T01:30:00.25-0330'",
        "'2026-12-31 23:30:00.000001-01'",
      ]);
      const { expressions } = db.dialect;
      expect(await perRow(db, expressions.instantOf(column))).toEqual([
        Instant.parse('2026-03-29T01:30:00Z'),
        Instant.parse('2026-03-28T23:30:00Z'),
        Instant.parse('2026-03-29T05:00:00.25Z'),
        Instant.parse('2027-01-01T00:30:00.000001Z'),
      ]);
      expect(await perRow(db, expressions.monthOf(column))).toEqual(['2026-03', '2026-03', '2026-03', '2027-01']);
    },
  );

  test.runIf(testEngine() === 'mysql')('that are zeros name no instant and no month', async ({ db }) => {
    await sql.raw('create table legacy (id integer primary key, v datetime, d date)').execute(db.handle);
    await db.handle.connection().execute(async (session) => {
      const { rows } = await sql<{ mode: string }>`select @@sql_mode as mode`.execute(session);
      await sql`set session sql_mode = ''`.execute(session);
      await sql`insert into legacy values (1, '0000-00-00 00:00:00', '0000-00-00'), (2, '2026-00-00', '2026-05-00'), (3, '2026-05-01', '2026-05-01')`.execute(
        session,
      );
      await sql`set session sql_mode = ${rows[0]?.mode}`.execute(session);
    });
    const { expressions } = db.dialect;
    const may = Instant.parse('2026-05-01T00:00:00Z');
    expect(await perRow(db, column)).toEqual([null, null, may]);
    expect(await perRow(db, expressions.instantOf(column))).toEqual([null, null, may]);
    expect(await perRow(db, expressions.instantOfDate(sql.ref('d')))).toEqual([null, null, may]);
    expect(await perRow(db, expressions.monthOf(sql.ref('d')))).toEqual([null, null, '2026-05']);
    await sql.raw(`create table moments (happened_at ${db.dialect.columnTypes.instant})`).execute(db.handle);
    await sql`insert into moments select ${expressions.instantOf(column)} from legacy`.execute(db.handle);
  });
});

describe('legacy dates', () => {
  test('are midnight UTC as instants, and have a month and a day', async ({ db }) => {
    const { expressions } = db.dialect;
    await createLegacy(db, 'date', ["'2026-01-01'", "'2024-02-29'", "'1999-12-31'", 'null']);
    expect(await perRow(db, expressions.instantOfDate(column))).toEqual([
      Instant.parse('2026-01-01T00:00:00Z'),
      Instant.parse('2024-02-29T00:00:00Z'),
      Instant.parse('1999-12-31T00:00:00Z'),
      null,
    ]);
    expect(await perRow(db, expressions.monthOf(column))).toEqual(['2026-01', '2024-02', '1999-12', null]);
    expect(await perRow(db, expressions.dateOf(column))).toEqual(['2026-01-01', '2024-02-29', '1999-12-31', null]);
    expect(await perRow(db, expressions.text(column))).toEqual(['2026-01-01', '2024-02-29', '1999-12-31', null]);
  });

  test('group by month', async ({ db }) => {
    const { expressions } = db.dialect;
    await createLegacy(db, 'date', ["'2026-01-01'", "'2026-01-31'", "'2026-02-01'"]);
    const month = expressions.monthOf(column);
    const { rows } =
      await sql`select ${month} as month, count(*) as payments from legacy group by ${month} order by 1`.execute(
        db.handle,
      );
    expect(rows).toEqual([
      { month: '2026-01', payments: 2n },
      { month: '2026-02', payments: 1n },
    ]);
  });
});

describe('minorUnits and hasMoreDecimals', () => {
  test('count the parts of a decimal column exactly', async ({ db }) => {
    const { expressions } = db.dialect;
    await createLegacy(db, 'decimal(14,2)', [
      '0',
      '0.01',
      '0.29',
      '-0.29',
      '1.10',
      '4.35',
      '19.99',
      '1234567.89',
      '-99999999.99',
      '999999999999.99',
      'null',
    ]);
    expect(await perRow(db, expressions.minorUnits(column, 2))).toEqual([
      0n,
      1n,
      29n,
      -29n,
      110n,
      435n,
      1999n,
      123_456_789n,
      -9_999_999_999n,
      99_999_999_999_999n,
      null,
    ]);
    expect(await idsWhere(db, expressions.hasMoreDecimals(column, 2))).toEqual([]);
    expect(await idsWhere(db, expressions.hasMoreDecimals(column, 1))).toEqual([2n, 3n, 4n, 6n, 7n, 8n, 9n, 10n]);
  });

  test('round halves away from zero', async ({ db }) => {
    const { expressions } = db.dialect;
    await createLegacy(db, 'decimal(12,4)', [
      '0.005',
      '-0.005',
      '0.0049',
      '1.005',
      '-1.005',
      '1.115',
      '2.5',
      '-2.5',
      '0.5',
      '1.5',
    ]);
    expect(await perRow(db, expressions.minorUnits(column, 2))).toEqual([
      1n,
      -1n,
      0n,
      101n,
      -101n,
      112n,
      250n,
      -250n,
      50n,
      150n,
    ]);
    expect(await perRow(db, expressions.minorUnits(column, 0))).toEqual([0n, 0n, 0n, 1n, -1n, 1n, 3n, -3n, 1n, 2n]);
    expect(await perRow(db, expressions.minorUnits(column, 6))).toEqual([
      5_000n,
      -5_000n,
      4_900n,
      1_005_000n,
      -1_005_000n,
      1_115_000n,
      2_500_000n,
      -2_500_000n,
      500_000n,
      1_500_000n,
    ]);
    expect(await idsWhere(db, expressions.hasMoreDecimals(column, 2))).toEqual([1n, 2n, 3n, 4n, 5n, 6n]);
  });

  test('take whole numbers, and sum to a bigint', async ({ db }) => {
    const { expressions } = db.dialect;
    await createLegacy(db, 'integer', ['0', '7', '-7', 'null']);
    expect(await perRow(db, expressions.minorUnits(column, 2))).toEqual([0n, 700n, -700n, null]);
    expect(await idsWhere(db, expressions.hasMoreDecimals(column, 0))).toEqual([]);
    const { rows } = await sql<{ total: bigint }>`
      select ${expressions.sumInt64(expressions.minorUnits(column, 3))} as total from legacy where v > 0`.execute(
      db.handle,
    );
    expect(rows).toEqual([{ total: 7_000n }]);
  });

  test('refuse an amount that does not fit into 64 bits', async ({ db }) => {
    await createLegacy(db, 'decimal(20,2)', ['123456789012345678.00']);
    await expect(perRow(db, db.dialect.expressions.minorUnits(column, 6))).rejects.toThrow();
  });
});

describe('integer arithmetic', () => {
  const cases: readonly (readonly [value: bigint | null, by: bigint, floor: bigint | null, ceil: bigint | null])[] = [
    [7n, 2n, 3n, 4n],
    [-7n, 2n, -4n, -3n],
    [6n, 3n, 2n, 2n],
    [-6n, 3n, -2n, -2n],
    [0n, 5n, 0n, 0n],
    [-1n, 100_000n, -1n, 0n],
    [1n, 100_000n, 0n, 1n],
    [INT64_MAX, 1n, INT64_MAX, INT64_MAX],
    [INT64_MAX, 2n, 4_611_686_018_427_387_903n, 4_611_686_018_427_387_904n],
    [INT64_MIN, 1n, INT64_MIN, INT64_MIN],
    [INT64_MIN, 3n, -3_074_457_345_618_258_603n, -3_074_457_345_618_258_602n],
    [INT64_MIN, INT64_MAX, -2n, -1n],
    [null, 2n, null, null],
  ];

  test.for(cases)('%s by %s is %s rounded down and %s rounded up', async ([dividend, by, floor, ceil], { db }) => {
    const { expressions } = db.dialect;
    expect(await value(db, expressions.floorDivide(integer(dividend), integer(by)))).toBe(floor);
    expect(await value(db, expressions.ceilDivide(integer(dividend), integer(by)))).toBe(ceil);
  });

  test('divides a sum of two columns as a whole', async ({ db }) => {
    const { expressions } = db.dialect;
    await createLegacy(db, 'integer', ['3', '8']);
    expect(await perRow(db, expressions.floorDivide(sql`v - 10`, sql`1 + 1`))).toEqual([-4n, -1n]);
    expect(await perRow(db, expressions.ceilDivide(sql`v - 10`, sql`1 + 1`))).toEqual([-3n, -1n]);
  });

  test('least and greatest are null when either value is', async ({ db }) => {
    const { expressions } = db.dialect;
    const [low, high, none] = [integer(INT64_MIN), integer(INT64_MAX), integer(null)];
    expect(await value(db, expressions.least(low, high))).toBe(INT64_MIN);
    expect(await value(db, expressions.greatest(low, high))).toBe(INT64_MAX);
    expect(await value(db, expressions.least(low, none))).toBe(null);
    expect(await value(db, expressions.least(none, low))).toBe(null);
    expect(await value(db, expressions.greatest(none, high))).toBe(null);
    expect(await value(db, expressions.greatest(high, none))).toBe(null);
  });
});

describe('int64 and sums', () => {
  test('int64 makes a bigint of literals, sums and counts', async ({ db }) => {
    const { expressions } = db.dialect;
    expect(await value(db, expressions.int64(sql`1`))).toBe(1n);
    expect(await value(db, expressions.int64(sql`null`))).toBe(null);
    expect(await value(db, expressions.int64(integer(INT64_MIN)))).toBe(INT64_MIN);
    expect(await value(db, expressions.int64(integer(INT64_MAX)))).toBe(INT64_MAX);
    await createLegacy(db, 'integer', ['1', '2']);
    const { rows } =
      await sql`select ${expressions.int64(sql`sum(v)`)} as total, ${expressions.int64(sql`count(*)`)} as n from legacy`.execute(
        db.handle,
      );
    expect(rows).toEqual([{ total: 3n, n: 2n }]);
  });

  test('sumInt64 is exact up to the edge, null over no rows, and fails past the edge', async ({ db }) => {
    const { expressions, columnTypes } = db.dialect;
    const sum = async (...literals: readonly string[]): Promise<unknown> => {
      await createLegacy(db, columnTypes.int64, literals);
      const { rows } = await sql<{
        total: bigint | null;
      }>`select ${expressions.sumInt64(column)} as total from legacy`.execute(db.handle);
      return rows[0]?.total;
    };
    expect(await sum('9007199254740993', '1', 'null')).toBe(9_007_199_254_740_994n);
    expect(await sum('9223372036854775806', '1')).toBe(INT64_MAX);
    expect(await sum('-9223372036854775807', '-1')).toBe(INT64_MIN);
    expect(await sum()).toBe(null);
    for (const literals of [
      ['9223372036854775807', '1'],
      ['-9223372036854775807', '-2'],
    ]) {
      const failure = await sum(...literals).catch((error: unknown) => db.dialect.classify(error)?.kind);
      expect(failure).toBe('out-of-range');
    }
  });

  test('sumText has no edge, and is "0" over no rows', async ({ db }) => {
    const { expressions, columnTypes } = db.dialect;
    const sum = async (...literals: readonly string[]): Promise<unknown> => {
      await createLegacy(db, columnTypes.int64, literals);
      const { rows } = await sql<{ total: string }>`select ${expressions.sumText(column)} as total from legacy`.execute(
        db.handle,
      );
      return rows[0]?.total;
    };
    expect(await sum()).toBe('0');
    expect(await sum('null')).toBe('0');
    expect(await sum('-5', '2')).toBe('-3');
    expect(await sum('9223372036854775807', '9223372036854775807', '9223372036854775807')).toBe('27670116110564327421');
    expect(await sum('-9223372036854775807', '-9223372036854775807')).toBe('-18446744073709551614');
  });

  test('sums stand beside a group key', async ({ db }) => {
    const { expressions, columnTypes } = db.dialect;
    await createLegacy(db, columnTypes.int64, ['1', '2', '3']);
    const { rows } = await sql`
      select v > 1 as key_column, ${expressions.sumInt64(column)} as total, ${expressions.sumText(column)} as total_text
      from legacy group by v > 1 order by 2`.execute(db.handle);
    expect(rows).toMatchObject([
      { total: 1n, total_text: '1' },
      { total: 5n, total_text: '5' },
    ]);
  });
});

describe('text', () => {
  test('writes integers and texts as they are', async ({ db }) => {
    const { expressions } = db.dialect;
    expect(await value(db, expressions.text(integer(INT64_MIN)))).toBe(INT64_MIN.toString());
    expect(await value(db, expressions.text(integer(0n)))).toBe('0');
    expect(await value(db, expressions.text(sql`${"é😀\\'"}`))).toBe("é😀\\'");
    expect(await value(db, expressions.text(integer(null)))).toBe(null);
  });

  test('compares and sorts byte by byte', async ({ db }) => {
    const { expressions } = db.dialect;
    await createLegacy(db, 'varchar(10)', ["'b'", "'B'", "'á'", "'a'", "'A'", "'10'", "'9'"]);
    const text = expressions.text(column);
    const { rows } = await sql<{ label: string }>`select v as label from legacy order by ${text}`.execute(db.handle);
    expect(rows.map(({ label }) => label)).toEqual(['10', '9', 'A', 'B', 'a', 'b', 'á']);
    expect(await idsWhere(db, sql`${text} = ${expressions.text(sql`${'a'}`)}`)).toEqual([4n]);
  });

  test('concat joins, and is null when a part is', async ({ db }) => {
    const { expressions } = db.dialect;
    const { concat, text } = expressions;
    expect(await value(db, concat(sql.lit('payments:'), text(integer(12n)), sql.lit(':é'), sql.lit('')))).toBe(
      'payments:12:é',
    );
    expect(await value(db, concat(text(sql`${'x'}`)))).toBe('x');
    expect(await value(db, concat(sql.lit('a'), text(integer(null))))).toBe(null);
  });

  test('concat of columns can be joined with an own text column', async ({ db }) => {
    const { expressions, columnTypes } = db.dialect;
    await createLegacy(db, 'integer', ['5', '6']);
    await sql.raw(`create table sources (source ${columnTypes.text(40)})`).execute(db.handle);
    await sql`insert into sources (source) values ('legacy:5'), ('LEGACY:6')`.execute(db.handle);
    const key = expressions.concat(sql.lit('legacy:'), expressions.text(column));
    const { rows } = await sql`select legacy.id from legacy join sources on sources.source = ${key}`.execute(db.handle);
    expect(rows).toEqual([{ id: 1n }]);
  });
});

describe('conditions', () => {
  test('isTrue reads a boolean column, null as false', async ({ db }) => {
    const { expressions } = db.dialect;
    await createLegacy(db, 'boolean', ['true', 'false', 'null']);
    expect(await idsWhere(db, expressions.isTrue(column))).toEqual([1n]);
    expect(await idsWhere(db, sql`not ${expressions.isTrue(column)}`)).toEqual([2n, 3n]);
  });

  test('isTrue reads whole numbers, null as false', async ({ db }) => {
    const { expressions } = db.dialect;
    await createLegacy(db, 'smallint', ['1', '0', 'null', '2']);
    expect(await idsWhere(db, expressions.isTrue(column))).toEqual([1n, 4n]);
    expect(await idsWhere(db, sql`not ${expressions.isTrue(column)}`)).toEqual([2n, 3n]);
  });

  test('isNotDistinct takes two nulls as equal', async ({ db }) => {
    const { expressions } = db.dialect;
    const truth = async (a: bigint | null, b: bigint | null): Promise<unknown> => {
      const condition = expressions.isNotDistinct(integer(a), integer(b));
      const { rows } = await sql<{ result: bigint }>`select case when ${condition} then 1 else 0 end as result`.execute(
        db.handle,
      );
      return rows[0]?.result;
    };
    expect([await truth(1n, 1n), await truth(1n, 2n)]).toEqual([1n, 0n]);
    expect([await truth(null, null), await truth(null, 1n), await truth(1n, null)]).toEqual([1n, 0n, 0n]);
  });

  test('T-20: orderNullsLast sorts null last in either direction', async ({ db }) => {
    const { expressions } = db.dialect;
    await createLegacy(db, 'integer', ['2', 'null', '1', '3']);
    const ids = async (direction: 'asc' | 'desc'): Promise<unknown> => {
      const { rows } = await sql<{
        id: bigint;
      }>`select id from legacy order by ${expressions.orderNullsLast(column, direction)}`.execute(db.handle);
      return rows.map(({ id }) => id);
    };
    expect(await ids('asc')).toEqual([3n, 1n, 4n, 2n]);
    expect(await ids('desc')).toEqual([4n, 1n, 3n, 2n]);
  });
});

describe('JSON', () => {
  test('jsonObject holds texts, integers of any size, booleans and nulls', async ({ db }) => {
    const { expressions } = db.dialect;
    const { jsonObject, text } = expressions;
    await createLegacy(db, 'boolean', ['true']);
    const members = {
      text: text(sql`${'é😀 "x" \\ \n'}`),
      big: integer(INT64_MIN),
      odd: integer(9_007_199_254_740_993n),
      yes: expressions.isTrue(column),
      none: integer(null),
      "it's": sql.lit('key'),
    };
    const [json] = (await perRow(db, text(jsonObject(members)))) as readonly string[];
    expect(JSON.parse(String(json))).toMatchObject({ text: 'é😀 "x" \\ \n', none: null, "it's": 'key' });
    expect(json).toMatch(/"big" ?: ?-9223372036854775808\b/);
    expect(json).toMatch(/"odd" ?: ?9007199254740993\b/);
    expect(json).toMatch(/"yes" ?: ?(?:true|1)\b/);
    expect(JSON.parse(String(await value(db, text(jsonObject({})))))).toEqual({});
  });

  test('jsonText reads a text member, null where it is absent or null', async ({ db }) => {
    const { expressions, columnTypes } = db.dialect;
    await sql.raw(`create table documents (id integer primary key, details ${columnTypes.json})`).execute(db.handle);
    const document = { name: 'é😀 "x" \\', none: null, empty: '', 'two words': 'yes', nested: { name: 'inner' } };
    await sql`insert into documents (id, details) values (1, ${JSON.stringify(document)}), (2, null)`.execute(
      db.handle,
    );
    const read = async (key: string): Promise<unknown> => {
      const { rows } = await sql<{
        member: unknown;
      }>`select ${expressions.jsonText(sql`details`, key)} as member from documents order by id`.execute(db.handle);
      return rows.map(({ member }) => member);
    };
    expect(await read('name')).toEqual([document.name, null]);
    expect(await read('none')).toEqual([null, null]);
    expect(await read('absent')).toEqual([null, null]);
    expect(await read('empty')).toEqual(['', null]);
    expect(await read('two words')).toEqual(['yes', null]);
  });

  test('json makes a JSON column of a text and of an object, null of null', async ({ db }) => {
    const { expressions, columnTypes } = db.dialect;
    await createLegacy(db, 'varchar(40)', ['\'{"a": "x"}\'', 'null']);
    await sql.raw(`create table documents (id integer primary key, details ${columnTypes.json})`).execute(db.handle);
    await sql`insert into documents (id, details) select id, ${expressions.json(column)} from legacy`.execute(
      db.handle,
    );
    const object = expressions.json(expressions.jsonObject({ a: sql.lit('y') }));
    await sql`insert into documents (id, details) select 3, ${object}`.execute(db.handle);
    const { rows } = await sql<{ a: unknown }>`
      select ${expressions.jsonText(sql`details`, 'a')} as a from documents order by id`.execute(db.handle);
    expect(rows.map(({ a }) => a)).toEqual(['x', null, 'y']);
  });

  test('what jsonObject makes can be stored and read member by member', async ({ db }) => {
    const { expressions, columnTypes } = db.dialect;
    await createLegacy(db, 'varchar(20)', ["'a\"b'", 'null']);
    await sql.raw(`create table documents (id integer primary key, details ${columnTypes.json})`).execute(db.handle);
    await sql`insert into documents (id, details) select id, ${expressions.jsonObject({ label: column, id: sql.ref('id') })} from legacy`.execute(
      db.handle,
    );
    const { rows } = await sql`
      select ${expressions.jsonText(sql`details`, 'label')} as label, ${expressions.jsonText(sql`details`, 'id')} as number
      from documents order by id`.execute(db.handle);
    expect(rows).toEqual([
      { label: 'a"b', number: '1' },
      { label: null, number: '2' },
    ]);
  });
});

test('fragments over columns hold no parameters, so they can stand in a view', async ({ db }) => {
  const { viewExpressions: expressions, statements } = db.dialect;
  await createLegacy(db, 'decimal(10,2)', ['1.25']);
  await sql.raw('create table days (day date, flag boolean)').execute(db.handle);
  await sql.raw("insert into days (day, flag) values ('2026-05-06', true)").execute(db.handle);
  const day = sql.ref('days.day');
  const select = sql`select
    ${expressions.minorUnits(column, 2)} as parts,
    ${expressions.floorDivide(sql`id`, sql`2`)} as half,
    ${expressions.ceilDivide(sql`id`, sql`2`)} as upper_half,
    ${expressions.least(sql`id`, sql`2`)} as low,
    ${expressions.greatest(sql`id`, sql`2`)} as high,
    ${expressions.int64(sql`id`)} as number,
    ${expressions.monthOf(day)} as month,
    ${expressions.dateOf(day)} as day_text,
    ${expressions.instantOfDate(day)} as day_at,
    ${expressions.concat(sql.lit("it's \\ "), expressions.text(sql`id`))} as source,
    ${expressions.text(expressions.jsonObject({ "it's": sql`id` }))} as document,
    case when ${expressions.isTrue(sql.ref('flag'))} and ${expressions.isNotDistinct(sql`id`, sql`1`)}
      and not ${expressions.hasMoreDecimals(column, 2)} then 1 else 0 end as verdict
    from legacy, days`.compile(db.handle);
  expect(select.parameters).toEqual([]);
  for (const statement of statements.createView('all_of_it', select.sql)) await sql.raw(statement).execute(db.handle);
  const { rows } = await sql<{ document: string }>`select * from all_of_it`.execute(db.handle);
  const [row] = rows;
  expect(JSON.parse(row?.document ?? '')).toEqual({ "it's": 1 });
  expect(rows).toMatchObject([
    {
      parts: 125n,
      half: 0n,
      upper_half: 1n,
      low: 1n,
      high: 2n,
      number: 1n,
      month: '2026-05',
      day_text: '2026-05-06',
      day_at: Instant.parse('2026-05-06T00:00:00Z'),
      source: "it's \\ 1",
      verdict: 1n,
    },
  ]);
});

test('texts for views read legacy values as queries do', async ({ db }) => {
  const { expressions, viewExpressions } = db.dialect;
  const decimals = ['1.25', '-1.255', '0', '1.005', '99999999.99', '-0.004', 'null', '7'];
  await createLegacy(db, testEngine() === 'sqlite' ? 'decimal' : 'decimal(13,3)', decimals);
  for (const scale of [0, 1, 2, 3]) {
    expect(await perRow(db, viewExpressions.minorUnits(column, scale))).toEqual(
      await perRow(db, expressions.minorUnits(column, scale)),
    );
    expect(await idsWhere(db, viewExpressions.hasMoreDecimals(column, scale))).toEqual(
      await idsWhere(db, expressions.hasMoreDecimals(column, scale)),
    );
  }
  const texts = [
    '2026-01-02 03:04:05',
    '2026-01-02 03:04:05.123456',
    '2026-01-02T03:04:05Z',
    '2026-01-02 03:04:05.5+02:00',
    '2024-02-29 23:59:59.999999 -0330',
    '2026-01-02 03:04',
    '2026-01-02',
    '2026-02-29',
    '2026-01-02 24:00:00',
    '2026-01-02 03:04:05 UTC',
    '2026-02-29 03:04:05',
    '2026-02-29 03:04:05.123456',
    '2026-01-02 03:04:05,123456',
    '2026-01-02 03:04:05.12345Z',
    '-4713-11-24 12:00:00',
    '-4713-11-24',
    'yesterday',
    '2461043',
    '',
  ];
  if (testEngine() !== 'sqlite') texts.splice(2);
  await createLegacy(db, LEGACY_INSTANT_TYPES[testEngine()][0], [...texts.map((text) => `'${text}'`), 'null']);
  for (const name of ['instantOf', 'monthOf', 'dateOf', 'instantOfDate'] as const) {
    expect(await perRow(db, viewExpressions[name](column))).toEqual(await perRow(db, expressions[name](column)));
  }
});

test('computedOnce ends a subquery and changes none of its rows', async ({ db }) => {
  const { computedOnce } = db.dialect.expressions;
  await createLegacy(db, 'integer', ['3', '1', '2']);
  const doubled = sql`select v * 2 as twice from legacy where v > 1 ${computedOnce()}`;
  const { rows } = await sql`select d.twice + d.twice as fourfold from (${doubled}) d where d.twice > 4`.execute(
    db.handle,
  );
  expect(rows).toEqual([{ fourfold: 12n }]);
});
