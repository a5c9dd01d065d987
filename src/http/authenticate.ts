import type { FastifyRequest } from 'fastify';
import type { Principal } from './principal.ts';

/** Says who sent a request, from its headers alone. Throws `HTTP_UNAUTHENTICATED`. */
export type Authenticate = (headers: FastifyRequest['headers']) => Promise<Principal>;

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls, once asked; null before, and for routes that ask nobody. */
    principal: Principal | null;
    /** The body as it came. */
    rawBody: string;
    /** The code of the problem that is answered. */
    problemCode: string | undefined;
  }

  interface FastifyContextConfig {
    /** The route's name; undefined for those of plugins. */
    name?: string;
  }
}
