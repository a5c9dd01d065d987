import type { Database } from '../../../sql/database.ts';
import type { SchemaMigration } from '../../../sql/schema-migration.ts';

/**
 * What of each account's movements could not be told to legacy because its columns end at the cent: what the ledger says minus what the rows say, micro-dollars. It belongs to one time under the ledger's
 * authority, which the entry tells that was the newest when it began.
 */
export const createTold: SchemaMigration = {
  component: 'billing',
  number: 2,
  name: 'create-told',
  statements(database: Database): readonly string[] {
    const { columnTypes: type } = database.dialect;
    return [
      `create table ${database.tableName('carryover_billing_told')} (
        account_id ${type.int64} not null primary key,
        seq_at_switch ${type.int64} not null,
        remainder ${type.int64} not null
      )${type.tableSuffix}`,
    ];
  },
  undo: (database) => [`drop table if exists ${database.tableName('carryover_billing_told')}`],
};
