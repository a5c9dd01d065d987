import { sql } from 'kysely';
import type { ColumnInfo } from '../../contract/introspection.ts';
import type { OrderedKey } from '../../contract/ordered-key.ts';
import { expressions } from './expressions.ts';

/** The order of UUIDs is that of the bytes of their texts; texts are ordered by the collation of their column. */
export const orderedKey: OrderedKey = (walked, key, column) => {
  const keptAlike = walked.family === 'uuid' ? column?.family === 'uuid' : isText(walked) && isAlike(walked, column);
  if (keptAlike) return sql`${key}`;
  const text = expressions.text(key);
  return isText(walked) ? sql`${text} collate ${sql.raw(walked.collation)}` : text;
};

function isAlike(walked: ColumnInfo, column: ColumnInfo | undefined): boolean {
  return column !== undefined && isText(column) && column.collation === walked.collation;
}

/** Enums, citext and blank-padded texts have orders of their own, and are compared by their bytes. */
function isText(column: ColumnInfo): column is ColumnInfo & { readonly collation: string } {
  return column.collation !== undefined && /^(?:text|character varying)/.test(column.type);
}
