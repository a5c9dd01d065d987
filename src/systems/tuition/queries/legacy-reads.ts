import { sql, type RawBuilder } from 'kysely';
import { CarryoverError } from '../../../base/errors.ts';
import type { Fragment } from '../../../sql/contract/expressions.ts';
import type { Database } from '../../../sql/database.ts';
import type { Handle } from '../../../sql/engine.ts';
import type { TuitionSource } from '../read-legacy.ts';
import { legacyColumnMissing } from '../tuition-errors.ts';

/** Where a query runs, and the mapped tables it may read. */
export interface Reads {
  readonly database: Database;
  readonly source: TuitionSource;
  readonly handle: Handle;
}

/** A column that an installation may lack, or null in its place; `read` turns it into what the query wants. */
export function columnOrNull(
  source: TuitionSource,
  at: { readonly alias: string; readonly table: string; readonly column: string },
  read: (column: RawBuilder<unknown>) => Fragment = (column) => column,
): Fragment {
  return source.has(at.table, at.column) ? read(source.column(at.alias, at.table, at.column)) : sql`null`;
}

/** Throws `TUITION_LEGACY_COLUMN_MISSING` for the first column that an operation cannot do without. */
export function requireColumns(
  source: TuitionSource,
  attempt: string,
  columns: readonly `${string}.${string}`[],
): void {
  for (const name of columns) {
    const [table = '', column = ''] = name.split('.');
    if (!source.has(table, column)) throw new CarryoverError(legacyColumnMissing, { attempt, column: name });
  }
}

/** A condition as 1 or 0, which every engine reads back as the same type. */
export function asFlag(condition: Fragment): RawBuilder<bigint> {
  return sql<bigint>`case when ${condition} then 1 else 0 end`;
}
