import { sql } from 'kysely';
import { CarryoverError } from '../base/errors.ts';
import type { Database } from './database.ts';
import type { Handle } from './engine.ts';
import type { SchemaMigration } from './schema-migration.ts';
import { keyOf, MIGRATIONS_TABLE, type AppliedMigration, type PlannedMigration } from './applied-migrations.ts';
import { isRepeatable, madeObject, type MadeObject } from './made-object.ts';
import { schemaMigrationRefused } from './sql-errors.ts';

/** One migration under the migrator's lock. */
export interface MigrationRun {
  readonly database: Database;
  /** The transaction that holds the lock; or, where DDL would end it, the pool beside it. */
  readonly handle: Handle;
  readonly step: PlannedMigration;
  readonly toolVersion: string;
}

/** Applies one migration where DDL is undone with its transaction: all of it or nothing. */
export async function runWhole(run: MigrationRun): Promise<void> {
  for (const statement of run.step.statements) await sql.raw(statement).execute(run.handle);
  await insertRow(run, run.step.statements.length, true);
}

/**
 * Applies one migration where each DDL statement commits by itself. The row is there before the first statement and counts
 * them, so that whoever comes after a crash goes on. A crash can fall between a statement and its count; therefore, in a
 * migration that was begun before, a statement whose object exists counts as done. That object is ours: before the row was
 * written nothing of that name was there (`refuseForeignObjects`), and since then the lock or the row has kept others out.
 */
export async function runJournalled(run: MigrationRun, begun: AppliedMigration | undefined): Promise<void> {
  const { database, handle, step } = run;
  const objects = step.statements.map((statement) => resumableObject(statement));
  if (begun === undefined) await insertRow(run, 0, false);
  const done = Number(begun?.statements_done ?? 0n);
  for (const [index, statement] of step.statements.entries()) {
    if (index < done) continue;
    const object = objects[index];
    const made = begun !== undefined && object !== undefined && (await exists(database, handle, object));
    if (!made) await sql.raw(statement).execute(handle);
    await sql`update ${sql.table(MIGRATIONS_TABLE)} set statements_done = ${BigInt(index + 1)} where ${isRow(step)}`.execute(
      handle,
    );
  }
  await sql`update ${sql.table(MIGRATIONS_TABLE)} set applied_at = ${database.dialect.expressions.now()}, tool_version = ${run.toolVersion} where ${isRow(step)}`.execute(
    handle,
  );
}

/**
 * Undoes a component's migrations in the order given and deletes their rows. Where DDL commits by itself all the rows first
 * say "begun" and go last, so that a crash leaves something that either direction can finish.
 */
export async function runUndo(
  database: Database,
  handle: Handle,
  migrations: readonly SchemaMigration[],
): Promise<void> {
  const component = migrations[0]?.component;
  if (component === undefined) return;
  const rows = sql`${sql.table(MIGRATIONS_TABLE)}`;
  if (!database.dialect.traits.transactionalDdl) {
    await sql`update ${rows} set applied_at = null, statements_done = 0 where component = ${component}`.execute(handle);
  }
  for (const migration of migrations) {
    if (migration.undo === undefined) throw new Error(`the schema migration ${keyOf(migration)} has no undo`);
    for (const statement of migration.undo(database)) await sql.raw(statement).execute(handle);
  }
  await sql`delete from ${rows} where component = ${component}`.execute(handle);
}

/**
 * Throws `SQL_SCHEMA_MIGRATION_REFUSED` when a table or view that one of `fresh` would make is there, and is none that
 * `known` ones made. One question for all of them: a database describes its tables slowly.
 */
export async function refuseForeignObjects(
  { dialect }: Database,
  handle: Handle,
  { fresh, known }: { readonly fresh: readonly PlannedMigration[]; readonly known: readonly PlannedMigration[] },
): Promise<void> {
  const ours = new Set(known.flatMap(relationsOf));
  const wanted = fresh.flatMap(relationsOf).filter((name) => !ours.has(name));
  if (wanted.length === 0) return;
  const found = new Map((await dialect.introspection.tables(handle, wanted)).map(({ name, kind }) => [name, kind]));
  for (const step of fresh) {
    const name = relationsOf(step).find((relation) => found.has(relation));
    if (name === undefined) continue;
    throw new CarryoverError(schemaMigrationRefused, {
      migration: keyOf(step.migration),
      found: `a ${found.get(name)} "${name}" that Carryover did not make`,
      expected: 'none of that name',
      nextStep: `Rename that ${found.get(name)}, or choose another "tablePrefix" for Carryover's own tables.`,
    });
  }
}

function relationsOf({ statements }: PlannedMigration): readonly string[] {
  return statements.flatMap((statement) => {
    const object = madeObject(statement);
    return object !== undefined && (object.kind === 'table' || object.kind === 'view') ? [object.name] : [];
  });
}

/** Throws a plain Error for a statement of which nobody could tell after a crash whether it was done. */
function resumableObject(statement: string): MadeObject | undefined {
  const object = madeObject(statement);
  if (object === undefined && !isRepeatable(statement)) {
    throw new Error(
      `a schema migration makes tables, views, indexes, triggers and columns, or can be repeated: ${statement.slice(0, 80)}`,
    );
  }
  return object;
}

function isRow({ migration }: PlannedMigration): ReturnType<typeof sql> {
  return sql`component = ${migration.component} and number = ${BigInt(migration.number)}`;
}

async function insertRow(
  { database, handle, step, toolVersion }: MigrationRun,
  statementsDone: number,
  applied: boolean,
): Promise<void> {
  const { component, number, name } = step.migration;
  const appliedAt = applied ? database.dialect.expressions.now() : sql`null`;
  await sql`
    insert into ${sql.table(MIGRATIONS_TABLE)} (component, number, name, checksum, statements_done, applied_at, tool_version)
    values (${component}, ${BigInt(number)}, ${name}, ${step.checksum}, ${BigInt(statementsDone)}, ${appliedAt}, ${toolVersion})`.execute(
    handle,
  );
}

async function exists({ dialect }: Database, handle: Handle, { kind, name, table }: MadeObject): Promise<boolean> {
  const found = await dialect.introspection.table(handle, table);
  if (found === undefined) return false;
  if (kind === 'column') return found.columns.some((column) => column.name === name);
  if (kind === 'trigger') return found.triggers.some((trigger) => trigger.name === name);
  if (kind !== 'index') return true;
  const text = await dialect.introspection.schemaText(handle, (object) => object === table || object === name);
  return new RegExp(`\\b${name}\\b`).test(text);
}
