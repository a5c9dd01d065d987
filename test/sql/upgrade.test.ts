import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { registeredSystems } from '../../src/app/registered-systems.ts';
import { servingMigrations } from '../../src/app/serving-migrations.ts';
import { coreMigrations } from '../../src/cutover/plan/cutover-plan.ts';
import type { Database } from '../../src/sql/database.ts';
import { migrateSchema, pendingMigrations } from '../../src/sql/schema-migrator.ts';
import { testEngine } from '../support/fresh-database.ts';
import { openFresh } from './open-fresh.ts';

// The folders are written by `node scripts/freeze-release-schema.ts`, which must run before each release and never after it.
const FOLDER = fileURLToPath(new URL('releases/', import.meta.url));
const RELEASES: readonly string[] = existsSync(FOLDER) ? readdirSync(FOLDER).toSorted() : [];
const MIGRATIONS = [
  ...coreMigrations,
  ...Object.values(registeredSystems).flatMap(({ descriptor }) => descriptor.schemaMigrations),
  ...servingMigrations,
];

function frozenStatements(release: string): readonly string[] {
  const folder = join(FOLDER, release, testEngine());
  const files = readdirSync(folder).toSorted();
  const texts = files.map((name) => readFileSync(join(folder, name), 'utf8'));
  return texts.flatMap((text) => text.split('\n-- next statement\n')).map((statement) => statement.trim());
}

async function schemaOf(database: Database): Promise<string> {
  return database.dialect.introspection.schemaText(database.handle, () => true);
}

test('there is a release to upgrade from', () => {
  expect(RELEASES.length).toBeGreaterThan(0);
});

test.each(RELEASES)('the tables of release %s upgrade to exactly the tables of a new installation', async (release) => {
  const [fresh, upgraded] = [await openFresh(), await openFresh()];
  try {
    await migrateSchema(fresh.database, MIGRATIONS, 'present');
    for (const statement of frozenStatements(release)) await sql.raw(statement).execute(upgraded.database.handle);
    await migrateSchema(upgraded.database, MIGRATIONS, 'present');
    expect(await schemaOf(upgraded.database)).toBe(await schemaOf(fresh.database));
    expect(await pendingMigrations(upgraded.database, MIGRATIONS)).toEqual([]);
  } finally {
    await fresh.close();
    await upgraded.close();
  }
});
