import type { FastifyInstance } from 'fastify';

/** The methods of a path that was asked for, in the order of the alphabet; empty for a path of no route. */
export type AllowedMethods = (path: string) => readonly string[];

interface Known {
  readonly pattern: RegExp;
  readonly methods: Set<string>;
}

/**
 * Keeps account of every route that is registered from now on, so that a method which a path does not take can be told from a path that
 * there is not. Read only where no route was met, so it may look through all of them.
 */
export function watchMethods(server: FastifyInstance): AllowedMethods {
  const known = new Map<string, Known>();
  server.addHook('onRoute', ({ url, method }) => {
    // The route of every path is no route of any: it is where preflights of other origins are told so.
    if (url === '*') return;
    const route = known.get(url) ?? { pattern: patternOf(url), methods: new Set() };
    // A plugin's address with and without a slash at its end is told once for GET and twice for HEAD, which stands for a GET always.
    for (const one of [method].flat())
      for (const also of one === 'HEAD' ? ['GET', 'HEAD'] : [one]) route.methods.add(also);
    known.set(url, route);
  });
  return (path) => {
    const met = [...known.values()].filter(({ pattern }) => pattern.test(path));
    return [...new Set(met.flatMap(({ methods }) => [...methods]))].toSorted();
  };
}

function patternOf(url: string): RegExp {
  const parts = url.split('/').map((part) => {
    if (part === '*') return '.*';
    return part.startsWith(':') ? '[^/]+' : part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  });
  return new RegExp(`^${parts.join('/')}$`);
}
