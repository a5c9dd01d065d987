import { request } from 'node:http';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { fastify, type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTelemetry } from '../../../src/app/telemetry/open-telemetry.ts';
import type { Telemetry } from '../../../src/app/telemetry/telemetry.ts';
import { traceRequests } from '../../../src/app/telemetry/trace-requests.ts';
import { Collector } from './collector.ts';

let collector: Collector;
let telemetry: Telemetry | undefined;
let server: FastifyInstance;
beforeEach(async () => {
  collector = await Collector.open();
  const logger = { warn: (_about: object, text: string): never => expect.fail(text) };
  telemetry = await openTelemetry({ environment: collector.environment, instance: 'test', logger });
  server = fastify();
  server.decorateRequest('principal', null);
  server.decorateRequest('problemCode', undefined);
});
afterEach(async () => {
  await server.close();
  await telemetry?.close();
  await collector.close();
});

/** Asks, and goes away: once the route has begun, and where there is a first piece of an answer, with it. */
async function leave(path: string, begun: Promise<void>): Promise<void> {
  const address = await server.listen({ host: '127.0.0.1', port: 0 });
  const sent = request(`${address}${path}`).on('error', () => undefined);
  const answered = once(sent, 'response').then(([answer]) => once(answer as Readable, 'data'));
  answered.catch(() => undefined);
  sent.end();
  await begun;
  if (path === '/stream') await answered;
  sent.destroy();
}

test('a fault of the service is a fault of the span', async () => {
  server.get('/fault', async () => {
    throw new Error('of owner-1');
  });
  traceRequests(server, telemetry);
  await server.inject('/fault');
  const facts = { 'http.response.status_code': 500, 'error.type': '500' };
  expect(await collector.named('GET /fault')).toMatchObject({ isFault: true, facts });
  expect(collector.text).not.toContain('owner-1');
});

test('a caller who leaves before the answer ends the span, which is no fault', async () => {
  const begun = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<string>();
  server.get('/slow', () => {
    begun.resolve();
    return answer.promise;
  });
  traceRequests(server, telemetry);
  await leave('/slow', begun.promise);
  const span = await collector.named('GET /slow');
  expect(span).toMatchObject({ isFault: false, facts: { 'error.type': 'ABORTED' } });
  expect(span.facts['http.response.status_code']).toBeUndefined();
  answer.resolve('too late');
});

test('a caller who leaves a stream has had its answer', async () => {
  server.get('/stream', (_request, reply) => {
    const pieces = new Readable({ read: () => undefined });
    pieces.push('a first piece');
    return reply.send(pieces);
  });
  traceRequests(server, telemetry);
  await leave('/stream', Promise.resolve());
  const span = await collector.named('GET /stream');
  expect(span.facts).toMatchObject({ 'http.response.status_code': 200 });
  expect(span.facts['error.type']).toBeUndefined();
});

test('what another hook answers before has its span too, in the trace that it is of', async () => {
  server.addHook('onRequest', async (_request, reply) => reply.status(503).send('the end is near'));
  server.get('/refused', async () => 'never');
  traceRequests(server, telemetry);
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  await server.inject({ url: '/refused', headers: { traceparent: `00-${traceId}-b7ad6b7169203331-01` } });
  const facts = { 'http.response.status_code': 503 };
  expect(await collector.named('GET /refused')).toMatchObject({ traceId, parentSpanId: 'b7ad6b7169203331', facts });
});
