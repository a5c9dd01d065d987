import { sql } from 'kysely';
import { describe, expect } from 'vitest';
import { Instant } from '../../src/base/instant.ts';
import { INT64_MAX } from '../../src/base/int64.ts';
import type { Database } from '../../src/sql/database.ts';
import type { BulkValue } from '../../src/sql/contract/statements.ts';
import { test, testWhere } from './database-fixture.ts';
import { execute, createThings, things, labelled, labels, kindOf } from './things.ts';

describe('insertReturningId', () => {
  test('returns the id the row was stored under, rising with each row', async ({ db }) => {
    await createThings(db);
    const { statements } = db.dialect;
    const first = await statements.insertReturningId(db.handle, 'things', { label: 'a', amount: INT64_MAX });
    const second = await statements.insertReturningId(db.handle, 'things', { label: null, amount: null });
    expect(second).toBeGreaterThan(first);
    expect(await things(db)).toEqual([
      { id: first, label: 'a', amount: INT64_MAX },
      { id: second, label: null, amount: null },
    ]);
  });

  test('stores instants and texts as they are', async ({ db }) => {
    await createThings(db);
    const at = Instant.parse('1999-12-31T23:59:59.999999Z');
    const label = 'x\\\'"😀';
    await db.dialect.statements.insertReturningId(db.handle, 'things', { label, happened_at: at, details: '{"n":1}' });
    const { rows } = await sql`select label, happened_at from things`.execute(db.handle);
    expect(rows).toEqual([{ label, happened_at: at }]);
  });
});

describe('locks', () => {
  testWhere('concurrentWriters', 'the writer is alone')(
    'keep other writers from a locked row',
    async ({ db, open }) => {
      await createThings(db);
      await db.dialect.statements.insertRows(
        db.handle,
        'things',
        labels([
          ['a', 1n],
          ['b', 2n],
        ]),
      );
      const other = await open();
      const lock = db.dialect.statements.lockRows();
      await db.write(async (trx) => {
        await sql`select id from things where label = 'a' order by id ${lock}`.execute(trx);
        const rival = other.handle.transaction().execute(async (rivalTrx) => {
          await other.dialect.statements.limitWaits(rivalTrx, { lockTimeoutMs: 200 });
          await sql`update things set amount = 9 where label = 'b'`.execute(rivalTrx);
          await sql`update things set amount = 9 where label = 'a'`.execute(rivalTrx);
        });
        expect(await kindOf(other, rival)).toBe('lock-timeout');
      });
      expect(await labelled(db)).toEqual({ a: 1n, b: 2n });
    },
  );

  testWhere('skipLocked', 'the writer is alone')('are passed over where asked', async ({ db, open }) => {
    await createThings(db);
    await db.dialect.statements.insertRows(
      db.handle,
      'things',
      labels([
        ['a', 1n],
        ['b', 2n],
        ['c', 3n],
      ]),
    );
    const other = await open();
    const { lockRows, lockRowsSkippingLocked } = db.dialect.statements;
    await db.write(async (trx) => {
      await sql`select id from things where label = 'b' order by id ${lockRows()}`.execute(trx);
      const { rows } = await other.write((rival) =>
        sql`select label from things order by id ${lockRowsSkippingLocked()}`.execute(rival),
      );
      expect(rows).toEqual([{ label: 'a' }, { label: 'c' }]);
    });
  });

  test('stand in statements on every engine', async ({ db }) => {
    await createThings(db);
    await db.dialect.statements.insertRows(db.handle, 'things', labels([['a', 1n]]));
    const { lockRows, lockRowsSkippingLocked } = db.dialect.statements;
    await db.write(async (trx) => {
      for (const lock of [lockRows(), lockRowsSkippingLocked()]) {
        const { rows } = await sql`select label from things order by id ${lock}`.execute(trx);
        expect(rows).toEqual([{ label: 'a' }]);
      }
    });
  });
});

