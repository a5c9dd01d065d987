import type { Actor } from '../base/actor.ts';
import type { Instant } from '../base/instant.ts';
import { legacySource, WHOLE } from '../cutover/index.ts';
import { createLedger, type Ledger } from '../ledger/ledger.ts';
import type { OperationContext } from '../systems/operation.ts';
import type { ConfiguredSystem } from './app.ts';
import { legacyOfInstance, type SystemOnInstance } from './legacy-of-instance.ts';

/** Who calls, and as of when where it is not now. */
export interface Caller {
  readonly actor: Actor;
  readonly role?: string;
  readonly ipAddress?: string;
  readonly now?: Instant;
}

/** Where operations run. Without a ledger one is opened, for the caller to close. */
export interface OperationPlace extends SystemOnInstance {
  readonly system: ConfiguredSystem;
  readonly ledger?: Ledger;
}

/**
 * What operations of a system are given on an open instance; a caller that gave no ledger closes the one it gets. Throws
 * `CUTOVER_LEGACY_MISMATCH` when the legacy tables, whose master data operations read, are not as mapped.
 */
export async function operationContext(on: OperationPlace, caller: Caller): Promise<OperationContext<never>> {
  const { database, system } = on;
  const { descriptor, policy } = system;
  const mapping = system.config.tables ?? {};
  const { present } = await legacyOfInstance(on);
  const { dialect } = database;
  const asOf = caller.now ?? (await dialect.statements.serverNow(database.handle));
  const parts = { dialect, policy, asOf, mapping, walk: descriptor.walk, present };
  return {
    database,
    ledger: on.ledger ?? createLedger(database),
    policy,
    legacy: legacySource<never>(parts, WHOLE),
    ...caller,
  };
}
