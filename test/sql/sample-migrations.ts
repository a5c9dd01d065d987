import type { Database } from '../../src/sql/database.ts';
import type { SchemaMigration } from '../../src/sql/schema-migration.ts';

/** A table with everything that hangs on tables here. */
export const createThings: SchemaMigration = {
  component: 'sample',
  number: 1,
  name: 'create-things',
  statements(database: Database): readonly string[] {
    const { columnTypes: type, statements } = database.dialect;
    const table = things(database);
    return [
      `create table ${table} (id ${type.identity}, label ${type.text(32)} not null, made_at ${type.instant})${type.tableSuffix}`,
      `create index ${table}_label on ${table} (label)`,
      ...statements.appendOnly(table),
      ...statements.createView(database.tableName('carryover_labels'), `select label from ${table}`),
    ];
  },
  undo(database: Database): readonly string[] {
    return [
      `drop view if exists ${database.tableName('carryover_labels')}`,
      ...database.dialect.statements.dropAppendOnly(things(database)),
      `drop table if exists ${things(database)}`,
    ];
  },
};

/** A later step that changes the first one's table. */
export const addColour: SchemaMigration = {
  component: 'sample',
  number: 2,
  name: 'add-colour',
  statements(database: Database): readonly string[] {
    const { columnTypes: type, statements } = database.dialect;
    const table = things(database);
    return [
      `alter table ${table} add column colour ${type.text(16)}`,
      statements.uniqueIndexWhereNotNull(`${table}_colour`, table, ['colour'], 'colour'),
    ];
  },
  undo: () => [],
};

/** Another component, which the first one knows nothing about. */
export const createOthers: SchemaMigration = {
  component: 'other',
  number: 1,
  name: 'create-others',
  statements(database: Database): readonly string[] {
    const { columnTypes: type } = database.dialect;
    return [
      `create table ${database.tableName('carryover_others')} (id ${type.int64} not null primary key)${type.tableSuffix}`,
    ];
  },
  undo: (database: Database) => [`drop table if exists ${database.tableName('carryover_others')}`],
};

/** All of them, in the order a release has them. */
export const sampleMigrations: readonly SchemaMigration[] = [createThings, addColour, createOthers];

function things(database: Database): string {
  return database.tableName('carryover_things');
}
