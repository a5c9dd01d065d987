import { readFile } from 'node:fs/promises';
import { inspect } from 'node:util';
import { sql } from 'kysely';
import { describe, expect } from 'vitest';
import { CarryoverError, isError } from '../../src/base/errors.ts';
import { openDatabase, type Database } from '../../src/sql/database.ts';
import type { DriverFailure } from '../../src/sql/driver-failure.ts';
import type { Handle } from '../../src/sql/engine.ts';
import { sqlLockTimeout, sqlUnreachable } from '../../src/sql/sql-errors.ts';
import { freePort } from '../support/free-port.ts';
import { testEngine } from '../support/fresh-database.ts';
import { test, testWhere, traits } from './database-fixture.ts';

const engine = testEngine();

/** The failure of work that must fail, and what the dialect makes of it. */
async function failureOf(
  db: Database,
  work: Promise<unknown>,
): Promise<{ error: Error; failure: DriverFailure | undefined }> {
  const error = await work.then(
    () => new Error('did not fail'),
    (thrown: unknown) => thrown as Error,
  );
  return { error, failure: db.dialect.classify(error) };
}

async function kindOf(db: Database, work: Promise<unknown>): Promise<string> {
  const { error, failure } = await failureOf(db, work);
  return failure?.kind ?? `unclassified: ${error.message}`;
}

function run(handle: Handle, statement: string): Promise<unknown> {
  return sql.raw(statement).execute(handle);
}

/** Parents and children; `owner` is unique, `amount` is checked by a named constraint. */
async function createFamily(db: Database): Promise<void> {
  const { columnTypes: type } = db.dialect;
  await run(db.handle, `create table parents (id ${type.int64} not null primary key)${type.tableSuffix}`);
  await run(
    db.handle,
    `create table children (
      id ${type.int64} not null primary key,
      parent_id ${type.int64},
      owner ${type.text(40)} not null,
      amount ${type.int64},
      constraint children_owner_once unique (owner),
      constraint children_amount_positive check (amount > 0),
      constraint children_parent foreign key (parent_id) references parents (id)
    )${type.tableSuffix}`,
  );
  await run(db.handle, 'insert into parents (id) values (1)');
  await run(db.handle, "insert into children (id, parent_id, owner, amount) values (1, 1, 'a', 1), (2, 1, 'b', 1)");
}

describe('a violated constraint', () => {
  test('of uniqueness is unique, by index and by primary key', async ({ db }) => {
    await createFamily(db);
    const { failure } = await failureOf(db, run(db.handle, "insert into children (id, owner) values (3, 'a')"));
    expect(failure?.kind).toBe('unique');
    if (!traits.embedded) expect(failure?.constraint).toBe('children_owner_once');
    expect(await kindOf(db, run(db.handle, "insert into children (id, owner) values (1, 'c')"))).toBe('unique');
    expect(await kindOf(db, run(db.handle, "update children set owner = 'a' where id = 2"))).toBe('unique');
  });

  test('of a foreign key is foreign-key, from either side', async ({ db }) => {
    await createFamily(db);
    const { failure } = await failureOf(
      db,
      run(db.handle, "insert into children (id, owner, parent_id) values (3, 'c', 9)"),
    );
    expect(failure?.kind).toBe('foreign-key');
    if (!traits.embedded) expect(failure?.constraint).toBe('children_parent');
    expect(await kindOf(db, run(db.handle, 'delete from parents where id = 1'))).toBe('foreign-key');
  });

  test('of a check is check, with its name', async ({ db }) => {
    await createFamily(db);
    const { failure } = await failureOf(db, run(db.handle, 'update children set amount = -5 where id = 1'));
    expect(failure).toEqual({ kind: 'check', constraint: 'children_amount_positive' });
  });

  test('of not null is not-null, with a null given and with none', async ({ db }) => {
    await createFamily(db);
    expect(await kindOf(db, run(db.handle, 'insert into children (id, owner) values (3, null)'))).toBe('not-null');
    expect(await kindOf(db, run(db.handle, 'insert into children (id) values (3)'))).toBe('not-null');
    expect(await kindOf(db, run(db.handle, 'update children set owner = null where id = 1'))).toBe('not-null');
  });

  test('by an append-only trigger is append-only', async ({ db }) => {
    await createFamily(db);
    for (const statement of db.dialect.statements.appendOnly('children')) await run(db.handle, statement);
    const { failure } = await failureOf(db, run(db.handle, 'delete from children'));
    expect(failure?.kind).toBe('append-only');
  });

  test('does not tell the value in its message', async ({ db }) => {
    await createFamily(db);
    const secret = 'personal-7f3a';
    await sql`insert into children (id, owner) values (3, ${secret})`.execute(db.handle);
    const { error } = await failureOf(
      db,
      sql`insert into children (id, owner) values (4, ${secret})`.execute(db.handle),
    );
    expect(error.message).not.toContain(secret);
    expect(error.stack).not.toContain(secret);
  });
});

