import { REFERENCE_LENGTH_MAX } from '../../base/names.ts';
import type { ColumnTypes } from '../../sql/contract/column-types.ts';
import type { Database } from '../../sql/database.ts';
import type { SchemaMigration } from '../../sql/schema-migration.ts';

const TABLES = [
  'users',
  'purchases',
  'refunds',
  'grants',
  'attempts',
  'adjustments',
  'topup_rules',
  'staff',
  'requests',
] as const;

/** The billing system's tables, with the indexes its lists need. No foreign keys: whoever is deleted, the record of it stays (U-41). */
export const createBilling: SchemaMigration = {
  component: 'billing',
  number: 1,
  name: 'create-billing',
  statements(database: Database): readonly string[] {
    const { columnTypes: type } = database.dialect;
    const name = (table: (typeof TABLES)[number]): string => database.tableName(`carryover_billing_${table}`);
    return [
      ...users(name('users'), type),
      ...purchases(name('purchases'), type),
      ...refunds(name('refunds'), type),
      ...grants(name('grants'), type),
      ...attempts(name('attempts'), type),
      ...adjustments(name('adjustments'), type),
      topUpRules(name('topup_rules'), type),
      ...callers(name('staff'), name('requests'), type),
    ];
  },
  undo(database: Database): readonly string[] {
    return TABLES.map((table) => `drop table if exists ${database.tableName(`carryover_billing_${table}`)}`);
  },
};

function users(table: string, type: ColumnTypes): string[] {
  const reference = type.text(REFERENCE_LENGTH_MAX);
  return [
    `create table ${table} (
      user_id ${reference} not null primary key,
      account_id ${type.int64} not null unique,
      tier ${type.text(64)} not null,
      price_id ${reference},
      yearly ${type.int64} not null,
      subscription_id ${reference},
      subscription_status ${type.text(64)},
      subscription_created_at ${type.instant},
      subscription_ends_at ${type.instant},
      anchor_at ${type.instant} not null,
      next_grant_at ${type.instant} not null,
      usage_remainder ${type.int64} default 0 not null,
      check (yearly in (0, 1)),
      check (usage_remainder >= 0)
    )${type.tableSuffix}`,
    `create index ${table}_due on ${table} (next_grant_at, user_id)`,
    `create index ${table}_tier on ${table} (tier, user_id)`,
  ];
}

function purchases(table: string, type: ColumnTypes): string[] {
  const reference = type.text(REFERENCE_LENGTH_MAX);
  return [
    `create table ${table} (
      id ${type.identity},
      purchase_key ${reference} not null unique,
      user_id ${reference} not null,
      origin ${type.text(16)} not null,
      amount ${type.int64} not null,
      status ${type.text(16)} not null,
      payment_reference ${reference},
      checkout_reference ${reference},
      refunded ${type.int64} default 0 not null,
      failure ${type.longText},
      entry_key ${reference},
      started_at ${type.instant} not null,
      settled_at ${type.instant},
      expires_at ${type.instant},
      check (origin in ('carried', 'bought', 'top-up')),
      check (status in ('pending', 'settled', 'failed', 'refunded', 'withdrawn')),
      check (amount > 0),
      check (refunded >= 0 and refunded <= amount)
    )${type.tableSuffix}`,
    `create index ${table}_user on ${table} (user_id, id)`,
    `create index ${table}_payment on ${table} (payment_reference)`,
    `create index ${table}_checkout on ${table} (checkout_reference)`,
    `create index ${table}_status on ${table} (status, started_at)`,
  ];
}

function refunds(table: string, type: ColumnTypes): string[] {
  const reference = type.text(REFERENCE_LENGTH_MAX);
  return [
    `create table ${table} (
      id ${type.identity},
      refund_key ${reference} not null unique,
      user_id ${reference} not null,
      purchase_id ${type.int64},
      kind ${type.text(16)} not null,
      amount ${type.int64} not null,
      credits_taken ${type.int64} not null,
      credits_forgiven ${type.int64} not null,
      status ${type.text(16)} not null,
      provider_reference ${reference},
      reason ${type.longText} not null,
      actor ${reference} not null,
      refunded_at ${type.instant} not null,
      resolved_at ${type.instant},
      check (kind in ('credits', 'money')),
      check (status in ('recorded', 'pending', 'succeeded', 'failed')),
      check (amount > 0),
      check (credits_taken >= 0 and credits_forgiven >= 0)
    )${type.tableSuffix}`,
    `create index ${table}_user on ${table} (user_id, id)`,
    `create index ${table}_purchase on ${table} (purchase_id)`,
  ];
}

