import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { CarryoverError, summaryOf } from '../base/errors.ts';
import { BODY_BYTES_MAX } from './server-limits.ts';
import {
  bodyTooLarge,
  internalFault,
  mediaTypeUnsupported,
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

/** Answers an address that no route has. */
export function answerUnknownRoute(request: FastifyRequest, reply: FastifyReply): void {
  send(new CarryoverError(routeUnknown, { method: request.method }), request, reply);
}

function send(error: CarryoverError, request: FastifyRequest, reply: FastifyReply): void {
  if (error.httpStatus === 401) reply.header('www-authenticate', 'Bearer realm="carryover"');
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