describe('a statement', () => {
  test('over an object that does not exist is missing-object', async ({ db }) => {
    await createFamily(db);
    expect(await kindOf(db, run(db.handle, 'select * from nowhere'))).toBe('missing-object');
    expect(await kindOf(db, run(db.handle, 'select absent from children'))).toBe('missing-object');
    expect(await kindOf(db, run(db.handle, 'insert into children (id, absent) values (3, 3)'))).toBe('missing-object');
    expect(await kindOf(db, run(db.handle, 'drop table nowhere'))).toBe('missing-object');
  });

  test('that cannot be parsed is syntax', async ({ db }) => {
    expect(await kindOf(db, run(db.handle, 'selekt 1'))).toBe('syntax');
    expect(await kindOf(db, run(db.handle, 'select from where'))).toBe('syntax');
  });

  test('whose integer leaves 64 bits is out-of-range', async ({ db }) => {
    const { columnTypes: type, expressions } = db.dialect;
    await run(db.handle, `create table totals (n ${type.int64})${type.tableSuffix}`);
    await run(db.handle, 'insert into totals (n) values (9223372036854775807), (1)');
    const sum = sql`select ${expressions.sumInt64(sql`n`)} as total from totals`.execute(db.handle);
    expect(await kindOf(db, sum)).toBe('out-of-range');
    if (traits.embedded) return;
    expect(await kindOf(db, run(db.handle, 'insert into totals (n) values (9223372036854775808)'))).toBe(
      'out-of-range',
    );
    expect(await kindOf(db, run(db.handle, 'update totals set n = n + 1'))).toBe('out-of-range');
  });

  test('that writes where only reading is allowed is read-only', async ({ db, open }) => {
    await createFamily(db);
    const write = 'insert into parents (id) values (2)';
    expect(
      await kindOf(
        db,
        db.read((trx) => run(trx, write)),
      ),
    ).toBe('read-only');
    const reader = await open({ access: 'read-only' });
    expect(await kindOf(reader, run(reader.handle, write))).toBe('read-only');
    expect(
      await kindOf(
        reader,
        reader.handle.transaction().execute((trx) => run(trx, write)),
      ),
    ).toBe('read-only');
    expect(await kindOf(reader, run(reader.handle, 'create table more (id integer)'))).toBe('read-only');
    const { rows } = await sql<{ n: bigint }>`select count(*) as n from parents`.execute(reader.handle);
    expect(rows).toEqual([{ n: 1n }]);
  });

  testWhere('not embedded', 'nothing interrupts a statement')(
    'that runs too long is statement-timeout',
    async ({ db, open }) => {
      const hurried = await open({ statementTimeoutMs: 150 });
      const many = Array.from({ length: 2_000 }, (_, index) => [BigInt(index)]);
      const source = (alias: string): ReturnType<typeof db.dialect.statements.rows> =>
        db.dialect.statements.rows(alias, { columns: { n: 'int64' }, rows: many });
      const slow = sql`select count(*) from ${source('a')} cross join ${source('b')} cross join ${source('c')} where a.n + b.n + c.n = -1`;
      expect(await kindOf(hurried, slow.execute(hurried.handle))).toBe('statement-timeout');
      const { rows } = await sql`select 1 as one`.execute(hurried.handle);
      expect(rows).toEqual([{ one: 1n }]);
    },
  );

  test.runIf(engine === 'mysql')('that fills a table of limited size is disk-full', async ({ db }) => {
    await db.handle.connection().execute(async (session) => {
      await sql`set session max_heap_table_size = 16384`.execute(session);
      await sql`create table small (v char(250)) engine = memory`.execute(session);
      const rows = sql.join(Array.from({ length: 500 }, () => sql`('x')`));
      expect(await kindOf(db, sql`insert into small (v) values ${rows}`.execute(session))).toBe('disk-full');
    });
  });
});

