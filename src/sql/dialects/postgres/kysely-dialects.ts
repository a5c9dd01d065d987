import {
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type DatabaseIntrospector,
  type Dialect as KyselyDialect,
  type DialectAdapter,
  type Driver,
  type Kysely,
  type QueryCompiler,
} from 'kysely';
import type pg from 'pg';
import type { ConnectionTarget, OpenOptions } from '../../dialect.ts';
import { AdoptedDriver, PostgresDriver } from './postgres-driver.ts';

/** See `Dialect.connect`. */
export function connect(target: ConnectionTarget, options: OpenOptions): KyselyDialect {
  return kyselyDialect(() => new PostgresDriver(target, options), new PostgresAdapter());
}

/**
 * See `Dialect.adopt`. Throws a TypeError for anything but a connected client of the `pg` package, and for one in pipeline
 * mode, which does not take submitted objects.
 */
export function adopt(connection: unknown): KyselyDialect {
  const client = connection as Partial<pg.Client> | null | undefined;
  if (typeof client?.query !== 'function' || typeof client.getTypeParser !== 'function') {
    throw new TypeError(
      'Only a client of the "pg" package can be adopted; a pool runs each statement on another connection.',
    );
  }
  if (client.pipeline === true) throw new TypeError('A "pg" client in pipeline mode cannot be adopted.');
  return kyselyDialect(() => new AdoptedDriver(client as pg.ClientBase), new SingleConnectionAdapter());
}

/** Makes Kysely wait for one statement before it sends the next, as the `pg` client asks of its users. */
class SingleConnectionAdapter extends PostgresAdapter {
  override get supportsMultipleConnections(): boolean {
    return false;
  }
}

function kyselyDialect(createDriver: () => Driver, adapter: DialectAdapter): KyselyDialect {
  return {
    createDriver,
    createAdapter: (): DialectAdapter => adapter,
    createQueryCompiler: (): QueryCompiler => new PostgresQueryCompiler(),
    createIntrospector: (handle: Kysely<unknown>): DatabaseIntrospector => new PostgresIntrospector(handle),
  };
}
