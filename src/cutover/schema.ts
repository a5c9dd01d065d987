import { REFERENCE_LENGTH_MAX } from '../base/names.ts';
import type { Database } from '../sql/database.ts';
import type { SchemaMigration } from '../sql/schema-migration.ts';

/** The tables that remember cutovers: state and lease, journal, findings, quarantine. */
export const createCutovers: SchemaMigration = {
  component: 'core',
  number: 2,
  name: 'create-cutovers',
  statements(database: Database): readonly string[] {
    return [cutovers(database), ...journal(database), ...findings(database), quarantine(database)];
  },
};

function cutovers(database: Database): string {
  const { columnTypes: type } = database.dialect;
  return `create table ${database.tableName('carryover_cutovers')} (
      system_name ${type.text(32)} not null primary key,
      run_id ${type.text(64)} not null,
      as_of ${type.instant} not null,
      plan_hash ${type.text(64)} not null,
      plan_parts ${type.longText} not null,
      tool_version ${type.text(64)} not null,
      backup_id ${type.text(REFERENCE_LENGTH_MAX)} not null,
      stage ${type.text(16)} not null,
      state ${type.text(16)} not null,
      pass ${type.int64} not null,
      progress ${type.longText},
      legacy_fingerprint ${type.longText},
      paused ${type.int64} not null,
      pause_reason ${type.longText},
      failure ${type.longText},
      holder ${type.text(REFERENCE_LENGTH_MAX)},
      holder_kind ${type.text(16)},
      epoch ${type.int64} not null,
      heartbeat_at ${type.instant} not null,
      lease_ttl_ms ${type.int64} not null,
      journal_seq ${type.int64} not null,
      started_at ${type.instant} not null,
      updated_at ${type.instant} not null,
      check (state in ('running', 'done', 'failed', 'rolling-back', 'rolled-back')),
      check (holder_kind in ('run', 'job')),
      check (paused in (0, 1))
    )${type.tableSuffix}`;
}

function journal(database: Database): string[] {
  const { columnTypes: type } = database.dialect;
  const table = database.tableName('carryover_journal');
  return [
    `create table ${table} (
      system_name ${type.text(32)} not null,
      seq ${type.int64} not null,
      run_id ${type.text(64)} not null,
      epoch ${type.int64} not null,
      stage ${type.text(16)} not null,
      step ${type.text(REFERENCE_LENGTH_MAX)} not null,
      phase ${type.text(16)} not null,
      statement_hash ${type.text(64)},
      plan_hash ${type.text(64)} not null,
      tool_version ${type.text(64)} not null,
      row_count ${type.int64},
      duration_us ${type.int64},
      inverse ${type.text(REFERENCE_LENGTH_MAX)},
      details ${type.longText},
      recorded_at ${type.instant} not null,
      primary key (system_name, seq),
      check (phase in ('intent', 'result'))
    )${type.tableSuffix}`,
    ...database.dialect.statements.appendOnly(table),
  ];
}

function findings(database: Database): string[] {
  const { columnTypes: type } = database.dialect;
  const table = database.tableName('carryover_findings');
  return [
    `create table ${table} (
      id ${type.identity},
      system_name ${type.text(32)} not null,
      run_id ${type.text(64)} not null,
      code ${type.text(64)} not null,
      severity ${type.text(16)} not null,
      subject ${type.text(REFERENCE_LENGTH_MAX)} not null,
      details ${type.longText} not null,
      found_at ${type.instant} not null
    )${type.tableSuffix}`,
    `create index ${table}_code on ${table} (system_name, code, id)`,
  ];
}

function quarantine(database: Database): string {
  const { columnTypes: type } = database.dialect;
  return `create table ${database.tableName('carryover_quarantine')} (
      system_name ${type.text(32)} not null,
      source ${type.text(REFERENCE_LENGTH_MAX)} not null,
      legacy_table ${type.text(64)} not null,
      reason ${type.text(64)} not null,
      subject ${type.text(REFERENCE_LENGTH_MAX)} not null,
      first_seen_at ${type.instant} not null,
      last_seen_at ${type.instant} not null,
      last_pass ${type.int64} not null,
      primary key (system_name, source)
    )${type.tableSuffix}`;
}