describe("two sessions in each other's way", () => {
  testWhere('concurrentWriters', 'there is one writer')(
    'by locks in opposite order are a deadlock for one of them',
    async ({ db, open }) => {
      await createFamily(db);
      const other = await open();
      const bothHoldOne = Promise.withResolvers<void>();
      let holding = 0;
      const lockBoth = (handle: Handle, first: number, second: number): Promise<unknown> =>
        handle.transaction().execute(async (trx) => {
          await run(trx, `update children set amount = 2 where id = ${first}`);
          holding += 1;
          if (holding === 2) bothHoldOne.resolve();
          await bothHoldOne.promise;
          await run(trx, `update children set amount = 3 where id = ${second}`);
        });
      const outcomes = await Promise.allSettled([lockBoth(db.handle, 1, 2), lockBoth(other.handle, 2, 1)]);
      const failed = outcomes.filter((outcome) => outcome.status === 'rejected');
      expect(failed.map(({ reason }) => db.dialect.classify(reason)?.kind)).toEqual(['deadlock']);
    },
  );

  testWhere('concurrentWriters', 'a busy file is "busy" instead')(
    'longer than the lock timeout are a lock-timeout',
    async ({ db, open }) => {
      await createFamily(db);
      const other = await open({ lockTimeoutMs: 100 });
      await db.write(async (trx) => {
        await run(trx, 'update children set amount = 2 where id = 1');
        const rival = other.handle
          .transaction()
          .execute((rivalTrx) => run(rivalTrx, 'update children set amount = 3 where id = 1'));
        expect(await kindOf(other, rival)).toBe('lock-timeout');
        const explained = await other
          .write((rivalTrx) => run(rivalTrx, 'update children set amount = 3 where id = 1'))
          .catch((error: unknown) => error);
        expect(isError(explained, sqlLockTimeout)).toBe(true);
      });
    },
  );

  testWhere('embedded', 'a server waits for row locks')(
    'on one file longer than the lock timeout are busy',
    async ({ db, open }) => {
      await createFamily(db);
      const other = await open({ lockTimeoutMs: 100 });
      await db.write(async (trx) => {
        await run(trx, 'update children set amount = 2 where id = 1');
        const rival = other.handle
          .transaction()
          .execute((rivalTrx) => run(rivalTrx, 'update children set amount = 3 where id = 1'));
        expect(await kindOf(other, rival)).toBe('busy');
      });
    },
  );

  test.runIf(engine === 'postgres')(
    'on one snapshot are a serialization failure for the later one',
    async ({ db, open }) => {
      await createFamily(db);
      const other = await open();
      const work = db.handle
        .transaction()
        .setIsolationLevel('repeatable read')
        .execute(async (trx) => {
          await run(trx, 'select * from children');
          await run(other.handle, 'update children set amount = 2 where id = 1');
          await run(trx, 'update children set amount = 3 where id = 1');
        });
      expect(await kindOf(db, work)).toBe('serialization');
    },
  );

  test.runIf(engine === 'mysql')(
    'of which one alters a table are a serialization failure for an older snapshot',
    async ({ db, open }) => {
      await createFamily(db);
      const other = await open();
      const work = db.handle
        .transaction()
        .setAccessMode('read only')
        .execute(async (trx) => {
          await run(trx, 'select * from parents');
          await run(other.handle, 'alter table children add column note bigint, algorithm = copy');
          await run(trx, 'select * from children');
        });
      expect(await kindOf(db, work)).toBe('serialization');
    },
  );
});

