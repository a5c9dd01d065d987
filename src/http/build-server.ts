import { randomUUID } from 'node:crypto';
import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { fastify, LogController, type FastifyInstance, type FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { CarryoverError } from '../base/errors.ts';
import type { Role } from '../base/role.ts';
import type { Authenticate } from './authenticate.ts';
import { checkPart, type RequestPart } from './check-part.ts';
import { shuttingDown, tooManyRequests } from './http-errors.ts';
import { finishedDocument } from './finished-document.ts';
import { openApiOptions } from './openapi.ts';
import { answerUnknownRoute, answerWithProblem } from './answer-with-problem.ts';
import { problemSchema } from './problem.ts';
import { readJson } from './read-json.ts';
import { registerRoute } from './register-route.ts';
import type { Route } from './route.ts';
import { BODY_BYTES_MAX, REQUEST_TIMEOUT_MS } from './server-limits.ts';

/** How a server behaves towards its callers. */
export interface ServerSettings {
  /** Origins that browsers may call from; none by default. */
  readonly origins: readonly string[];
  /** Requests that one caller (a key, a person, else an address) may make in a minute. */
  readonly requestsPerMinute: number;
  /** Proxies in front whose word on the caller's address is believed, as addresses or ranges; none by default. */
  readonly trustedProxies: readonly string[];
}

/** What a server is made of. */
export interface ServerParts<Scope> {
  readonly scope: Scope;
  readonly routes: readonly Route<Scope>[];
  readonly authenticate: Authenticate;
  readonly settings: ServerSettings;
  readonly logger: Logger;
  readonly version: string;
  /** What an error of a driver means, where it means anything to a caller; others come back as they are. */
  readonly explain: (error: unknown) => unknown;
  /** Told of each answer, for metrics. */
  readonly observe?: (answer: AnswerSeen) => void;
}

/** An answer as figures count it. Nothing of it names a person. */
export interface AnswerSeen {
  readonly method: string;
  /** The route's path with its parameters by name. */
  readonly route: string;
  /** The route's name; undefined where no route was met. */
  readonly name: string | undefined;
  readonly role: Role | undefined;
  readonly status: number;
  readonly seconds: number;
  /** The code of the problem that was answered. */
  readonly code: string | undefined;
}

/** Builds the server; it listens when told to. Everything a caller can see of an error is a problem of RFC 9457. */
export async function buildServer<Scope>(parts: ServerParts<Scope>): Promise<FastifyInstance> {
  const { settings, logger, routes } = parts;
  const server = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: 'idle',
    // Answered by a hook of ours: the server's own answer is no problem document.
    return503OnClosing: false,
    trustProxy: settings.trustedProxies.length === 0 ? false : [...settings.trustedProxies],
    // Ids are ours alone: one from outside would let a caller forge lines of the log.
    requestIdHeader: false,
    genReqId: () => randomUUID(),
    routerOptions: { maxParamLength: 256, caseSensitive: true, ignoreTrailingSlash: false },
  }) as unknown as FastifyInstance;
  server.setErrorHandler(answerWithProblem);
  server.setNotFoundHandler(answerUnknownRoute);
  // Headers are described for the document; the one that routes read is checked where it is read, with a word of its own.
  server.setValidatorCompiler<never>(({ schema, httpPart }) => (value: unknown) => ({
    value: httpPart === 'headers' ? value : checkPart(httpPart as RequestPart, schema, value),
  }));
  // Answers are written as they are: what a schema does not name must not vanish without a word.
  server.setSerializerCompiler(() => (value) => writeJson(value));
  readBodies(server);
  // Before the plugins: one that has routes of its own, such as the page at /docs, has only what was there when it was registered.
  server.decorateRequest('principal', null);
  server.decorateRequest('rawBody', '');
  server.decorateRequest('problemCode', undefined);
  server.addSchema(problemSchema);
  await registerPlugins(server, parts);
  refuseWhileClosing(server);
  tellAnswers(server, parts);
  for (const route of routes) registerRoute(server, route, parts);
  let document: object | undefined;
  server.get('/openapi.json', { schema: { hide: true } }, () => (document ??= finishedDocument(server.swagger())));
  return server;
}

async function registerPlugins(
  server: FastifyInstance,
  { settings, version }: Pick<ServerParts<never>, 'settings' | 'version'>,
): Promise<void> {
  await server.register(helmet, { contentSecurityPolicy: { directives: { ...CONTENT_POLICY } } });
  await server.register(cors, { origin: settings.origins.length === 0 ? false : [...settings.origins] });
  await server.register(rateLimit, {
    max: settings.requestsPerMinute,
    timeWindow: '1 minute',
    // After the caller is known, so that people behind one address do not use up each other's share.
    hook: 'preValidation',
    keyGenerator: callerOf,
    errorResponseBuilder: (_request, { max }) => new CarryoverError(tooManyRequests, { perMinute: max }),
  });
  await server.register(swagger, openApiOptions(version));
  await server.register(swaggerUi, { routePrefix: '/docs', uiConfig: { validatorUrl: null } });
}

/** Every answer has the id of its request, and is told to the log and the figures. */
function tellAnswers(server: FastifyInstance, { observe }: Pick<ServerParts<never>, 'observe'>): void {
  server.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    const seconds = reply.elapsedTime / 1000;
    const { method, principal, problemCode } = request;
    const { name } = request.routeOptions.config as { readonly name?: string };
    observe?.({
      method,
      route,
      name,
      role: principal?.role,
      status: reply.statusCode,
      seconds,
      code: problemCode,
    });
    // The route's pattern and not the address, whose parameters name people.
    request.log.info(
      { method: request.method, route, status: reply.statusCode, ms: Math.round(reply.elapsedTime) },
      'answered',
    );
  });
  server.addHook('onSend', async (request, reply) => {
    reply.header('x-request-id', request.id);
  });
}

/** What pages of this service may load: what the service itself has. */
const CONTENT_POLICY = {
  defaultSrc: ["'self'"],
  imgSrc: ["'self'", 'data:'],
  styleSrc: ["'self'", "'unsafe-inline'"],
  scriptSrc: ["'self'"],
  upgradeInsecureRequests: null,
};

/** What comes over a connection that is still open while the server ends is told to come again; what came before is answered. */
function refuseWhileClosing(server: FastifyInstance): void {
  let isClosing = false;
  server.addHook('preClose', async () => {
    isClosing = true;
  });
  server.addHook('onRequest', async () => {
    if (isClosing) throw new CarryoverError(shuttingDown, {});
  });
  // A connection that its caller keeps open would keep the server from ending for as long as callers wait.
  server.addHook('onSend', async (_request, reply) => {
    if (isClosing) reply.header('connection', 'close');
  });
}

function readBodies(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  const keepAndRead = (request: FastifyRequest, body: string | Buffer): unknown => {
    const text = body.toString();
    request.rawBody = text;
    return text === '' ? undefined : readJson(text);
  };
  server.addContentTypeParser(
    'application/json',
    { parseAs: 'string' },
    async (request: FastifyRequest, body: string) => keepAndRead(request, body),
  );
  // Refused by every route but those whose callers are known to send JSON under this name; see `readsForms`.
  server.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    async (request: FastifyRequest, body: string) => keepAndRead(request, body),
  );
}

function callerOf(request: FastifyRequest): string {
  const { principal } = request;
  return principal === null ? `address ${request.ip}` : `${principal.actor.kind} ${principal.actor.id}`;
}

function writeJson(value: unknown): string {
  return JSON.stringify(value, (_name, member: unknown) => (typeof member === 'bigint' ? member.toString() : member));
}
