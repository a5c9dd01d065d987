import { coreMigrations } from '../cutover/index.ts';
import type { Database } from '../sql/database.ts';
import { migrateSchema } from '../sql/schema-migrator.ts';
import { toolVersion } from './tool-version.ts';

/**
 * Makes Carryover's own tables in a database, or brings them up to this release; for an application that uses the ledger
 * without a cutover, which makes them by itself. Any number of processes may call it at once. Throws what `migrateSchema` throws.
 */
export async function prepareLedger(database: Database): Promise<void> {
  await migrateSchema(database, coreMigrations, toolVersion);
}
