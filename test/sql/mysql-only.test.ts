import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { createConnection } from 'mysql2/promise';
import { describe, expect } from 'vitest';
import { Instant } from '../../src/base/instant.ts';
import { openDatabase, type Database } from '../../src/sql/database.ts';
import type { Handle, Trx } from '../../src/sql/engine.ts';
import { testEngine } from '../support/fresh-database.ts';
import { test } from './database-fixture.ts';

/** What only these servers, or their driver, get wrong when nobody looks. */
const onMysql = describe.skipIf(testEngine() !== 'mysql');

function run(handle: Handle, ...statements: readonly string[]): Promise<unknown> {
  return statements.reduce<Promise<unknown>>(
    (before, statement) => before.then(() => sql.raw(statement).execute(handle)),
    Promise.resolve(),
  );
}

/** Work on a transaction that an application began on its own connection. */
async function insideCallersTransaction<T>(
  { db, url, settings = [] }: { db: Database; url: string; settings?: readonly string[] },
  work: (trx: Trx) => Promise<T>,
): Promise<T> {
  const connection = await createConnection({ uri: url });
  try {
    for (const setting of settings) await connection.query(setting);
    await connection.beginTransaction();
    const result = await work(db.adopt(connection));
    await connection.commit();
    return result;
  } finally {
    await connection.end();
  }
}

