import { Writable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { serveLogger } from '../../../src/app/http/serve-logger.ts';
import { allRoutes } from '../../../src/app/http/all-routes.ts';
import { CarryoverError, type ErrorDefinition } from '../../../src/base/errors.ts';
import type { Role } from '../../../src/base/role.ts';
import { buildServer } from '../../../src/http/build-server.ts';
import type { Route } from '../../../src/http/route.ts';
import { sampledSystems } from './samples/sample.ts';

/** What happens inside of a server: in a route's work, or where callers are told from each other. */
export interface Fault {
  /** Thrown by the work of every route. */
  readonly inWork?: Error;
  /** Thrown in place of saying who calls. */
  readonly inIdentity?: Error;
}

/** A server with every route, without a database: its callers say who they are, and its work does what a test wants. */
export class FaultyServer {
  readonly server: FastifyInstance;
  readonly log: string[];
  /** Resolves when it begins to end. */
  readonly ending: Promise<void>;
  readonly #fault: { now: Fault };

  private constructor(server: FastifyInstance, log: string[], fault: { now: Fault }) {
    this.server = server;
    this.log = log;
    this.#fault = fault;
    this.ending = new Promise((resolve) => {
      server.addHook('preClose', async () => resolve());
    });
  }

  /** Opens one; callers say their role in the header `authorization`. */
  static async open({
    requestsPerMinute = 1_000_000,
    authenticationFailuresPerMinute = 1_000_000,
  }: {
    readonly requestsPerMinute?: number;
    readonly authenticationFailuresPerMinute?: number;
  } = {}): Promise<FaultyServer> {
    const fault: { now: Fault } = { now: {} };
    const log: string[] = [];
    const lines = new Writable({
      write(chunk: Buffer, _encoding, done): void {
        log.push(chunk.toString());
        done();
      },
    });
    const work = async (): Promise<unknown> => {
      if (fault.now.inWork !== undefined) throw fault.now.inWork;
      return {};
    };
    const routes: readonly Route<undefined>[] = allRoutes(sampledSystems).map((route) => ({
      ...route,
      ownerOf: () => undefined,
      handle: work,
    }));
    const server = await buildServer({
      scope: undefined,
      routes,
      authenticate: async ({ authorization }) => {
        if (fault.now.inIdentity !== undefined) throw fault.now.inIdentity;
        return { actor: { kind: 'person', id: 'somebody' }, role: authorization as Role, scopes: null };
      },
      settings: { origins: [], requestsPerMinute, trustedProxies: [], authenticationFailuresPerMinute },
      logger: serveLogger(lines),
      version: '0.0.0-test',
      explain: (error) => error,
    });
    const faulty = new FaultyServer(server, log, fault);
    await server.ready();
    return faulty;
  }

  /** Connections that are open. */
  connections(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)));
    });
  }

  /** From now on this happens. */
  meet(fault: Fault): void {
    this.#fault.now = fault;
  }
}

/** An error of a definition, whatever details it wants: each is the word `something`, or a list of it where words do not do. */
export function anyErrorOf(definition: ErrorDefinition<never>): CarryoverError<never> {
  try {
    return new CarryoverError(definition, detailsOf('something'));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return new CarryoverError(definition, detailsOf(['something']));
  }
}

function detailsOf(value: string | readonly string[]): never {
  const get = (_details: object, name: string | symbol): unknown =>
    typeof name === 'symbol' || name === 'toJSON' ? undefined : value;
  return new Proxy({}, { get }) as never;
}
