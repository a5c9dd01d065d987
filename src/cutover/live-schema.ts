import { REFERENCE_LENGTH_MAX } from '../base/names.ts';
import type { Database } from '../sql/database.ts';
import type { SchemaMigration } from '../sql/schema-migration.ts';

/** The tables of a cutover whose legacy is in use: what was written there, who was switched, what was told back. */
export const createLiveCutover: SchemaMigration = {
  component: 'core',
  number: 3,
  name: 'create-live-cutover',
  statements(database: Database): readonly string[] {
    return [marks(database), ...switched(database), mirrors(database), mirroring(database), canary(database)];
  },
};

/** Nothing is unique and nothing is looked up but by the number: a mark costs the application one short insert. */
function marks(database: Database): string {
  const { columnTypes: type } = database.dialect;
  return `create table ${database.tableName('carryover_marks')} (
      id ${type.unorderedId},
      system_name ${type.text(32)} not null,
      walk_key ${type.text(REFERENCE_LENGTH_MAX)} not null,
      owner ${type.text(REFERENCE_LENGTH_MAX)} not null,
      source ${type.text(REFERENCE_LENGTH_MAX)}
    )${type.tableSuffix}`;
}

function switched(database: Database): string[] {
  const { columnTypes: type } = database.dialect;
  const table = database.tableName('carryover_switched');
  return [
    `create table ${table} (
      account_id ${type.int64} not null primary key,
      system_name ${type.text(32)} not null,
      cohort ${type.text(64)} not null,
      seq_at_switch ${type.int64} not null,
      mirrored_seq ${type.int64} not null,
      switched_at ${type.instant} not null,
      check (mirrored_seq >= seq_at_switch)
    )${type.tableSuffix}`,
    `create index ${table}_cohort on ${table} (system_name, cohort)`,
  ];
}

function mirrors(database: Database): string {
  const { columnTypes: type } = database.dialect;
  return `create table ${database.tableName('carryover_mirrors')} (
      account_id ${type.int64} not null,
      entry_seq ${type.int64} not null,
      source ${type.text(REFERENCE_LENGTH_MAX)} not null,
      mirrored_at ${type.instant} not null,
      primary key (account_id, entry_seq)
    )${type.tableSuffix}`;
}

/** Holds a row only inside a transaction that mirrors, where the session itself has no place for such a sign. Always empty for everybody else. */
function mirroring(database: Database): string {
  const { columnTypes: type } = database.dialect;
  return `create table ${database.tableName('carryover_mirroring')} (
      token ${type.text(64)} not null primary key
    )${type.tableSuffix}`;
}

/** One row per system, written by nobody but the throttle: how long that takes is what the application feels. */
function canary(database: Database): string {
  const { columnTypes: type } = database.dialect;
  return `create table ${database.tableName('carryover_canary')} (
      system_name ${type.text(32)} not null primary key,
      written_at ${type.instant} not null
    )${type.tableSuffix}`;
}