describe('limitWaits', () => {
  testWhere('lockTimeoutPerTransaction', 'the whole database has one timeout')(
    'holds for its transaction only, also on a connection that is used again',
    async ({ db, open }) => {
      await createThings(db);
      await db.dialect.statements.insertRows(db.handle, 'things', labels([['a', 1n]]));
      const patient = await open({ poolMax: 1, lockTimeoutMs: 3_000 });
      const lockA = sql`select id from things where label = 'a' ${db.dialect.statements.lockRows()}`;
      await db.write(async (trx) => {
        await lockA.execute(trx);
        const limited = patient.handle.transaction().execute(async (rival) => {
          await patient.dialect.statements.limitWaits(rival, { lockTimeoutMs: 1_000 });
          await lockA.execute(rival);
        });
        expect(await kindOf(patient, limited)).toBe('lock-timeout');
        const began = performance.now();
        const unlimited = patient.handle.transaction().execute((rival) => lockA.execute(rival));
        expect(await kindOf(patient, unlimited)).toBe('lock-timeout');
        expect(performance.now() - began).toBeGreaterThan(2_000);
      });
    },
  );

  test('takes either limit, both or none', async ({ db }) => {
    const { statements } = db.dialect;
    const now = await db.write(async (trx) => {
      await statements.limitWaits(trx, {});
      await statements.limitWaits(trx, { lockTimeoutMs: 1 });
      await statements.limitWaits(trx, { statementTimeoutMs: 60_000 });
      await statements.limitWaits(trx, { lockTimeoutMs: 5_000, statementTimeoutMs: 0 });
      return statements.serverNow(trx);
    });
    expect(now).toBeInstanceOf(Instant);
  });
});

test('preferIndexes changes no result, and nothing after its transaction', async ({ db }) => {
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
  const found = await db.write(async (trx) => {
    await statements.preferIndexes(trx);
    return sql`select amount from things where label = 'b'`.execute(trx);
  });
  expect(found.rows).toEqual([{ amount: 2n }]);
  expect(await things(db)).toHaveLength(2);
});

test('planForWhole changes no result of a join of whole tables, in a transaction that only reads', async ({ db }) => {
  await createThings(db);
  const { statements, expressions } = db.dialect;
  const rows = Array.from({ length: 300 }, (_, index) => [`label ${index}`, BigInt(index % 7)] as [string, bigint]);
  await statements.insertRows(db.handle, 'things', labels(rows));
  const unmatched = sql<{ n: bigint }>`
    select count(*) as n from (select ${expressions.text(sql`t.label`)} as label from things as t group by t.label) as a
    left join (select ${expressions.text(sql`t.label`)} as label from things as t group by t.label having max(t.amount) < 6) as b
      on b.label = a.label where b.label is null`;
  const plain = await db.read((trx) => unmatched.execute(trx));
  const planned = await db.read(async (trx) => {
    await statements.planForWhole(trx);
    return unmatched.execute(trx);
  });
  expect(planned.rows).toEqual(plain.rows);
  expect(planned.rows).toEqual([{ n: 42n }]);
  expect((await db.read((trx) => unmatched.execute(trx))).rows).toEqual(plain.rows);
});

describe('serverNow', () => {
  test('is the present, and moves on inside a transaction', async ({ db }) => {
    const before = Instant.fromEpochMillis(Date.now() - 60_000);
    const after = Instant.fromEpochMillis(Date.now() + 60_000);
    await db.write(async (trx) => {
      const first = await db.dialect.statements.serverNow(trx);
      expect(before.isBefore(first) && first.isBefore(after)).toBe(true);
      let later = first;
      while (!first.isBefore(later)) later = await db.dialect.statements.serverNow(trx);
    });
  });
});

