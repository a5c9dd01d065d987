import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import { describe, expect } from 'vitest';
import { Instant } from '../../src/base/instant.ts';
import { INT64_MAX } from '../../src/base/int64.ts';
import type { RetryPolicy } from '../../src/base/retry.ts';
import { deferred } from '../../src/sql/deferred.ts';
import type { Database } from '../../src/sql/database.ts';
import type { Handle, Trx } from '../../src/sql/engine.ts';
import { test, testWhere, traits } from './database-fixture.ts';

const once: RetryPolicy = { attemptsMax: 1, budgetMs: 1, pauseMs: 1, pauseMsMax: 1 };

/** A table of counters, numbered from 1, all zero. */
async function createCounters(db: Database, count = 2): Promise<void> {
  const { int64, tableSuffix } = db.dialect.columnTypes;
  await sql
    .raw(`create table counters (id ${int64} not null primary key, n ${int64} not null)${tableSuffix}`)
    .execute(db.handle);
  for (let id = 1n; id <= BigInt(count); id += 1n) await addCounter(db.handle, id);
}

async function addCounter(handle: Handle, id: bigint): Promise<void> {
  await sql`insert into counters (id, n) values (${id}, 0)`.execute(handle);
}

async function increment(handle: Handle, id: bigint): Promise<void> {
  await sql`update counters set n = n + 1 where id = ${id}`.execute(handle);
}

async function counters(handle: Handle): Promise<readonly bigint[]> {
  const { rows } = await sql<{ n: bigint }>`select n from counters order by id`.execute(handle);
  return rows.map(({ n }) => n);
}

/** The kind of failure the work ends with; `none` when it succeeds. */
async function failureKind(db: Database, work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'none',
    (error: unknown) => db.classify(error)?.kind ?? String(error),
  );
}

interface Gate {
  readonly passed: Promise<void>;
  readonly open: () => void;
}

function gate(): Gate {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { passed: promise, open: resolve };
}

/** Keeps the lock on one counter until `release`; resolves once it has it. */
async function holdCounter(db: Database, id: bigint): Promise<() => Promise<void>> {
  const [held, release] = [gate(), gate()];
  const work = db.write(async (trx) => {
    await increment(trx, id);
    held.open();
    await release.passed;
  });
  await Promise.race([held.passed, work]);
  return async () => {
    release.open();
    await work;
  };
}

describe('a staged transaction', () => {
  /** Reads the counters into a temporary table, has something happen, and makes the transaction the writer. */
  async function staged(db: Database, between: () => Promise<void>): Promise<readonly (readonly bigint[])[]> {
    const { columnTypes, statements } = db.dialect;
    return db.writeStaged(async (trx) => {
      for (const made of statements.temporaryTable('carryover_drafts', { n: columnTypes.int64 }))
        await sql.raw(made).execute(trx);
      await sql`insert into carryover_drafts (n) select n from counters`.execute(trx);
      await between();
      await statements.beginWriting(trx);
      await statements.beginWriting(trx);
      const { rows: drafts } = await sql<{ n: bigint }>`select n from carryover_drafts`.execute(trx);
      const seen = await counters(trx);
      await increment(trx, 1n);
      return [drafts.map(({ n }) => n), seen, await counters(trx)];
    });
  }

  test('lets others write until it does, keeps what it read, and sees what they wrote', async ({ db, open }) => {
    await createCounters(db);
    const other = await open();
    const [drafts, seen, after] = await staged(db, () => other.write((trx) => increment(trx, 2n)));
    expect(drafts).toEqual([0n, 0n]);
    expect(seen).toEqual([0n, 1n]);
    expect(after).toEqual([1n, 1n]);
    expect(await counters(other.handle)).toEqual([1n, 1n]);
  });

  test('is undone whole when it fails, before it writes or after', async ({ db }) => {
    await createCounters(db);
    await expect(staged(db, () => Promise.reject(new Error('Before.')))).rejects.toThrow('Before.');
    const after = db.writeStaged(async (trx) => {
      await db.dialect.statements.beginWriting(trx);
      await increment(trx, 1n);
      throw new Error('After.');
    });
    await expect(after).rejects.toThrow('After.');
    expect(await counters(db.handle)).toEqual([0n, 0n]);
    expect(await staged(db, () => Promise.resolve())).toHaveLength(3);
  });

  test('waits for whoever writes when it wants to', async ({ db, open }) => {
    await createCounters(db);
    const release = await holdCounter(await open(), 1n);
    const work = staged(db, () => Promise.resolve());
    await delay(50);
    await release();
    await work;
    expect(await counters(db.handle)).toEqual([2n, 0n]);
  });

  testWhere('not concurrentWriters', 'there it writes from its beginning')(
    'may not change what others see before it does',
    async ({ db }) => {
      await createCounters(db);
      await expect(db.writeStaged((trx) => increment(trx, 1n))).rejects.toThrow(
        'A staged transaction changes what others see',
      );
      expect(await db.writeStaged(counters)).toEqual([0n, 0n]);
    },
  );

  test('is nothing special where a transaction writes already', async ({ db }) => {
    await createCounters(db);
    await db.write(async (trx) => {
      await increment(trx, 1n);
      await db.dialect.statements.beginWriting(trx);
      await increment(trx, 1n);
    });
    expect(await counters(db.handle)).toEqual([2n, 0n]);
  });
});

