import { sql } from 'kysely';
import type { Introspection } from '../../contract/introspection.ts';
import { describeTables } from './describe-tables.ts';
import { fingerprint } from './fingerprint.ts';
import { missingPrivileges } from './missing-privileges.ts';
import { schemaText } from './schema-text.ts';

/** See the contract. */
export const mysqlIntrospection: Introspection = {
  async version(handle) {
    const { rows } = await sql<{ version: string }>`select version() as version`.execute(handle);
    return productVersion(rows[0]?.version ?? '');
  },

  tables: describeTables,

  async table(handle, name) {
    const [table] = await describeTables(handle, [name]);
    return table;
  },

  schemaText,
  fingerprint,

  async tableBytes(handle, table) {
    const { rows } = await sql<{ bytes: bigint | null }>`
      select cast(data_length + index_length as signed) as bytes
      from information_schema.tables
      where table_schema = database() and table_name = ${table}`.execute(handle);
    return rows[0]?.bytes ?? undefined;
  },

  readersHoldUpWriters: () => Promise.resolve(false),
  missingPrivileges,

  async pressure(handle) {
    // Counted as it is asked for, and open to every user. information_schema.innodb_trx takes the privilege PROCESS, and
    // shows an old picture for as long as anybody reads it more than ten times a second.
    const { rows } = await sql<{ Value: string }>`show global status like 'Innodb_row_lock_current_waits'`.execute(
      handle,
    );
    return { lockWaiters: Number(rows[0]?.Value ?? 0), replicaLagMs: undefined };
  },
};

/** `MariaDB 10.11.14` from `10.11.14-MariaDB-0+deb12u2`, `MySQL 8.0.36` from `8.0.36`. */
export function productVersion(serverVersion: string): string {
  const number = /\d+(?:\.\d+)+/.exec(serverVersion.replace(/^5\.5\.5-/, ''))?.[0] ?? serverVersion;
  return `${/mariadb/i.test(serverVersion) ? 'MariaDB' : 'MySQL'} ${number}`;
}
