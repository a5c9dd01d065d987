import { describe, expect, it } from 'vitest';
import type { LegacyTable } from '../cutover/index.ts';
import type { TableInfo, TypeFamily } from '../sql/contract/introspection.ts';
import { guessMapping } from './recognise-systems.ts';

const described: readonly LegacyTable[] = [
  legacyTable('students', { id: 'integer', name: 'text' }),
  legacyTable('student_group_enrollments', { id: 'integer', student_id: 'integer', group_id: 'integer' }),
  legacyTable('payments', { id: 'integer', student_id: 'integer', amount_paid: 'decimal' }),
];

function legacyTable(name: string, columns: Readonly<Record<string, TypeFamily>>): LegacyTable {
  return {
    name,
    required: true,
    columns: Object.entries(columns).map(([column, family]) => ({ name: column, families: [family], required: true })),
  };
}

function table(name: string, columns: Readonly<Record<string, TypeFamily>>): TableInfo {
  return {
    name,
    kind: 'table',
    columns: Object.entries(columns).map(([column, family]) => ({
      name: column,
      type: family,
      family,
      nullable: true,
      hasDefault: false,
    })),
    primaryKey: ['id'],
    uniqueKeys: [],
    foreignKeys: [],
    triggers: [],
    rowsEstimate: undefined,
  };
}

describe('the mapping guessed from a database', () => {
  it('is empty where everything is called as described', () => {
    expect(guessMapping(described, [table('students', { id: 'integer', name: 'text' })])).toEqual({});
  });

  it('finds tables behind the prefix of a Django app', () => {
    const found = guessMapping(described, [
      table('students_student', { id: 'integer', name: 'text' }),
      table('auth_user', { id: 'integer', name: 'text' }),
      table('payments_payment', { id: 'integer', student_id: 'integer', amount_paid: 'decimal' }),
    ]);
    expect(found).toEqual({ students: { table: 'students_student' }, payments: { table: 'payments_payment' } });
  });

  it('finds columns in camel case, and only of a type that can be read', () => {
    const found = guessMapping(described, [
      table('payments', { id: 'integer', studentId: 'integer', amountPaid: 'text' }),
    ]);
    expect(found).toEqual({ payments: { columns: { student_id: 'studentId' } } });
  });

  it('takes one table only once, the nearest name first', () => {
    const found = guessMapping(described, [
      table('student', { id: 'integer', name: 'text' }),
      table('student_group_enrollment', { id: 'integer', student_id: 'integer', group_id: 'integer' }),
    ]);
    expect(found).toEqual({
      students: { table: 'student' },
      student_group_enrollments: { table: 'student_group_enrollment' },
    });
  });

  it('leaves out a table that shares a name but few columns', () => {
    expect(guessMapping(described, [table('app_payments', { id: 'integer', body: 'text' })])).toEqual({});
  });
});
