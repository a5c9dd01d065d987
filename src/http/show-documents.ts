import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { CarryoverError } from '../base/errors.ts';
import { entityTag, tagAnswer } from './entity-tag.ts';
import { finishedDocument } from './finished-document.ts';
import { routeUnknown } from './http-errors.ts';
import { openApiOptions } from './openapi.ts';

/** Where the one document is. */
const ADDRESS = '/openapi.json';

/** What the page's plugin would show besides: the same document before it is finished. */
const UNFINISHED: ReadonlySet<string> = new Set(['/docs/json', '/docs/yaml']);

/** Gathers the document of the routes that are registered from now on, and shows it to people at /docs. */
export async function showDocuments(server: FastifyInstance, version: string): Promise<void> {
  await server.register(swagger, openApiOptions(version));
  await server.register(swaggerUi, {
    routePrefix: '/docs',
    // Named as one of a list, since a list is what the page prefers to the plugin's own address.
    uiConfig: { validatorUrl: null, urls: [{ url: ADDRESS, name: 'Carryover' }] },
    uiHooks: {
      onRequest({ method, routeOptions }, _reply, done) {
        done(UNFINISHED.has(routeOptions.url ?? '') ? new CarryoverError(routeUnknown, { method }) : undefined);
      },
    },
  });
}

/** The finished document for programs at /openapi.json, made when it is first asked for and the same until the process ends. */
export function serveDocument(server: FastifyInstance): void {
  let made: { readonly text: string; readonly tag: string } | undefined;
  const make = (): { readonly text: string; readonly tag: string } => {
    const text = JSON.stringify(finishedDocument(server.swagger()));
    return { text, tag: entityTag(text) };
  };
  server.get(ADDRESS, { schema: { hide: true }, onSend: tagAnswer }, async (_request, reply) => {
    made ??= make();
    return reply.header('content-type', 'application/json; charset=utf-8').header('etag', made.tag).send(made.text);
  });
}
