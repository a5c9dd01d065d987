import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Instant } from '../../src/base/instant.ts';
import type { TypeFamily } from '../../src/sql/contract/introspection.ts';
import type { Database } from '../../src/sql/database.ts';
import { testEngine, type Engine } from '../support/fresh-database.ts';
import { openFresh, type OpenFresh } from './open-fresh.ts';

let fresh: OpenFresh;
let database: Database;

// One database for the file: each describe uses names of its own, and a new database costs a server half a second.
beforeAll(async () => {
  fresh = await openFresh();
  database = fresh.database;
});

afterAll(async () => {
  await fresh.close();
});

async function run(on: Database, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(on.handle);
}

describe('tables', () => {
  /** A table of an application with every kind of key, and one that refers to it. */
  function shop(): readonly string[] {
    const { columnTypes: type, statements } = database.dialect;
    return [
      `create table shops (
        city ${type.text(20)} not null,
        number ${type.int64} not null,
        label ${type.text(20)},
        email ${type.text(40)} not null unique,
        opened_at ${type.instant} not null,
        primary key (number, city)
      )${type.tableSuffix}`,
      'create unique index shops_label on shops (label, city)',
      'create index shops_opened on shops (opened_at)',
      `create table orders (
        id ${type.int64} not null primary key,
        shop_number ${type.int64} not null,
        shop_city ${type.text(20)} not null,
        note ${type.longText},
        foreign key (shop_number, shop_city) references shops (number, city) on delete cascade
      )${type.tableSuffix}`,
      ...statements.createView('labels', 'select label, city from shops'),
      ...statements.appendOnly('orders'),
    ];
  }

  beforeAll(async () => {
    await run(database, shop());
  });

  test('are listed with views, by name, without the tables of the system', async () => {
    const tables = await database.dialect.introspection.tables(database.handle);
    expect(tables.map(({ name, kind }) => `${kind} ${name}`)).toEqual(['view labels', 'table orders', 'table shops']);
  });

  test('are those of the names given, as they are in the whole list; a name that there is not gives none', async () => {
    const { tables } = database.dialect.introspection;
    const all = await tables(database.handle);
    expect(await tables(database.handle, ['shops', 'nowhere', 'labels'])).toEqual(
      all.filter(({ name }) => name !== 'orders'),
    );
    expect(await tables(database.handle, ['SHOPS'])).toEqual([]);
    expect(await tables(database.handle, [])).toEqual([]);
  });

  test('say their columns in order, with family and whether null may be stored', async () => {
    const shops = await database.dialect.introspection.table(database.handle, 'shops');
    expect(shops?.columns.map(({ name, family, nullable }) => [name, family, nullable])).toEqual([
      ['city', 'text', false],
      ['number', 'integer', false],
      ['label', 'text', true],
      ['email', 'text', false],
      ['opened_at', 'instant', false],
    ]);
    const labels = await database.dialect.introspection.table(database.handle, 'labels');
    expect(labels?.columns.map(({ name, family }) => [name, family])).toEqual([
      ['label', 'text'],
      ['city', 'text'],
    ]);
  });

  test('say which columns get a value when a row leaves them out', async () => {
    const { columnTypes: type } = database.dialect;
    await run(database, [
      `create table tickets (id ${type.identity}, title varchar(20) not null, state varchar(9) not null default 'new', note varchar(9))${type.tableSuffix}`,
    ]);
    const tickets = await database.dialect.introspection.table(database.handle, 'tickets');
    expect(tickets?.columns.map(({ name, nullable, hasDefault }) => [name, nullable, hasDefault])).toEqual([
      ['id', false, true],
      ['title', false, false],
      ['state', false, true],
      ['note', true, false],
    ]);
    await run(database, ['drop table tickets']);
  });

  test('say whether who writes waits for who reads, which only a file without a write-ahead log makes anybody do', async () => {
    const { introspection, traits } = database.dialect;
    expect(await introspection.readersHoldUpWriters(database.handle)).toBe(traits.embedded);
    if (!traits.embedded) return;
    const logged = await openFresh({ poolMax: 1 });
    await sql`pragma journal_mode = wal`.execute(logged.database.handle);
    expect(await introspection.readersHoldUpWriters(logged.database.handle)).toBe(false);
    await logged.close();
  });

  test('say the primary key in the order of the key, and unique keys without it', async () => {
    const shops = await database.dialect.introspection.table(database.handle, 'shops');
    expect(shops?.primaryKey).toEqual(['number', 'city']);
    expect(shops?.uniqueKeys.toSorted((a, b) => b.length - a.length)).toEqual([['label', 'city'], ['email']]);
  });

  test('say foreign keys of several columns with what a deletion does', async () => {
    const orders = await database.dialect.introspection.table(database.handle, 'orders');
    expect(orders?.foreignKeys).toEqual([
      {
        columns: ['shop_number', 'shop_city'],
        referencedTable: 'shops',
        referencedColumns: ['number', 'city'],
        onDelete: 'cascade',
      },
    ]);
  });

  test('name the triggers on them', async () => {
    const orders = await database.dialect.introspection.table(database.handle, 'orders');
    expect(orders?.triggers.length).toBeGreaterThan(0);
    expect(orders?.triggers.every(({ enabled, name }) => enabled && name.includes('orders'))).toBe(true);
    const shops = await database.dialect.introspection.table(database.handle, 'shops');
    expect(shops?.triggers).toEqual([]);
  });

  test('are undefined when there is none of that name', async () => {
    expect(await database.dialect.introspection.table(database.handle, 'nowhere')).toBeUndefined();
  });

  test('tell an estimate of rows and bytes without failing on an empty table', async () => {
    const { introspection } = database.dialect;
    const shops = await introspection.table(database.handle, 'shops');
    expect(['bigint', 'undefined']).toContain(typeof shops?.rowsEstimate);
    expect(['bigint', 'undefined']).toContain(typeof (await introspection.tableBytes(database.handle, 'shops')));
  });

  test('are read the same inside a read-only snapshot', async () => {
    const outside = await database.dialect.introspection.tables(database.handle);
    const inside = await database.read((trx) => database.dialect.introspection.tables(trx));
    expect(inside).toEqual(outside);
  });
});

