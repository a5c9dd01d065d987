import type { Database } from '../sql/database.ts';
import { createLedger, type Ledger, type LedgerOptions } from '../ledger/ledger.ts';
import { migrateSchema } from '../sql/schema-migrator.ts';
import type { OperationContext } from '../systems/operation.ts';
import type { App } from './app.ts';
import { operationContext, type Caller } from './operation-context.ts';
import { prepareLedger } from './prepare-ledger.ts';
import { servingMigrations } from './serving-migrations.ts';
import type { Telemetry } from './telemetry/telemetry.ts';
import { toolVersion } from './tool-version.ts';

/** How an instance is served. */
export interface ServedOptions extends LedgerOptions {
  /** Records what requests and jobs do; whoever opened it closes it, after the instance. */
  readonly telemetry?: Telemetry | undefined;
}

/** One instance of a configuration in service: its database and its one ledger, which all routes and jobs share so that posts are batched. */
export class ServedInstance {
  readonly app: App;
  readonly instance: string;
  readonly database: Database;
  readonly ledger: Ledger;
  readonly telemetry: Telemetry | undefined;

  constructor(
    on: { readonly app: App; readonly instance: string; readonly database: Database },
    { telemetry, ...options }: ServedOptions = {},
  ) {
    this.app = on.app;
    this.instance = on.instance;
    this.database = on.database;
    this.telemetry = telemetry;
    this.ledger = createLedger(on.database, options);
  }

  /** What an operation or a job of a system is given. Throws as `operationContext`; its ledger is this service's and stays open. */
  contextOf(system: string, caller: Caller): Promise<OperationContext<never>> {
    const { database, instance, ledger } = this;
    return operationContext({ instance, database, system: this.app.system(system), ledger }, caller);
  }

  /** Answers what was accepted, then lets go of the database. */
  async close(): Promise<void> {
    await this.ledger.close();
    await this.database.close();
  }
}

/** Makes the tables of a service in a database, or brings them up to this release. Throws what `migrateSchema` throws. */
export async function prepareServing(database: Database): Promise<void> {
  await prepareLedger(database);
  await migrateSchema(database, servingMigrations, toolVersion);
}

/** Opens an instance for service and makes the tables that its routes and jobs need. Throws what `openInstance` and `migrateSchema` throw. */
export async function openServedInstance(
  app: App,
  instance: string,
  options: ServedOptions = {},
): Promise<ServedInstance> {
  const database = await app.openInstance(instance);
  try {
    await prepareServing(database);
    return new ServedInstance({ app, instance, database }, options);
  } catch (error) {
    await database.close();
    throw database.explain(error);
  }
}
