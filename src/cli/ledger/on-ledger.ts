import { configuredUnits } from '../../app/configured-units.ts';
import { CarryoverError } from '../../base/errors.ts';
import { parseAmount, type Unit } from '../../base/amounts.ts';
import { coreMigrations } from '../../cutover/index.ts';
import type { Database } from '../../sql/database.ts';
import { pendingMigrations } from '../../sql/schema-migrator.ts';
import { ledgerNotMade } from '../cli-errors.ts';
import type { CommandRun } from '../command.ts';
import { onInstances, type InstanceChoice } from '../on-instances.ts';

/** What a command works with that reads or posts on one instance's ledger. */
export interface OnLedger {
  readonly instance: string;
  readonly database: Database;
  readonly system: string;
  readonly units: ReadonlyMap<string, Unit>;
}

/** As `onInstances`, for one system, where Carryover's tables are in place. Throws `LEDGER_NOT_MADE` where they are not. */
export async function onLedger(
  run: CommandRun,
  choice: InstanceChoice,
  work: (on: OnLedger) => Promise<number>,
): Promise<number> {
  const app = await run.app();
  const system = app.system(run.options.system).descriptor.name;
  const units = configuredUnits(app);
  return onInstances(run, choice, async (instance, database) => {
    if ((await pendingMigrations(database, coreMigrations)).length > 0) {
      throw new CarryoverError(ledgerNotMade, { instance, system });
    }
    return work({ instance, database, system, units });
  });
}

/** Reads an amount in a unit's decimals; one that the configuration does not know is read without decimals. Throws `INPUT_INVALID`. */
export function readAmount(text: string, unit: string, units: ReadonlyMap<string, Unit>): bigint {
  return parseAmount(text, units.get(unit) ?? { name: unit, scale: 0 });
}
