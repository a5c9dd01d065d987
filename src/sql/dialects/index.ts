import { CarryoverError } from '../../base/errors.ts';
import { redactUrl } from '../../base/redact.ts';
import type { Dialect } from '../dialect.ts';
import { sqlUrlInvalid } from '../sql-errors.ts';
import { mysqlDialect } from './mysql/index.ts';
import { postgresDialect } from './postgres/index.ts';
import { sqliteDialect } from './sqlite/index.ts';

const BY_SCHEME: Readonly<Record<string, Dialect>> = {
  sqlite: sqliteDialect,
  file: sqliteDialect,
  postgres: postgresDialect,
  postgresql: postgresDialect,
  mysql: mysqlDialect,
  mariadb: mysqlDialect,
};

/** The dialect that a URL's scheme names. Throws `SQL_URL_INVALID` for any other scheme. */
export function dialectFor(url: string): Dialect {
  const scheme = /^([a-z]+):/i.exec(url)?.[1]?.toLowerCase() ?? '';
  const dialect = BY_SCHEME[scheme];
  if (dialect === undefined) {
    const flaw =
      scheme === '' ? 'it has no scheme' : `the scheme "${scheme}" is none of ${Object.keys(BY_SCHEME).join(', ')}`;
    throw new CarryoverError(sqlUrlInvalid, { shown: redactUrl(url), flaw });
  }
  return dialect;
}
