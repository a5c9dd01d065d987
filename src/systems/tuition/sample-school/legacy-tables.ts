import { sql, type RawBuilder } from 'kysely';
import type { Database } from '../../../sql/database.ts';

/** Decimals of the application's amounts, unless a variation has others. */
export const LEGACY_DECIMALS = 2;

/** What a column of the old application holds. Each engine gets the type that Django gives such a field there. */
export type LegacyKind = 'id' | 'integer' | 'decimal' | 'text' | 'flag' | 'date' | 'time' | 'instant';

/** A table of the old application. */
export interface LegacyTableShape {
  readonly name: string;
  /** The first is the primary key. */
  readonly columns: readonly (readonly [name: string, kind: LegacyKind])[];
  readonly unique?: readonly string[];
}

/** How a database may differ from the usual one: older, without constraints, or in a currency with other decimals. */
export interface LegacyVariation {
  /** Columns an older version lacked: `attendances.allow_entry`. */
  readonly without?: readonly string[];
  /** True for tables whose unique constraints were never made. */
  readonly withoutUniqueKeys?: boolean;
  /** Decimals of the amounts in place of `LEGACY_DECIMALS`. */
  readonly decimals?: number;
}

/**
 * The application's tables in the order of their references. There are no foreign keys, because rows that point nowhere are
 * among the traps, and ids are given by whoever inserts. Only primary keys are not null: what is missing is a trap too.
 */
export const legacyTables: readonly LegacyTableShape[] = [
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
export function legacyTable(name: string): LegacyTableShape {
  const table = legacyTables.find((candidate) => candidate.name === name);
  if (table === undefined) throw new Error(`The old application had no table "${name}".`);
  return table;
}

/** Makes the application's tables, empty. */
export async function createLegacyTables(database: Database, variation: LegacyVariation = {}): Promise<void> {
  for (const table of legacyTables) {
    const columns = columnsIn(table, variation).map(([name, kind], position) => {
      const type = columnType(database, kind, variation.decimals ?? LEGACY_DECIMALS);
      return sql`${sql.ref(name)} ${sql.raw(type)}${sql.raw(position === 0 ? ' not null primary key' : '')}`;
    });
    const keys = hasUniqueKey(table, variation) ? [sql`unique (${refs(table.unique ?? [])})`] : [];
    await sql`create table ${sql.table(table.name)} (${sql.join([...columns, ...keys])})`.execute(database.handle);
  }
}

/** The columns a table has in a variation. */
export function columnsIn(table: LegacyTableShape, variation: LegacyVariation): LegacyTableShape['columns'] {
  return table.columns.filter(([name]) => variation.without?.includes(`${table.name}.${name}`) !== true);
}

function hasUniqueKey(table: LegacyTableShape, variation: LegacyVariation): boolean {
  const present = new Set(columnsIn(table, variation).map(([name]) => name));
  return variation.withoutUniqueKeys !== true && table.unique?.every((column) => present.has(column)) === true;
}

function columnType(database: Database, kind: LegacyKind, decimals: number): string {
  const { columnTypes, traits } = database.dialect;
  // A file has no type for points in time; there Django names the column so and writes texts.
  const instant = traits.embedded ? 'datetime' : columnTypes.instant;
  const types: Readonly<Record<LegacyKind, string>> = {
    id: columnTypes.int64,
    integer: 'integer',
    decimal: `decimal(12, ${decimals})`,
    text: 'varchar(255)',
    flag: 'boolean',
    date: 'date',
    time: 'time',
    instant,
  };
  return types[kind];
}

function refs(names: readonly string[]): RawBuilder<unknown> {
  return sql.join(names.map((name) => sql.ref(name)));
}
