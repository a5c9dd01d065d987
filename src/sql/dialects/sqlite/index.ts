import type { Dialect } from '../../dialect.ts';
import { sqliteBackupTools } from './backup-tools.ts';
import { classifySqlite } from './classify.ts';
import { sqliteColumnTypes } from './column-types.ts';
import { adoptSqlite, connectSqlite } from './driver.ts';
import { sqliteExpressions, sqliteViewExpressions } from './expressions.ts';
import { sqliteOrderedKey } from './ordered-key.ts';
import { sqliteIntrospection } from './introspection.ts';
import { parseSqliteUrl } from './parse-url.ts';
import { sqliteStatements } from './statements.ts';
import { sqliteTriggerTools } from './trigger-tools.ts';

/** SQLite through better-sqlite3, in this process. */
export const sqliteDialect: Dialect = {
  engine: 'sqlite',
  traits: {
    transactionalDdl: true,
    concurrentWriters: false,
    returning: true,
    skipLocked: false,
    embedded: true,
    clockMicros: false,
    lockTimeoutPerTransaction: false,
  },
  lowestVersions: { SQLite: '3.45' },
  columnTypes: sqliteColumnTypes,
  expressions: sqliteExpressions,
  orderedKey: sqliteOrderedKey,
  viewExpressions: sqliteViewExpressions,
  statements: sqliteStatements,
  introspection: sqliteIntrospection,
  backup: sqliteBackupTools,
  triggers: sqliteTriggerTools,
  parseUrl: parseSqliteUrl,
  connect: connectSqlite,
  adopt: adoptSqlite,
  classify: classifySqlite,
};
