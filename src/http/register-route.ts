import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { CarryoverError } from '../base/errors.ts';
import { authorizeOwner, authorizeRoute } from './authorize.ts';
import type { ServerParts } from './build-server.ts';
import { idempotencyKeyMissing, mediaTypeUnsupported } from './http-errors.ts';
import { checkIdempotencyKey } from './idempotency-key.ts';
import { routeSchema } from './openapi.ts';
import type { Principal } from './principal.ts';
import { Reply, type Route, type RouteRequest } from './route.ts';

const NOBODY: Principal = { actor: { kind: 'system', id: 'public' }, role: 'user', scopes: [] };

/** Makes a route answer. Who calls is asked before a byte of the body is read, whose it is once the request is checked. */
export function registerRoute<Scope>(server: FastifyInstance, route: Route<Scope>, parts: ServerParts<Scope>): void {
  server.route({
    method: route.method,
    url: route.path,
    schema: routeSchema(route as Route<never>),
    async onRequest(request) {
      if (route.access !== 'public') {
        request.principal = await parts.authenticate(request.headers);
        authorizeRoute(route, request.principal);
      }
      refuseForms(route, request);
    },
    async handler(request, reply) {
      const checked = checkedRequest(route, request, reply);
      authorizeOwner(route, checked);
      const result = await route.handle(parts.scope, checked).catch((error: unknown) => {
        throw parts.explain(error);
      });
      return answer(route, result, reply);
    },
  });
}

function refuseForms(route: Pick<Route<never>, 'readsForms'>, request: FastifyRequest): void {
  const type = request.headers['content-type'] ?? '';
  if (type.startsWith('application/x-www-form-urlencoded') && route.readsForms !== true)
    throw new CarryoverError(mediaTypeUnsupported, {});
}

function checkedRequest(
  route: Pick<Route<never>, 'name' | 'key'>,
  request: FastifyRequest,
  reply: FastifyReply,
): RouteRequest {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  return {
    principal: request.principal ?? NOBODY,
    params: request.params as Record<string, unknown>,
    query: request.query as Record<string, unknown>,
    body: request.body,
    rawBody: request.rawBody,
    headers: request.headers,
    key: keyOf(route, request),
    requestId: request.id,
    ipAddress: request.ip,
    signal: gone.signal,
  };
}

function keyOf({ name, key }: Pick<Route<never>, 'name' | 'key'>, request: FastifyRequest): string {
  if (key === 'none') return '';
  const given = request.headers['idempotency-key'];
  if (typeof given === 'string') return checkIdempotencyKey(given);
  if (key === 'required') throw new CarryoverError(idempotencyKeyMissing, { route: name });
  return randomUUID();
}

function answer<Scope>(route: Route<Scope>, result: unknown, reply: FastifyReply): FastifyReply {
  const { status = 200, answer: form } = route;
  const isText = 'contentType' in form;
  if (isText) reply.header('content-type', form.contentType as string).serializer((body: unknown) => String(body));
  if (!(result instanceof Reply)) return reply.status(status).send(result);
  return reply
    .status(result.status)
    .headers({ ...result.headers })
    .send(result.body);
}