function grants(table: string, type: ColumnTypes): string[] {
  return [
    `create table ${table} (
      user_id ${type.text(REFERENCE_LENGTH_MAX)} not null,
      starts_at ${type.instant} not null,
      ends_at ${type.instant} not null,
      tier ${type.text(64)} not null,
      price_id ${type.text(REFERENCE_LENGTH_MAX)},
      credits ${type.int64} not null,
      used ${type.int64} not null,
      exceeded ${type.int64} not null,
      granted ${type.int64} not null,
      origin ${type.text(16)} not null,
      granted_at ${type.instant} not null,
      expires_at ${type.instant},
      primary key (user_id, starts_at),
      check (starts_at < ends_at),
      check (granted >= 0 and granted <= credits),
      check (origin in ('carried', 'granted'))
    )${type.tableSuffix}`,
    `create index ${table}_granted on ${table} (granted_at)`,
  ];
}

function attempts(table: string, type: ColumnTypes): string[] {
  const reference = type.text(REFERENCE_LENGTH_MAX);
  return [
    `create table ${table} (
      id ${type.identity},
      user_id ${reference} not null,
      operation ${type.text(64)} not null,
      source_id ${reference} not null,
      amount ${type.int64} not null,
      available ${type.int64} not null,
      code ${type.text(64)} not null,
      actor ${reference} not null,
      attempted_at ${type.instant} not null
    )${type.tableSuffix}`,
    `create index ${table}_attempted on ${table} (attempted_at)`,
    `create index ${table}_user on ${table} (user_id, id)`,
  ];
}

function adjustments(table: string, type: ColumnTypes): string[] {
  const reference = type.text(REFERENCE_LENGTH_MAX);
  return [
    `create table ${table} (
      id ${type.identity},
      adjustment_key ${reference} not null unique,
      batch ${reference},
      user_id ${reference} not null,
      kind ${type.text(16)} not null,
      amount ${type.int64} not null,
      status ${type.text(16)} not null,
      reason ${type.longText} not null,
      requested_by ${reference} not null,
      requested_role ${type.text(32)} not null,
      requested_at ${type.instant} not null,
      decided_by ${reference},
      decided_at ${type.instant},
      expires_at ${type.instant},
      check (kind in ('adjustment', 'grant', 'refund')),
      check (status in ('applied', 'pending', 'rejected')),
      check (amount <> 0)
    )${type.tableSuffix}`,
    `create index ${table}_window on ${table} (requested_by, requested_at)`,
    `create index ${table}_status on ${table} (status, id)`,
    `create index ${table}_user on ${table} (user_id, id)`,
  ];
}

function topUpRules(table: string, type: ColumnTypes): string {
  return `create table ${table} (
      user_id ${type.text(REFERENCE_LENGTH_MAX)} not null primary key,
      enabled ${type.int64} not null,
      threshold ${type.int64} not null,
      amount ${type.int64} not null,
      month_max ${type.int64} not null,
      day_count_max ${type.int64} not null,
      set_by ${type.text(REFERENCE_LENGTH_MAX)} not null,
      set_at ${type.instant} not null,
      check (enabled in (0, 1)),
      check (threshold >= 0),
      check (amount > 0),
      check (month_max >= amount),
      check (day_count_max > 0)
    )${type.tableSuffix}`;
}

function callers(staff: string, requests: string, type: ColumnTypes): string[] {
  return [
    `create table ${staff} (
      actor ${type.text(REFERENCE_LENGTH_MAX)} not null primary key,
      acted_at ${type.instant} not null
    )${type.tableSuffix}`,
    `create table ${requests} (
      idempotency_key ${type.text(REFERENCE_LENGTH_MAX)} not null primary key,
      operation ${type.text(64)} not null,
      content_hash ${type.int64} not null,
      result ${type.longText},
      made_at ${type.instant} not null
    )${type.tableSuffix}`,
  ];
}
