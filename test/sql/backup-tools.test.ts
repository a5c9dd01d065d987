import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Instant } from '../../src/base/instant.ts';
import { openTarget, type Database } from '../../src/sql/database.ts';
import type { ConnectionTarget } from '../../src/sql/dialect.ts';
import type { BackupTools } from '../../src/sql/contract/backup-tools.ts';
import type { Handle } from '../../src/sql/engine.ts';
import { testEngine } from '../support/fresh-database.ts';
import { openFresh, type OpenFresh } from './open-fresh.ts';

const ROWS = 3000;

let fresh: OpenFresh;
let database: Database;
let tools: BackupTools;
let folder: string;
let file: string;
const scratches: ConnectionTarget[] = [];

beforeEach(async () => {
  fresh = await openFresh();
  database = fresh.database;
  tools = database.dialect.backup;
  folder = await mkdtemp(join(tmpdir(), 'carryover-backup-'));
  file = join(folder, `backup${tools.fileExtension}`);
});

afterEach(async () => {
  for (const made of scratches.splice(0)) await tools.dropScratch(made);
  await fresh.close();
  await rm(folder, { recursive: true, force: true });
});

/** Tables, a view, triggers, and values that a careless dump would change. */
async function fill(): Promise<void> {
  const { columnTypes: type, statements } = database.dialect;
  const table = `create table notes (id ${type.identity}, body ${type.longText}, big ${type.int64}, written_at ${type.instant}, fee decimal(10, 2))${type.tableSuffix}`;
  for (const statement of [
    table,
    'create index notes_big on notes (big)',
    ...statements.createView('bodies', 'select body from notes'),
    `create table locked (id ${type.int64} not null primary key)${type.tableSuffix}`,
    ...statements.appendOnly('locked'),
    'insert into locked (id) values (7)',
  ]) {
    await sql.raw(statement).execute(database.handle);
  }
  const at = Instant.parse('2026-01-02T03:04:05.123456Z');
  const bodies = [
    'plain',
    '',
    null,
    'it\'s "quoted" \\ back\\n',
    'líne\none\r\ntwo\ttab',
    '😀 emoji; -- no comment',
    '$$ %s :name ?',
  ];
  await statements.insertRows(database.handle, 'notes', {
    columns: { body: 'text', big: 'int64', written_at: 'instant' },
    rows: Array.from({ length: ROWS }, (_, index) => [
      bodies[index % bodies.length] ?? null,
      index % 2 === 0 ? 9_223_372_036_854_775_807n : -9_223_372_036_854_775_808n,
      index % 3 === 0 ? null : at.plusMillis(index),
    ]),
  });
  await sql`update notes set fee = 12.34 where big > 0`.execute(database.handle);
}

async function contentOf(handle: Handle): Promise<string> {
  const { introspection } = database.dialect;
  const parts = [await introspection.schemaText(handle, () => true)];
  for (const { kind, name, columns } of await introspection.tables(handle)) {
    if (kind === 'view') continue;
    const { rows, digest } = await introspection.fingerprint(
      handle,
      name,
      columns.map((column) => column.name),
    );
    parts.push(`${name} ${rows} ${digest}`);
  }
  return parts.join('\n');
}

/** Takes a backup and answers what was seen inside its snapshot. */
async function take(target: ConnectionTarget = database.target): Promise<string> {
  const seen: string[] = [];
  await tools.take(target, file, async (snapshot) => {
    seen.push(await contentOf(snapshot));
  });
  expect(seen).toHaveLength(1);
  return seen[0] ?? '';
}

async function scratch(): Promise<ConnectionTarget> {
  const made = await tools.createScratch(database.target, 'proof');
  scratches.push(made);
  return made;
}

async function restoreAndLook<T>(look: (copy: Database) => Promise<T>): Promise<T> {
  const target = await scratch();
  await tools.restore(file, target);
  const copy = await openTarget(database.dialect, target);
  try {
    return await look(copy);
  } finally {
    await copy.close();
  }
}

async function sha256(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
}

