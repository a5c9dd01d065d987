import { REFERENCE_LENGTH_MAX } from '../../base/names.ts';
import { COHORT_LENGTH_MAX } from '../../cutover/switch/cohort.ts';
import type { Database } from '../../sql/database.ts';
import type { SchemaMigration } from '../../sql/schema-migration.ts';

/**
 * The secret under which confirmations are signed, one for all servers of the instance, and what was confirmed and done: one row per action,
 * by the caller's key and by the confirmation, each of which is good for one.
 */
export const createCutoverConfirmations: SchemaMigration = {
  component: 'cutover-confirmations',
  number: 1,
  name: 'create-cutover-confirmations',
  statements(database: Database): readonly string[] {
    const { columnTypes: type } = database.dialect;
    const actions = database.tableName('carryover_cutover_actions');
    return [
      `create table ${database.tableName('carryover_confirmation_secrets')} (
        id ${type.int64} not null primary key,
        secret ${type.text(64)} not null,
        made_at ${type.instant} not null
      )${type.tableSuffix}`,
      `create table ${actions} (
        number ${type.identity},
        id ${type.text(32)} not null unique,
        system_name ${type.text(32)} not null,
        action ${type.text(32)} not null,
        idempotency_key ${type.text(REFERENCE_LENGTH_MAX)} not null unique,
        content_hash ${type.text(64)} not null,
        selection ${type.text(REFERENCE_LENGTH_MAX)},
        cohort ${type.text(COHORT_LENGTH_MAX)},
        actor ${type.text(REFERENCE_LENGTH_MAX)} not null,
        lease_epoch ${type.int64} not null,
        accepted_at ${type.instant} not null,
        state ${type.text(16)} not null,
        outcome ${type.longText},
        ended_at ${type.instant},
        check (state in ('running', 'done', 'failed', 'stopped'))
      )${type.tableSuffix}`,
      `create index ${actions}_system on ${actions} (system_name, number)`,
    ];
  },
};
