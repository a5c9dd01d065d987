import { CarryoverError } from '../base/errors.ts';
import { cutoverLegacyMismatch, inspectLegacySchema, type LegacySchema } from '../cutover/index.ts';
import type { Database } from '../sql/database.ts';
import type { ConfiguredSystem } from './app.ts';
import type { SystemConfig } from './config.ts';

/**
 * What was found per open database and configured system. A schema is read once per connection pool, not once per operation: a column
 * that the application adds later is not used before the database is opened again, one that it drops fails the query that names it.
 */
const inspected = new WeakMap<Database, WeakMap<SystemConfig, Promise<LegacySchema>>>();

/** Where a system is looked at. */
export interface SystemOnInstance {
  readonly instance: string;
  readonly database: Database;
  readonly system: Pick<ConfiguredSystem, 'descriptor' | 'config'>;
}

/**
 * The legacy tables of a system on an open instance, read the first time they are asked for. Throws `CUTOVER_LEGACY_MISMATCH` when they
 * are not as mapped; they are then read again the next time, since a person may correct them meanwhile.
 */
export async function legacyOfInstance(on: SystemOnInstance): Promise<LegacySchema> {
  const { instance, database, system } = on;
  const { descriptor, config } = system;
  const ofDatabase = inspected.get(database) ?? new WeakMap<SystemConfig, Promise<LegacySchema>>();
  inspected.set(database, ofDatabase);
  const reading = ofDatabase.get(config) ?? inspectLegacySchema(database, descriptor.legacy, config.tables ?? {});
  ofDatabase.set(config, reading);
  try {
    const schema = await reading;
    const { problems } = schema;
    if (problems.length === 0) return schema;
    throw new CarryoverError(cutoverLegacyMismatch, { instance, system: descriptor.name, problems });
  } catch (error) {
    if (ofDatabase.get(config) === reading) ofDatabase.delete(config);
    throw error;
  }
}
