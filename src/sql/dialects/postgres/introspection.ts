import { sql } from 'kysely';
import type { Introspection, Pressure } from '../../contract/introspection.ts';
import type { Handle } from '../../engine.ts';
import { describeTable, describeTables } from './describe-tables.ts';
import { fingerprint } from './fingerprint.ts';
import { relationOf } from './relation-names.ts';
import { schemaText } from './schema-text.ts';

/** See `Introspection`. Names are physical here, so nothing is renamed on the way. */
export const introspection: Introspection = {
  version,
  tables: (handle, names) => describeTables(handle.withoutPlugins(), names),
  table: (handle, name) => describeTable(handle.withoutPlugins(), name),
  schemaText: (handle, include) => schemaText(handle.withoutPlugins(), include),
  fingerprint: (handle, table, columns) => fingerprint(handle.withoutPlugins(), table, columns),
  tableBytes,
  readersHoldUpWriters: () => Promise.resolve(false),
  missingPrivileges,
  pressure,
};

async function version(handle: Handle): Promise<string> {
  const { rows } = await sql<{ version: string }>`select current_setting('server_version') as version`.execute(handle);
  // Distributors append their own number: `15.18 (Debian 15.18-0+deb12u1)`.
  return `PostgreSQL ${rows[0]?.version.split(' ')[0] ?? ''}`;
}

async function tableBytes(handle: Handle, table: string): Promise<bigint | undefined> {
  const { rows } = await sql<{
    bytes: bigint | null;
  }>`select pg_total_relation_size(${relationOf(table)}) as bytes`.execute(handle);
  return rows[0]?.bytes ?? undefined;
}

interface Privileges {
  readonly schema: string | null;
  readonly creates: boolean | null;
  readonly plpgsql: boolean;
  readonly standby: boolean;
}

async function missingPrivileges(handle: Handle): Promise<readonly string[]> {
  const { rows } = await sql<Privileges>`
    select current_schema() as schema, has_schema_privilege(current_schema(), 'CREATE') as creates,
      has_language_privilege('plpgsql', 'USAGE') as plpgsql, pg_is_in_recovery() as standby`.execute(handle);
  const { schema, creates, plpgsql, standby } = rows[0] as Privileges;
  const missing: string[] = [];
  if (schema === null) missing.push('USAGE on a schema of the search_path');
  else if (creates !== true) missing.push(`CREATE on schema ${schema}`);
  if (!plpgsql) missing.push('USAGE on language plpgsql');
  if (standby) missing.push('a server that takes writes (this one is a standby)');
  return missing;
}

async function pressure(handle: Handle): Promise<Pressure> {
  const { rows } = await sql<{ waiters: bigint; lag_ms: string | null }>`
    select (select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock') as waiters,
      (select max(extract(epoch from replay_lag) * 1000)::bigint::text from pg_stat_replication) as lag_ms`.execute(
    handle,
  );
  const { waiters, lag_ms: lagMs } = rows[0] ?? { waiters: 0n, lag_ms: null };
  return { lockWaiters: Number(waiters), replicaLagMs: lagMs === null ? undefined : Number(lagMs) };
}
