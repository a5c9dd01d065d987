import { randomUUID } from 'node:crypto';
import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ConnectionError, FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { CarryoverError, summaryOf } from '../base/errors.ts';
import { headersTooLarge, methodNotAllowed, requestTimedOut, requestUnreadable } from './http-errors.ts';
import { PROBLEM_TYPE, toProblem } from './problem.ts';
import { HEADER_BYTES_MAX } from './server-limits.ts';

/**
 * How long a refused connection is kept for its caller to read the answer. Closing at once would throw the answer away where the caller
 * is still sending; longer lets callers hold connections that are of no use.
 */
const LINGER_MS = 1_000;

/** What a refusal is made with. */
export interface Refusing {
  readonly logger: Logger;
  readonly requestTimeoutSeconds: number;
}

/** Answers what no request could be made of, and closes its connection. */
export type RefuseConnection = (error: ConnectionError, socket: Socket) => void;

/**
 * Answers what Node's parser refuses before there is a request (a malformed line, too long headers, a body of another length than was
 * said, a request that does not end) as the problem that everything else is answered with. The log has an id and Node's code for it, and
 * none of the bytes that came. Requests that came whole before it on the same connection are answered first: one of them may have been
 * accepted, and its caller must not take this refusal for its answer.
 */
export function refuseConnections({ logger, requestTimeoutSeconds }: Refusing): RefuseConnection {
  const refused = new WeakSet<Socket>();
  return (error, socket) => {
    // The parser tells of every later piece of the same connection too.
    if (refused.has(socket)) return;
    refused.add(socket);
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    onceAnswered(socket, () =>
      refuse(socket, refusalOf(error, requestTimeoutSeconds), { logger, parserCode: error.code }),
    );
  };
}

/** A caller who takes the service for a proxy, and what else Node would drop without a word or answer without a body. */
export function answerAskedOfNode(server: FastifyInstance, logger: Logger): void {
  server.server.on('connect', (request: IncomingMessage, socket: Socket) => {
    const error = new CarryoverError(methodNotAllowed, { method: 'CONNECT', allowed: 'those of /openapi.json' });
    refuse(socket, error, { logger, parserCode: undefined });
    request.resume();
  });
  // An expectation that nobody here knows is left alone, as RFC 9110 (10.1.1) allows, instead of a bare 417.
  server.server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
    server.server.emit('request', request, response);
  });
}

function refusalOf({ code }: ConnectionError, seconds: number): CarryoverError {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return new CarryoverError(requestTimedOut, { seconds });
  if (code === 'HPE_HEADER_OVERFLOW') return new CarryoverError(headersTooLarge, { bytesMax: HEADER_BYTES_MAX });
  const details = { found: 'bytes that are no request', expected: 'one of HTTP/1.1' };
  return new CarryoverError(requestUnreadable, details);
}

/** Calls `then` once every request that came whole was answered, however long that takes. */
function onceAnswered(socket: Socket, then: () => void): void {
  const { _httpMessage: answering } = socket as Socket & { readonly _httpMessage?: ServerResponse | null };
  // Node has no public name for what a connection answers at the moment; its own handling of such errors reads this one too.
  // The request whose rest is what was refused never becomes whole: the refusal is its answer.
  if (answering === undefined || answering === null || !answering.req.complete) {
    if (answering?.headersSent === true) socket.destroy();
    else then();
    return;
  }
  answering.once('close', () => setImmediate(() => onceAnswered(socket, then)));
}

function refuse(
  socket: Socket,
  error: CarryoverError,
  { logger, parserCode }: { readonly logger: Logger; readonly parserCode: string | undefined },
): void {
  const id = randomUUID();
  const status = error.httpStatus;
  logger.info({ reqId: id, status, code: error.code, parserCode }, 'refused a connection');
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const body = JSON.stringify(toProblem(error, id, summaryOf(error.code)));
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    `content-type: ${PROBLEM_TYPE}; charset=utf-8`,
    `content-length: ${Buffer.byteLength(body)}`,
    `x-request-id: ${id}`,
    'x-content-type-options: nosniff',
    'cache-control: no-store',
    'connection: close',
    `date: ${new Date().toUTCString()}`,
  ];
  const linger = setTimeout(() => socket.destroy(), LINGER_MS).unref();
  socket.once('close', () => clearTimeout(linger));
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
