import { REFERENCE_LENGTH_MAX } from '../base/names.ts';
import type { ColumnTypes } from '../sql/contract/column-types.ts';
import type { Database } from '../sql/database.ts';
import type { SchemaMigration } from '../sql/schema-migration.ts';

/** The tables that notices are delivered by: deliveries, what was tried, channels, and what recipients want. */
export const createNotices: SchemaMigration = {
  component: 'notices',
  number: 1,
  name: 'create-notices',
  statements(database: Database): readonly string[] {
    const { columnTypes: type } = database.dialect;
    const name = (table: string): string => database.tableName(`carryover_notice_${table}`);
    return [
      ...deliveries(name('deliveries'), type),
      ...attempts(name('attempts'), type),
      channels(name('channels'), type),
      preferences(name('preferences'), type),
      languages(name('languages'), type),
    ];
  },
};

function deliveries(table: string, type: ColumnTypes): string[] {
  const reference = type.text(REFERENCE_LENGTH_MAX);
  return [
    `create table ${table} (
      id ${type.identity},
      notice_id ${type.int64} not null,
      system_name ${type.text(32)} not null,
      type ${type.text(64)} not null,
      recipient ${reference} not null,
      channel ${type.text(16)} not null,
      reference ${type.text(64)} not null unique,
      mandatory ${type.int64} not null,
      priority ${type.int64} not null,
      zone ${type.text(64)} not null,
      address_key ${type.text(64)} not null,
      status ${type.text(16)} not null,
      reason ${type.text(191)},
      attempts ${type.int64} default 0 not null,
      noticed_at ${type.instant} not null,
      next_attempt_at ${type.instant} not null,
      claim_token ${type.text(64)},
      claim_expires_at ${type.instant},
      admitted_at ${type.instant},
      provider_id ${type.text(191)},
      cost ${type.int64} default 0 not null,
      charged_month ${type.text(7)},
      sent_at ${type.instant},
      delivered_at ${type.instant},
      read_at ${type.instant},
      updated_at ${type.instant} not null,
      unique (notice_id, channel),
      check (attempts >= 0),
      check (cost >= 0),
      check (status in ('pending', 'claimed', 'sending', 'sent', 'delivered', 'read', 'unknown', 'failed', 'dead', 'suppressed', 'skipped'))
    )${type.tableSuffix}`,
    `create index ${table}_due on ${table} (status, channel, priority, next_attempt_at, id)`,
    `create index ${table}_claims on ${table} (status, claim_expires_at)`,
    `create index ${table}_recent on ${table} (channel, admitted_at)`,
    `create index ${table}_address on ${table} (address_key, admitted_at)`,
    `create index ${table}_charged on ${table} (charged_month, cost)`,
    `create index ${table}_provider on ${table} (provider_id)`,
    `create index ${table}_age on ${table} (mandatory, updated_at, id)`,
  ];
}

function attempts(table: string, type: ColumnTypes): string[] {
  return [
    `create table ${table} (
      id ${type.identity},
      delivery_id ${type.int64} not null,
      attempt ${type.int64} not null,
      outcome ${type.text(32)} not null,
      why ${type.text(191)},
      provider_id ${type.text(191)},
      recorded_at ${type.instant} not null
    )${type.tableSuffix}`,
    `create index ${table}_delivery on ${table} (delivery_id, attempt)`,
  ];
}

function channels(table: string, type: ColumnTypes): string {
  return `create table ${table} (
      name ${type.text(16)} not null primary key,
      paused_at ${type.instant},
      pause_reason ${type.text(191)},
      claims ${type.int64} default 0 not null
    )${type.tableSuffix}`;
}

function preferences(table: string, type: ColumnTypes): string {
  return `create table ${table} (
      system_name ${type.text(32)} not null,
      recipient ${type.text(REFERENCE_LENGTH_MAX)} not null,
      type ${type.text(64)} not null,
      channel ${type.text(16)} not null,
      opted_out ${type.int64} not null,
      actor ${type.text(REFERENCE_LENGTH_MAX)} not null,
      set_at ${type.instant} not null,
      primary key (system_name, recipient, type, channel),
      check (opted_out in (0, 1))
    )${type.tableSuffix}`;
}

function languages(table: string, type: ColumnTypes): string {
  return `create table ${table} (
      system_name ${type.text(32)} not null,
      recipient ${type.text(REFERENCE_LENGTH_MAX)} not null,
      language ${type.text(8)} not null,
      actor ${type.text(REFERENCE_LENGTH_MAX)} not null,
      set_at ${type.instant} not null,
      primary key (system_name, recipient)
    )${type.tableSuffix}`;
}
