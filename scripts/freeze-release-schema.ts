// Writes what Carryover's own tables are in this release, as SQL of each engine, to test/sql/releases/<version>/<engine>.sql.
// test/sql/upgrade.test.ts starts from these texts and upgrades to the present, so a release's folder never changes once it
// is out: node scripts/freeze-release-schema.ts            (before a release: makes or renews the folder of package.json's version)
//         node scripts/freeze-release-schema.ts --check    (fails where the folder differs from the source)

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { registeredSystems } from '../src/app/registered-systems.ts';
import { toolVersion } from '../src/app/tool-version.ts';
import { coreMigrations } from '../src/cutover/plan/cutover-plan.ts';
import {
  checksumOf,
  MIGRATIONS_TABLE,
  migrationsTableDdl,
  OWN_ROW,
  planMigrations,
} from '../src/sql/applied-migrations.ts';
import { DEFAULT_PREFIX, Database } from '../src/sql/database.ts';
import { openDefaults } from '../src/sql/dialect.ts';
import { dialectFor } from '../src/sql/dialects/index.ts';

/** Nothing connects to them; the statements depend on the engine only. */
const URLS: readonly string[] = [
  'sqlite:/nowhere.db',
  'postgres://nobody@nowhere/nothing',
  'mysql://nobody@nowhere/nothing',
];

/** Between statements, because a trigger's own text has semicolons. */
const SEPARATOR = '\n-- next statement\n';

const isCheck = process.argv.includes('--check');
for (const url of URLS) {
  const dialect = dialectFor(url);
  const database = new Database(dialect, dialect.parseUrl(url), openDefaults, DEFAULT_PREFIX);
  const path = fileURLToPath(new URL(`../test/sql/releases/${toolVersion}/${dialect.engine}.sql`, import.meta.url));
  const text = `${releaseStatements(database).join(SEPARATOR)}\n`;
  await database.close();
  if (readIfThere(path) === text) continue;
  if (isCheck) {
    process.stdout.write(
      `${path} differs from the source. Run "node scripts/freeze-release-schema.ts" if ${toolVersion} is not out yet; else add a schema migration.\n`,
    );
    process.exitCode = 1;
    continue;
  }
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  process.stdout.write(`wrote ${path}\n`);
}

/** What the migrator runs on an empty database, its own rows included. */
function releaseStatements(database: Database): readonly string[] {
  const own = migrationsTableDdl(database);
  const migrations = [
    ...coreMigrations,
    ...Object.values(registeredSystems).flatMap(({ descriptor }) => descriptor.schemaMigrations),
  ];
  const texts = [own, rowOf(database, { ...OWN_ROW, checksum: checksumOf([own]), statementCount: 1 })];
  for (const { migration, statements, checksum } of planMigrations(database, migrations)) {
    texts.push(...statements, rowOf(database, { ...migration, checksum, statementCount: statements.length }));
  }
  return texts;
}

function rowOf(
  { handle, dialect }: Database,
  row: { component: string; number: bigint | number; name: string; checksum: string; statementCount: number },
): string {
  return sql`
insert into ${sql.table(MIGRATIONS_TABLE)} (component, number, name, checksum, statements_done, applied_at, tool_version)
values (${sql.lit(row.component)}, ${sql.lit(Number(row.number))}, ${sql.lit(row.name)}, ${sql.lit(row.checksum)}, ${sql.lit(row.statementCount)}, ${dialect.expressions.now()}, ${sql.lit(toolVersion)})`
    .compile(handle)
    .sql.trim();
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
