import { allRoutes } from '../../../../src/app/http/all-routes.ts';
import type { Role } from '../../../../src/base/role.ts';
import type { Route } from '../../../../src/http/route.ts';
import type { Answered, Asked, TestServer } from '../test-server.ts';

/** The parts of a request that a route's schemas describe. */
export interface Parts {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** A request that goes well, once what it needs was made through other routes. */
export interface Sample {
  readonly as: Role;
  /** True where the good answer needs more of a world than this one; test/app/http/elsewhere has it then. */
  readonly isElsewhere?: true;
  request(world: World): Promise<Parts> | Parts;
}

/** The system routes that the samples are for. */
export const sampledSystems: readonly string[] = ['tuition', 'billing'];

/** Every route by its name. */
export const routesByName: ReadonlyMap<string, Route<never>> = new Map(
  allRoutes(sampledSystems).map((route) => [route.name, route as unknown as Route<never>]),
);

/** The method and address of a route with these parts. Throws an Error for a name that no route has. */
export function addressOf(name: string, { params = {}, query = {} }: Parts): { readonly method: string; url: string } {
  const route = routesByName.get(name);
  if (route === undefined) throw new Error(`There is no route ${name}.`);
  const path = route.path.replaceAll(/:(\w+)/g, (_, param: string) => encodeURIComponent(params[param] ?? ''));
  const search = new URLSearchParams(query).toString();
  return { method: route.method, url: search === '' ? path : `${path}?${search}` };
}

/** What samples are made in: a service of both systems, asked through its own routes. */
export class World {
  readonly app: TestServer;
  #made = 0;

  constructor(app: TestServer) {
    this.app = app;
  }

  /** A word that no other sample has. */
  name(word: string): string {
    this.#made += 1;
    return `${word}-${this.#made}`;
  }

  /** A number that no other sample has. */
  number(): number {
    this.#made += 1;
    return this.#made;
  }

  /** Asks a route, whatever it answers. */
  ask(name: string, parts: Parts, more: Asked): Promise<Answered> {
    const { method, url } = addressOf(name, parts);
    return this.app.ask(url, { method, ...(parts.body === undefined ? {} : { body: parts.body }), ...more });
  }

  /** Asks a route that has to do it. Throws an Error with what it answered where it did not. */
  async call(name: string, parts: Parts, as: Role = 'server'): Promise<Readonly<Record<string, unknown>>> {
    const { status, body } = await this.ask(name, parts, { as });
    if (status < 300) return body;
    throw new Error(`${name} answered ${status}: ${JSON.stringify(body)}`);
  }
}
