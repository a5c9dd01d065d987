import type { ColumnTypes } from '../../contract/column-types.ts';

/** Compares byte by byte, and exists on MySQL and MariaDB. Both pad trailing spaces with it, which `checkReference` keeps out. */
const BYTES = 'character set utf8mb4 collate utf8mb4_bin';

/** See the contract. `json` is MariaDB's longtext with a validity check and MySQL's own type; both are read as text. */
export const mysqlColumnTypes: ColumnTypes = {
  identity: 'bigint not null auto_increment primary key',
  // LAST_INSERT_ID() is put back when a trigger ends.
  unorderedId: 'bigint not null auto_increment primary key',
  int64: 'bigint',
  text: (length) => `varchar(${length}) ${BYTES}`,
  longText: `longtext ${BYTES}`,
  instant: 'datetime(6)',
  json: 'json',
  tableSuffix: ' engine=InnoDB default character set utf8mb4 collate utf8mb4_bin',
};
