import type { FastifyRequest } from 'fastify';
import type { Principal } from './principal.ts';

/** Says who sent a request, from its headers alone. Throws `HTTP_UNAUTHENTICATED`. */
export type Authenticate = (headers: FastifyRequest['headers']) => Promise<Principal>;
