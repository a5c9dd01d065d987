import { Type } from 'typebox';
import type { ErrorDefinition } from '../../base/errors.ts';
import { cutoverLegacyMismatch } from '../../cutover/index.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import { sqlDiskFull, sqlLockTimeout, sqlUnreachable } from '../../sql/sql-errors.ts';
import { systemNotMade } from '../app-errors.ts';
import { registeredSystems } from '../registered-systems.ts';
import { keyRoutes } from './key-routes.ts';
import { ledgerCheckRoutes } from './ledger/check-routes.ts';
import { ledgerReadRoutes } from './ledger/read-routes.ts';
import { ledgerWriteRoutes } from './ledger/write-routes.ts';
import type { ServiceScope } from './service-scope.ts';
import * as wire from './wire-fields.ts';

/** Says that the process answers; whether what it needs does is `/readyz`. */
const alive: Route<ServiceScope> = defineRoute({
  method: 'GET',
  path: '/healthz',
  name: 'service.alive',
  title: 'Say that the process answers',
  tag: 'service',
  access: 'public',
  answer: wire.closed({ status: Type.Literal('ok') }),
  errors: [],
  key: 'none',
  handle: async () => ({ status: 'ok' }),
});

/** What any route can meet that asks the database. */
const ofDatabase: readonly ErrorDefinition<never>[] = [sqlUnreachable, sqlLockTimeout, sqlDiskFull];

/** What any route of a system can meet: it was not carried over, or its legacy tables are not as mapped. */
const ofSystem: readonly ErrorDefinition<never>[] = [systemNotMade, cutoverLegacyMismatch];

/** All routes of a service that has these systems. */
export function serviceRoutes(systems: readonly string[]): readonly Route<ServiceScope>[] {
  const ofSystems = systems.flatMap(
    (system): readonly Route<ServiceScope>[] => registeredSystems[system]?.routes ?? [],
  );
  const own = [...ledgerReadRoutes, ...ledgerWriteRoutes, ...ledgerCheckRoutes, ...keyRoutes];
  return [
    alive,
    ...[...own, ...ofSystems.map((route) => alsoThrowing(route, ofSystem))].map((route) =>
      alsoThrowing(route, ofDatabase),
    ),
  ];
}

function alsoThrowing(route: Route<ServiceScope>, errors: readonly ErrorDefinition<never>[]): Route<ServiceScope> {
  return { ...route, errors: [...route.errors, ...errors] };
}
