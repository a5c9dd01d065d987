import type { Actor } from '../base/actor.ts';
import { CarryoverError } from '../base/errors.ts';
import type { Instant } from '../base/instant.ts';
import { cutoverLegacyMismatch, inspectLegacySchema, legacySource, WHOLE } from '../cutover/index.ts';
import { createLedger } from '../ledger/ledger.ts';
import type { Database } from '../sql/database.ts';
import type { OperationContext } from '../systems/operation.ts';
import type { ConfiguredSystem } from './app.ts';

/** Who calls, and as of when where it is not now. */
export interface Caller {
  readonly actor: Actor;
  readonly role?: string;
  readonly ipAddress?: string;
  readonly now?: Instant;
}

/**
 * What operations of a system are given on an open instance; the caller closes `ledger` when done. Throws
 * `CUTOVER_LEGACY_MISMATCH` when the legacy tables, whose master data operations read, are not as mapped.
 */
export async function operationContext(
  on: { readonly instance: string; readonly database: Database; readonly system: ConfiguredSystem },
  caller: Caller,
): Promise<OperationContext<never>> {
  const { instance, database, system } = on;
  const { descriptor, policy } = system;
  const mapping = system.config.tables ?? {};
  const schema = await inspectLegacySchema(database, descriptor.legacy, mapping);
  if (schema.problems.length > 0) {
    throw new CarryoverError(cutoverLegacyMismatch, { instance, system: descriptor.name, problems: schema.problems });
  }
  const { expressions, statements } = database.dialect;
  const asOf = caller.now ?? (await statements.serverNow(database.handle));
  const parts = { expressions, policy, asOf, mapping, walk: descriptor.walk, present: schema.present };
  return { database, ledger: createLedger(database), policy, legacy: legacySource<never>(parts, WHOLE), ...caller };
}
