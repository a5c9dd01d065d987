import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { afterEach, expect, test } from 'vitest';
import { openDatabase, type Database, type DatabaseOptions } from '../../src/sql/database.ts';
import { migrateSchema, pendingMigrations, undoComponent } from '../../src/sql/schema-migrator.ts';
import type { SchemaMigration } from '../../src/sql/schema-migration.ts';
import { openFresh, type OpenFresh } from './open-fresh.ts';
import { addColour, createOthers, createThings, sampleMigrations } from './sample-migrations.ts';

const CHILD = fileURLToPath(new URL('migrate-child.ts', import.meta.url));
const opened: OpenFresh[] = [];

async function open(options: DatabaseOptions = {}): Promise<OpenFresh> {
  const fresh = await openFresh(options);
  opened.push(fresh);
  return fresh;
}

afterEach(async () => {
  for (const fresh of opened.splice(0)) await fresh.close();
});

interface Ended {
  readonly output: string;
  readonly errors: string;
  readonly signal: NodeJS.Signals | undefined;
}

function inChild(...args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [CHILD, ...args], (_error, output, errors) =>
      resolve({ output, errors, signal: child.signalCode ?? undefined }),
    );
  });
}

async function schemaOf(database: Database): Promise<string> {
  return database.dialect.introspection.schemaText(database.handle, () => true);
}

/** What the tables look like when nothing ever went wrong. */
async function soundSchema(migrations: readonly SchemaMigration[] = sampleMigrations): Promise<string> {
  const { database } = await open();
  await migrateSchema(database, migrations, '1.0.0');
  return schemaOf(database);
}

async function rowsOf(database: Database): Promise<readonly string[]> {
  const { rows } = await sql<{ component: string; number: bigint; applied: bigint }>`
    select component, number, case when applied_at is null then 0 else 1 end as applied
    from ${sql.table('carryover_schema_migrations')} order by component, number`.execute(database.handle);
  return rows.map(({ component, number, applied }) => `${component}/${number}${applied === 1n ? '' : ' begun'}`);
}

const ALL = ['migrator/1', 'other/1', 'sample/1', 'sample/2'];

test('an empty database gets every migration in order, once', async () => {
  const { database } = await open();
  const pending = await pendingMigrations(database, sampleMigrations);
  expect(pending).toEqual([createThings, addColour, createOthers]);
  expect((await migrateSchema(database, sampleMigrations, '1.0.0')).applied).toEqual(pending);
  expect(await rowsOf(database)).toEqual(ALL);
  expect((await migrateSchema(database, sampleMigrations, '1.0.0')).applied).toEqual([]);
  expect(await pendingMigrations(database, sampleMigrations)).toEqual([]);
});

test('migrations given in disorder are applied by number', async () => {
  const { database } = await open();
  const { applied } = await migrateSchema(database, [addColour, createOthers, createThings], '1.0.0');
  expect(applied).toEqual([createThings, addColour, createOthers]);
});

test('a later release applies only what is new', async () => {
  const { database } = await open();
  await migrateSchema(database, [createThings], '1.0.0');
  expect((await migrateSchema(database, sampleMigrations, '1.1.0')).applied).toEqual([addColour, createOthers]);
  expect(await schemaOf(database)).toBe(await soundSchema());
});

test('asking what is pending changes nothing', async () => {
  const { database } = await open();
  const before = await schemaOf(database);
  await pendingMigrations(database, sampleMigrations);
  expect(await schemaOf(database)).toBe(before);
});

test('two processes that start at once apply each migration once', async () => {
  const { database, url } = await open();
  const ended = await Promise.all([inChild(url), inChild(url), inChild(url)]);
  expect(ended.map(({ errors }) => errors)).toEqual(['', '', '']);
  const names = ended.flatMap(({ output }) => JSON.parse(output) as string[]);
  expect(names.toSorted()).toEqual(['add-colour', 'create-others', 'create-things']);
  expect(await rowsOf(database)).toEqual(ALL);
  expect(await schemaOf(database)).toBe(await soundSchema());
});

