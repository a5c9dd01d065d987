import type { Database } from '../../../sql/database.ts';
import type { Handle } from '../../../sql/engine.ts';
import { insertSampleRows, type SampleValue } from '../../sample-tables.ts';
import { columnsIn, legacyTable, type LegacyVariation } from './legacy-tables.ts';

/** A value by its column's kind. */
export type LegacyValue = SampleValue;

/** Rows of one legacy table, with all its columns in their order; a variation leaves out what its table lacks. */
export interface LegacyRows {
  readonly table: string;
  readonly rows: readonly (readonly LegacyValue[])[];
  readonly variation?: LegacyVariation;
}

/** Inserts many rows as the application would have written them, by one statement. */
export async function insertLegacyRows(database: Database, handle: Handle, insert: LegacyRows): Promise<void> {
  const { rows, variation = {} } = insert;
  const table = legacyTable(insert.table);
  const columns = columnsIn(table, variation);
  const positions = columns.map(([name]) => table.columns.findIndex(([candidate]) => candidate === name));
  const { decimals } = variation;
  await insertSampleRows(database, handle, {
    shape: { ...table, columns },
    rows: rows.map((row) => positions.map((position) => valueAt(row, position))),
    ...(decimals === undefined ? {} : { decimals }),
  });
}

function valueAt(row: readonly LegacyValue[], position: number): LegacyValue {
  const value = row[position];
  if (value === undefined) throw new Error('A legacy row has fewer values than its table has columns.');
  return value;
}
