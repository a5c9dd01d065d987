import type { Actor } from '../base/actor.ts';
import { systemClock } from '../base/clock.ts';
import type { Instant } from '../base/instant.ts';
import type { Database } from '../sql/database.ts';
import { legacySource, WHOLE } from '../cutover/index.ts';
import { createLedger, type Ledger } from '../ledger/ledger.ts';
import type { OperationContext } from '../systems/operation.ts';
import { CarryoverError } from '../base/errors.ts';
import { pendingMigrations } from '../sql/schema-migrator.ts';
import { systemNotMade } from './app-errors.ts';
import type { ConfiguredSystem } from './app.ts';
import { legacyOfInstance, type SystemOnInstance } from './legacy-of-instance.ts';

/** Who calls, and as of when where it is not now. */
export interface Caller {
  readonly actor: Actor;
  readonly role?: string;
  /** Whose things a user may name besides their own. */
  readonly owners?: readonly string[];
  readonly ipAddress?: string;
  readonly now?: Instant;
}

/** Where operations run. Without a ledger one is opened, for the caller to close. */
export interface OperationPlace extends SystemOnInstance {
  readonly system: ConfiguredSystem;
  readonly ledger?: Ledger;
}

/**
 * What operations of a system are given on an open instance; a caller that gave no ledger closes the one it gets. Throws `APP_SYSTEM_NOT_MADE`,
 * `CUTOVER_LEGACY_MISMATCH` when the legacy tables, whose master data operations read, are not as mapped.
 */
export async function operationContext(on: OperationPlace, caller: Caller): Promise<OperationContext<never>> {
  const { database, system } = on;
  const { descriptor, policy } = system;
  const mapping = system.config.tables ?? {};
  await requireMade(on);
  const legacySchema = await legacyOfInstance(on);
  const { present } = legacySchema;
  const { dialect } = database;
  // No operation reads it, so it is not worth asking the database for.
  const asOf = caller.now ?? systemClock.now();
  const parts = { dialect, policy, asOf, mapping, walk: descriptor.walk, present };
  return {
    database,
    ledger: on.ledger ?? createLedger(database),
    policy,
    legacy: legacySource<never>(parts, WHOLE),
    legacySchema,
    ...caller,
  };
}

/** Systems found in place, by open database: looked for once per connection pool, since they come with a cutover and stay. */
const made = new WeakMap<Database, Set<string>>();

async function requireMade({ instance, database, system }: OperationPlace): Promise<void> {
  const { name, schemaMigrations } = system.descriptor;
  const found = made.get(database) ?? new Set<string>();
  made.set(database, found);
  if (found.has(name)) return;
  if ((await pendingMigrations(database, schemaMigrations)).length > 0) {
    throw new CarryoverError(systemNotMade, { system: name, instance });
  }
  found.add(name);
}
