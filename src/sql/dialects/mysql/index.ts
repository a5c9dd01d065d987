import {
  MysqlAdapter,
  MysqlIntrospector,
  MysqlQueryCompiler,
  type Dialect as KyselyDialect,
  type Driver,
} from 'kysely';
import type { Dialect } from '../../dialect.ts';
import { AdoptedAdapter, AdoptedDriver, callbackConnection } from './adopted-driver.ts';
import { classifyMysqlError } from './classify.ts';
import { mysqlColumnTypes } from './column-types.ts';
import { MysqlDriver } from './driver.ts';
import { mysqlExpressions } from './expressions.ts';
import { mysqlIntrospection } from './introspection.ts';
import { parseMysqlUrl } from './parse-url.ts';
import { mysqlStatements } from './statements.ts';

/** MySQL 8.0.19 or newer and MariaDB 10.6 or newer through mysql2. */
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
  columnTypes: mysqlColumnTypes,
  expressions: mysqlExpressions,
  statements: mysqlStatements,
  introspection: mysqlIntrospection,
  backup: undefined as never,
  parseUrl: parseMysqlUrl,
  connect: (target, options) =>
    kyselyDialect(
      () => new MysqlDriver(target, options),
      () => new MysqlAdapter(),
    ),
  adopt(connection) {
    const raw = callbackConnection(connection);
    return kyselyDialect(
      () => new AdoptedDriver(raw),
      () => new AdoptedAdapter(raw),
    );
  },
  classify: classifyMysqlError,
};

function kyselyDialect(createDriver: () => Driver, createAdapter: () => MysqlAdapter): KyselyDialect {
  return {
    createDriver,
    createAdapter,
    createQueryCompiler: () => new MysqlQueryCompiler(),
    createIntrospector: (db) => new MysqlIntrospector(db),
  };
}
