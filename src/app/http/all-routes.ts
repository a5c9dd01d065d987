import type { ErrorDefinition } from '../../base/errors.ts';
import { cutoverLegacyMismatch } from '../../cutover/index.ts';
import type { Route } from '../../http/route.ts';
import { sqlDiskFull, sqlLockTimeout, sqlUnreachable } from '../../sql/sql-errors.ts';
import { billingSystem } from '../../systems/billing/index.ts';
import { systemNotMade } from '../app-errors.ts';
import { registeredSystems } from '../registered-systems.ts';
import { cutoverRoutes } from './cutover/cutover-routes.ts';
import { noticeRoutes } from '../notices/notice-routes.ts';
import { paymentRoutes } from '../payments/payment-routes.ts';
import { healthRoutes } from './health-routes.ts';
import { keyRoutes } from './key-routes.ts';
import { ledgerCheckRoutes } from './ledger/check-routes.ts';
import { ledgerReadRoutes } from './ledger/read-routes.ts';
import { ledgerWriteRoutes } from './ledger/write-routes.ts';
import type { ServeScope } from './serve-scope.ts';

/** What any route can meet that asks the database. */
const ofDatabase: readonly ErrorDefinition<never>[] = [sqlUnreachable, sqlLockTimeout, sqlDiskFull];

/** What any route of a system can meet: it was not carried over, or its legacy tables are not as mapped. */
const ofSystem: readonly ErrorDefinition<never>[] = [systemNotMade, cutoverLegacyMismatch];

/** All routes of a service that has these systems. */
export function allRoutes(systems: readonly string[]): readonly Route<ServeScope>[] {
  const ofSystems = systems.flatMap((system): readonly Route<ServeScope>[] => [
    ...(registeredSystems[system]?.routes ?? []),
    ...(system === billingSystem.name ? paymentRoutes : []),
  ]);
  const own = [
    ...ledgerReadRoutes,
    ...ledgerWriteRoutes,
    ...ledgerCheckRoutes,
    ...cutoverRoutes,
    ...keyRoutes,
    ...noticeRoutes,
  ];
  return [
    ...healthRoutes,
    ...[...own, ...ofSystems.map((route) => alsoThrowing(route, ofSystem))].map((route) =>
      alsoThrowing(route, ofDatabase),
    ),
  ];
}

function alsoThrowing(route: Route<ServeScope>, errors: readonly ErrorDefinition<never>[]): Route<ServeScope> {
  return { ...route, errors: [...route.errors, ...errors] };
}