describe('a writing transaction', () => {
  test('commits all of its work, or nothing of it', async ({ db }) => {
    await createCounters(db);
    const result = await db.write(async (trx) => {
      await increment(trx, 1n);
      await increment(trx, 2n);
      return 'done';
    });
    expect(result).toBe('done');
    const failing = db.write(async (trx) => {
      await increment(trx, 1n);
      throw new Error('The work failed.');
    });
    await expect(failing).rejects.toThrow('The work failed.');
    expect(await counters(db.handle)).toEqual([1n, 1n]);
  });

  test('that does nothing succeeds', async ({ db }) => {
    expect(await db.write(async () => 'nothing')).toBe('nothing');
    await expect(
      db.write(async () => {
        throw new Error('before the first statement');
      }),
    ).rejects.toThrow('before the first statement');
    expect(await db.write(async () => 'again')).toBe('again');
  });

  test('with a refused statement is run once and leaves nothing', async ({ db }) => {
    await createCounters(db);
    let attempts = 0;
    const duplicate = db.write(async (trx) => {
      attempts += 1;
      await increment(trx, 1n);
      await addCounter(trx, 2n);
    });
    expect(await failureKind(db, duplicate)).toBe('unique');
    expect(attempts).toBe(1);
    expect(await counters(db.handle)).toEqual([0n, 0n]);
  });

  test('loses no update when many change one row at the same time', async ({ db, open }) => {
    await createCounters(db);
    const databases = [db, await open()];
    const addOne = (database: Database): Promise<void> =>
      database.write(async (trx) => {
        const { rows } = await sql<{ n: bigint }>`
          select n from counters where id = 1 ${database.dialect.statements.lockRows()}`.execute(trx);
        await sql`update counters set n = ${(rows[0]?.n ?? 0n) + 1n} where id = 1`.execute(trx);
      });
    await Promise.all(Array.from({ length: 40 }, (_, index) => addOne(databases[index % 2] as Database)));
    expect(await counters(db.handle)).toEqual([40n, 0n]);
  });

  testWhere('concurrentWriters', 'one writer at a time sees everything')(
    'sees what others committed since it began',
    async ({ db, open }) => {
      await createCounters(db);
      const other = await open();
      await db.write(async (trx) => {
        expect(await counters(trx)).toEqual([0n, 0n]);
        await other.write((theirs) => increment(theirs, 2n));
        expect(await counters(trx)).toEqual([0n, 1n]);
      });
    },
  );

  testWhere('concurrentWriters', 'one writer at a time cannot deadlock')(
    'that loses a deadlock is run again from its start, and each counts once',
    async ({ db }) => {
      await createCounters(db);
      let arrived = 0;
      let attempts = 0;
      const both = gate();
      const cross = (first: bigint, second: bigint): Promise<void> => {
        let tried = false;
        return db.write(async (trx) => {
          attempts += 1;
          await increment(trx, first);
          if (!tried) {
            tried = true;
            arrived += 1;
            if (arrived === 2) both.open();
            await both.passed;
          }
          await increment(trx, second);
        });
      };
      await Promise.all([cross(1n, 2n), cross(2n, 1n)]);
      expect(attempts).toBe(3);
      expect(await counters(db.handle)).toEqual([2n, 2n]);
    },
  );

  testWhere('concurrentWriters', 'one writer at a time cannot deadlock')(
    'throws the deadlock when its tries are used up',
    async ({ db }) => {
      await createCounters(db);
      let arrived = 0;
      const both = gate();
      const cross = (first: bigint, second: bigint): Promise<void> =>
        db.write(async (trx) => {
          await increment(trx, first);
          arrived += 1;
          if (arrived === 2) both.open();
          await both.passed;
          await increment(trx, second);
        }, once);
      const kinds = await Promise.all([failureKind(db, cross(1n, 2n)), failureKind(db, cross(2n, 1n))]);
      expect(kinds.toSorted()).toEqual(['deadlock', 'none']);
      expect(await counters(db.handle)).toEqual([1n, 1n]);
    },
  );
});

