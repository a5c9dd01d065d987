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
  return handle
    .withTables<CutoverTables>()
    .selectFrom('carryover_cutovers')
    .selectAll()
    .where('system_name', '=', system)
    .executeTakeFirst();
}

/** As `readCutoverRow`, and undefined too where the tables are missing. */
export async function findCutoverRow(database: Database, system: string): Promise<CutoverRow | undefined> {
  return (await hasCutoverTables(database)) ? readCutoverRow(database.handle, system) : undefined;
}
