import type { Database } from '../../../sql/database.ts';
import type { SchemaMigration } from '../../../sql/schema-migration.ts';

/**
 * Which rows of the school's payments the ledger wrote or changed, and by how much, so that a settlement counts no money twice and a refund
 * finds the row of its payment. A row's number may be given again after the row was deleted, so pupil and group are part of it.
 */
export const createMirroredPayments: SchemaMigration = {
  component: 'tuition',
  number: 2,
  name: 'create-mirrored-payments',
  statements(database: Database): readonly string[] {
    const { columnTypes: type } = database.dialect;
    const table = database.tableName('carryover_tuition_mirrored_payments');
    return [
      `create table ${table} (
        student_id ${type.int64} not null,
        group_id ${type.int64} not null,
        legacy_payment_id ${type.int64} not null,
        payment_id ${type.int64},
        amount ${type.int64} not null,
        made ${type.int64} not null,
        primary key (student_id, group_id, legacy_payment_id)
      )${type.tableSuffix}`,
    ];
  },
  undo: (database) => [`drop table if exists ${database.tableName('carryover_tuition_mirrored_payments')}`],
};