describe('a connection', () => {
  const edited = (url: string, edit: (parts: URL) => void): string => {
    const parts = new URL(url);
    edit(parts);
    return parts.href;
  };

  async function openFailure(db: Database, url: string): Promise<{ error: unknown; kind: string | undefined }> {
    const error = await openDatabase(url).then(
      async (opened) => {
        await opened.close();
        return new Error('did not fail');
      },
      (thrown: unknown) => thrown,
    );
    return { error, kind: db.dialect.classify(error)?.kind };
  }

  testWhere('not embedded', 'nobody listens')(
    'to a port where nobody listens is connection-refused',
    async ({ db, url }) => {
      const port = String(await freePort());
      const { error, kind } = await openFailure(
        db,
        edited(url, (parts) => (parts.port = port)),
      );
      expect(kind).toBe('connection-refused');
      expect(isError(error, sqlUnreachable)).toBe(true);
      expect(String(error)).toContain(`:${port}`);
    },
  );

  testWhere('not embedded', 'there is no password')(
    'with a wrong password is authentication, and tells no password',
    async ({ db, url }) => {
      const { error, kind } = await openFailure(
        db,
        edited(url, (parts) => (parts.password = 'wrong-9d1f')),
      );
      expect(kind).toBe('authentication');
      expect(isError(error, sqlUnreachable)).toBe(true);
      expect(inspect(error, { depth: 9 })).not.toContain('wrong-9d1f');
    },
  );

  test('to a database that does not exist is database-missing', async ({ db, url }) => {
    const missing = traits.embedded ? `${url}.missing` : edited(url, (parts) => (parts.pathname = '/no_such_database'));
    const { kind } = await openFailure(db, missing);
    expect(kind).toBe('database-missing');
  });

  testWhere('not embedded', 'there is no connection to lose')(
    'that the server ends is connection-lost, and the pool recovers',
    async ({ db, open }) => {
      const victim = await open({ poolMax: 1 });
      const who = engine === 'postgres' ? 'select pg_backend_pid() as id' : 'select connection_id() as id';
      const kill = (id: bigint): string =>
        engine === 'postgres' ? `select pg_terminate_backend(${id})` : `kill ${id}`;
      const work = victim.handle.transaction().execute(async (trx) => {
        const { rows } = await sql.raw<{ id: bigint }>(who).execute(trx);
        await run(db.handle, kill(rows[0]?.id ?? 0n));
        await run(trx, 'select 1');
      });
      expect(await kindOf(victim, work)).toBe('connection-lost');
      const { rows } = await sql`select 1 as one`.execute(victim.handle);
      expect(rows).toEqual([{ one: 1n }]);
    },
  );

  testWhere('not embedded', 'a file has no users')('of a user without the right is privilege', async ({ db, url }) => {
    await createFamily(db);
    const user = `limited_${db.target.database.slice(-8)}`;
    const [account, grant] =
      engine === 'postgres'
        ? [`${user} login password 'pw'`, `grant select on children to ${user}`]
        : [`${user} identified by 'pw'`, `grant select on children to ${user}`];
    await run(db.handle, engine === 'postgres' ? `create role ${account}` : `create user ${account}`);
    await run(db.handle, grant);
    try {
      const limited = await openDatabase(edited(url, (parts) => ((parts.username = user), (parts.password = 'pw'))));
      try {
        await run(limited.handle, 'select * from children');
        expect(await kindOf(limited, run(limited.handle, "insert into children (id, owner) values (7, 'x')"))).toBe(
          'privilege',
        );
        expect(await kindOf(limited, run(limited.handle, 'drop table children'))).toBe('privilege');
      } finally {
        await limited.close();
      }
    } finally {
      if (engine === 'postgres') await run(db.handle, `drop owned by ${user}`);
      await run(db.handle, engine === 'postgres' ? `drop role ${user}` : `drop user ${user}`);
    }
  });
});

describe('what is classified', () => {
  test('is a failure of the driver at any depth of causes', async ({ db }) => {
    const { error } = await failureOf(db, run(db.handle, 'selekt 1'));
    const wrapped = new Error('outer', { cause: new Error('middle', { cause: error }) });
    expect(db.dialect.classify(wrapped)?.kind).toBe('syntax');
    const circle = new Error('a');
    circle.cause = new Error('b', { cause: circle });
    expect(db.dialect.classify(circle)).toBeUndefined();
  });

  test('is nothing else: no other errors, no values', async ({ db }) => {
    const missingFile = await readFile('/no/such/file').catch((error: unknown) => error);
    const refused = new CarryoverError(sqlUnreachable, { shown: 'x', reason: 'y' });
    for (const other of [new Error('x'), new TypeError('y'), missingFile, refused, undefined, null, 'text', 5, {}]) {
      expect(db.dialect.classify(other)).toBeUndefined();
    }
  });
});
