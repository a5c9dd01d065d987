import { REFERENCE_LENGTH_MAX } from '../base/names.ts';
import type { Database } from '../sql/database.ts';
import type { SchemaMigration } from '../sql/schema-migration.ts';

/** The table of the webhook inbox. */
export const EVENTS_TABLE = 'carryover_stripe_events';

/** The webhook inbox: one row per event of the provider, however often it is sent. */
export const createStripeEvents: SchemaMigration = {
  component: 'payments',
  number: 1,
  name: 'create-stripe-events',
  statements(database: Database): readonly string[] {
    const { columnTypes: type } = database.dialect;
    const table = database.tableName(EVENTS_TABLE);
    return [
      `create table ${table} (
        id ${type.identity},
        event_id ${type.text(REFERENCE_LENGTH_MAX)} not null unique,
        type ${type.text(REFERENCE_LENGTH_MAX)} not null,
        payload ${type.longText} not null,
        status ${type.text(16)} not null,
        attempts ${type.int64} not null,
        due_at ${type.instant},
        claim ${type.text(64)},
        error_code ${type.text(64)},
        failure ${type.longText},
        occurred_at ${type.instant} not null,
        received_at ${type.instant} not null,
        finished_at ${type.instant},
        check (status in ('received', 'processed', 'failed', 'dead', 'ignored')),
        check (attempts >= 0)
      )${type.tableSuffix}`,
      `create index ${table}_due on ${table} (due_at, id)`,
      `create index ${table}_status on ${table} (status, id)`,
      `create index ${table}_finished on ${table} (status, finished_at, id)`,
    ];
  },
  undo(database: Database): readonly string[] {
    return [`drop table if exists ${database.tableName(EVENTS_TABLE)}`];
  },
};
