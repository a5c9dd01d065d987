import type { Database } from '../../../sql/database.ts';
import { createSampleTables, type SampleTableShape } from '../../sample-tables.ts';

/** How a database may differ from the usual one: older, without constraints, or in a currency with other decimals. */
export interface LegacyVariation {
  /** Columns an older version lacked: `attendances.allow_entry`. */
  readonly without?: readonly string[];
  /** True for tables whose unique constraints were never made. */
  readonly withoutUniqueKeys?: boolean;
  /** Decimals of the amounts in place of the usual two. */
  readonly decimals?: number;
}

/**
 * The application's tables in the order of their references. There are no foreign keys, because rows that point nowhere are
 * among the traps, and ids are given by whoever inserts. Only primary keys are not null: what is missing is a trap too.
 */
export const legacyTables: readonly SampleTableShape[] = [
  {
    name: 'students',
    columns: [
      ['student_id', 'id'],
      ['student_code', 'text'],
      ['full_name', 'text'],
      ['parent_phone', 'text'],
      ['is_active', 'flag'],
      ['created_at', 'instant'],
      ['updated_at', 'instant'],
    ],
    unique: ['student_code'],
  },
  {
    name: 'groups',
    columns: [
      ['group_id', 'id'],
      ['group_name', 'text'],
      ['teacher_id', 'integer'],
      ['room_id', 'integer'],
      ['schedule_day', 'text'],
      ['schedule_time', 'time'],
      ['session_duration', 'integer'],
      ['standard_fee', 'decimal'],
      ['center_percentage', 'decimal'],
      ['is_active', 'flag'],
    ],
  },
  {
    name: 'student_group_enrollments',
    columns: [
      ['id', 'id'],
      ['student_id', 'integer'],
      ['group_id', 'integer'],
      ['financial_status', 'text'],
      ['custom_fee', 'decimal'],
      ['enrolled_at', 'instant'],
      ['is_active', 'flag'],
    ],
    unique: ['student_id', 'group_id'],
  },
  {
    name: 'payments',
    columns: [
      ['payment_id', 'id'],
      ['student_id', 'integer'],
      ['group_id', 'integer'],
      ['month', 'date'],
      ['amount_due', 'decimal'],
      ['amount_paid', 'decimal'],
      ['payment_date', 'instant'],
      ['sessions_attended', 'integer'],
      ['status', 'text'],
      ['notes', 'text'],
    ],
    unique: ['student_id', 'group_id', 'month'],
  },
  {
    name: 'sessions',
    columns: [
      ['session_id', 'id'],
      ['group_id', 'integer'],
      ['session_date', 'date'],
      ['teacher_attended', 'flag'],
      ['is_cancelled', 'flag'],
      ['cancellation_reason', 'text'],
    ],
    unique: ['group_id', 'session_date'],
  },
  {
    name: 'attendances',
    columns: [
      ['attendance_id', 'id'],
      ['student_id', 'integer'],
      ['session_id', 'integer'],
      ['scan_time', 'instant'],
      ['status', 'text'],
      ['color_code', 'text'],
      ['allow_entry', 'flag'],
      ['rejection_reason', 'text'],
      ['minutes_late', 'integer'],
    ],
    unique: ['student_id', 'session_id'],
  },
];

/** A table by its name. Throws an Error for one the application did not have. */
export function legacyTable(name: string): SampleTableShape {
  const table = legacyTables.find((candidate) => candidate.name === name);
  if (table === undefined) throw new Error(`The old application had no table "${name}".`);
  return table;
}

/** Makes the application's tables, empty. */
export async function createLegacyTables(database: Database, variation: LegacyVariation = {}): Promise<void> {
  const { decimals } = variation;
  const tables = legacyTables.map((table) => {
    const { name, unique } = table;
    const columns = columnsIn(table, variation);
    return unique !== undefined && hasUniqueKey(table, variation) ? { name, columns, unique } : { name, columns };
  });
  await createSampleTables(database, tables, decimals === undefined ? {} : { decimals });
}

/** The columns a table has in a variation. */
export function columnsIn(table: SampleTableShape, variation: LegacyVariation): SampleTableShape['columns'] {
  return table.columns.filter(([name]) => variation.without?.includes(`${table.name}.${name}`) !== true);
}

function hasUniqueKey(table: SampleTableShape, variation: LegacyVariation): boolean {
  const present = new Set(columnsIn(table, variation).map(([name]) => name));
  return variation.withoutUniqueKeys !== true && table.unique?.every((column) => present.has(column)) === true;
}
