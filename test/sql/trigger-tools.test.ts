import { sql } from 'kysely';
import { describe, expect } from 'vitest';
import type { Database } from '../../src/sql/database.ts';
import { test, testWhere } from './database-fixture.ts';
import { kindOf } from './things.ts';

/** A table of bookings, whose rows concern a pupil; its guard asks about the kind `seats`. */
async function createBookings(database: Database): Promise<void> {
  const { columnTypes: type, triggers } = database.dialect;
  for (const statement of [
    `create table bookings (id ${type.identity}, pupil ${type.int64}, note ${type.text(20)}, remark ${type.text(20)})${type.tableSuffix}`,
    `create table carryover_marks (id ${type.unorderedId}, system_name ${type.text(32)} not null, walk_key ${type.text(190)} not null, owner ${type.text(190)} not null, source ${type.text(190)})${type.tableSuffix}`,
    `create table carryover_mirroring (token ${type.text(64)} not null primary key)${type.tableSuffix}`,
    `create table carryover_accounts (id ${type.identity}, system_name ${type.text(32)}, kind ${type.text(32)}, owner ${type.text(190)}, authority ${type.text(16)}, unique (system_name, kind, owner))${type.tableSuffix}`,
    ...triggers.capture({ ...spec(database, CAPTURE), marksTable: 'carryover_marks' }),
  ])
    await sql.raw(statement).execute(database.handle);
}

const CAPTURE = 'carryover_capture_school_bookings';
const GUARDS = 'carryover_guard_school_bookings';

function spec(database: Database, name: string) {
  const { viewExpressions: e } = database.dialect;
  return {
    name,
    table: 'bookings',
    columns: ['pupil', 'note'],
    system: 'school',
    mirroringTable: 'carryover_mirroring',
    subjects: (row: 'OLD' | 'NEW') => {
      const pupil = e.text(sql.raw(`${row}.pupil`));
      return sql`select ${pupil} as walk_key, ${e.concat(sql`'p'`, pupil)} as owner`.compile(database.handle).sql;
    },
  };
}

async function guard(database: Database): Promise<void> {
  const statements = database.dialect.triggers.guard({
    ...spec(database, GUARDS),
    accountsTable: 'carryover_accounts',
    kinds: ['seats', 'spares'],
    message: 'bookings are kept by the ledger; call "carryover school book"',
  });
  for (const statement of statements) await sql.raw(statement).execute(database.handle);
}

async function account(database: Database, owner: string, authority: 'legacy' | 'ledger'): Promise<void> {
  await sql`insert into carryover_accounts (system_name, kind, owner, authority) values ('school', 'seats', ${owner}, ${authority})`.execute(
    database.handle,
  );
}

/** The subjects noted down, in order, and forgets them. */
async function takeMarks(database: Database): Promise<readonly string[]> {
  const { rows } = await sql<{ walk_key: string; owner: string }>`select walk_key, owner from carryover_marks`.execute(
    database.handle,
  );
  await sql`delete from carryover_marks`.execute(database.handle);
  return rows.map(({ walk_key: key, owner }) => `${key} ${owner}`).toSorted();
}

const run = (database: Database, statement: string): Promise<unknown> => sql.raw(statement).execute(database.handle);

describe('capture', () => {
  test('notes down whom an insert, an update and a delete concern, of the row before and the row after', async ({
    db,
  }) => {
    await createBookings(db);
    await run(db, "insert into bookings (pupil, note) values (1, 'a'), (2, 'b')");
    expect(await takeMarks(db)).toEqual(['1 p1', '2 p2']);
    await run(db, 'update bookings set pupil = 3 where pupil = 1');
    expect(await takeMarks(db)).toEqual(['1 p1', '3 p3']);
    await run(db, "update bookings set note = 'c' where pupil = 2");
    expect(await takeMarks(db)).toEqual(['2 p2']);
    await run(db, 'delete from bookings where pupil = 3');
    expect(await takeMarks(db)).toEqual(['3 p3']);
  });

  test('leaves alone what changes no column that matters, and rows that concern nobody', async ({ db }) => {
    await createBookings(db);
    await run(db, "insert into bookings (pupil, note) values (null, 'a'), (2, 'b')");
    await takeMarks(db);
    await run(db, "update bookings set remark = 'x'");
    await run(db, "update bookings set note = 'b' where pupil = 2");
    expect(await takeMarks(db)).toEqual([]);
  });

  test('takes part in the transaction of the write', async ({ db }) => {
    await createBookings(db);
    const failed = db.write(async (trx) => {
      await sql`insert into bookings (pupil) values (1)`.execute(trx);
      throw new Error('undone');
    });
    await expect(failed).rejects.toThrow('undone');
    expect(await takeMarks(db)).toEqual([]);
  });

  test('leaves the number that the application asks for as it was given', async ({ db }) => {
    await createBookings(db);
    await run(db, 'insert into bookings (pupil) values (1)');
    await run(db, 'insert into bookings (pupil) values (2)');
    await db.write(async (trx) => {
      const id = await db.dialect.statements.insertReturningId(trx, 'bookings', { pupil: 3n });
      expect(await lastNumber(db, trx)).toBe(id);
    });
  });

  test('can be made again and removed, and leaves the schema as it was', async ({ db }) => {
    const { triggers, introspection } = db.dialect;
    await createBookings(db);
    const named = async () =>
      ((await introspection.table(db.handle, 'bookings'))?.triggers ?? []).map(({ name }) => name).toSorted();
    for (const statement of triggers.capture({ ...spec(db, CAPTURE), marksTable: 'carryover_marks' }))
      await run(db, statement);
    expect(await named()).toEqual(triggers.triggerNames(CAPTURE, 'capture').toSorted());
    await guard(db);
    expect(await named()).toEqual(
      [...triggers.triggerNames(CAPTURE, 'capture'), ...triggers.triggerNames(GUARDS, 'guard')].toSorted(),
    );
    const own = (name: string) => !name.startsWith('carryover_');
    const withTriggers = await introspection.schemaText(db.handle, own);
    for (const name of [CAPTURE, GUARDS, GUARDS])
      for (const statement of triggers.drop(name, 'bookings')) await run(db, statement);
    expect(await named()).toEqual([]);
    expect(await introspection.schemaText(db.handle, own)).toBe(withTriggers);
  });
});

