import { sql } from 'kysely';
import {
  checksumOf,
  comparePlan,
  keyOf,
  MIGRATIONS_TABLE,
  migrationsTableDdl,
  OWN_ROW,
  planMigrations,
  readApplied,
} from './applied-migrations.ts';
import { openTarget, type Database } from './database.ts';
import type { Handle, Trx } from './engine.ts';
import { refuseForeignObjects, runJournalled, runUndo, runWhole } from './run-migration.ts';
import type { SchemaMigration } from './schema-migration.ts';

/**
 * Brings Carryover's own tables up to this release. Any number of processes may call it at once: one works, the others wait
 * and find nothing left to do. After a crash the next call goes on where it stopped. Answers what this call applied.
 * Throws `SQL_SCHEMA_MIGRATION_REFUSED` when the tables are of a later release, changed by hand, or the application has
 * tables of the same names; `SQL_LOCK_TIMEOUT` when another starter needs longer than `lockTimeoutMs`.
 */
export async function migrateSchema(
  database: Database,
  migrations: readonly SchemaMigration[],
  toolVersion: string,
): Promise<{ readonly applied: readonly SchemaMigration[] }> {
  if ((await pendingMigrations(database, migrations)).length === 0) return { applied: [] };
  await ensureTable(database, toolVersion);
  const planned = planMigrations(database, migrations);
  return underLock(database, async (handle) => {
    const rows = await readApplied(database, handle);
    const pending = comparePlan(planned, rows);
    const begun = new Map(rows.map((row) => [keyOf(row), row]));
    const fresh = pending.filter(({ migration }) => !begun.has(keyOf(migration)));
    await refuseForeignObjects(database, handle, { fresh, known: planned.filter((step) => !fresh.includes(step)) });
    for (const step of pending) {
      const run = { database, handle, step, toolVersion };
      if (database.dialect.traits.transactionalDdl) await runWhole(run);
      else await runJournalled(run, begun.get(keyOf(step.migration)));
    }
    return { applied: pending.map(({ migration }) => migration) };
  });
}

/** What `migrateSchema` would apply, in order. Reads only, and throws `SQL_SCHEMA_MIGRATION_REFUSED` as it does. */
export async function pendingMigrations(
  database: Database,
  migrations: readonly SchemaMigration[],
): Promise<readonly SchemaMigration[]> {
  const planned = planMigrations(database, migrations);
  return comparePlan(planned, await readApplied(database, database.handle)).map(({ migration }) => migration);
}

/**
 * Removes a component's tables, newest migration first, for a rollback that leaves nothing behind. Answers what was undone;
 * after a crash the next call does the rest. Throws `SQL_SCHEMA_MIGRATION_REFUSED` as `migrateSchema` does, and an Error for
 * a migration without `undo`.
 */
export async function undoComponent(
  database: Database,
  migrations: readonly SchemaMigration[],
  component: string,
): Promise<{ readonly undone: readonly SchemaMigration[] }> {
  const planned = planMigrations(
    database,
    migrations.filter((migration) => migration.component === component),
  );
  if ((await readApplied(database, database.handle)).every((row) => row.component !== component)) return { undone: [] };
  return underLock(database, async (handle) => {
    const rows = await readApplied(database, handle);
    comparePlan(planned, rows);
    const present = new Set(rows.map(keyOf));
    const undone = planned.flatMap(({ migration }) => (present.has(keyOf(migration)) ? [migration] : [])).toReversed();
    await runUndo(database, handle, undone);
    return { undone };
  });
}

/** Makes the table and its row about itself. Of several who try at once some fail, and find it made by another. */
async function ensureTable(database: Database, toolVersion: string): Promise<void> {
  const ddl = migrationsTableDdl(database);
  try {
    await sql.raw(ddl).execute(database.handle);
  } catch (error) {
    const made = await database.dialect.introspection.table(database.handle, database.tableName(MIGRATIONS_TABLE));
    if (made === undefined) throw database.explain(error);
  }
  const { component, number, name } = OWN_ROW;
  const row = database.dialect.statements.rows('own', {
    columns: { component: 'text', number: 'int64', name: 'text', checksum: 'text', tool_version: 'text' },
    rows: [[component, number, name, checksumOf([ddl]), toolVersion]],
  });
  await database.write(async (trx) => {
    await database.dialect.statements.insertIfAbsent(trx, {
      table: MIGRATIONS_TABLE,
      columns: ['component', 'number', 'name', 'checksum', 'tool_version', 'statements_done', 'applied_at'],
      source: sql`
        select own.component, own.number, own.name, own.checksum, own.tool_version, 1, ${database.dialect.expressions.now()}
        from ${row}`,
      conflict: ['component', 'number'],
    });
  });
}

/**
 * Runs the work while no other starter does. The lock is a row lock inside a transaction, so it goes with the process that
 * holds it. Where DDL is part of transactions the work is in that very transaction; elsewhere DDL would end it, so the work
 * goes through the pool while a connection of its own keeps the lock.
 */
async function underLock<T>(database: Database, work: (handle: Handle) => Promise<T>): Promise<T> {
  const { dialect, target, options, tablePrefix } = database;
  const locked = async (trx: Trx): Promise<void> => {
    await sql`
      select number from ${sql.table(MIGRATIONS_TABLE)}
      where component = ${OWN_ROW.component} and number = ${OWN_ROW.number} ${dialect.statements.lockRows()}`.execute(
      trx,
    );
  };
  if (dialect.traits.transactionalDdl) {
    return database.write(async (trx) => {
      await locked(trx);
      return work(trx);
    });
  }
  const keeper = await openTarget(dialect, target, { ...options, poolMax: 1, tablePrefix });
  try {
    return await keeper.write(async (trx) => {
      await locked(trx);
      return work(database.handle);
    });
  } finally {
    await keeper.close();
  }
}
