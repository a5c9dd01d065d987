import { openDatabase, type Database, type DatabaseOptions } from '../../src/sql/database.ts';
import { freshDatabase } from '../support/fresh-database.ts';

/** An empty database of one test's own, open. */
export interface OpenFresh {
  readonly url: string;
  readonly database: Database;
  /** Closes and drops it; fails when a connection was left open. */
  close(): Promise<void>;
}

/** Makes an empty database on the engine of the running project and opens it. */
export async function openFresh(options: DatabaseOptions = {}): Promise<OpenFresh> {
  const fresh = await freshDatabase();
  const database = await openDatabase(fresh.url, options);
  const close = async (): Promise<void> => {
    await database.close();
    await fresh.drop();
  };
  return { url: fresh.url, database, close };
}
