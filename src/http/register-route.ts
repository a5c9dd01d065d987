import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { CarryoverError } from '../base/errors.ts';
import { authorizeOwner, authorizeRoute } from './authorize.ts';
import type { ServerParts } from './build-server.ts';
import { isTagged, tagAnswer, tagButForMoment } from './entity-tag.ts';
import { idempotencyKeyMissing, mediaTypeUnsupported } from './http-errors.ts';
import { checkIdempotencyKey } from './idempotency-key.ts';
import type { AuthenticationLimit } from './identity/authentication-limit.ts';
import { routeSchema } from './openapi.ts';
import type { Principal } from './principal.ts';
import { Reply, type Background, type Route, type RouteRequest } from './route.ts';

const NOBODY: Principal = { actor: { kind: 'system', id: 'public' }, role: 'user', scopes: [] };

/** How long a stream may take to end by itself when the server does: one whose reader stands still never would. */
const STREAM_END_MS = 1_000;

const backgrounds = new WeakMap<FastifyInstance, Background>();

/** What a route is registered with: the server's parts, and its count of refused credentials. */
export interface RouteParts<Scope> extends ServerParts<Scope> {
  readonly limit: AuthenticationLimit;
}

/** Makes a route answer. Who calls is asked before a byte of the body is read, whose it is once the request is checked. */
export function registerRoute<Scope>(server: FastifyInstance, route: Route<Scope>, parts: RouteParts<Scope>): void {
  const background = backgroundOf(server);
  server.route({
    method: route.method,
    url: route.path,
    schema: routeSchema(route as Route<never>),
    config: { name: route.name },
    ...(isTagged(route as Route<never>) ? { onSend: tagAnswer } : {}),
    async onRequest(request) {
      if (route.access !== 'public') {
        request.principal = await whoCalls(request, parts);
        authorizeRoute(route, request.principal);
      }
      refuseForms(route, request);
    },
    async handler(request, reply) {
      const checked = new CheckedRequest(route, request, { reply, background });
      authorizeOwner(route, checked);
      const result = await route.handle(parts.scope, checked).catch((error: unknown) => {
        throw parts.explain(error);
      });
      return answer(route, result, { reply, background });
    },
  });
}

/** A request without a credential guesses nothing and costs nothing, so only the others are counted. */
function whoCalls<Scope>(
  { headers, ip }: FastifyRequest,
  { authenticate, limit }: RouteParts<Scope>,
): Promise<Principal> {
  const { authorization } = headers;
  if (authorization === undefined) return authenticate(headers);
  return limit.ask({ address: ip, authorization }, () => authenticate(headers));
}

function refuseForms(route: Pick<Route<never>, 'readsForms'>, request: FastifyRequest): void {
  const type = request.headers['content-type'] ?? '';
  if (type.startsWith('application/x-www-form-urlencoded') && route.readsForms !== true)
    throw new CarryoverError(mediaTypeUnsupported, {});
}

/** A request that was checked, as routes see it. */
class CheckedRequest implements RouteRequest {
  readonly principal: Principal;
  readonly params: Readonly<Record<string, unknown>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: unknown;
  readonly rawBody: string;
  readonly headers: FastifyRequest['headers'];
  readonly key: string;
  readonly requestId: string;
  readonly ipAddress: string;
  readonly background: Background;
  readonly #reply: FastifyReply;
  #gone: AbortController | undefined;

  constructor(route: Pick<Route<never>, 'name' | 'key'>, request: FastifyRequest, { reply, background }: Answering) {
    this.principal = request.principal ?? NOBODY;
    this.params = request.params as Record<string, unknown>;
    this.query = request.query as Record<string, unknown>;
    this.body = request.body;
    this.rawBody = request.rawBody;
    this.headers = request.headers;
    this.key = keyOf(route, request);
    this.requestId = request.id;
    this.ipAddress = request.ip;
    this.background = background;
    this.#reply = reply;
  }

  /** Made when it is asked for: few do, and one that is made must be told of the end of its request. */
  get signal(): AbortSignal {
    this.#gone ??= abortedOnClose(this.#reply);
    return this.#gone.signal;
  }
}

function abortedOnClose({ raw }: FastifyReply): AbortController {
  const gone = new AbortController();
  raw.once('close', () => gone.abort());
  return gone;
}

function keyOf({ name, key }: Pick<Route<never>, 'name' | 'key'>, request: FastifyRequest): string {
  if (key === 'none') return '';
  const given = request.headers['idempotency-key'];
  if (typeof given === 'string') return checkIdempotencyKey(given);
  if (key === 'required') throw new CarryoverError(idempotencyKeyMissing, { route: name });
  return randomUUID();
}

function answer<Scope>(route: Route<Scope>, result: unknown, { reply, background }: Answering): FastifyReply {
  const { status = 200, answer: form } = route;
  const isText = 'contentType' in form;
  if (isText) reply.header('content-type', form.contentType).serializer((body: unknown) => String(body));
  if (!(result instanceof Reply)) {
    const tag = isTagged(route) ? tagButForMoment(result) : undefined;
    if (tag !== undefined) reply.header('etag', tag);
    return reply.status(status).send(result);
  }
  reply.status(result.status).headers({ ...result.headers });
  return reply.send(isPieces(result.body) ? streamOf(result.body, { reply, background }) : result.body);
}

interface Answering {
  readonly reply: FastifyReply;
  readonly background: Background;
}

function isPieces(body: unknown): body is AsyncIterable<string> {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body;
}

function streamOf(pieces: AsyncIterable<string>, { reply, background }: Answering): Readable {
  // The connection ends with the stream, or one kept alive would keep the server from ending.
  reply.header('connection', 'close');
  const cutOff = (): void => {
    setTimeout(() => reply.raw.destroy(), STREAM_END_MS).unref();
  };
  background.signal.addEventListener('abort', cutOff, { once: true });
  reply.raw.once('close', () => background.signal.removeEventListener('abort', cutOff));
  return Readable.from(pieces);
}

/** One for each server: it is told when the server begins to end, and keeps it from ending before its work did. */
function backgroundOf(server: FastifyInstance): Background {
  const known = backgrounds.get(server);
  if (known !== undefined) return known;
  const ending = new AbortController();
  const works = new Set<Promise<unknown>>();
  const background: Background = {
    signal: ending.signal,
    keep(work) {
      const kept = work
        .catch((error: unknown) => server.log.error({ err: error }, 'work in the background met something unforeseen'))
        .finally(() => works.delete(kept));
      works.add(kept);
    },
  };
  backgrounds.set(server, background);
  server.addHook('preClose', async () => {
    ending.abort();
    await Promise.all(works);
  });
  return background;
}
