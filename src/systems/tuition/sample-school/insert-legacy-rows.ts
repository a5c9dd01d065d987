import { sql, type RawBuilder } from 'kysely';
import type { Instant } from '../../../base/instant.ts';
import type { BulkKind, BulkValue } from '../../../sql/contract/statements.ts';
import type { Database } from '../../../sql/database.ts';
import type { Handle } from '../../../sql/engine.ts';
import { columnsIn, legacyTable, LEGACY_DECIMALS, type LegacyKind, type LegacyVariation } from './legacy-tables.ts';

/** A value by its column's kind: ids and whole numbers, amounts in minor units, flags as 0 or 1, dates and times as ISO texts. */
export type LegacyValue = bigint | string | Instant | null;

/** Rows of one legacy table, with all its columns in their order; a variation leaves out what its table lacks. */
export interface LegacyRows {
  readonly table: string;
  readonly rows: readonly (readonly LegacyValue[])[];
  readonly variation?: LegacyVariation;
}

const BULK_KIND: Readonly<Record<LegacyKind, BulkKind>> = {
  id: 'int64',
  integer: 'int64',
  decimal: 'int64',
  flag: 'int64',
  text: 'text',
  date: 'text',
  time: 'text',
  instant: 'instant',
};

/** Inserts many rows as the application would have written them, by one statement. */
export async function insertLegacyRows(database: Database, handle: Handle, insert: LegacyRows): Promise<void> {
  if (insert.rows.length === 0) return;
  const { variation = {} } = insert;
  const table = legacyTable(insert.table);
  const columns = columnsIn(table, variation);
  const positions = columns.map(([name]) => table.columns.findIndex(([candidate]) => candidate === name));
  const { embedded } = database.dialect.traits;
  const rows = {
    columns: Object.fromEntries(
      columns.map(([name, kind]) => [name, embedded && kind === 'instant' ? 'text' : BULK_KIND[kind]]),
    ),
    rows: insert.rows.map((row) => positions.map((position) => bulkValue(row[position], embedded))),
  };
  const parts = 10n ** BigInt(variation.decimals ?? LEGACY_DECIMALS);
  const values = columns.map(([name, kind]) => stored({ name, kind, parts, embedded }));
  await sql`insert into ${sql.table(insert.table)} (${sql.join(columns.map(([name]) => sql.ref(name)))})
    select ${sql.join(values)} from ${database.dialect.statements.rows('r', rows)}`.execute(handle);
}

/** A file keeps points in time as the texts Django writes there: `2026-01-05 16:00:00.250000`, in UTC without saying so. */
function bulkValue(value: LegacyValue | undefined, embedded: boolean): BulkValue {
  if (value === undefined) throw new Error('A legacy row has fewer values than its table has columns.');
  if (!embedded || value === null || typeof value !== 'object') return value;
  return value.toString().replace('T', ' ').replace('Z', '').replace('.000000', '');
}

function stored(column: { name: string; kind: LegacyKind; parts: bigint; embedded: boolean }): RawBuilder<unknown> {
  const value = sql.ref(`r.${column.name}`);
  if (column.kind === 'decimal') return sql`${value} / ${sql.raw(`${column.parts}.0`)}`;
  if (column.kind === 'flag') return sql`(${value} = 1)`;
  // A file's dates are texts, and a cast would make numbers of them.
  if (column.embedded || (column.kind !== 'date' && column.kind !== 'time')) return value;
  return sql`cast(${value} as ${sql.raw(column.kind)})`;
}
