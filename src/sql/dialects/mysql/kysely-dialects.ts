import {
  MysqlAdapter,
  MysqlIntrospector,
  MysqlQueryCompiler,
  type Dialect as KyselyDialect,
  type Driver,
} from 'kysely';
import type { ConnectionTarget, OpenOptions } from '../../dialect.ts';
import { AdoptedAdapter, AdoptedDriver, callbackConnection } from './adopted-driver.ts';
import { MysqlDriver } from './driver.ts';

/** See `Dialect.connect`. */
export function connectMysql(target: ConnectionTarget, options: OpenOptions): KyselyDialect {
  return kyselyDialect(
    () => new MysqlDriver(target, options),
    () => new MysqlAdapter(),
  );
}

/** See `Dialect.adopt`. */
export function adoptMysql(connection: unknown): KyselyDialect {
  const raw = callbackConnection(connection);
  return kyselyDialect(
    () => new AdoptedDriver(raw),
    () => new AdoptedAdapter(raw),
  );
}

function kyselyDialect(createDriver: () => Driver, createAdapter: () => MysqlAdapter): KyselyDialect {
  return {
    createDriver,
    createAdapter,
    createQueryCompiler: () => new MysqlQueryCompiler(),
    createIntrospector: (db) => new MysqlIntrospector(db),
  };
}
