import type { ColumnTypes } from '../../contract/column-types.ts';

/**
 * SQLite checks no types by itself. STRICT tables would, but an application whose SQLite is older than 3.37 could then not
 * read any table of the file any more, its own included. What is stored is checked where it is written.
 */
export const sqliteColumnTypes: ColumnTypes = {
  // Without AUTOINCREMENT the number of a deleted last row is given again.
  identity: 'integer primary key autoincrement',
  // last_insert_rowid() is put back when a trigger ends.
  unorderedId: 'integer primary key autoincrement',
  int64: 'integer',
  text: () => 'text',
  longText: 'text',
  instant: 'text',
  json: 'text',
  tableSuffix: '',
};