describe('a guard', () => {
  test('refuses writes that concern a switched account, with the call to use instead, and no others', async ({
    db,
  }) => {
    await createBookings(db);
    await run(db, 'insert into bookings (pupil) values (1), (2)');
    await account(db, 'p1', 'ledger');
    await account(db, 'p2', 'legacy');
    await guard(db);
    await takeMarks(db);
    for (const refused of [
      'insert into bookings (pupil) values (1)',
      'update bookings set pupil = 2 where pupil = 1',
      'update bookings set pupil = 1 where pupil = 2',
      'delete from bookings where pupil = 1',
    ]) {
      const error = await sql
        .raw(refused)
        .execute(db.handle)
        .catch((thrown: unknown) => thrown);
      expect(db.classify(error)?.kind, refused).toBe('guard');
      expect(String(error)).toContain('carryover school book');
    }
    await run(db, 'insert into bookings (pupil) values (2), (7)');
    await run(db, "update bookings set remark = 'free' where pupil = 1");
    expect(await takeMarks(db)).toEqual(['2 p2', '7 p7']);
  });

  test('lets a transaction pass that says it mirrors, unnoted, and the next one on the session not', async ({
    open,
  }) => {
    const db = await open({ poolMax: 1 });
    await createBookings(db);
    await account(db, 'p1', 'ledger');
    await guard(db);
    await db.write(async (trx) => {
      await db.dialect.triggers.letPass(trx, 'carryover_mirroring');
      await sql`insert into bookings (pupil) values (1)`.execute(trx);
      await db.dialect.triggers.endPass(trx, 'carryover_mirroring');
    });
    expect(await takeMarks(db)).toEqual([]);
    expect(await kindOf(db, sql`insert into bookings (pupil) values (1)`.execute(db.handle))).toBe('guard');
  });

  test('is closed again behind a transaction that mirrored and was undone', async ({ open }) => {
    const db = await open({ poolMax: 1 });
    await createBookings(db);
    await account(db, 'p1', 'ledger');
    await guard(db);
    const failed = db.write(async (trx) => {
      await db.dialect.triggers.letPass(trx, 'carryover_mirroring');
      try {
        await sql`insert into bookings (pupil) values (1)`.execute(trx);
        throw new Error('undone');
      } finally {
        await db.dialect.triggers.endPass(trx, 'carryover_mirroring');
      }
    });
    await expect(failed).rejects.toThrow('undone');
    expect(await kindOf(db, sql`insert into bookings (pupil) values (1)`.execute(db.handle))).toBe('guard');
  });

  testWhere('concurrentWriters', 'the writer is alone')(
    'makes a switch wait for the transaction that asked before it, and a write wait for the switch',
    async ({ db, open }) => {
      await createBookings(db);
      await account(db, 'p1', 'legacy');
      await guard(db);
      const other = await open();
      const lock = db.dialect.statements.lockForSwitch();
      await db.write(async (trx) => {
        await sql`insert into bookings (pupil) values (1)`.execute(trx);
        const rival = other.handle.transaction().execute(async (rivalTrx) => {
          await other.dialect.statements.limitWaits(rivalTrx, { lockTimeoutMs: 200 });
          await sql`select id from carryover_accounts where owner = 'p1' ${lock}`.execute(rivalTrx);
        });
        expect(await kindOf(other, rival)).toBe('lock-timeout');
      });
      await db.write(async (trx) => {
        await sql`select id from carryover_accounts where owner = 'p1' ${lock}`.execute(trx);
        const rival = other.handle.transaction().execute(async (rivalTrx) => {
          await other.dialect.statements.limitWaits(rivalTrx, { lockTimeoutMs: 200 });
          await sql`insert into bookings (pupil) values (1)`.execute(rivalTrx);
        });
        expect(await kindOf(other, rival)).toBe('lock-timeout');
        await sql`update carryover_accounts set authority = 'ledger' where owner = 'p1'`.execute(trx);
      });
      expect(await kindOf(other, sql`insert into bookings (pupil) values (1)`.execute(other.handle))).toBe('guard');
    },
  );
});

/** What the application is told when it asks for the number of its last insert. */
async function lastNumber(db: Database, trx: Parameters<Parameters<Database['write']>[0]>[0]): Promise<bigint> {
  const ask = { sqlite: 'last_insert_rowid()', postgres: 'lastval()', mysql: 'last_insert_id()' }[db.dialect.engine];
  const { rows } = await sql<{ n: bigint }>`select ${sql.raw(ask)} as n`.execute(trx);
  return BigInt(rows[0]?.n ?? 0n);
}
