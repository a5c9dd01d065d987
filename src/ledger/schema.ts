import type { Database } from '../sql/database.ts';
import type { SchemaMigration } from '../sql/schema-migration.ts';
import { REFERENCE_LENGTH_MAX } from '../base/names.ts';

/** The ledger's tables, keys and append-only triggers. */
export const ledgerSchema: SchemaMigration = {
  component: 'core',
  number: 1,
  name: 'create-ledger',
  statements(database: Database): readonly string[] {
    return [
      ...accounts(database),
      ...entries(database),
      ...holds(database),
      ...lots(database),
      ...audit(database),
      ...outbox(database),
    ];
  },
};

function accounts(database: Database): string[] {
  const { columnTypes: type } = database.dialect;
  const table = database.tableName('carryover_accounts');
  return [
    `create table ${table} (
      id ${type.identity},
      system_name ${type.text(32)} not null,
      kind ${type.text(32)} not null,
      owner ${type.text(REFERENCE_LENGTH_MAX)} not null,
      unit ${type.text(32)} not null,
      balance ${type.int64} not null,
      held ${type.int64} not null,
      floor ${type.int64},
      seq ${type.int64} not null,
      status ${type.text(16)} not null,
      authority ${type.text(16)} not null,
      lotted ${type.int64} not null,
      opened_at ${type.instant} not null,
      walk_key ${type.text(REFERENCE_LENGTH_MAX)},
      check (held >= 0),
      check (seq >= 0),
      check (status in ('open', 'frozen', 'closed')),
      check (authority in ('legacy', 'ledger')),
      check (lotted in (0, 1)),
      check (status <> 'closed' or (balance = 0 and held = 0)),
      unique (system_name, kind, owner)
    )${type.tableSuffix}`,
    `create table ${database.tableName('carryover_erasures')} (
      system_name ${type.text(32)} not null primary key
    )${type.tableSuffix}`,
  ];
}

function entries(database: Database): string[] {
  const { columnTypes: type } = database.dialect;
  const table = database.tableName('carryover_entries');
  return [
    `create table ${table} (
      account_id ${type.int64} not null,
      seq ${type.int64} not null,
      amount ${type.int64} not null,
      balance_after ${type.int64} not null,
      kind ${type.text(32)} not null,
      contra ${type.text(64)},
      counter_account_id ${type.int64},
      transfer_id ${type.text(64)},
      idempotency_key ${type.text(REFERENCE_LENGTH_MAX)} not null,
      content_hash ${type.int64},
      source ${type.text(REFERENCE_LENGTH_MAX)},
      reverses_seq ${type.int64},
      reason ${type.longText},
      actor ${type.text(REFERENCE_LENGTH_MAX)} not null,
      details ${type.json},
      occurred_at ${type.instant} not null,
      recorded_at ${type.instant} not null,
      primary key (account_id, seq),
      unique (account_id, idempotency_key),
      check (seq > 0),
      check (amount <> 0),
      check ((contra is null) <> (counter_account_id is null))
    )${type.tableSuffix}`,
    database.dialect.statements.uniqueIndexWhereNotNull(
      `${table}_reverses`,
      table,
      ['account_id', 'reverses_seq'],
      'reverses_seq',
    ),
    ...database.dialect.statements.appendOnly(table, erasureAllowed(database)),
  ];
}

/** The condition under which a row of a system that is being rolled back may be deleted: permitted, and never under ledger authority. */
function erasureAllowed(database: Database): string {
  const accountsTable = database.tableName('carryover_accounts');
  const erasures = database.tableName('carryover_erasures');
  return `exists (select 1 from ${accountsTable} a, ${erasures} e where a.id = OLD.account_id and e.system_name = a.system_name and a.authority = 'legacy')`;
}

