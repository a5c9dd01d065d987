import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import helmet from 'helmet';

/** What pages of this service may load: what the service itself has. */
const CONTENT_POLICY = {
  defaultSrc: ["'self'"],
  imgSrc: ["'self'", 'data:'],
  styleSrc: ["'self'", "'unsafe-inline'"],
  scriptSrc: ["'self'"],
  upgradeInsecureRequests: null,
};

/**
 * Gives every answer the security headers. They are the same for all, so they are composed once, by a request that nobody made: composing
 * them anew, and setting each on Node's own response, took a quarter of what a server does for a request.
 */
export function secureAnswers(server: FastifyInstance): void {
  const headers: Record<string, string> = {};
  const response = {
    setHeader: (name: string, value: string) => {
      headers[name.toLowerCase()] = value;
    },
    removeHeader: () => undefined,
  };
  const compose = helmet({ contentSecurityPolicy: { directives: { ...CONTENT_POLICY } } });
  compose({} as IncomingMessage, response as unknown as ServerResponse, (error) => {
    if (error !== undefined) throw new Error('The security headers cannot be composed.', { cause: error });
  });
  server.addHook('onRequest', (_request, reply, done) => {
    reply.headers(headers);
    done();
  });
}