describe('a backup', () => {
  test('restored into a scratch database has the schema and content of its snapshot', async () => {
    await fill();
    const live = await contentOf(database.handle);
    expect(await take()).toBe(live);
    expect(await readdir(folder)).toEqual([`backup${tools.fileExtension}`]);
    expect(await restoreAndLook((copy) => contentOf(copy.handle))).toBe(live);
    expect(await contentOf(database.handle)).toBe(live);
  });

  test('restored goes on numbering where the original stood, and its triggers still refuse', async () => {
    await fill();
    await take();
    await restoreAndLook(async (copy) => {
      expect(await copy.dialect.statements.insertReturningId(copy.handle, 'notes', { body: 'next' })).toBe(
        BigInt(ROWS) + 1n,
      );
      const deletion = sql`delete from locked`.execute(copy.handle).catch((error: unknown) => copy.classify(error));
      expect(await deletion).toMatchObject({ kind: 'append-only' });
    });
  });

  test('T-27: taken while others write is of the instant its snapshot shows', async () => {
    await fill();
    let written = 0;
    const stop = new AbortController();
    const writer = (async (): Promise<void> => {
      while (!stop.signal.aborted) {
        await database.write((trx) => sql`insert into notes (body, big) values ('meanwhile', 1)`.execute(trx));
        written += 1;
      }
    })();
    const seen = await take().finally(() => {
      stop.abort();
    });
    await writer;
    expect(written).toBeGreaterThan(0);
    expect(await restoreAndLook((copy) => contentOf(copy.handle))).toBe(seen);
  });

  test.runIf(testEngine() === 'sqlite')(
    'of a file with a write-ahead log holds what only the log has, in one file',
    async () => {
      const raw = new BetterSqlite3(database.target.database);
      raw.pragma('journal_mode = wal');
      await fill();
      const live = await contentOf(database.handle);
      let duringBackup: bigint | undefined;
      await tools.take(database.target, file, async (snapshot) => {
        await database.write((trx) => sql`insert into notes (body) values ('not waiting')`.execute(trx));
        expect(await contentOf(snapshot)).toBe(live);
        duringBackup = (await database.dialect.introspection.fingerprint(database.handle, 'notes', ['id'])).rows;
      });
      raw.close();
      expect(duringBackup).toBe(BigInt(ROWS) + 1n);
      expect(await readdir(folder)).toEqual(['backup.db']);
      expect(await restoreAndLook((copy) => contentOf(copy.handle))).toBe(live);
    },
  );

  test('shows a snapshot that refuses writes', async () => {
    await fill();
    let failure: unknown;
    await tools.take(database.target, file, async (snapshot) => {
      failure = await sql`delete from notes`.execute(snapshot).catch((error: unknown) => database.classify(error));
    });
    expect(failure).toMatchObject({ kind: 'read-only' });
    const { rows } = await sql<{ found: bigint }>`select count(*) as found from notes`.execute(database.handle);
    expect(rows[0]?.found).toBe(BigInt(ROWS));
  });

  test('never overwrites a file', async () => {
    await fill();
    await writeFile(file, 'precious');
    await expect(take()).rejects.toMatchObject({
      code: 'BACKUP_FAILED',
      message: expect.stringContaining('exists already'),
    });
    expect(await readFile(file, 'utf8')).toBe('precious');
    expect(await readdir(folder)).toHaveLength(1);
  });

  test('leaves no file behind when what looks at the snapshot fails', async () => {
    await fill();
    await expect(tools.take(database.target, file, () => Promise.reject(new Error('no more')))).rejects.toThrow(
      /no more/,
    );
    expect(await readdir(folder)).toEqual([]);
  });

  test('leaves no file behind when there is no such database', async () => {
    const absent = { ...database.target, database: `${database.target.database}_absent` };
    await expect(tools.take(absent, file, async () => {})).rejects.toMatchObject({ code: 'BACKUP_FAILED' });
    expect(await readdir(folder)).toEqual([]);
  });

  test('leaves no file behind when its folder does not exist', async () => {
    const nowhere = join(folder, 'missing', 'backup');
    await expect(tools.take(database.target, nowhere, async () => {})).rejects.toMatchObject({ code: 'BACKUP_FAILED' });
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('a restore', () => {
  test.each([
    ['cut in half', (bytes: number) => Math.floor(bytes / 2)],
    ['empty', () => 0],
  ])('of a file that was %s fails', async (_name, length) => {
    await fill();
    await take();
    await truncate(file, length((await readFile(file)).length));
    await expect(tools.restore(file, await scratch())).rejects.toMatchObject({ code: 'RESTORE_FAILED' });
  });

  test('of a missing file fails', async () => {
    await expect(tools.restore(file, await scratch())).rejects.toMatchObject({ code: 'RESTORE_FAILED' });
  });

  test('into the live database fails and changes nothing', async () => {
    await fill();
    const live = await take();
    const before = await sha256(file);
    await expect(tools.restore(file, database.target)).rejects.toMatchObject({ code: 'RESTORE_FAILED' });
    expect(await contentOf(database.handle)).toBe(live);
    expect(await sha256(file)).toBe(before);
  });

  test('into a database that does not exist fails', async () => {
    await fill();
    await take();
    const absent = { ...database.target, database: `${database.target.database}_absent` };
    await expect(tools.restore(file, absent)).rejects.toMatchObject({ code: 'RESTORE_FAILED' });
  });
});

describe('a scratch database', () => {
  test('is empty, named after the live one and gone after it is dropped', async () => {
    const made = await tools.createScratch(database.target, 'rehearsal');
    expect(made.database).toMatch(new RegExp(`${database.target.database}_carryover_rehearsal_[0-9a-f]+$`));
    const copy = await openTarget(database.dialect, made);
    expect(await database.dialect.introspection.tables(copy.handle)).toEqual([]);
    await copy.close();
    await tools.dropScratch(made);
    await expect(openTarget(database.dialect, made)).rejects.toMatchObject({ code: 'SQL_UNREACHABLE' });
  });

  test('that was left behind is found from the live one, and only from there', async () => {
    const made = [await scratch(), await scratch()];
    const names = made.map((target) => target.database).toSorted();
    const found = await tools.leftoverScratch(database.target);
    expect(found.map((target) => target.database).toSorted()).toEqual(names);
    const other = await openFresh();
    expect(await tools.leftoverScratch(other.database.target)).toEqual([]);
    await other.close();
  });

  test('is the only kind of database that dropScratch drops', async () => {
    await expect(tools.dropScratch(database.target)).rejects.toThrow();
    expect(await database.dialect.introspection.version(database.handle)).not.toBe('');
  });
});

test('nothing stands in the way of the owner', async () => {
  await fill();
  expect(await tools.preflight(database.handle, database.target)).toEqual([]);
  expect(await tools.estimateBytes(database.handle)).toBeGreaterThan(0n);
  expect(await tools.toolVersion()).toMatch(/\d+\.\d+/);
});

describe.skipIf(testEngine() === 'sqlite')('with a password (an embedded database has none)', () => {
  const PASSWORD = String.raw`p@ss:/wörd%?#' "\ $HOME = [x];`;
  const USER = 'carryover_dumper';

  async function asDumper(work: (target: ConnectionTarget) => Promise<void>): Promise<void> {
    const live = database.target.database;
    const { concurrentWriters, transactionalDdl } = database.dialect.traits;
    expect(concurrentWriters).toBe(true);
    const literal = transactionalDdl
      ? PASSWORD.replaceAll("'", "''")
      : PASSWORD.replaceAll('\\', '\\\\').replaceAll("'", "''");
    const [create, grants, drop] = transactionalDdl
      ? [`create role ${USER} login superuser password '${literal}'`, [] as string[], `drop role if exists ${USER}`]
      : [
          `create user ${USER} identified by '${literal}'`,
          [`grant all on *.* to ${USER}`, `grant all on ${live}.* to ${USER}`],
          `drop user if exists ${USER}`,
        ];
    await sql.raw(drop).execute(database.handle);
    for (const statement of [create, ...grants]) await sql.raw(statement).execute(database.handle);
    try {
      await work({ ...database.target, user: USER, password: PASSWORD });
    } finally {
      await sql.raw(drop).execute(database.handle);
    }
  }

  test('of special characters a backup is taken and restored', async () => {
    await fill();
    await asDumper(async (target) => {
      const seen = await take(target);
      const into = await scratch();
      await tools.restore(file, { ...into, user: USER, password: PASSWORD });
      const copy = await openTarget(database.dialect, into);
      expect(await contentOf(copy.handle)).toBe(seen);
      await copy.close();
    });
  });

  test('that is wrong no error shows it, and no file is left', async () => {
    const SECRET = 'wrong-S3cret!';
    const refused = { ...database.target, user: `${USER}_absent`, password: SECRET };
    const error: unknown = await tools.take(refused, file, async () => {}).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'BACKUP_FAILED' });
    for (let cause = error; cause instanceof Error; cause = cause.cause) {
      expect(`${cause.message} ${cause.stack ?? ''} ${JSON.stringify(cause)}`).not.toContain(SECRET);
    }
    expect(existsSync(file)).toBe(false);
    expect(await readdir(folder)).toEqual([]);
  });
});