describe('a reading transaction', () => {
  test('sees one instant, whatever others commit meanwhile', async ({ db, open }) => {
    await createCounters(db);
    // With a rollback journal a writer waits until the file's readers are done; with a write-ahead log it need not.
    if (traits.embedded) await sql.raw('pragma journal_mode = wal').execute(db.handle);
    const other = await open();
    await db.read(async (trx) => {
      expect(await counters(trx)).toEqual([0n, 0n]);
      await other.write((theirs) => increment(theirs, 1n));
      expect(await counters(trx)).toEqual([0n, 0n]);
    });
    expect(await db.read(counters)).toEqual([1n, 0n]);
  });

  test('is kept from writing by the database', async ({ db }) => {
    await createCounters(db);
    expect(
      await failureKind(
        db,
        db.read((trx) => increment(trx, 1n)),
      ),
    ).toBe('read-only');
    expect(await counters(db.handle)).toEqual([0n, 0n]);
    await db.write((trx) => increment(trx, 1n));
    expect(await counters(db.handle)).toEqual([1n, 0n]);
  });

  testWhere('transactionalDdl', 'there DDL ends the transaction it stands in')(
    'is kept from DDL too',
    async ({ db }) => {
      await createCounters(db);
      expect(
        await failureKind(
          db,
          db.read((trx) => sql`drop table counters`.execute(trx)),
        ),
      ).toBe('read-only');
      expect(await counters(db.handle)).toEqual([0n, 0n]);
    },
  );
});

describe('a read-only session', () => {
  test('reads, and is kept from writing on every connection, inside and outside transactions', async ({ db, open }) => {
    await createCounters(db);
    const reader = await open({ access: 'read-only', poolMax: 3 });
    expect(await counters(reader.handle)).toEqual([0n, 0n]);
    expect(await reader.read(counters)).toEqual([0n, 0n]);
    const outside = Array.from({ length: 6 }, () => failureKind(reader, increment(reader.handle, 1n)));
    expect(new Set(await Promise.all(outside))).toEqual(new Set(['read-only']));
    const inside = Array.from({ length: 6 }, () =>
      failureKind(
        reader,
        reader.write((trx) => increment(trx, 1n)),
      ),
    );
    expect(new Set(await Promise.all(inside))).toEqual(new Set(['read-only']));
    expect(await failureKind(reader, sql`create table more (id integer)`.execute(reader.handle))).toBe('read-only');
    expect(await counters(db.handle)).toEqual([0n, 0n]);
  });
});

describe('waiting for a lock', () => {
  test('ends after the time allowed with SQL_LOCK_TIMEOUT, and the transaction is undone', async ({ db, open }) => {
    await createCounters(db);
    const impatient = await open({ lockTimeoutMs: 300 });
    const release = await holdCounter(db, 1n);
    const startedAt = performance.now();
    const work = impatient.write(async (trx) => {
      await increment(trx, 2n);
      await increment(trx, 1n);
    }, once);
    await expect(work).rejects.toMatchObject({ code: 'SQL_LOCK_TIMEOUT', details: { waitedMs: 300 } });
    expect(performance.now() - startedAt).toBeLessThan(8_000);
    await release();
    expect(await counters(db.handle)).toEqual([1n, 0n]);
    await impatient.write((trx) => increment(trx, 1n));
    expect(await counters(db.handle)).toEqual([2n, 0n]);
  });

  testWhere('lockTimeoutPerTransaction', 'its sessions have one limit')(
    'can be limited for one transaction, and the next has the usual limit again',
    async ({ db, open }) => {
      await createCounters(db);
      const other = await open({ poolMax: 1 });
      const release = await holdCounter(db, 1n);
      const limited = other.write(async (trx) => {
        await other.dialect.statements.limitWaits(trx, { lockTimeoutMs: 200 });
        await increment(trx, 1n);
      }, once);
      await expect(limited).rejects.toMatchObject({ code: 'SQL_LOCK_TIMEOUT' });
      const patient = other.write((trx) => increment(trx, 1n), once);
      // Longer than the limit of the transaction before; this time is what is tested, nothing waits for it.
      setTimeout(() => void release(), 1_500);
      await patient;
      expect(await counters(db.handle)).toEqual([2n, 0n]);
    },
  );
});