/** A user with these grants on the test's database, gone afterwards. `DB` stands for the database's name. */
async function asUserWith(
  grants: readonly string[],
  { db, url }: { db: Database; url: string },
  work: (limited: Database) => Promise<void>,
): Promise<void> {
  const user = `u_${db.target.database.slice(-10)}`;
  await run(db.handle, `create user ${user} identified by 'pw'`);
  await run(
    db.handle,
    ...grants.map((grant) => `grant ${grant.replaceAll('DB', `\`${db.target.database}\``)} to ${user}`),
  );
  const limitedUrl = new URL(url);
  limitedUrl.username = user;
  limitedUrl.password = 'pw';
  try {
    const limited = await openDatabase(limitedUrl.href);
    await work(limited).finally(() => limited.close());
  } finally {
    await run(db.handle, `drop user ${user}`);
  }
}

onMysql('a connection of the application', () => {
  const insert = (trx: Trx, db: Database, values: string): Promise<bigint> =>
    db.dialect.statements.insertIfAbsent(trx, {
      table: 'things',
      columns: ['label', 'amount'],
      source: sql.raw(values),
      conflict: ['label'],
    });

  test('counts rows as our own do, though the driver asks the server for rows found', async ({ db, url }) => {
    await run(db.handle, 'create table things (label varchar(9) primary key, amount bigint)');
    await insideCallersTransaction({ db, url }, async (trx) => {
      expect(await insert(trx, db, "select 'a', 1 union all select 'b', 2")).toBe(2n);
      expect(await insert(trx, db, "select 'b', 9 union all select 'c', 3 union all select 'a', 9")).toBe(1n);
      expect(await insert(trx, db, "select 'a', 9")).toBe(0n);
      const rows = {
        columns: { label: 'text', amount: 'int64' },
        rows: [
          ['a', 1n],
          ['b', 5n],
        ],
      } as const;
      const update = { table: 'things', rows, key: ['label'], set: ['amount'] };
      expect(await db.dialect.statements.updateFromRows(trx, update)).toBe(2n);
    });
    const { rows } = await sql`select label, amount from things order by label`.execute(db.handle);
    expect(rows).toEqual([
      { label: 'a', amount: 1n },
      { label: 'b', amount: 5n },
      { label: 'c', amount: 3n },
    ]);
  });

  test.for([
    ["set sql_mode = 'STRICT_TRANS_TABLES,NO_BACKSLASH_ESCAPES'", 'NO_BACKSLASH_ESCAPES'],
    ["set sql_mode = ''", 'no strict mode'],
    ['set names latin1', 'latin1'],
  ] as const)('with "%s" is refused before anything is written', async ([setting, found], { db, url }) => {
    await run(db.handle, 'create table things (label varchar(9) primary key, amount bigint)');
    const work = insideCallersTransaction({ db, url, settings: [setting] }, (trx) => insert(trx, db, "select 'a', 1"));
    await expect(work).rejects.toMatchObject({ code: 'SQL_SESSION_UNFIT', message: expect.stringContaining(found) });
    const { rows } = await sql`select * from things`.execute(db.handle);
    expect(rows).toEqual([]);
  });

  test('in local time reads our instants exactly, and refuses to misread a TIMESTAMP', async ({ db, url }) => {
    const at = Instant.parse('2026-03-29T01:30:00.000001Z');
    await run(db.handle, `create table moments (own_at ${db.dialect.columnTypes.instant}, legacy timestamp(6) null)`);
    await insideCallersTransaction({ db, url, settings: ["set time_zone = '+05:45'"] }, async (trx) => {
      await sql`insert into moments (own_at) values (${at})`.execute(trx);
      const { rows } = await sql<{ own_at: Instant }>`select own_at from moments`.execute(trx);
      expect(rows).toEqual([{ own_at: at }]);
      const now = await db.dialect.statements.serverNow(trx);
      expect(Math.abs(Number(now.epochMicros / 1000n) - Date.now())).toBeLessThan(60_000);
      await expect(sql`select legacy from moments`.execute(trx)).rejects.toMatchObject({ code: 'SQL_SESSION_UNFIT' });
    });
    await insideCallersTransaction({ db, url, settings: ["set time_zone = '+00:00'"] }, async (trx) => {
      await expect(sql`select legacy from moments`.execute(trx)).resolves.toMatchObject({ rows: [{ legacy: null }] });
    });
  });
});

onMysql('limits of a transaction', () => {
  test("leave the session of the caller's own connection alone", async ({ db, url }) => {
    await insideCallersTransaction({ db, url }, async (trx) => {
      const limit = async (): Promise<unknown> =>
        (await sql`select @@innodb_lock_wait_timeout as seconds`.execute(trx)).rows;
      const before = await limit();
      await db.dialect.statements.limitWaits(trx, { lockTimeoutMs: 7_000 });
      expect(await limit()).toEqual(before);
    });
  });
});

onMysql('a failed transaction', () => {
  test('lets nothing through but a rollback, though the server would go on after a lock timeout', async ({
    db,
    open,
  }) => {
    await run(db.handle, 'create table things (id int primary key, n int)', 'insert into things values (1, 0), (2, 0)');
    const other = await open({ lockTimeoutMs: 1_000 });
    await db.write(async (trx) => {
      await run(trx, 'update things set n = 1 where id = 1');
      const stubborn = other.handle.transaction().execute(async (rival) => {
        await run(rival, 'update things set n = 5 where id = 2');
        await run(rival, 'update things set n = 5 where id = 1').catch(() => undefined);
        await run(rival, 'update things set n = 6 where id = 2').catch(() => undefined);
      });
      await expect(stubborn).rejects.toThrow(/can only be rolled back/);
    });
    const { rows } = await sql`select n from things order by id`.execute(db.handle);
    expect(rows).toEqual([{ n: 1n }, { n: 0n }]);
  });

  test('goes on from a savepoint after a lock timeout', async ({ db, open }) => {
    await run(db.handle, 'create table things (id int primary key, n int)', 'insert into things values (1, 0), (2, 0)');
    const other = await open({ lockTimeoutMs: 1_000 });
    await db.write(async (trx) => {
      await run(trx, 'update things set n = 1 where id = 1');
      const rival = await other.handle.startTransaction().execute();
      await run(rival, 'update things set n = 5 where id = 2');
      const saved = await rival.savepoint('before').execute();
      await expect(run(saved, 'update things set n = 5 where id = 1')).rejects.toThrow();
      await saved.rollbackToSavepoint('before').execute();
      await rival.commit().execute();
    });
    const { rows } = await sql`select n from things order by id`.execute(db.handle);
    expect(rows).toEqual([{ n: 1n }, { n: 5n }]);
  });
});

onMysql('values', () => {
  test('of unsigned columns are exact, and their difference may be negative', async ({ db }) => {
    await run(db.handle, 'create table legacy (paid int unsigned, attended int unsigned, total bigint unsigned)');
    await run(db.handle, 'insert into legacy values (2, 5, 18446744073709551615)');
    const { rows } = await sql`select paid - attended as debt, total from legacy`.execute(db.handle);
    expect(rows).toEqual([{ debt: -3n, total: 18_446_744_073_709_551_615n }]);
    const int64 = sql`select ${db.dialect.expressions.int64(sql`total`)} as total from legacy`.execute(db.handle);
    await expect(int64).rejects.toThrow(/out of range/);
  });

  test('of an identity past 53 bits are returned exactly', async ({ db }) => {
    await run(
      db.handle,
      `create table things (id ${db.dialect.columnTypes.identity}, n bigint) auto_increment = 9007199254740993`,
    );
    expect(await db.dialect.statements.insertReturningId(db.handle, 'things', { n: 1n })).toBe(9_007_199_254_740_993n);
  });

  test('of floats that look alike have unlike fingerprints, as have bits and enums', async ({ db }) => {
    await run(
      db.handle,
      "create table legacy (f float, b bit(9), e enum('a', 'b'), y binary(2), l varchar(9) character set latin1, c varchar(9) character set cp1251)",
    );
    const digestOf = async (values: string): Promise<string> => {
      await run(db.handle, 'delete from legacy', `insert into legacy values (${values})`);
      const { fingerprint } = db.dialect.introspection;
      return (await fingerprint(db.handle, 'legacy', ['f', 'b', 'e', 'y', 'l', 'c'])).digest;
    };
    const base = await digestOf("16777216, b'100000001', 'a', x'00ff', 'é', 'ж'");
    expect(await digestOf("16777216, b'100000001', 'a', x'00ff', 'é', 'ж'")).toBe(base);
    for (const changed of [
      "16777218, b'100000001', 'a', x'00ff', 'é', 'ж'",
      "16777216, b'100000000', 'a', x'00ff', 'é', 'ж'",
      "16777216, b'100000001', 'b', x'00ff', 'é', 'ж'",
      "16777216, b'100000001', 'a', x'00fe', 'é', 'ж'",
      "16777216, b'100000001', 'a', x'00ff', 'e', 'ж'",
      "16777216, b'100000001', 'a', x'00ff', 'é', 'Ж'",
    ]) {
      expect(await digestOf(changed)).not.toBe(base);
    }
  });

  test('are read row by row by a stream that may stop early', async ({ db }) => {
    const numbers = Array.from({ length: 5_000 }, (_, index) => [BigInt(index)]);
    await run(db.handle, 'create table things (id bigint primary key)');
    await db.dialect.statements.insertRows(db.handle, 'things', { columns: { id: 'int64' }, rows: numbers });
    const things = db.handle.withTables<{ things: { id: bigint } }>().selectFrom('things').select('id').orderBy('id');
    let total = 0n;
    for await (const { id } of things.stream(100)) total += id;
    expect(total).toBe(12_497_500n);
    for await (const { id } of things.stream(10)) if (id === 25n) break;
    const { rows } = await sql`select count(*) as n from things`.execute(db.handle);
    expect(rows).toEqual([{ n: 5_000n }]);
  });
});

onMysql('a user', () => {
  test('who lacks privileges is told which', async ({ db, url }) => {
    await asUserWith(
      ['select, insert, update, delete, create, drop, alter, index on DB.*'],
      { db, url },
      async (limited) => {
        const { introspection } = limited.dialect;
        expect(await introspection.missingPrivileges(limited.handle)).toEqual(['CREATE VIEW', 'SHOW VIEW', 'TRIGGER']);
      },
    );
    await asUserWith(['all on DB.*'], { db, url }, async (limited) => {
      expect(await limited.dialect.introspection.missingPrivileges(limited.handle)).toEqual([]);
    });
  });

  test('who may not create databases is told how to permit it', async ({ db, url }) => {
    await asUserWith(['all on DB.*'], { db, url }, async ({ dialect, target }) => {
      const refused = dialect.backup.createScratch(target, 'proof');
      await expect(refused).rejects.toMatchObject({
        code: 'SCRATCH_REFUSED',
        message: expect.stringContaining('grant all on'),
      });
    });
  });
});

onMysql('a backup', () => {
  async function inFolder<T>(work: (file: string, folder: string) => Promise<T>): Promise<T> {
    const folder = await mkdtemp(join(tmpdir(), 'carryover-backup-'));
    return work(join(folder, 'backup.sql'), folder).finally(() => rm(folder, { recursive: true, force: true }));
  }

  test('holds writers only until its snapshot is taken', async ({ db }) => {
    await run(db.handle, 'create table things (id int primary key)', 'insert into things values (1)');
    await inFolder(async (file) => {
      await db.dialect.backup.take(db.target, file, async (snapshot) => {
        await run(db.handle, 'insert into things values (2)');
        const { rows } = await sql`select count(*) as n from things`.execute(snapshot);
        expect(rows).toEqual([{ n: 1n }]);
      });
    });
  });

  test('by a user without RELOAD holds writers by locking the tables, and lets go of them', async ({ db, url }) => {
    await run(db.handle, 'create table things (id int primary key)', 'insert into things values (1)');
    await asUserWith(
      ['select, lock tables, trigger, event, show view on DB.*'],
      { db, url },
      async ({ dialect, target, handle }) => {
        expect(await dialect.backup.preflight(handle, target)).toEqual([]);
        await inFolder(async (file) => {
          await dialect.backup.take(target, file, async (snapshot) => {
            await run(db.handle, 'insert into things values (2)');
            const { rows } = await sql`select count(*) as n from things`.execute(snapshot);
            expect(rows).toEqual([{ n: 1n }]);
          });
        });
      },
    );
  });

  test('by a user who may not hold writers is refused, and the preflight says so', async ({ db, url }) => {
    await run(db.handle, 'create table things (id int primary key)');
    await asUserWith(
      ['select, trigger, event, show view on DB.*'],
      { db, url },
      async ({ dialect, target, handle }) => {
        expect(await dialect.backup.preflight(handle, target)).toMatchObject([
          { obstacle: expect.stringContaining('LOCK TABLES') },
        ]);
        await inFolder(async (file, folder) => {
          const taken = dialect.backup.take(target, file, async () => {});
          await expect(taken).rejects.toMatchObject({
            code: 'BACKUP_FAILED',
            message: expect.stringContaining('LOCK TABLES'),
          });
          expect(await readdir(folder)).toEqual([]);
        });
      },
    );
  });

  test('is warned of tables without snapshots and of views that belong to others', async ({ db, url }) => {
    await run(db.handle, 'create table old (id int) engine = MyISAM', 'create table things (id int)');
    await run(db.handle, 'create view seen as select id from things');
    await asUserWith(['all on DB.*'], { db, url }, async ({ dialect, target, handle }) => {
      const obstacles = (await dialect.backup.preflight(handle, target)).map(({ obstacle }) => obstacle);
      expect(obstacles).toHaveLength(2);
      expect(obstacles[0]).toContain('old is stored by MyISAM');
      expect(obstacles[1]).toMatch(/1 views, triggers or routines belong to/);
    });
  });
});
