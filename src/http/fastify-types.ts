import type { Principal } from './principal.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls, once asked; null before, and for routes that ask nobody. */
    principal: Principal | null;
    /** The body as it came. */
    rawBody: string;
    /** The code of the problem that is answered. */
    problemCode: string | undefined;
  }
}