describe('a statement timeout', () => {
  testWhere('not embedded', 'its statements run in this process')(
    'ends a statement that runs longer, and the session goes on',
    async ({ db, open }) => {
      await sql`create table numbers (n integer)`.execute(db.handle);
      const columns = { n: 'int64' } as const;
      const rows = Array.from({ length: 2_000 }, (_, n) => [BigInt(n)]);
      await db.dialect.statements.insertRows(db.handle, 'numbers', { columns, rows });
      const hurried = await open({ statementTimeoutMs: 300, poolMax: 1 });
      const endless = sql`select count(*) from numbers a, numbers b, numbers c, numbers d where a.n + b.n + c.n + d.n < 0`;
      expect(await failureKind(hurried, endless.execute(hurried.handle))).toBe('statement-timeout');
      expect((await sql`select count(*) as counted from numbers`.execute(hurried.handle)).rows).toEqual([
        { counted: 2_000n },
      ]);
    },
  );
});

describe('a deferred statement', () => {
  test('takes effect in its order', async ({ db }) => {
    await createCounters(db);
    await db.write(async (trx) => {
      await sql`update counters set n = 5 where id = 1`.execute(deferred(trx));
      await sql`update counters set n = n * 2 where id = 1`.execute(deferred(trx));
      expect(await counters(trx)).toEqual([10n, 0n]);
      await sql`update counters set n = n + 1 where id = 1`.execute(deferred(trx));
    });
    expect(await counters(db.handle)).toEqual([11n, 0n]);
  });

  test('that fails undoes the transaction, also when it is the last, and is classified', async ({ db }) => {
    await createCounters(db);
    const last = db.write(async (trx) => {
      await increment(trx, 1n);
      await increment(deferred(trx), 2n);
      await addCounter(deferred(trx), 2n);
    });
    expect(await failureKind(db, last)).toBe('unique');
    const first = db.write(async (trx) => {
      await addCounter(deferred(trx), 2n);
      await increment(trx, 1n);
    });
    expect(await failureKind(db, first)).toBe('unique');
    expect(await counters(db.handle)).toEqual([0n, 0n]);
    await db.write((trx) => increment(deferred(trx), 1n));
    expect(await counters(db.handle)).toEqual([1n, 0n]);
  });

  test('is not sent when the work fails afterwards', async ({ db }) => {
    await createCounters(db);
    const failing = db.write(async (trx) => {
      await increment(deferred(trx), 1n);
      throw new Error('The work failed.');
    });
    await expect(failing).rejects.toThrow('The work failed.');
    expect(await counters(db.handle)).toEqual([0n, 0n]);
  });
});

describe('closing a database', () => {
  test('aborts a transaction that is still open', async ({ db, open }) => {
    await createCounters(db);
    const other = await open();
    const [begun, closed] = [gate(), gate()];
    const work = other.write(async (trx: Trx) => {
      await increment(trx, 1n);
      begun.open();
      await closed.passed;
      await increment(trx, 2n);
    });
    const outcome = failureKind(other, work);
    await begun.passed;
    await other.close();
    expect(await counters(db.handle)).toEqual([0n, 0n]);
    closed.open();
    expect(await outcome).not.toBe('none');
    await db.write((trx) => increment(trx, 1n));
    expect(await counters(db.handle)).toEqual([1n, 0n]);
  });
});

describe('values in a transaction', () => {
  test('are as exact as outside', async ({ db }) => {
    const { int64, instant, tableSuffix } = db.dialect.columnTypes;
    await sql.raw(`create table noted (n ${int64}, noted_at ${instant})${tableSuffix}`).execute(db.handle);
    const noted = { n: INT64_MAX, noted_at: Instant.parse('2026-11-01T08:00:00.000001Z') };
    await db.write(async (trx) => {
      await sql`insert into noted (n, noted_at) values (${noted.n}, ${noted.noted_at})`.execute(trx);
      expect((await sql`select n, noted_at from noted`.execute(trx)).rows).toEqual([noted]);
    });
    expect((await db.read((trx) => sql`select n, noted_at from noted`.execute(trx))).rows).toEqual([noted]);
  });
});
