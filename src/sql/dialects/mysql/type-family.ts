import type { TypeFamily } from '../../contract/introspection.ts';

const BY_TYPE: Readonly<Record<string, TypeFamily>> = {
  tinyint: 'integer',
  smallint: 'integer',
  mediumint: 'integer',
  int: 'integer',
  bigint: 'integer',
  year: 'integer',
  bit: 'integer',
  decimal: 'decimal',
  float: 'float',
  double: 'float',
  char: 'text',
  varchar: 'text',
  tinytext: 'text',
  text: 'text',
  mediumtext: 'text',
  longtext: 'text',
  enum: 'text',
  set: 'text',
  datetime: 'instant',
  timestamp: 'instant',
  date: 'date',
  time: 'time',
  json: 'json',
  uuid: 'uuid',
  binary: 'binary',
  varbinary: 'binary',
  tinyblob: 'binary',
  blob: 'binary',
  mediumblob: 'binary',
  longblob: 'binary',
};

/** What a column's type is for. `tinyint(1)` and `bit(1)` are what these servers have for a boolean. */
export function typeFamily(dataType: string, columnType: string): TypeFamily {
  if (/^(?:tinyint|bit)\(1\)/i.test(columnType)) return 'boolean';
  return BY_TYPE[dataType.toLowerCase()] ?? 'other';
}