test('callers of one process that start at once apply each migration once', async () => {
  const { database } = await open();
  const results = await Promise.all([1, 2, 3].map(() => migrateSchema(database, sampleMigrations, '1.0.0')));
  expect(results.map(({ applied }) => applied.length).toSorted((a, b) => a - b)).toEqual([0, 0, 3]);
});

test('a start that waits too long for another one is told so, and changes nothing', async () => {
  const { database, url } = await open();
  await migrateSchema(database, [createThings], '1.0.0');
  const before = await schemaOf(database);
  const waiting = await openDatabase(url, { lockTimeoutMs: 200 });
  await database.write(async (trx) => {
    await sql`
      select number from ${sql.table('carryover_schema_migrations')}
      where component = 'migrator' ${database.dialect.statements.lockRows()}`.execute(trx);
    await expect(migrateSchema(waiting, sampleMigrations, '1.0.0')).rejects.toMatchObject({ code: 'SQL_LOCK_TIMEOUT' });
  });
  await waiting.close();
  expect(await schemaOf(database)).toBe(before);
});

test('a checksum that is not of this release is refused before anything changes', async () => {
  const { database } = await open();
  await migrateSchema(database, [createThings], '0.9.0');
  const changed: SchemaMigration = {
    ...createThings,
    statements: (on) => [...createThings.statements(on), 'select 1'],
  };
  const before = await schemaOf(database);
  await expect(migrateSchema(database, [changed, addColour], '1.0.0')).rejects.toMatchObject({
    code: 'SQL_SCHEMA_MIGRATION_REFUSED',
    message: expect.stringMatching(/sample\/1.*checksum.*Run Carryover 0\.9\.0/),
  });
  expect(await schemaOf(database)).toBe(before);
});

test('line breaks and indentation of a statement do not change its checksum', async () => {
  const { database } = await open();
  await migrateSchema(database, [createThings], '1.0.0');
  const respaced = {
    ...createThings,
    statements: (on: Database) => createThings.statements(on).map((statement) => statement.replaceAll(' ', '\n  ')),
  };
  expect(await pendingMigrations(database, [respaced])).toEqual([]);
});

test('tables that a later release brought further are refused, naming that release', async () => {
  const { database } = await open();
  await migrateSchema(database, sampleMigrations, '2.0.0');
  await expect(migrateSchema(database, [createThings], '1.0.0')).rejects.toMatchObject({
    code: 'SQL_SCHEMA_MIGRATION_REFUSED',
    message: expect.stringMatching(/number 2, which Carryover 2\.0\.0 applied.*Run Carryover 2\.0\.0 or newer/),
  });
});

test('a component this release does not know is left alone', async () => {
  const { database } = await open();
  await migrateSchema(database, sampleMigrations, '1.0.0');
  expect(await pendingMigrations(database, [createThings, addColour])).toEqual([]);
});

test('a missing number is refused', async () => {
  const { database } = await open();
  await migrateSchema(database, sampleMigrations, '1.0.0');
  await sql`delete from ${sql.table('carryover_schema_migrations')} where component = 'sample' and number = 1`.execute(
    database.handle,
  );
  await expect(migrateSchema(database, sampleMigrations, '1.0.0')).rejects.toMatchObject({
    code: 'SQL_SCHEMA_MIGRATION_REFUSED',
    message: expect.stringContaining('no row for number 1'),
  });
});

test("a table of the application under one of Carryover's names is refused and left as it is", async () => {
  const { database } = await open();
  await sql`create table carryover_things (id integer)`.execute(database.handle);
  await expect(migrateSchema(database, sampleMigrations, '1.0.0')).rejects.toMatchObject({
    code: 'SQL_SCHEMA_MIGRATION_REFUSED',
    message: expect.stringMatching(/"carryover_things" that Carryover did not make.*tablePrefix/),
  });
  await sql`drop table carryover_things`.execute(database.handle);
  expect((await migrateSchema(database, sampleMigrations, '1.0.0')).applied).toHaveLength(3);
});

