import type { Selectable } from 'kysely';
import type { Instant } from '../../base/instant.ts';
import type { Database } from '../../sql/database.ts';
import type { Handle } from '../../sql/engine.ts';
import type { CutoversTable, CutoverTables } from '../tables.ts';

/** The stored state of a cutover. */
export type CutoverRow = Selectable<CutoversTable>;

/** True when Carryover's tables for cutovers exist in this database. */
export async function hasCutoverTables(database: Database): Promise<boolean> {
  const table = await database.dialect.introspection.table(database.handle, database.tableName('carryover_cutovers'));
  return table !== undefined;
}

/** The row of a system's cutover, or undefined when there never was one. The tables must exist. */
export async function readCutoverRow(handle: Handle, system: string): Promise<CutoverRow | undefined> {
  const found = await handle
    .withTables<CutoverTables>()
    .selectFrom('carryover_cutovers')
    .selectAll()
    // An engine without a type for instants knows one by the name of its column in the result, which "as_of" does not have.
    .select('as_of as as_of_at')
    .where('system_name', '=', system)
    .executeTakeFirst();
  if (found === undefined) return undefined;
  const { as_of_at: asOf, ...row } = found;
  return { ...row, as_of: asOf };
}

/** True while somebody holds the lease and gave a sign of life within its time, by the database's clock. */
export function isAlive(row: Pick<CutoverRow, 'holder' | 'heartbeat_at' | 'lease_ttl_ms'>, now: Instant): boolean {
  return row.holder !== null && now.epochMicros - row.heartbeat_at.epochMicros <= row.lease_ttl_ms * 1000n;
}

/** As `readCutoverRow`, and undefined too where the tables are missing. */
export async function findCutoverRow(database: Database, system: string): Promise<CutoverRow | undefined> {
  return (await hasCutoverTables(database)) ? readCutoverRow(database.handle, system) : undefined;
}