describe('families of the types that applications use', () => {
  const TYPES: Readonly<Record<Engine, Readonly<Record<string, TypeFamily>>>> = {
    sqlite: {
      integer: 'integer',
      bigint: 'integer',
      'integer unsigned': 'integer',
      'decimal(10, 2)': 'decimal',
      numeric: 'decimal',
      real: 'float',
      'double precision': 'float',
      'varchar(100)': 'text',
      'char(32)': 'text',
      text: 'text',
      bool: 'boolean',
      boolean: 'boolean',
      'tinyint(1)': 'boolean',
      datetime: 'instant',
      'datetime(6)': 'instant',
      timestamp: 'instant',
      date: 'date',
      time: 'time',
      json: 'json',
      uuid: 'uuid',
      blob: 'binary',
      geometry: 'other',
    },
    postgres: {
      smallint: 'integer',
      integer: 'integer',
      bigint: 'integer',
      'numeric(10, 2)': 'decimal',
      real: 'float',
      'double precision': 'float',
      'varchar(100)': 'text',
      'char(32)': 'text',
      text: 'text',
      boolean: 'boolean',
      timestamptz: 'instant',
      timestamp: 'instant',
      date: 'date',
      time: 'time',
      json: 'json',
      jsonb: 'json',
      uuid: 'uuid',
      bytea: 'binary',
      point: 'other',
    },
    mysql: {
      smallint: 'integer',
      int: 'integer',
      'int unsigned': 'integer',
      bigint: 'integer',
      'decimal(10, 2)': 'decimal',
      float: 'float',
      double: 'float',
      'varchar(100)': 'text',
      'char(32)': 'text',
      longtext: 'text',
      'tinyint(1)': 'boolean',
      datetime: 'instant',
      'datetime(6)': 'instant',
      'timestamp null': 'instant',
      date: 'date',
      time: 'time',
      json: 'json',
      blob: 'binary',
      'varbinary(16)': 'binary',
      point: 'other',
    },
  };

  test.each(Object.entries(TYPES[testEngine()]))('%s is %s', async (type, family) => {
    await run(database, [
      'drop table if exists probe',
      `create table probe (id integer not null primary key, value ${type})`,
    ]);
    const probe = await database.dialect.introspection.table(database.handle, 'probe');
    expect(probe?.columns[1]).toMatchObject({ name: 'value', family });
  });
});

