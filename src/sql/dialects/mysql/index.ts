import type { Dialect } from '../../dialect.ts';
import { mysqlBackupTools } from './backup-tools.ts';
import { classifyMysqlError } from './classify.ts';
import { mysqlColumnTypes } from './column-types.ts';
import { mysqlExpressions } from './expressions.ts';
import { mysqlOrderedKey } from './ordered-key.ts';
import { mysqlIntrospection } from './introspection.ts';
import { adoptMysql, connectMysql } from './kysely-dialects.ts';
import { parseMysqlUrl } from './parse-url.ts';
import { mysqlStatements } from './statements.ts';
import { mysqlTriggerTools } from './trigger-tools.ts';

/** MariaDB 10.6 or newer through mysql2. MySQL 8 speaks the same protocol, but cannot name a temporary table twice in one statement, as a backfill does. */
export const mysqlDialect: Dialect = {
  engine: 'mysql',
  traits: {
    transactionalDdl: false,
    concurrentWriters: true,
    returning: false,
    skipLocked: true,
    embedded: false,
    clockMicros: true,
    lockTimeoutPerTransaction: true,
  },
  lowestVersions: { MariaDB: '10.6' },
  columnTypes: mysqlColumnTypes,
  expressions: mysqlExpressions,
  orderedKey: mysqlOrderedKey,
  viewExpressions: mysqlExpressions,
  statements: mysqlStatements,
  introspection: mysqlIntrospection,
  backup: mysqlBackupTools,
  triggers: mysqlTriggerTools,
  parseUrl: parseMysqlUrl,
  connect: connectMysql,
  adopt: adoptMysql,
  classify: classifyMysqlError,
};
