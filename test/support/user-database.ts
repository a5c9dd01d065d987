import type { Database } from '../../src/sql/database.ts';
import { fingerprintDatabase } from '../../src/cutover/backup/fingerprint-database.ts';

/** The schema and the content of everything in a database that is not Carryover's. */
export async function userDatabase(database: Database): Promise<unknown> {
  const isTheirs = (name: string): boolean => !name.startsWith(database.tablePrefix);
  const schema = await database.dialect.introspection.schemaText(database.handle, isTheirs);
  const { tables } = await fingerprintDatabase(database, database.handle);
  return { schema, tables: tables.filter(({ name }) => isTheirs(name)) };
}
