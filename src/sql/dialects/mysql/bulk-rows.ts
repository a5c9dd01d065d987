import { sql, type RawBuilder } from 'kysely';
import { isInt64 } from '../../../base/int64.ts';
import { Instant } from '../../../base/instant.ts';
import type { BulkKind, BulkRows, BulkValue } from '../../contract/statements.ts';
import { instantText } from './value-codec.ts';

const COLUMN_TYPE: Readonly<Record<BulkKind, string>> = {
  int64: 'bigint',
  text: 'longtext character set utf8mb4 collate utf8mb4_bin',
  instant: 'datetime(6)',
  json: 'longtext character set utf8mb4 collate utf8mb4_bin',
};

/**
 * The rows as one JSON document that the server takes apart, so that the statement's text is the same for any number of
 * rows. MariaDB keeps a value that does not fit by clamping it, "error on error" or not, so every value is checked here.
 */
export function jsonTable(alias: string, bulk: BulkRows): RawBuilder<unknown> {
  const columns = Object.entries(bulk.columns).map(
    ([name, kind], position) =>
      sql`${sql.ref(name)} ${sql.raw(COLUMN_TYPE[kind])} path ${sql.lit(`$[${position}]`)} error on error`,
  );
  return sql`json_table(${rowsJson(bulk)}, '$[*]' columns (${sql.join(columns)})) as ${sql.ref(alias)}`;
}

/** All values, row by row. Throws TypeError for a value that is not of its column's kind. */
export function bulkParameters({ columns, rows }: BulkRows): BulkValue[] {
  const kinds = Object.values(columns);
  return rows.flatMap((row) => {
    checkRow(row, kinds);
    return row;
  });
}

/** What `jsonTable` binds. */
export function rowsJson({ columns, rows }: BulkRows): string {
  const kinds = Object.values(columns);
  return `[${rows.map((row) => rowJson(row, kinds)).join(',')}]`;
}

function rowJson(row: readonly BulkValue[], kinds: readonly BulkKind[]): string {
  checkRow(row, kinds);
  return `[${row.map(valueJson).join(',')}]`;
}

function valueJson(value: BulkValue): string {
  if (typeof value === 'bigint') return value.toString();
  return JSON.stringify(value instanceof Instant ? instantText(value) : value);
}

function checkRow(row: readonly BulkValue[], kinds: readonly BulkKind[]): void {
  if (row.length !== kinds.length)
    throw new TypeError(`a row has ${row.length} values, against ${kinds.length} columns`);
  for (const [position, value] of row.entries()) {
    const kind = kinds[position];
    if (value === null || (kind !== undefined && FITS[kind](value))) continue;
    throw new TypeError(`a bulk value of type ${typeof value} does not fit its column of kind ${kind}`);
  }
}

const isText = (value: BulkValue): boolean => typeof value === 'string' && value.isWellFormed();

const FITS: Readonly<Record<BulkKind, (value: BulkValue) => boolean>> = {
  int64: (value) => typeof value === 'bigint' && isInt64(value),
  instant: (value) => value instanceof Instant,
  text: isText,
  json: isText,
};
