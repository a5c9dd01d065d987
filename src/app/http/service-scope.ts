import type { Database } from '../../sql/database.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { SystemScope } from '../../systems/operation-route.ts';
import { configuredUnits } from '../configured-units.ts';
import { KeyStore } from '../identity/key-store.ts';
import type { Service } from '../service.ts';
import { Amounts } from './ledger/ledger-answers.ts';
import type { LedgerScope } from './ledger/ledger-scope.ts';

/** What the service's routes work with: one instance, its ledger, its systems and its keys. */
export class ServiceScope implements LedgerScope, SystemScope {
  readonly service: Service;
  readonly amounts: Amounts;
  readonly keys: KeyStore;
  readonly contextOf: SystemScope['contextOf'];

  constructor(service: Service) {
    this.service = service;
    this.amounts = new Amounts(configuredUnits(service.app));
    this.keys = new KeyStore(service.database);
    this.contextOf = (system, caller) => service.contextOf(system, caller);
  }

  get database(): Database {
    return this.service.database;
  }

  get ledger(): Ledger {
    return this.service.ledger;
  }
}
