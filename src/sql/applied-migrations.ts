import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { CarryoverError } from '../base/errors.ts';
import type { Instant } from '../base/instant.ts';
import type { Database } from './database.ts';
import type { Handle } from './engine.ts';
import type { SchemaMigration } from './schema-migration.ts';
import { schemaMigrationRefused } from './sql-errors.ts';

/** The logical name of the table that says which schema migrations were applied. */
export const MIGRATIONS_TABLE = 'carryover_schema_migrations';

/** Its row about itself, which starters lock so that one works and the others wait. */
export const OWN_ROW: { readonly component: string; readonly number: bigint; readonly name: string } = {
  component: 'migrator',
  number: 1n,
  name: 'create-schema-migrations',
};

/** A row of the table. */
export interface AppliedMigration {
  readonly component: string;
  readonly number: bigint;
  readonly name: string;
  readonly checksum: string;
  /** How many statements are known to be done; matters only while `applied_at` is null. */
  readonly statements_done: bigint;
  /** Null while it is being applied or undone, on engines whose DDL cannot be part of a transaction. */
  readonly applied_at: Instant | null;
  readonly tool_version: string;
}

/** A migration with its statements on one database. */
export interface PlannedMigration {
  readonly migration: SchemaMigration;
  readonly statements: readonly string[];
  readonly checksum: string;
}

/** The table's own DDL, which may be run again. */
export function migrationsTableDdl(database: Database): string {
  const { columnTypes: type } = database.dialect;
  return `create table if not exists ${database.tableName(MIGRATIONS_TABLE)} (
    component ${type.text(32)} not null,
    number ${type.int64} not null,
    name ${type.text(64)} not null,
    checksum ${type.text(64)} not null,
    statements_done ${type.int64} not null,
    applied_at ${type.instant},
    tool_version ${type.text(64)} not null,
    primary key (component, number)
  )${type.tableSuffix}`;
}

/** Statements and checksum of each migration, by component in order of appearance and by number. */
export function planMigrations(
  database: Database,
  migrations: readonly SchemaMigration[],
): readonly PlannedMigration[] {
  const components = [...new Set(migrations.map(({ component }) => component))];
  return components.flatMap((component) => {
    const own = migrations
      .filter((migration) => migration.component === component)
      .toSorted((a, b) => a.number - b.number);
    if (own.some(({ number }, index) => number !== index + 1))
      throw new Error(`the schema migrations of ${component} are not numbered 1, 2, 3`);
    return own.map((migration) => {
      const statements = migration.statements(database);
      return { migration, statements, checksum: checksumOf(statements) };
    });
  });
}

/** SHA-256 of the statements; spaces and line breaks do not count, so that source code can be laid out anew. */
export function checksumOf(statements: readonly string[]): string {
  const text = statements.map((statement) => statement.trim().replaceAll(/\s+/g, ' ')).join('\n');
  return createHash('sha256').update(text).digest('hex');
}

/** The rows there are; none when the table does not exist. */
export async function readApplied(database: Database, handle: Handle): Promise<readonly AppliedMigration[]> {
  const table = await database.dialect.introspection.table(handle, database.tableName(MIGRATIONS_TABLE));
  if (table === undefined) return [];
  const { rows } = await sql<AppliedMigration>`
    select component, number, name, checksum, statements_done, applied_at, tool_version
    from ${sql.table(MIGRATIONS_TABLE)} order by component, number`.execute(handle);
  return rows;
}

/**
 * What is still to be applied, in order; a migration that was begun is among it. Components that this release does not know
 * are left alone. Throws `SQL_SCHEMA_MIGRATION_REFUSED` for a component that a later release brought further, then for a gap
 * in its numbers, then for a checksum that is not this release's.
 */
export function comparePlan(
  planned: readonly PlannedMigration[],
  applied: readonly AppliedMigration[],
): readonly PlannedMigration[] {
  for (const component of new Set(planned.map(({ migration }) => migration.component))) {
    const steps = planned.filter(({ migration }) => migration.component === component);
    const rows = applied.filter((row) => row.component === component);
    refuseLater(steps.length, rows);
    refuseGap(component, rows);
    for (const [index, row] of rows.entries()) refuseOther(steps[index]?.checksum, row);
  }
  const done = new Set(applied.filter((row) => row.applied_at !== null).map(keyOf));
  return planned.filter(({ migration }) => !done.has(keyOf(migration)));
}

/** `core/1`. */
export function keyOf({ component, number }: { readonly component: string; readonly number: bigint | number }): string {
  return `${component}/${number}`;
}

function refuseLater(knownCount: number, rows: readonly AppliedMigration[]): void {
  const later = rows.find((row) => row.number > BigInt(knownCount));
  if (later === undefined) return;
  throw new CarryoverError(schemaMigrationRefused, {
    migration: `${later.component}/${knownCount}`,
    found: `number ${later.number}, which Carryover ${later.tool_version} applied`,
    expected: `${knownCount} at most in this release`,
    nextStep: `Run Carryover ${later.tool_version} or newer on this database.`,
  });
}

function refuseGap(component: string, rows: readonly AppliedMigration[]): void {
  const expected = rows.findIndex((row, index) => row.number !== BigInt(index + 1)) + 1;
  if (expected === 0) return;
  throw new CarryoverError(schemaMigrationRefused, {
    migration: `${component}/${expected}`,
    found: `no row for number ${expected} but one for a later number`,
    expected: 'numbers without a gap',
    nextStep: `Put the rows of ${MIGRATIONS_TABLE} back from a backup; they were changed by hand.`,
  });
}

function refuseOther(checksum: string | undefined, row: AppliedMigration): void {
  if (checksum === row.checksum) return;
  throw new CarryoverError(schemaMigrationRefused, {
    migration: keyOf(row),
    found: `statements with the checksum ${row.checksum.slice(0, 12)}, applied by Carryover ${row.tool_version}`,
    expected: `${checksum?.slice(0, 12)} of this release`,
    nextStep: `Run Carryover ${row.tool_version}, which made these tables, or restore them from a backup of that release.`,
  });
}
