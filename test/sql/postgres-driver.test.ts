import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import pg from 'pg';
import { describe, expect } from 'vitest';
import { openDatabase, type Database } from '../../src/sql/database.ts';
import { deferred } from '../../src/sql/deferred.ts';
import { testEngine } from '../support/fresh-database.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';
import { test as anyEngineTest } from './database-fixture.ts';

/** What only this driver has: fewer round trips, statements kept on the server, and roles with their privileges. */
const test = anyEngineTest.skipIf(testEngine() !== 'postgres');

async function execute(db: Database, ...statements: readonly string[]): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db.handle);
}

describe('round trips', () => {
  async function countTrips(url: string, run: (db: Database) => Promise<unknown>): Promise<number> {
    const proxy = await TcpProxy.start(url);
    const db = await openDatabase(proxy.through(url), { poolMax: 1 });
    try {
      await run(db);
      const before = proxy.roundTrips;
      await run(db);
      return proxy.roundTrips - before;
    } finally {
      await db.close();
      await proxy.stop();
    }
  }

  test('BEGIN travels with the first statement', async ({ url }) => {
    expect(await countTrips(url, (db) => db.write((trx) => sql`select 1`.execute(trx)))).toBe(2);
  });

  test('a transaction that does nothing takes none', async ({ url }) => {
    expect(await countTrips(url, (db) => db.write(async () => undefined))).toBe(0);
  });

  test('deferred statements and limits travel with COMMIT', async ({ url, db }) => {
    await execute(
      db,
      'create table counters (id int primary key, n int not null)',
      'insert into counters values (1, 0)',
    );
    const post = (lossy: Database): Promise<void> =>
      lossy.write(async (trx) => {
        await lossy.dialect.statements.limitWaits(trx, { lockTimeoutMs: 1_000, statementTimeoutMs: 5_000 });
        await sql`select n from counters where id = 1 for no key update`.execute(trx);
        await sql`update counters set n = n + 1 where id = 1`.execute(deferred(trx));
        await sql`update counters set n = n + 1 where id = 1`.execute(deferred(trx));
      });
    expect(await countTrips(url, post)).toBe(2);
    expect((await sql`select n from counters`.execute(db.handle)).rows).toEqual([{ n: 4n }]);
  });
});

describe('statements kept on the server', () => {
  async function keptCount(db: Database): Promise<number> {
    const { rows } = await sql<{ n: bigint }>`select count(*) as n from pg_prepared_statements`.execute(db.handle);
    return Number(rows[0]?.n);
  }

  test('are made for what runs again, and stay bounded', async ({ open }) => {
    const one = await open({ poolMax: 1 });
    for (let round = 0; round < 3; round += 1) {
      for (let index = 0; index < 100; index += 1) {
        const { rows } = await sql`select ${sql.lit(index)}::int as which, ${BigInt(round)} as round`.execute(
          one.handle,
        );
        expect(rows).toEqual([{ which: BigInt(index), round: BigInt(round) }]);
      }
    }
    expect(await keptCount(one)).toBeGreaterThanOrEqual(100);
    for (let index = 0; index < 400; index += 1) {
      await sql`select ${sql.lit(index)}::int as another`.execute(one.handle);
      await sql`select ${sql.lit(index)}::int as another`.execute(one.handle);
    }
    expect(await keptCount(one)).toBeLessThanOrEqual(130);
  });

  test('are parsed anew when their columns changed, in a transaction and outside', async ({ db, open }) => {
    await execute(db, 'create table altered (a int)', 'insert into altered values (1)');
    const one = await open({ poolMax: 1 });
    const read = (handle: Database['handle']): Promise<unknown> =>
      sql`select a from altered`.execute(handle).then(({ rows }) => rows);
    for (let round = 0; round < 3; round += 1) expect(await read(one.handle)).toEqual([{ a: 1n }]);
    await execute(db, 'alter table altered alter column a type text using a::text');
    expect(await read(one.handle)).toEqual([{ a: '1' }]);
    for (let round = 0; round < 3; round += 1) expect(await read(one.handle)).toEqual([{ a: '1' }]);
    await execute(db, 'alter table altered alter column a type bigint using a::bigint');
    let attempts = 0;
    const inside = one.write(async (trx) => {
      attempts += 1;
      return read(trx);
    });
    expect(await inside).toEqual([{ a: 1n }]);
    expect(attempts).toBe(2);
  });

  test('may be thrown away by the server', async ({ open }) => {
    const one = await open({ poolMax: 1 });
    for (let round = 0; round < 3; round += 1) await sql`select 1 as a`.execute(one.handle);
    await execute(one, 'deallocate all');
    expect((await sql`select 1 as a`.execute(one.handle)).rows).toEqual([{ a: 1n }]);
  });

  test('that fail once can be run again', async ({ db, open }) => {
    await execute(db, 'create table few (id int primary key)');
    const one = await open({ poolMax: 1 });
    const add = (id: bigint): Promise<unknown> => sql`insert into few (id) values (${id})`.execute(one.handle);
    await add(1n);
    for (let round = 0; round < 3; round += 1) await expect(add(1n)).rejects.toThrow(/duplicate key/);
    await add(2n);
    for (let round = 0; round < 3; round += 1) {
      await expect(sql`select ${1n} from nowhere`.execute(one.handle)).rejects.toThrow(/nowhere/);
    }
    await add(3n);
    expect((await sql`select count(*) as n from few`.execute(db.handle)).rows).toEqual([{ n: 3n }]);
  });

  test('of one text may travel several times together', async ({ db }) => {
    await execute(db, 'create table many (id bigint generated by default as identity, n bigint)');
    for (let round = 0; round < 4; round += 1) {
      await db.write(async (trx) => {
        for (let n = 0n; n < 5n; n += 1n) await sql`insert into many (n) values (${n})`.execute(deferred(trx));
        const sum = await sql`select sum(n)::bigint as total from many`.execute(trx);
        expect(sum.rows).toEqual([{ total: BigInt(round + 1) * 10n }]);
      });
    }
  });
});

