import { sql } from 'kysely';
import type { ColumnInfo } from '../../contract/introspection.ts';
import type { OrderedKey } from '../../contract/ordered-key.ts';
import { sqliteExpressions } from './expressions.ts';

/** Byte order, which indexes have unless the column says otherwise. What is stored in a column of text affinity needs no cast. */
export const sqliteOrderedKey: OrderedKey = (_walked, key, column) =>
  hasTextAffinity(column) ? sql`${key} collate binary` : sqliteExpressions.text(key);

/** By SQLite's own rule, for which a column declared `uuid` is a number. */
function hasTextAffinity(column: ColumnInfo | undefined): boolean {
  return column !== undefined && !/int/i.test(column.type) && /char|clob|text/i.test(column.type);
}