describe('appendOnly', () => {
  async function createLog(db: Database, deleteAllowedWhen?: string): Promise<void> {
    await createThings(db);
    await execute(db, ...db.dialect.statements.appendOnly('things', deleteAllowedWhen));
    await db.dialect.statements.insertRows(
      db.handle,
      'things',
      labels([
        ['a', 1n],
        ['b', null],
        ['c', 3n],
      ]),
    );
  }

  const run = (db: Database, statement: string): Promise<string | undefined> => kindOf(db, execute(db, statement));

  test('lets rows in and refuses to change or delete them', async ({ db }) => {
    await createLog(db);
    expect(await run(db, "update things set amount = 2 where label = 'a'")).toBe('append-only');
    expect(await run(db, 'update things set amount = amount')).toBe('append-only');
    expect(await run(db, "delete from things where label = 'a'")).toBe('append-only');
    expect(await run(db, 'delete from things')).toBe('append-only');
    expect(await labelled(db)).toEqual({ a: 1n, b: null, c: 3n });
  });

  test('lets rows be deleted while the condition is true, and not when it is false or null', async ({ db }) => {
    await createLog(db, 'OLD.amount < 3');
    expect(await run(db, "delete from things where label = 'a'")).toBe('no failure');
    expect(await run(db, "delete from things where label = 'b'")).toBe('append-only');
    expect(await run(db, "delete from things where label = 'c'")).toBe('append-only');
    expect(await run(db, "update things set amount = 1 where label = 'c'")).toBe('append-only');
    expect(await labelled(db)).toEqual({ b: null, c: 3n });
  });

  test('takes a condition over other tables', async ({ db }) => {
    await execute(db, 'create table permits (label varchar(60))');
    await createLog(db, 'exists (select 1 from permits p where p.label = OLD.label)');
    await execute(db, "insert into permits (label) values ('b')");
    expect(await run(db, "delete from things where label = 'b'")).toBe('no failure');
    expect(await run(db, 'delete from things')).toBe('append-only');
    expect(await labelled(db)).toEqual({ a: 1n, c: 3n });
  });

  test('is taken away by dropAppendOnly, which may run again', async ({ db }) => {
    await createLog(db);
    const { statements } = db.dialect;
    await execute(db, ...statements.dropAppendOnly('things'), ...statements.dropAppendOnly('things'));
    expect(await run(db, "update things set amount = 2 where label = 'a'")).toBe('no failure');
    expect(await run(db, 'delete from things')).toBe('no failure');
    await execute(db, ...statements.appendOnly('things'));
    await execute(db, ...statements.dropAppendOnly('things'), 'drop table things');
  });
});

describe('uniqueIndexWhereNotNull', () => {
  test('refuses a second equal value and lets null in as often as it comes', async ({ db }) => {
    const { columnTypes: type, statements } = db.dialect;
    await execute(
      db,
      `create table reversals (account_id ${type.int64} not null, reverses_seq ${type.int64})${type.tableSuffix}`,
      statements.uniqueIndexWhereNotNull('reversals_once', 'reversals', ['account_id', 'reverses_seq'], 'reverses_seq'),
    );
    const add = (...rows: BulkValue[][]): Promise<string | undefined> =>
      kindOf(
        db,
        statements.insertRows(db.handle, 'reversals', {
          columns: { account_id: 'int64', reverses_seq: 'int64' },
          rows,
        }),
      );
    expect(await add([1n, null], [1n, null], [1n, 5n], [2n, 5n])).toBe('no failure');
    expect(await add([1n, 5n])).toBe('unique');
    expect(await add([1n, null])).toBe('no failure');
  });
});

describe('createView', () => {
  test('makes a view and replaces it by one with other columns', async ({ db }) => {
    await createThings(db);
    await db.dialect.statements.insertRows(
      db.handle,
      'things',
      labels([
        ['a', 1n],
        ['b', -2n],
      ]),
    );
    const { createView } = db.dialect.statements;
    await execute(db, ...createView('credit_accounts', 'select label, amount from things'));
    await execute(db, ...createView('credit_accounts', 'select amount as balance from things'));
    const { rows } = await sql`select * from credit_accounts where balance < 0`.execute(db.handle);
    expect(rows).toEqual([{ balance: -2n }]);
  });
});
