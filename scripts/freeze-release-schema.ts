// Writes what Carryover's own tables are in this release, as SQL of each engine, to test/sql/releases/<version>/<engine>/.
// test/sql/upgrade.test.ts starts from these texts and upgrades to the present, so a release's folder never changes once it
// is out: node scripts/freeze-release-schema.ts            (before a release: makes or renews the folder of package.json's version)
//         node scripts/freeze-release-schema.ts --check    (fails where the folder differs from the source)

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { sql } from 'kysely';
import { registeredSystems } from '../src/app/registered-systems.ts';
import { toolVersion } from '../src/app/tool-version.ts';
import { servingMigrations } from '../src/app/serving-migrations.ts';
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

const folder = fileURLToPath(new URL(`../test/sql/releases/${toolVersion}/`, import.meta.url));
const isCheck = process.argv.includes('--check');
for (const url of URLS) {
  const dialect = dialectFor(url);
  const database = new Database(dialect, dialect.parseUrl(url), { options: openDefaults, tablePrefix: DEFAULT_PREFIX });
  const files = releaseFiles(database);
  await database.close();
  const engineFolder = join(folder, dialect.engine);
  if (isDeepStrictEqual(readFolder(engineFolder), files)) continue;
  if (isCheck) {
    process.stdout.write(
      `${engineFolder} differs from the source. If ${toolVersion} is out, add a schema migration instead; else run "node scripts/freeze-release-schema.ts".\n`,
    );
    process.exitCode = 1;
    continue;
  }
  rmSync(engineFolder, { recursive: true, force: true });
  mkdirSync(engineFolder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(engineFolder, name), text);
  process.stdout.write(`wrote ${engineFolder}\n`);
}

/** What the migrator runs on an empty database, its own rows included: a file for each migration, in order of their names. */
function releaseFiles(database: Database): Record<string, string> {
  const own = migrationsTableDdl(database);
  const migrations = [
    ...coreMigrations,
    ...Object.values(registeredSystems).flatMap(({ descriptor }) => descriptor.schemaMigrations),
    ...servingMigrations,
  ];
  const steps = [
    { migration: OWN_ROW, statements: [own], checksum: checksumOf([own]) },
    ...planMigrations(database, migrations),
  ];
  return Object.fromEntries(
    steps.map(({ migration, statements, checksum }, index) => {
      const name = `${String(index + 1).padStart(3, '0')}-${migration.component}-${migration.number}.sql`;
      const row = rowOf(database, { ...migration, checksum, statementCount: statements.length });
      return [name, `${[...statements, row].join(SEPARATOR)}\n`];
    }),
  );
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

function readFolder(path: string): Record<string, string> {
  if (!existsSync(path)) return {};
  return Object.fromEntries(readdirSync(path).map((name) => [name, readFileSync(join(path, name), 'utf8')]));
}