describe('the schema text', () => {
  function base(): readonly string[] {
    const { columnTypes: type, statements } = database.dialect;
    return [
      `create table pets (id ${type.int64} not null primary key, label ${type.text(20)} default 'cat', age ${type.int64} not null, check (age >= 0))${type.tableSuffix}`,
      'create index pets_age on pets (age)',
      ...statements.createView('pet_labels', 'select label from pets'),
      ...statements.appendOnly('pets'),
      `create table toys (id ${type.int64} not null primary key)${type.tableSuffix}`,
    ];
  }

  async function textAfter(statements: readonly string[]): Promise<string> {
    const other = await openFresh();
    try {
      await run(other.database, statements);
      return await other.database.dialect.introspection.schemaText(other.database.handle, () => true);
    } finally {
      await other.close();
    }
  }

  let kept: string | undefined;
  async function baseText(): Promise<string> {
    kept ??= await textAfter(base());
    return kept;
  }

  test('is equal for equal schemas, in whatever order their objects were made', async () => {
    const statements = base();
    const [pets = '', index = '', ...rest] = statements;
    const text = await baseText();
    expect(text).toContain('pets_age');
    expect(await textAfter([rest.at(-1) ?? '', pets, ...rest.slice(0, -1), index])).toBe(text);
  });

  test('is made of sorted lines', async () => {
    const lines = (await baseText()).split('\n');
    expect(lines.length).toBeGreaterThan(5);
    expect(lines).toEqual(lines.toSorted());
  });

  test('does not change with the rows', async () => {
    const statements = base();
    const text = await textAfter([...statements, "insert into pets (id, label, age) values (1, 'dog', 2)"]);
    expect(text).toBe(await baseText());
  });

  const CHANGES: readonly (readonly [string, (statement: string) => readonly string[]])[] = [
    ['a column more', (s) => [s.replace(', age ', ', size_cm integer, age ')]],
    ['another type', (s) => [s.replace(/, age \S+/, ', age smallint')]],
    ['another default', (s) => [s.replace("'cat'", "'dog'")]],
    ['a column that takes null', (s) => [s.replace(/(age \S+) not null/, '$1')]],
    ['another check', (s) => [s.replace('age >= 0', 'age >= 1')]],
    ['no check', (s) => [s.replace(', check (age >= 0)', '')]],
    [
      'another primary key',
      (s) => [s.replace(/(create table pets .*)primary key(.*)(, check)/s, '$1$2, primary key (id, age)$3')],
    ],
    ['no index', (s) => (s.startsWith('create index') ? [] : [s])],
    ['an index that is unique', (s) => [s.replace('create index', 'create unique index')]],
    ['an index over other columns', (s) => [s.replace('pets (age)', 'pets (age, id)')]],
    ['another view', (s) => [s.replace('select label from', 'select id, label from')]],
    ['no trigger', (s) => (/^create (?:or replace )?trigger/i.test(s) ? [] : [s])],
  ];

  test.each(CHANGES)('differs for %s', async (_name, change) => {
    const statements = base();
    const changed = statements.flatMap(change);
    expect(changed).not.toEqual(statements);
    expect(await textAfter(changed)).not.toBe(await baseText());
  });

  test('leaves out what is not asked for, with all that hangs on it', async () => {
    await run(database, base());
    const text = await database.dialect.introspection.schemaText(database.handle, (name) => !name.startsWith('pet'));
    expect(text).toContain('toys');
    expect(text).not.toMatch(/\bpets?\b|pets_age|pet_labels/);
  });
});

