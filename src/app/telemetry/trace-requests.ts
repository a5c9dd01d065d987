import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { withinSpan } from './current-span.ts';
import { readTraceparent } from './read-traceparent.ts';
import type { SpanStart, Telemetry, TelemetrySpan } from './telemetry.ts';

/** Methods that a span is named by; others, which a caller can make up, are one. */
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** The code of a request whose caller went away before there was an answer. */
const ABORTED = 'ABORTED';

/**
 * Records a span for each request, by the names of OpenTelemetry's conventions for HTTP, and puts its trace into the lines that the request
 * logs. To be called before the server is ready. Without telemetry nothing is added to any request.
 */
export function traceRequests(server: FastifyInstance, telemetry: Telemetry | undefined): void {
  if (telemetry === undefined) return;
  /** Null for requests of traces that are not sampled. */
  const spans = new WeakMap<FastifyRequest, TelemetrySpan | null>();
  server.addHook('onRequest', (request, reply, done) => {
    const span = telemetry.begin(startOf(request), readTraceparent(request.headers['traceparent']));
    spans.set(request, span ?? null);
    if (span === undefined) return done();
    request.log = request.log.child({ trace_id: span.traceId });
    reply.log = request.log;
    reply.raw.once('close', () => {
      // Answers that were sent whole are told by the hook below.
      if (!reply.raw.writableFinished) endAborted(span, request, reply);
    });
    // What follows goes on from here, the reading of the body included, which fastify binds to where it began.
    withinSpan(span, done);
  });
  server.addHook('onResponse', (request, reply, done) => {
    // What another hook answered before ours, such as a server that ends, has no span yet.
    const span = spans.has(request)
      ? spans.get(request)
      : telemetry.begin(
          { ...startOf(request), agoMs: reply.elapsedTime },
          readTraceparent(request.headers['traceparent']),
        );
    if (span) endAnswered(span, request, reply);
    done();
  });
}

/** Of the route and never of the address, whose parameters name people. */
function startOf(request: FastifyRequest): SpanStart {
  const method = METHODS.has(request.method) ? request.method : '_OTHER';
  const { url: route, config } = request.routeOptions;
  const { name } = config as { readonly name?: string };
  return {
    name: [method === '_OTHER' ? 'HTTP' : method, route ?? []].flat().join(' '),
    kind: 'server',
    facts: {
      'http.request.method': method,
      'carryover.request_id': request.id,
      ...(route === undefined ? {} : { 'http.route': route }),
      ...(name === undefined ? {} : { 'carryover.route': name }),
    },
  };
}

function endAnswered(span: TelemetrySpan, request: FastifyRequest, { statusCode }: FastifyReply): void {
  const { principal, problemCode } = request;
  span.set({
    'http.response.status_code': statusCode,
    ...(principal === null ? {} : { 'carryover.role': principal.role }),
  });
  const isFault = statusCode >= 500;
  if (problemCode !== undefined || isFault) span.fail(problemCode ?? String(statusCode), isFault);
  span.end();
}

/** Somebody who leaves a stream that is never finished has had its answer. */
function endAborted(span: TelemetrySpan, request: FastifyRequest, reply: FastifyReply): void {
  if (reply.raw.headersSent) return endAnswered(span, request, reply);
  span.fail(ABORTED, false);
  span.end();
}
