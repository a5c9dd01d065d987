import { REFERENCE_LENGTH_MAX } from '../../base/names.ts';
import type { ColumnTypes } from '../../sql/contract/column-types.ts';
import type { Database } from '../../sql/database.ts';
import type { SchemaMigration } from '../../sql/schema-migration.ts';

const TABLES = [
  'enrolments',
  'months',
  'payments',
  'refunds',
  'scans',
  'attempts',
  'cancellations',
  'overrides',
  'requests',
] as const;

/** The tuition system's tables, with the indexes its lists need. */
export const createTuition: SchemaMigration = {
  component: 'tuition',
  number: 1,
  name: 'create-tuition',
  statements(database: Database): readonly string[] {
    const { columnTypes: type } = database.dialect;
    const name = (table: (typeof TABLES)[number]): string => database.tableName(`carryover_tuition_${table}`);
    return [
      ...enrolments(name('enrolments'), type),
      ...money(name('months'), name('payments'), type),
      ...refunds(name('refunds'), type),
      ...attendance(name('scans'), type),
      ...refusals(name('attempts'), name('cancellations'), type),
      ...overrides(name('overrides'), type),
      requests(name('requests'), type),
    ];
  },
  undo(database: Database): readonly string[] {
    return TABLES.map((table) => `drop table if exists ${database.tableName(`carryover_tuition_${table}`)}`);
  },
};

function enrolments(table: string, type: ColumnTypes): string[] {
  return [
    `create table ${table} (
      student_id ${type.int64} not null,
      group_id ${type.int64} not null,
      sessions_account_id ${type.int64} not null unique,
      money_account_id ${type.int64} not null unique,
      standing ${type.text(16)} not null,
      financial_status ${type.text(16)} not null,
      custom_fee ${type.int64},
      started_at ${type.instant} not null,
      active ${type.int64} not null,
      block_code ${type.text(32)},
      blocked_at ${type.instant},
      primary key (student_id, group_id),
      check (standing in ('new', 'returning')),
      check (financial_status in ('normal', 'symbolic', 'exempt')),
      check (active in (0, 1))
    )${type.tableSuffix}`,
    `create index ${table}_group on ${table} (group_id, student_id)`,
    `create index ${table}_standing on ${table} (standing, sessions_account_id)`,
    `create index ${table}_block on ${table} (block_code)`,
  ];
}

function money(months: string, payments: string, type: ColumnTypes): string[] {
  return [
    `create table ${months} (
      student_id ${type.int64} not null,
      group_id ${type.int64} not null,
      plan ${type.text(64)} not null,
      month ${type.text(7)} not null,
      due ${type.int64} not null,
      plan_sessions ${type.int64} not null,
      received ${type.int64} not null,
      counted ${type.int64} not null,
      primary key (student_id, group_id, plan),
      check (due >= 0),
      check (plan_sessions >= 0),
      check (counted <= due)
    )${type.tableSuffix}`,
    `create index ${months}_month on ${months} (month, group_id)`,
    `create table ${payments} (
      id ${type.identity},
      student_id ${type.int64} not null,
      group_id ${type.int64} not null,
      plan ${type.text(64)} not null,
      idempotency_key ${type.text(REFERENCE_LENGTH_MAX)} not null unique,
      origin ${type.text(16)} not null,
      amount ${type.int64} not null,
      sessions ${type.int64} not null,
      money ${type.int64} not null,
      receipt ${type.text(64)} not null,
      status ${type.text(16)} not null,
      refunded ${type.int64} not null,
      actor ${type.text(REFERENCE_LENGTH_MAX)} not null,
      note ${type.longText},
      paid_at ${type.instant} not null,
      recorded_at ${type.instant} not null,
      check (origin in ('received', 'kept')),
      check (amount > 0),
      check (refunded >= 0 and refunded <= amount),
      check (status in ('recorded', 'voided', 'refunded'))
    )${type.tableSuffix}`,
    `create index ${payments}_enrolment on ${payments} (student_id, group_id, id)`,
    `create index ${payments}_paid on ${payments} (paid_at)`,
  ];
}

