import { sql, type RawBuilder } from 'kysely';
import type { Instant } from '../base/instant.ts';
import type { BulkKind, BulkValue } from '../sql/contract/statements.ts';
import type { Database } from '../sql/database.ts';
import type { Handle } from '../sql/engine.ts';

/** Decimals of a sample application's amounts, where nothing else is said. */
export const SAMPLE_DECIMALS = 2;

/**
 * What a column of an old application holds. Each engine gets the type that such an application's framework gives such a field there;
 * `id` is a 64-bit number, `instant` a date with a time.
 */
export type SampleKind = 'id' | 'integer' | 'decimal' | 'text' | 'flag' | 'date' | 'time' | 'instant' | 'json';

/** A value by its column's kind: ids and whole numbers, amounts in minor units, flags as 0 or 1, dates and times as ISO texts. */
export type SampleValue = bigint | string | Instant | null;

/** A table of an old application. */
export interface SampleTableShape {
  readonly name: string;
  /** The first is the primary key. */
  readonly columns: readonly (readonly [name: string, kind: SampleKind])[];
  readonly unique?: readonly string[];
  /** Columns that the application looks rows up by, each with an index of its own. */
  readonly indexed?: readonly string[];
}

/** How the amounts are kept. */
export interface SampleDecimals {
  /** Decimals of the amounts in place of `SAMPLE_DECIMALS`. */
  readonly decimals?: number;
}

/** Makes tables, empty. There are no foreign keys, because rows that point nowhere are among the traps; only primary keys are not null. */
export async function createSampleTables(
  database: Database,
  tables: readonly SampleTableShape[],
  { decimals = SAMPLE_DECIMALS }: SampleDecimals = {},
): Promise<void> {
  for (const table of tables) {
    const columns = table.columns.map(([name, kind], position) => {
      const type = columnType(database, kind, decimals);
      return sql`${sql.ref(name)} ${sql.raw(type)}${sql.raw(position === 0 ? ' not null primary key' : '')}`;
    });
    const keys = table.unique === undefined ? [] : [sql`unique (${refs(table.unique)})`];
    await sql`create table ${sql.table(table.name)} (${sql.join([...columns, ...keys])})`.execute(database.handle);
    for (const column of table.indexed ?? []) {
      const index = sql.ref(`${table.name}_by_${column}`);
      await sql`create index ${index} on ${sql.table(table.name)} (${sql.ref(column)})`.execute(database.handle);
    }
  }
}

/** Rows for one table, each with all columns of the shape in their order. */
export interface SampleRows extends SampleDecimals {
  readonly shape: SampleTableShape;
  readonly rows: readonly (readonly SampleValue[])[];
}

const BULK_KIND: Readonly<Record<SampleKind, BulkKind>> = {
  id: 'int64',
  integer: 'int64',
  decimal: 'int64',
  flag: 'int64',
  text: 'text',
  date: 'text',
  time: 'text',
  instant: 'instant',
  json: 'text',
};

/** Inserts many rows as an application would have written them, by one statement. */
export async function insertSampleRows(database: Database, handle: Handle, insert: SampleRows): Promise<void> {
  if (insert.rows.length === 0) return;
  const { columns } = insert.shape;
  const { embedded } = database.dialect.traits;
  const rows = {
    columns: Object.fromEntries(
      columns.map(([name, kind]) => [name, embedded && kind === 'instant' ? 'text' : BULK_KIND[kind]]),
    ),
    rows: insert.rows.map((row) => columns.map((_column, position) => bulkValue(row[position], embedded))),
  };
  const values = columns.map(([name, kind]) => stored(database, { name, kind, decimals: insert.decimals }));
  await sql`insert into ${sql.table(insert.shape.name)} (${sql.join(columns.map(([name]) => sql.ref(name)))})
    select ${sql.join(values)} from ${database.dialect.statements.rows('r', rows)}`.execute(handle);
}

/** A file keeps points in time as the texts that frameworks write there: `2026-01-05 16:00:00.250000`, in UTC without saying so. */
function bulkValue(value: SampleValue | undefined, embedded: boolean): BulkValue {
  if (value === undefined) throw new Error('A sample row has fewer values than its table has columns.');
  if (!embedded || value === null || typeof value !== 'object') return value;
  return value.toString().replace('T', ' ').replace('Z', '').replace('.000000', '');
}

function stored(
  database: Database,
  column: { readonly name: string; readonly kind: SampleKind; readonly decimals: number | undefined },
): RawBuilder<unknown> {
  const { traits } = database.dialect;
  const value = sql.ref(`r.${column.name}`);
  switch (column.kind) {
    case 'decimal':
      return sql`${value} / ${sql.raw(`${10n ** BigInt(column.decimals ?? SAMPLE_DECIMALS)}.0`)}`;
    case 'flag':
      return sql`(${value} = 1)`;
    case 'json':
      return database.dialect.expressions.json(value);
    case 'date':
    case 'time':
      // A file's dates are texts, and a cast would make numbers of them.
      return traits.embedded ? value : sql`cast(${value} as ${sql.raw(column.kind)})`;
    default:
      return value;
  }
}

function columnType(database: Database, kind: SampleKind, decimals: number): string {
  const { columnTypes, traits } = database.dialect;
  // A file has no type for points in time; there frameworks name the column so and write texts.
  const instant = traits.embedded ? 'datetime' : columnTypes.instant;
  const types: Readonly<Record<SampleKind, string>> = {
    id: columnTypes.int64,
    integer: 'integer',
    decimal: `decimal(12, ${decimals})`,
    text: 'varchar(255)',
    flag: 'boolean',
    date: 'date',
    time: 'time',
    instant,
    json: columnTypes.json,
  };
  return types[kind];
}

function refs(names: readonly string[]): RawBuilder<unknown> {
  return sql.join(names.map((name) => sql.ref(name)));
}