describe('the fingerprint of a table', () => {
  const COLUMNS = ['id', 'label', 'note', 'made_at', 'fee'];
  type Row = readonly [bigint, string | null, string | null, Instant | null, string | null];
  const at = Instant.parse('2026-01-02T03:04:05.123456Z');
  const ROWS: readonly Row[] = [
    [1n, 'ab', 'c', at, '12.50'],
    [2n, 'x', '', null, null],
    [3n, null, 'é😀 "quoted" \\', at, '-0.01'],
    [-9_223_372_036_854_775_808n, 'x ', 'X', at, '0.00'],
  ];

  async function fingerprint(
    rows: readonly Row[],
    columns: readonly string[] = COLUMNS,
  ): Promise<{ rows: bigint; digest: string }> {
    const { columnTypes: type, introspection } = database.dialect;
    await run(database, [
      'drop table if exists prints',
      `create table prints (id ${type.int64}, label ${type.text(20)}, note ${type.longText}, made_at ${type.instant}, fee decimal(10, 2))${type.tableSuffix}`,
    ]);
    for (const [id, label, note, madeAt, fee] of rows) {
      await sql`insert into prints (id, label, note, made_at, fee) values (${id}, ${label}, ${note}, ${madeAt}, ${fee})`.execute(
        database.handle,
      );
    }
    return introspection.fingerprint(database.handle, 'prints', columns);
  }

  test('is the same for the same rows in another order', async () => {
    expect(await fingerprint(ROWS.toReversed())).toEqual(await fingerprint(ROWS));
  });

  test('of an empty table counts no rows', async () => {
    expect((await fingerprint([])).rows).toBe(0n);
  });

  test('is equal in a snapshot and in a copy on another database', async () => {
    const here = await fingerprint(ROWS);
    const inSnapshot = await database.read((trx) => database.dialect.introspection.fingerprint(trx, 'prints', COLUMNS));
    expect(inSnapshot).toEqual(here);
    const first = database;
    const other = await openFresh();
    database = other.database;
    const there = await fingerprint(ROWS);
    database = first;
    await other.close();
    expect(there).toEqual(here);
  });

  const [first, second, ...others] = ROWS as readonly [Row, Row, ...Row[]];
  const CHANGES: readonly (readonly [string, readonly Row[]])[] = [
    ['an integer one higher', [[2n, ...first.slice(1)] as unknown as Row, second, ...others]],
    ['a text in another case', [[1n, 'aB', 'c', at, '12.50'], second, ...others]],
    ['a space at the end', [[1n, 'ab ', 'c', at, '12.50'], second, ...others]],
    ['an accent less', [first, second, [3n, null, 'e😀 "quoted" \\', at, '-0.01'], ...others.slice(1)]],
    ['null instead of an empty text', [first, [2n, 'x', null, null, null], ...others]],
    ['an empty text instead of null', [first, second, [3n, '', 'é😀 "quoted" \\', at, '-0.01'], ...others.slice(1)]],
    [
      'the word null instead of null',
      [first, second, [3n, 'null', 'é😀 "quoted" \\', at, '-0.01'], ...others.slice(1)],
    ],
    [
      'a microsecond later',
      [[1n, 'ab', 'c', Instant.fromEpochMicros(at.epochMicros + 1n), '12.50'], second, ...others],
    ],
    ['a cent less', [[1n, 'ab', 'c', at, '12.49'], second, ...others]],
    ['another sign', [first, second, [3n, null, 'é😀 "quoted" \\', at, '0.01'], ...others.slice(1)]],
    ['letters moved to the next column', [[1n, 'a', 'bc', at, '12.50'], second, ...others]],
    ['texts of one row swapped', [[1n, 'c', 'ab', at, '12.50'], second, ...others]],
    ['values of two rows swapped', [[1n, 'x', 'c', at, '12.50'], [2n, 'ab', '', null, null], ...others]],
    ['a row less', [first, second, ...others.slice(1)]],
    ['a row twice', [first, first, second, ...others]],
    ['two equal rows more', [first, second, ...others, first, first]],
  ];

  test.each(CHANGES)('differs for %s', async (_name, changed) => {
    expect(await fingerprint(changed)).not.toEqual(await fingerprint(ROWS));
  });

  test.each([
    ['one row for another', [first, first, second] as const, [first, second, second] as const],
    ['a pair of equal rows for another pair', [first, first, ...others] as const, [second, second, ...others] as const],
  ])('has another digest for %s, with as many rows', async (_name, left, right) => {
    expect((await fingerprint(left)).digest).not.toBe((await fingerprint(right)).digest);
  });

  test('looks at the named columns only', async () => {
    const changed: readonly Row[] = [[1n, 'ab', 'other', at, '12.50'], second, ...others];
    const columns = ['id', 'label'];
    expect(await fingerprint(changed, columns)).toEqual(await fingerprint(ROWS, columns));
  });

  test('takes names that need quotes', async () => {
    const { columnTypes: type, introspection } = database.dialect;
    await sql`create table ${sql.table('order')} (${sql.id('group')} ${sql.raw(type.text(20))})`.execute(
      database.handle,
    );
    await sql`insert into ${sql.table('order')} values ('a')`.execute(database.handle);
    expect((await introspection.fingerprint(database.handle, 'order', ['group'])).rows).toBe(1n);
    expect((await introspection.table(database.handle, 'order'))?.columns.map(({ name }) => name)).toEqual(['group']);
  });
});

test('the version names the product and its number', async () => {
  expect(await database.dialect.introspection.version(database.handle)).toMatch(
    /^(?:SQLite|PostgreSQL|MariaDB|MySQL) \d+\.\d+/,
  );
});

test('the owner of a database lacks no privilege', async () => {
  expect(await database.dialect.introspection.missingPrivileges(database.handle)).toEqual([]);
});