function holds(database: Database): string[] {
  const { columnTypes: type } = database.dialect;
  const table = database.tableName('carryover_holds');
  return [
    `create table ${table} (
      account_id ${type.int64} not null,
      idempotency_key ${type.text(REFERENCE_LENGTH_MAX)} not null,
      amount ${type.int64} not null,
      amount_captured ${type.int64} not null,
      status ${type.text(16)} not null,
      content_hash ${type.int64} not null,
      resolution_key ${type.text(REFERENCE_LENGTH_MAX)},
      resolution_hash ${type.int64},
      reason ${type.longText},
      actor ${type.text(REFERENCE_LENGTH_MAX)} not null,
      expires_at ${type.instant},
      created_at ${type.instant} not null,
      resolved_at ${type.instant},
      primary key (account_id, idempotency_key),
      unique (account_id, resolution_key),
      check (amount > 0),
      check (amount_captured >= 0 and amount_captured <= amount),
      check (status in ('open', 'captured', 'released', 'expired'))
    )${type.tableSuffix}`,
    // What is open is read under the account's lock; without this an account's whole past of holds would be read each time.
    `create index ${table}_open on ${table} (account_id, status)`,
  ];
}

function lots(database: Database): string[] {
  const { columnTypes: type } = database.dialect;
  const table = database.tableName('carryover_lots');
  const draws = database.tableName('carryover_lot_draws');
  return [
    `create table ${table} (
      account_id ${type.int64} not null,
      seq ${type.int64} not null,
      amount ${type.int64} not null,
      remaining ${type.int64} not null,
      funding ${type.text(16)} not null,
      priority ${type.int64} not null,
      expires_at ${type.instant},
      primary key (account_id, seq),
      check (amount > 0),
      check (remaining >= 0 and remaining <= amount),
      check (funding in ('paid', 'granted'))
    )${type.tableSuffix}`,
    // As for holds: what remains is read under the lock, and spent lots only ever grow in number.
    `create index ${table}_remaining on ${table} (account_id, remaining)`,
    `create table ${draws} (
      account_id ${type.int64} not null,
      entry_seq ${type.int64} not null,
      lot_seq ${type.int64} not null,
      amount ${type.int64} not null,
      primary key (account_id, entry_seq, lot_seq),
      check (amount <> 0)
    )${type.tableSuffix}`,
    ...database.dialect.statements.appendOnly(draws, erasureAllowed(database)),
  ];
}

function audit(database: Database): string[] {
  const { columnTypes: type } = database.dialect;
  const table = database.tableName('carryover_audit');
  return [
    `create table ${table} (
      id ${type.identity},
      system_name ${type.text(32)} not null,
      action ${type.text(64)} not null,
      account_id ${type.int64},
      subject ${type.text(REFERENCE_LENGTH_MAX)},
      idempotency_key ${type.text(REFERENCE_LENGTH_MAX)},
      content_hash ${type.int64},
      actor ${type.text(REFERENCE_LENGTH_MAX)} not null,
      role ${type.text(32)},
      ip_address ${type.text(64)},
      reason ${type.longText},
      before_state ${type.json},
      after_state ${type.json},
      recorded_at ${type.instant} not null,
      unique (account_id, idempotency_key)
    )${type.tableSuffix}`,
    `create index ${table}_subject on ${table} (system_name, subject, recorded_at)`,
    `create index ${table}_action on ${table} (system_name, action, recorded_at)`,
    `create index ${table}_actor on ${table} (actor, recorded_at)`,
    ...database.dialect.statements.appendOnly(table),
  ];
}

function outbox(database: Database): string[] {
  const { columnTypes: type } = database.dialect;
  const table = database.tableName('carryover_outbox');
  return [
    `create table ${table} (
      id ${type.identity},
      system_name ${type.text(32)} not null,
      type ${type.text(64)} not null,
      dedupe_key ${type.text(REFERENCE_LENGTH_MAX)} not null unique,
      recipient ${type.text(REFERENCE_LENGTH_MAX)} not null,
      mandatory ${type.int64} not null,
      payload ${type.json} not null,
      status ${type.text(16)} not null,
      created_at ${type.instant} not null,
      not_before_at ${type.instant},
      check (status in ('pending', 'planned', 'suppressed'))
    )${type.tableSuffix}`,
    `create index ${table}_waiting on ${table} (status, id)`,
  ];
}