function refunds(table: string, type: ColumnTypes): string[] {
  return [
    `create table ${table} (
      id ${type.identity},
      payment_id ${type.int64},
      student_id ${type.int64} not null,
      group_id ${type.int64} not null,
      plan ${type.text(64)} not null,
      kind ${type.text(16)} not null,
      amount ${type.int64} not null,
      sessions ${type.int64} not null,
      money ${type.int64} not null,
      reason ${type.longText} not null,
      actor ${type.text(REFERENCE_LENGTH_MAX)} not null,
      refunded_at ${type.instant} not null,
      recorded_at ${type.instant} not null,
      check (kind in ('void', 'refund')),
      check (amount > 0)
    )${type.tableSuffix}`,
    `create index ${table}_enrolment on ${table} (student_id, group_id, id)`,
    `create index ${table}_refunded on ${table} (refunded_at)`,
  ];
}

function attendance(scans: string, type: ColumnTypes): string[] {
  return [
    `create table ${scans} (
      student_id ${type.int64} not null,
      group_id ${type.int64} not null,
      session_date ${type.text(10)} not null,
      account_id ${type.int64} not null,
      entry_seq ${type.int64} not null,
      result ${type.text(32)} not null,
      minutes_late ${type.int64} not null,
      scanned_at ${type.instant} not null,
      actor ${type.text(REFERENCE_LENGTH_MAX)} not null,
      returned_seq ${type.int64},
      primary key (student_id, group_id, session_date)
    )${type.tableSuffix}`,
    `create index ${scans}_session on ${scans} (group_id, session_date)`,
  ];
}

function refusals(attempts: string, cancellations: string, type: ColumnTypes): string[] {
  return [
    `create table ${attempts} (
      id ${type.identity},
      student_id ${type.int64},
      group_id ${type.int64},
      session_date ${type.text(10)} not null,
      color ${type.text(16)} not null,
      code ${type.text(64)} not null,
      details ${type.json} not null,
      shadow ${type.int64} not null,
      attempted_at ${type.instant} not null,
      actor ${type.text(REFERENCE_LENGTH_MAX)} not null
    )${type.tableSuffix}`,
    `create index ${attempts}_student on ${attempts} (student_id, attempted_at)`,
    `create table ${cancellations} (
      group_id ${type.int64} not null,
      session_date ${type.text(10)} not null,
      reason ${type.longText} not null,
      returned ${type.int64} not null,
      actor ${type.text(REFERENCE_LENGTH_MAX)} not null,
      cancelled_at ${type.instant} not null,
      primary key (group_id, session_date)
    )${type.tableSuffix}`,
  ];
}

function overrides(table: string, type: ColumnTypes): string[] {
  return [
    `create table ${table} (
      id ${type.identity},
      student_id ${type.int64} not null,
      group_id ${type.int64} not null,
      effect ${type.text(16)} not null,
      reason ${type.longText} not null,
      actor ${type.text(REFERENCE_LENGTH_MAX)} not null,
      from_at ${type.instant} not null,
      until_at ${type.instant},
      ended_at ${type.instant},
      ended_by ${type.text(REFERENCE_LENGTH_MAX)},
      check (effect in ('block', 'allow', 'freeze'))
    )${type.tableSuffix}`,
    `create index ${table}_enrolment on ${table} (student_id, group_id, effect)`,
  ];
}

function requests(table: string, type: ColumnTypes): string {
  return `create table ${table} (
      idempotency_key ${type.text(REFERENCE_LENGTH_MAX)} not null primary key,
      operation ${type.text(64)} not null,
      content_hash ${type.int64} not null,
      result ${type.longText},
      made_at ${type.instant} not null
    )${type.tableSuffix}`;
}
