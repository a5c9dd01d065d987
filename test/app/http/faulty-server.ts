import { Writable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { serviceLogger } from '../../../src/app/http/service-logger.ts';
import { serviceRoutes } from '../../../src/app/http/service-routes.ts';
import { CarryoverError, type ErrorDefinition } from '../../../src/base/errors.ts';
import type { Role } from '../../../src/base/role.ts';
import { buildServer } from '../../../src/http/build-server.ts';
import type { Route } from '../../../src/http/route.ts';
import { sampledSystems } from './samples/sample.ts';

/** What happens inside of a server: in a route's work, or where callers are told from each other. */
export interface Fault {
  /** Thrown by the work of every route. */
  readonly inWork?: unknown;
  /** Thrown in place of saying who calls. */
  readonly inIdentity?: unknown;
  /** What the work of every route waits for. */
  readonly until?: Promise<void>;
}

/** A server with every route, without a database: its callers say who they are, and its work does what a test wants. */
export class FaultyServer {
  readonly server: FastifyInstance;
  readonly log: string[];
  readonly #fault: { now: Fault };

  private constructor(server: FastifyInstance, log: string[], fault: { now: Fault }) {
    this.server = server;
    this.log = log;
    this.#fault = fault;
  }

  /** Opens one; callers say their role in the header `authorization`. */
  static async open({
    requestsPerMinute = 1_000_000,
  }: { readonly requestsPerMinute?: number } = {}): Promise<FaultyServer> {
    const fault: { now: Fault } = { now: {} };
    const log: string[] = [];
    const lines = new Writable({
      write(chunk: Buffer, _encoding, done): void {
        log.push(chunk.toString());
        done();
      },
    });
    const work = async (): Promise<unknown> => {
      await fault.now.until;
      if (fault.now.inWork !== undefined) throw fault.now.inWork;
      return {};
    };
    const routes = serviceRoutes(sampledSystems).map((route) => ({ ...route, handle: work }));
    const server = await buildServer({
      scope: undefined,
      routes: routes as unknown as readonly Route<undefined>[],
      authenticate: async ({ authorization }) => {
        if (fault.now.inIdentity !== undefined) throw fault.now.inIdentity;
        return { actor: { kind: 'person', id: 'somebody' }, role: authorization as Role, scopes: null };
      },
      settings: { origins: [], requestsPerMinute, trustedProxies: [] },
      logger: serviceLogger(lines),
      version: '0.0.0-test',
      explain: (error) => error,
    });
    await server.ready();
    return new FaultyServer(server, log, fault);
  }

  /** From now on this happens. */
  meet(fault: Fault): void {
    this.#fault.now = fault;
  }
}

/** An error of a definition, whatever details it wants: each of them is the word `something`. */
export function anyErrorOf(definition: ErrorDefinition<never>): CarryoverError<never> {
  const details = new Proxy({} as Record<string, unknown>, {
    get: (_details, name) => (typeof name === 'symbol' || name === 'toJSON' ? undefined : ['something']),
  });
  return new CarryoverError(definition, details as never);
}
