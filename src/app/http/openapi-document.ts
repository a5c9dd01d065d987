import { pino } from 'pino';
import { buildServer } from '../../http/build-server.ts';
import { finishedDocument } from '../../http/finished-document.ts';
import type { Route } from '../../http/route.ts';
import { registeredSystems } from '../registered-systems.ts';
import { toolVersion } from '../tool-version.ts';
import { allRoutes } from './all-routes.ts';

/** The OpenAPI document of a service that has every system, made by the server itself, without an instance. */
export async function openApiDocument(): Promise<object> {
  const nobody = (): never => {
    throw new Error('The document is made without an instance; no route is called.');
  };
  const server = await buildServer({
    scope: undefined,
    routes: allRoutes(Object.keys(registeredSystems)) as unknown as readonly Route<undefined>[],
    authenticate: nobody,
    settings: { origins: [], requestsPerMinute: 1, trustedProxies: [] },
    logger: pino({ enabled: false }),
    version: toolVersion,
    explain: nobody,
  });
  try {
    await server.ready();
    return finishedDocument(server.swagger());
  } finally {
    await server.close();
  }
}
