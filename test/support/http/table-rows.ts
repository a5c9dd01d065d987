import { sql } from 'kysely';
import type { Database } from '../../../src/sql/database.ts';

/** The names of all tables of Carryover's own in a database. */
export async function ownTables(database: Database): Promise<readonly string[]> {
  const tables = await database.dialect.introspection.tables(database.handle);
  return tables
    .filter(({ name, kind }) => kind === 'table' && name.startsWith('carryover_'))
    .map(({ name }) => name)
    .toSorted();
}

/** How many rows each of these tables has, in one query. */
export async function countRows(
  database: Database,
  tables: readonly string[],
): Promise<Readonly<Record<string, number>>> {
  const counts = tables.map((name) => sql`select ${sql.lit(name)} as name, count(*) as n from ${sql.table(name)}`);
  const { rows } = await sql<{
    name: string;
    n: bigint | number | string;
  }>`${sql.join(counts, sql` union all `)}`.execute(database.handle);
  return Object.fromEntries(rows.map(({ name, n }) => [name, Number(n)]));
}

/** Every value of every row of Carryover's own tables, as one text to look for something in. */
export async function allText(database: Database): Promise<string> {
  const texts: string[] = [];
  for (const name of await ownTables(database)) {
    const { rows } = await sql`select * from ${sql.table(name)}`.execute(database.handle);
    texts.push(JSON.stringify(rows, (_name, value: unknown) => (typeof value === 'bigint' ? `${value}` : value)));
  }
  return texts.join('\n');
}
