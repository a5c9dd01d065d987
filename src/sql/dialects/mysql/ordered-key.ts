import { sql } from 'kysely';
import type { OrderedKey } from '../../contract/ordered-key.ts';
import { mysqlExpressions } from './expressions.ts';

/** Texts are ordered by the collation of their column. MariaDB orders UUIDs by their moment, so they are compared as texts. */
export const mysqlOrderedKey: OrderedKey = (walked, key, column) => {
  const { collation } = walked;
  if (walked.family !== 'text' || collation === undefined) return mysqlExpressions.text(key);
  if (column?.family === 'text' && column.collation === collation) return sql`${key}`;
  const [characterSet = ''] = collation.split('_');
  return sql`(convert(${mysqlExpressions.text(key)} using ${sql.raw(characterSet)}) collate ${sql.raw(collation)})`;
};