test('another prefix gives other tables, and both sets live in one database', async () => {
  const { database, url } = await open({ tablePrefix: 'credits_' });
  await migrateSchema(database, sampleMigrations, '1.0.0');
  const names = (await database.dialect.introspection.tables(database.handle)).map(({ name }) => name);
  expect(names).toEqual(['credits_labels', 'credits_others', 'credits_schema_migrations', 'credits_things']);
  expect((await inChild(url)).errors).toBe('');
  expect((await database.dialect.introspection.tables(database.handle)).map(({ name }) => name)).toHaveLength(8);
  expect(await pendingMigrations(database, sampleMigrations)).toEqual([]);
});

test('numbers with a hole are a programming mistake', async () => {
  const { database } = await open();
  await expect(pendingMigrations(database, [addColour])).rejects.toThrow(/not numbered/);
});

test('a statement that fails leaves the way open to try again', async () => {
  const { database } = await open();
  const borrowing: SchemaMigration = {
    ...createThings,
    statements: (on) => [...createThings.statements(on), 'create index borrowed_id on borrowed (id)'],
  };
  await expect(migrateSchema(database, [borrowing], '1.0.0')).rejects.toThrow();
  const rows = await rowsOf(database);
  expect(rows).toEqual(database.dialect.traits.transactionalDdl ? ['migrator/1'] : ['migrator/1', 'sample/1 begun']);
  await sql`create table borrowed (id integer)`.execute(database.handle);
  expect((await migrateSchema(database, [borrowing], '1.0.0')).applied).toEqual([borrowing]);
  expect(await rowsOf(database)).toEqual(['migrator/1', 'sample/1']);
});

test('undoing a component leaves what was there before it', async () => {
  const { database } = await open();
  await migrateSchema(database, [createOthers], '1.0.0');
  const before = await schemaOf(database);
  await migrateSchema(database, sampleMigrations, '1.0.0');
  const { undone } = await undoComponent(database, sampleMigrations, 'sample');
  expect(undone).toEqual([addColour, createThings]);
  expect(await schemaOf(database)).toBe(before);
  expect(await rowsOf(database)).toEqual(['migrator/1', 'other/1']);
  expect((await undoComponent(database, sampleMigrations, 'sample')).undone).toEqual([]);
  expect((await migrateSchema(database, sampleMigrations, '1.0.0')).applied).toEqual([createThings, addColour]);
});

// A kill before statement two and a kill after statement one leave the same; after is the harder, because nothing counted it.
test('a process killed at any statement leaves something that the next start completes', async () => {
  const sound = await soundSchema();
  const { database: counted } = await open();
  const count = sampleMigrations.flatMap((migration) => migration.statements(counted)).length;
  // Where DDL is part of the transaction, every statement is alike.
  const last = counted.dialect.traits.transactionalDdl ? [count] : Array.from({ length: count }, (_, at) => at + 1);
  const kills = [['before', 1], ...last.map((position) => ['after', position] as const)] as const;
  for (const [moment, position] of kills) {
    const { database, url } = await open();
    const { signal } = await inChild(url, 'migrate', moment, String(position));
    expect(signal, `${moment} ${position}`).toBe('SIGKILL');
    await migrateSchema(database, sampleMigrations, '1.0.0');
    expect(await schemaOf(database), `${moment} ${position}`).toBe(sound);
    expect(await rowsOf(database)).toEqual(ALL);
    await opened.pop()?.close();
  }
}, 240_000);

test.each([
  ['undo', 'after', '1'],
  ['undo', 'after', '3'],
  ['migrate', 'after', '1'],
  ['migrate', 'before', '3'],
] as const)(
  'after a process was killed while undoing, %s completes (%s statement %s)',
  async (direction, moment, position) => {
    const { database, url } = await open();
    await migrateSchema(database, sampleMigrations, '1.0.0');
    expect((await inChild(url, 'undo', moment, position)).signal).toBe('SIGKILL');
    if (direction === 'undo') await undoComponent(database, sampleMigrations, 'sample');
    else await migrateSchema(database, sampleMigrations, '1.0.0');
    expect(await schemaOf(database)).toBe(await soundSchema(direction === 'undo' ? [createOthers] : sampleMigrations));
  },
);