describe('a session', () => {
  test("has UTC and readable forms, whatever the database's defaults are", async ({ url, db, open }) => {
    const name = new URL(url).pathname.slice(1);
    await execute(
      db,
      `alter database ${name} set timezone = 'America/New_York'`,
      `alter database ${name} set datestyle = 'German'`,
      `alter database ${name} set default_transaction_isolation = 'serializable'`,
      `alter database ${name} set default_transaction_read_only = on`,
    );
    const other = await open();
    const { rows } = await sql`
      select current_setting('TimeZone') as zone, '2026-03-04'::date as day, '2026-03-04 05:06:07+00'::timestamptz::text as at`.execute(
      other.handle,
    );
    expect(rows).toEqual([{ zone: 'UTC', day: '2026-03-04', at: '2026-03-04 05:06:07+00' }]);
    const isolation = await other.write((trx) =>
      sql`select current_setting('transaction_isolation') as level`.execute(trx),
    );
    expect(isolation.rows).toEqual([{ level: 'read committed' }]);
  });

  test('that an operator ends is told as lost, and replaced', async ({ db, open }) => {
    const one = await open({ poolMax: 1 });
    const ended = one.write(async (trx) => {
      const { rows } = await sql<{ pid: bigint }>`select pg_backend_pid() as pid`.execute(trx);
      await sql`select pg_terminate_backend(${rows[0]?.pid}::int)`.execute(db.handle);
      await sql`select 1`.execute(trx);
    });
    await expect(ended).rejects.toMatchObject({ code: 'SQL_UNREACHABLE' });
    expect(await one.write((trx) => sql`select 1 as a`.execute(trx))).toMatchObject({ rows: [{ a: 1n }] });
  });

  test('refuses more parameters than the protocol counts', async ({ db }) => {
    const values = sql.join(Array.from({ length: 70_000 }, (_, index) => sql`${BigInt(index)}`));
    await expect(sql`select 1 where 1 in (${values})`.execute(db.handle)).rejects.toThrow(/70000 parameters/);
  });
});

describe('adopting', () => {
  test('a pool is refused, because each statement would run on another connection', async ({ url, db }) => {
    const pool = new pg.Pool({ connectionString: url });
    expect(() => db.adopt(pool)).toThrow(/pool/);
    await pool.end();
  });

  test('a client whose zone is not UTC reads instants exactly', async ({ url, db }) => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query("set timezone = 'Asia/Kathmandu'; begin");
    const trx = db.adopt(client);
    const { rows } = await sql<{ at: unknown }>`
      select '2026-11-01 08:00:00.000001+00'::timestamptz as at union all
      select '1890-01-01 00:00:00+00'::timestamptz`.execute(trx);
    expect(rows.map(({ at }) => String(at))).toEqual(['2026-11-01T08:00:00.000001Z', '1890-01-01T00:00:00.000000Z']);
    await client.query('rollback');
    await client.end();
  });
});

describe('a role with few privileges', () => {
  async function withRole(url: string, db: Database, work: (roleUrl: string) => Promise<void>): Promise<void> {
    const role = `role_${randomBytes(6).toString('hex')}`;
    const password = randomBytes(12).toString('hex');
    await execute(db, `create role ${role} login password '${password}'`);
    const roleUrl = new URL(url);
    roleUrl.username = role;
    roleUrl.password = password;
    await work(roleUrl.href).finally(() => execute(db, `drop owned by ${role}`, `drop role ${role}`));
  }

  test('is told what it lacks for DDL, for backups and for scratch databases', async ({ url, db }) => {
    await execute(db, 'create table secrets (id int)', 'create table rows_apart (id int)');
    await execute(db, 'alter table rows_apart enable row level security', 'revoke create on schema public from public');
    await withRole(url, db, async (roleUrl) => {
      const limited = await openDatabase(roleUrl);
      const { introspection, backup } = limited.dialect;
      expect(await introspection.missingPrivileges(limited.handle)).toEqual(['CREATE on schema public']);
      const before = await backup.preflight(limited.handle, limited.target);
      expect(before.map(({ obstacle }) => obstacle)).toEqual([
        'the user may not read rows_apart, secrets',
        'row security hides rows of rows_apart',
      ]);
      const refused = await backup.createScratch(limited.target, 'proof').catch((error: unknown) => error);
      expect(refused).toMatchObject({ code: 'SCRATCH_REFUSED' });
      expect(String(refused)).toContain(`createdb`);
      expect(String(refused)).not.toContain(new URL(roleUrl).password);
      await limited.close();
    });
  });

  test('may prove a backup of tables it owns once it has CREATEDB', async ({ url, db }) => {
    await withRole(url, db, async (roleUrl) => {
      await execute(db, `alter role ${new URL(roleUrl).username} createdb`, 'grant create on schema public to public');
      const owner = await openDatabase(roleUrl);
      await execute(owner, 'create table owned (id int primary key, n numeric)', 'insert into owned values (1, 2.50)');
      const { backup, introspection } = owner.dialect;
      expect(await backup.preflight(owner.handle, owner.target)).toEqual([]);
      const scratch = await backup.createScratch(owner.target, 'proof');
      const copy = await openDatabase(roleUrl.replace(owner.target.database, scratch.database));
      expect(await introspection.tables(copy.handle)).toEqual([]);
      await copy.close();
      await backup.dropScratch(scratch);
      await owner.close();
    });
  });
});
