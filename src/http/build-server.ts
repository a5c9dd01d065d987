import { randomUUID } from 'node:crypto';
import cors from '@fastify/cors';
import rateLimit, { normalizeIP } from '@fastify/rate-limit';
import { fastify, LogController, type FastifyInstance, type FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { CarryoverError } from '../base/errors.ts';
import type { Role } from '../base/role.ts';
import type { Authenticate } from './authenticate.ts';
import { checkPart, type RequestPart } from './check-part.ts';
import { requestUnreadable, shuttingDown, tooManyRequests } from './http-errors.ts';
import { watchMethods, type AllowedMethods } from './allowed-methods.ts';
import { answerUnknownRoute, answerUnroutable, answerWithProblem } from './answer-with-problem.ts';
import { AuthenticationLimit } from './identity/authentication-limit.ts';
import { problemSchema } from './problem.ts';
import { readJson } from './read-json.ts';
import { answerAskedOfNode, refuseConnections } from './refuse-connections.ts';
import { registerRoute } from './register-route.ts';
import type { Route } from './route.ts';
import {
  AUTHENTICATION_FAILURES_PER_MINUTE,
  BODY_BYTES_MAX,
  HEADER_BYTES_MAX,
  REQUEST_TIMEOUT_SECONDS,
} from './server-limits.ts';
import { secureAnswers } from './secure-answers.ts';
import { serveDocument, showDocuments } from './show-documents.ts';
import { writeJson } from './write-json.ts';

/** How a server behaves towards its callers. */
export interface ServerSettings {
  /** Origins that browsers may call from; none by default. */
  readonly origins: readonly string[];
  /** Requests that one caller (a key, a person, else an address) may make in a minute. */
  readonly requestsPerMinute: number;
  /** Proxies in front whose word on the caller's address is believed, as addresses or ranges; none by default. */
  readonly trustedProxies: readonly string[];
  /** Keys and tokens of one address that may be refused in a minute before no unknown one is judged; 300. */
  readonly authenticationFailuresPerMinute?: number;
  /** How long a caller may take to send a request; 30. */
  readonly requestTimeoutSeconds?: number;
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
  const { settings, logger, routes, version } = parts;
  const server = openFastify(settings, logger);
  const allowedMethods = watchMethods(server);
  server.setErrorHandler(answerWithProblem);
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
  refuseEarly(server);
  await registerPlugins(server, settings);
  refuseUnknownRoutes(server, allowedMethods);
  await showDocuments(server, version);
  tellAnswers(server, parts);
  answerAskedOfNode(server, logger);
  const limit = new AuthenticationLimit(settings.authenticationFailuresPerMinute ?? AUTHENTICATION_FAILURES_PER_MINUTE);
  for (const route of routes) registerRoute(server, route, { ...parts, limit });
  serveDocument(server);
  return server;
}

function openFastify(settings: ServerSettings, logger: Logger): FastifyInstance {
  const { trustedProxies, requestTimeoutSeconds = REQUEST_TIMEOUT_SECONDS } = settings;
  const requestTimeout = requestTimeoutSeconds * 1000;
  return fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout,
    http: {
      maxHeaderSize: HEADER_BYTES_MAX,
      headersTimeout: requestTimeout,
      // Of the time that callers have, a tenth more at most.
      connectionsCheckingInterval: requestTimeout / 10,
      // Node would answer 400 without a word; a hook of ours asks for the header.
      requireHostHeader: false,
    },
    forceCloseConnections: 'idle',
    // Answered by a hook of ours: the server's own answer is no problem document.
    return503OnClosing: false,
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
    // Ids are ours alone: one from outside would let a caller forge lines of the log.
    requestIdHeader: false,
    genReqId: () => randomUUID(),
    routerOptions: { maxParamLength: 256, caseSensitive: true, ignoreTrailingSlash: false },
    frameworkErrors: answerUnroutable,
    clientErrorHandler: refuseConnections({ logger, requestTimeoutSeconds }),
  }) as unknown as FastifyInstance;
}

async function registerPlugins(server: FastifyInstance, { origins, requestsPerMinute }: ServerSettings): Promise<void> {
  secureAnswers(server);
  await server.register(cors, {
    // A function, so that the preflight of an origin that is not named is answered as any OPTIONS is.
    origin:
      origins.length === 0 ? false : (origin, answer) => answer(null, origin !== undefined && origins.includes(origin)),
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'],
    exposedHeaders: ['etag', 'location', 'retry-after', 'x-request-id'],
    // Its answer to half a preflight is no problem document.
    strictPreflight: false,
  });
  await server.register(rateLimit, {
    max: requestsPerMinute,
    timeWindow: '1 minute',
    // After the caller is known, so that people behind one address do not use up each other's share.
    hook: 'preValidation',
    keyGenerator: callerOf,
    errorResponseBuilder: (_request, { max }) => new CarryoverError(tooManyRequests, { perMinute: max }),
  });
}

function refuseUnknownRoutes(server: FastifyInstance, allowedMethods: AllowedMethods): void {
  server.setNotFoundHandler((request, reply) => answerUnknownRoute(request, reply, allowedMethods));
  // Before anything is read: the framework itself answers methods that it does not know.
  server.addHook('onRequest', async (request, reply) => {
    if (!request.is404) return;
    answerUnknownRoute(request, reply, allowedMethods);
    return reply;
  });
}

/** Every answer has the id of its request, and is told to the log and the figures. */
function tellAnswers(server: FastifyInstance, { observe }: Pick<ServerParts<never>, 'observe'>): void {
  server.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    const seconds = reply.elapsedTime / 1000;
    const { method, principal, problemCode } = request;
    const { name } = request.routeOptions.config;
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

/**
 * What comes over a connection that is still open while the server ends is told to come again; what came before is answered. And a
 * request of HTTP/1.1 says which host it is for (RFC 9112, 3.2).
 */
function refuseEarly(server: FastifyInstance): void {
  let isClosing = false;
  server.addHook('preClose', async () => {
    isClosing = true;
  });
  server.addHook('onRequest', async ({ headers, raw }) => {
    if (isClosing) throw new CarryoverError(shuttingDown, {});
    if (headers.host === undefined && raw.httpVersion === '1.1')
      throw new CarryoverError(requestUnreadable, { found: 'no header Host', expected: 'one, as HTTP/1.1 has it' });
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
  return principal === null ? `address ${normalizeIP(request.ip)}` : `${principal.actor.kind} ${principal.actor.id}`;
}
