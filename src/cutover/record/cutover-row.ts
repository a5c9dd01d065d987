import type { Selectable } from 'kysely';
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

/** As `readCutoverRow`, and undefined too where the tables are missing. */
export async function findCutoverRow(database: Database, system: string): Promise<CutoverRow | undefined> {
  return (await hasCutoverTables(database)) ? readCutoverRow(database.handle, system) : undefined;
}
