import { Type } from 'typebox';
import { defineRoute, type Route } from '../../http/route.ts';
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

/** All routes of a service that has these systems. */
export function serviceRoutes(systems: readonly string[]): readonly Route<ServiceScope>[] {
  return [
    alive,
    ...ledgerReadRoutes,
    ...ledgerWriteRoutes,
    ...ledgerCheckRoutes,
    ...keyRoutes,
    ...systems.flatMap((system): readonly Route<ServiceScope>[] => registeredSystems[system]?.routes ?? []),
  ];
}
