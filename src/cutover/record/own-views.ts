import type { Database } from '../../sql/database.ts';
import type { CutoverTables } from '../tables.ts';
import { hasCutoverTables } from './cutover-row.ts';

/** How the journal writes the inverse of a view that was made. */
export const DROP_VIEW = 'drop-view ';

/** Physical names of the views that this system's present run made, by its journal; empty before any run and after a rollback. */
export async function ownViews(database: Database, system: string): Promise<ReadonlySet<string>> {
  if (!(await hasCutoverTables(database))) return new Set();
  const lines = await database.handle
    .withTables<CutoverTables>()
    .selectFrom('carryover_journal as j')
    .innerJoin('carryover_cutovers as c', (join) =>
      join.onRef('c.system_name', '=', 'j.system_name').onRef('c.run_id', '=', 'j.run_id'),
    )
    .select('j.inverse')
    .where('j.system_name', '=', system)
    .where('c.state', '<>', 'rolled-back')
    .where('j.inverse', 'like', `${DROP_VIEW}%`)
    .execute();
  return new Set(lines.map(({ inverse }) => (inverse ?? '').slice(DROP_VIEW.length)));
}

/**
 * What belongs to the user when two schemas are compared: everything but Carryover's own objects and the views of this run.
 * The filter is given names of tables, views, triggers and indexes alike; all of Carryover's begin with its prefix.
 */
export function userObjects(database: Database, views: ReadonlySet<string>): (objectName: string) => boolean {
  return (name) => !name.startsWith(database.tablePrefix) && !views.has(name);
}
