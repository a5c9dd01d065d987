import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { CarryoverError, summaryOf } from '../base/errors.ts';
import type { AllowedMethods } from './allowed-methods.ts';
import { BODY_BYTES_MAX } from './server-limits.ts';
import {
  bodyTooLarge,
  internalFault,
  mediaTypeUnsupported,
  methodNotAllowed,
  requestUnreadable,
  routeUnknown,
  shuttingDown,
} from './http-errors.ts';
import { PROBLEM_TYPE, toProblem } from './problem.ts';

/** Answers an error as a problem. A fault of ours is logged whole and told by its id alone. */
export function answerWithProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const known = knownError(error);
  if (known === undefined) request.log.error({ err: error }, 'a request met something unforeseen');
  send(known ?? new CarryoverError(internalFault, {}), request, reply);
}

/** Answers an address that no route has, or has with other methods alone, which the header `Allow` names then. */
export function answerUnknownRoute(request: FastifyRequest, reply: FastifyReply, allowedMethods: AllowedMethods): void {
  const { method, url } = request;
  const allowed = allowedMethods(url.split('?')[0] ?? '').join(', ');
  if (allowed === '') {
    send(new CarryoverError(routeUnknown, { method }), request, reply);
    return;
  }
  reply.header('allow', allowed);
  send(new CarryoverError(methodNotAllowed, { method, allowed }), request, reply);
}

/** Answers an address that cannot be read, which the router refuses before any hook runs that would give it an id or tell the log. */
export function answerUnroutable(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  reply.header('x-request-id', request.id);
  answerWithProblem(error, request, reply);
  request.log.info({ method: request.method, route: 'none', status: reply.statusCode }, 'answered');
}

function send(error: CarryoverError, request: FastifyRequest, reply: FastifyReply): void {
  const { retryAfterSeconds } = error.details;
  if (error.httpStatus === 401) reply.header('www-authenticate', 'Bearer realm="carryover"');
  if (typeof retryAfterSeconds === 'number') reply.header('retry-after', String(retryAfterSeconds));
  if (error.httpStatus === 503 && !reply.hasHeader('retry-after')) reply.header('retry-after', '1');
  request.problemCode = error.code;
  reply
    .status(error.httpStatus)
    .header('content-type', `${PROBLEM_TYPE}; charset=utf-8`)
    .serializer(JSON.stringify)
    .send(toProblem(error, request.id, summaryOf(error.code)));
}

/** An error that has a name: ours, or what the server refused before any of our code ran. */
function knownError(error: unknown): CarryoverError | undefined {
  if (error instanceof CarryoverError) return error;
  const { code, statusCode } = error as FastifyError;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new CarryoverError(bodyTooLarge, { bytesMax: BODY_BYTES_MAX });
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return new CarryoverError(mediaTypeUnsupported, {});
  if (statusCode === 503) return new CarryoverError(shuttingDown, {});
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) {
    return new CarryoverError(requestUnreadable, {
      found: 'a request of another form',
      expected: 'one of HTTP/1.1 with JSON',
    });
  }
  return undefined;
}
