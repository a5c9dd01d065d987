import { Kysely, sql } from 'kysely';
import type { ConnectionTarget, OpenOptions } from '../../dialect.ts';
import type { Handle, NoTables } from '../../engine.ts';
import type { Flavour } from './client-programs.ts';
import { connectMysql } from './kysely-dialects.ts';

/** Connections for a piece of work, closed after it. */
export async function withHandle<T>(
  target: ConnectionTarget,
  options: OpenOptions,
  work: (handle: Handle) => Promise<T>,
): Promise<T> {
  const handle = new Kysely<NoTables>({ dialect: connectMysql(target, options) });
  try {
    return await work(handle);
  } finally {
    await handle.destroy();
  }
}

/** Whose server it is. */
export async function serverFlavour(handle: Handle): Promise<Flavour> {
  const { rows } = await sql<{ version: string }>`select version() as version`.execute(handle);
  return /mariadb/i.test(rows[0]?.version ?? '') ? 'MariaDB' : 'MySQL';
}
