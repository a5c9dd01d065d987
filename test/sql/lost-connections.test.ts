import { sql } from 'kysely';
import { describe, expect } from 'vitest';
import { openDatabase, type Database } from '../../src/sql/database.ts';
import type { Handle } from '../../src/sql/engine.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';
import { testWhere } from './database-fixture.ts';

/** Not the word in "isolation level read committed", which travels at the beginning. */
const COMMIT = /\bcommit\b/i;

const onServers = testWhere('not embedded', 'there is no connection to lose');

/** Runs the work on a database behind a proxy, and closes both. */
async function behindProxy(url: string, work: (lossy: Database, proxy: TcpProxy) => Promise<void>): Promise<void> {
  const proxy = await TcpProxy.start(url);
  try {
    const lossy = await openDatabase(proxy.through(url));
    await work(lossy, proxy).finally(() => lossy.close());
  } finally {
    await proxy.stop();
  }
}

async function createNotes(db: Database): Promise<void> {
  await sql`create table notes (id integer not null primary key)`.execute(db.handle);
}

async function addNote(handle: Handle, id: bigint): Promise<void> {
  await sql`insert into notes (id) values (${id})`.execute(handle);
}

async function notes(handle: Handle): Promise<readonly bigint[]> {
  return (await sql<{ id: bigint }>`select id from notes order by id`.execute(handle)).rows.map(({ id }) => id);
}

/** Tries until the pool has given up its broken connections. */
async function addNoteInTheEnd(db: Database, id: bigint): Promise<void> {
  for (let triesLeft = 20; ; triesLeft -= 1) {
    try {
      return await db.write((trx) => addNote(trx, id));
    } catch (error) {
      if (triesLeft === 0) throw error;
    }
  }
}

describe('a connection lost during COMMIT', () => {
  onServers('leaves the outcome unknown when the server did commit, and nothing is run twice', async ({ url, db }) => {
    await createNotes(db);
    await behindProxy(url, async (lossy, proxy) => {
      let attempts = 0;
      const cut = proxy.cutAt(COMMIT, 'reply');
      const work = lossy.write(async (trx) => {
        attempts += 1;
        await addNote(trx, 1n);
      });
      await expect(work).rejects.toMatchObject({ code: 'SQL_COMMIT_UNKNOWN' });
      await cut;
      expect(attempts).toBe(1);
      expect(await notes(db.handle)).toEqual([1n]);
      await addNoteInTheEnd(lossy, 2n);
      expect(await notes(db.handle)).toEqual([1n, 2n]);
    });
  });

  onServers('leaves the outcome unknown when the server never heard of it', async ({ url, db }) => {
    await createNotes(db);
    await behindProxy(url, async (lossy, proxy) => {
      const cut = proxy.cutAt(COMMIT, 'request');
      const work = lossy.write((trx) => addNote(trx, 1n));
      await expect(work).rejects.toMatchObject({ code: 'SQL_COMMIT_UNKNOWN' });
      await cut;
      expect(await notes(db.handle)).toEqual([]);
    });
  });

  onServers('is told without the password', async ({ url, db }) => {
    await createNotes(db);
    await behindProxy(url, async (lossy, proxy) => {
      void proxy.cutAt(COMMIT, 'request');
      const message = await lossy.write((trx) => addNote(trx, 1n)).then(String, String);
      expect(message).toContain('Cannot tell whether');
      expect(message).not.toContain(new URL(url).password);
    });
  });
});

describe('a connection lost before COMMIT', () => {
  onServers('undoes the transaction and is known to', async ({ url, db }) => {
    await createNotes(db);
    await behindProxy(url, async (lossy, proxy) => {
      const work = lossy.write(async (trx) => {
        await addNote(trx, 1n);
        proxy.cutAll();
        await addNote(trx, 2n);
      });
      await expect(work).rejects.toMatchObject({ code: 'SQL_UNREACHABLE' });
      await addNoteInTheEnd(lossy, 3n);
      expect(await notes(db.handle)).toEqual([3n]);
    });
  });

  onServers('ends a reading transaction', async ({ url, db }) => {
    await createNotes(db);
    await behindProxy(url, async (lossy, proxy) => {
      const work = lossy.read(async (trx) => {
        await notes(trx);
        proxy.cutAll();
        return notes(trx);
      });
      await expect(work).rejects.toMatchObject({ code: 'SQL_UNREACHABLE' });
    });
  });
});

describe('idle connections that were lost', () => {
  onServers('are replaced', async ({ url, db }) => {
    await createNotes(db);
    await behindProxy(url, async (lossy, proxy) => {
      await Promise.all([1n, 2n, 3n].map((id) => lossy.write((trx) => addNote(trx, id))));
      proxy.cutAll();
      await addNoteInTheEnd(lossy, 4n);
      expect(await notes(db.handle)).toEqual([1n, 2n, 3n, 4n]);
    });
  });
});

describe('a server that is not there', () => {
  onServers('is told by SQL_UNREACHABLE without the password', async ({ url }) => {
    const proxy = await TcpProxy.start(url);
    const gone = proxy.through(url);
    await proxy.stop();
    const error: unknown = await openDatabase(gone).catch((failure: unknown) => failure);
    expect(error).toMatchObject({ code: 'SQL_UNREACHABLE', details: { reason: 'connection refused' } });
    expect(String(error)).not.toContain(new URL(url).password);
  });

  onServers('or does not accept the password, or lacks the database, is told apart', async ({ url }) => {
    const wrongPassword = new URL(url);
    wrongPassword.password = 'not-the-password';
    await expect(openDatabase(wrongPassword.href)).rejects.toMatchObject({
      code: 'SQL_UNREACHABLE',
      details: { reason: 'the user or password was not accepted' },
    });
    const wrongDatabase = new URL(url);
    wrongDatabase.pathname = '/no_such_database';
    await expect(openDatabase(wrongDatabase.href)).rejects.toMatchObject({
      code: 'SQL_UNREACHABLE',
      details: { reason: 'there is no such database' },
    });
  });
});
