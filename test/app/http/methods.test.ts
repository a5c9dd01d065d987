import type { LightMyRequestResponse } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OpenSocket } from '../../support/http/open-socket.ts';
import { expectProblem } from './check-problem.ts';
import { documentedOperations } from './documented-operations.ts';
import { TestServer } from './test-server.ts';

const operations = await documentedOperations();

/** Methods that a person or a program may try anywhere. */
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND', 'QUERY'] as const;

/** What the document says that each path takes; a path that is read can be asked for its head. */
const taken = new Map<string, Set<string>>();
for (const { path, method } of operations) {
  const methods = taken.get(path) ?? new Set();
  for (const one of method === 'GET' ? ['GET', 'HEAD'] : [method]) methods.add(one);
  taken.set(path, methods);
}

let app: TestServer;

beforeAll(async () => {
  app = await TestServer.open();
});
afterAll(() => app.close());

describe('a method that a path does not take', () => {
  test('is refused with those that it takes, on every path, whoever asks', async () => {
    expect(taken.size).toBeGreaterThan(80);
    for (const [path, methods] of taken) {
      const url = path.replaceAll(/\{\w+\}/g, '1');
      // A path with a name in its last place has a fixed one beside it, and takes what either does.
      const allowed = new Set([...methods, ...(taken.get(path.replace(/\{\w+\}$/, '1')) ?? [])]);
      for (const method of METHODS.filter((one) => !allowed.has(one) && one !== 'HEAD')) {
        const answer = await app.ask(url, { method });
        expectProblem(answer, { status: 405, code: 'HTTP_METHOD_NOT_ALLOWED' });
        expect([url, answer.headers['allow']]).toEqual([url, [...allowed].toSorted().join(', ')]);
      }
    }
  });

  test('is refused on what is no route of the document too, and never runs one', async () => {
    for (const [url, allow] of [
      ['/openapi.json', 'GET, HEAD'],
      ['/docs/', 'GET, HEAD'],
      ['/api/keys?limit=1', 'GET, HEAD, POST'],
    ] as const)
      expect(await app.ask(url, { method: 'DELETE', as: 'super_admin' })).toMatchObject({
        status: 405,
        headers: { allow },
      });
  });

  test('of a path that there is not is a path that there is not', async () => {
    for (const method of METHODS.filter((one) => one !== 'HEAD'))
      expectProblem(await app.ask('/api/nowhere', { method }), { status: 404, code: 'HTTP_ROUTE_UNKNOWN' });
  });
});

describe('the head of an answer', () => {
  test.each(['/healthz', '/openapi.json', '/api/keys', '/kiosk', '/api/ledger/accounts?system=shop'])(
    'of %s is that of the whole one, without a body',
    async (url) => {
      const whole = await asked(url, 'GET');
      const head = await asked(url, 'HEAD');
      expect([head.statusCode, head.body]).toEqual([200, '']);
      for (const name of ['content-type', 'content-length', 'etag', 'cache-control'])
        expect([name, head.headers[name]]).toEqual([name, whole.headers[name]]);
    },
  );

  test('of a route that somebody may not call is refused as the route is', async () => {
    const head = await app.server.inject({ method: 'HEAD', url: '/api/keys' });
    expect([head.statusCode, head.body]).toEqual([401, '']);
    expect((await app.server.inject({ method: 'HEAD', url: '/api/nowhere' })).statusCode).toBe(404);
    expect((await app.server.inject({ method: 'HEAD', url: '/api/billing/v2/deduct' })).statusCode).toBe(405);
  });

  test('of a stream ends at once', async () => {
    const socket = await OpenSocket.open(await app.listen());
    const head = `HEAD /api/cutovers/tuition/events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${app.keyOf('staff')}`;
    socket.write(`${head}\r\n\r\n`);
    const { status, headers, body } = await socket.answer();
    expect([status, headers['content-type'], body]).toEqual([200, 'text/event-stream', '']);
  });

  test('counts as no action of staff', async () => {
    await asked('/api/keys', 'HEAD');
    const { body } = await app.ask('/metrics', { as: 'admin' });
    expect(body['text']).not.toMatch(/carryover_admin_actions_total\{action="keys.list"\}/);
  });
});

describe('questions of browsers before they call', () => {
  const preflight = (origin: string): Readonly<Record<string, string>> => ({
    origin,
    'access-control-request-method': 'PUT',
    'access-control-request-headers': 'authorization,if-none-match',
  });

  test('are answered for the origins that are configured, with every method that routes have', async () => {
    const open = await app.another({ http: { origins: ['https://app.example'] } });
    try {
      const options = (headers: Readonly<Record<string, string>>): ReturnType<TestServer['ask']> =>
        open.ask('/api/notices/preferences', { method: 'OPTIONS', headers });
      const { status, headers } = await options(preflight('https://app.example'));
      expect([status, headers['access-control-allow-origin']]).toEqual([204, 'https://app.example']);
      const methods = String(headers['access-control-allow-methods']).split(', ');
      expect(methods).toEqual(expect.arrayContaining([...new Set(operations.map(({ method }) => method))]));
      expect(headers['access-control-allow-headers']).toBe('authorization,if-none-match');
      for (const other of [preflight('https://app.example.evil'), {}]) {
        const refused = await options(other);
        expectProblem(refused, { status: 405, code: 'HTTP_METHOD_NOT_ALLOWED' });
        expect(refused.headers['access-control-allow-origin']).toBeUndefined();
      }
      const answered = await open.ask('/healthz', { headers: { origin: 'https://app.example' } });
      expect(String(answered.headers['access-control-expose-headers']).split(', ')).toEqual(
        expect.arrayContaining(['etag', 'retry-after', 'x-request-id']),
      );
    } finally {
      await open.close();
    }
  });

  test('are refused as any other method where no origin is configured', async () => {
    const refused = await app.ask('/api/keys', { method: 'OPTIONS', headers: preflight('https://app.example') });
    expectProblem(refused, { status: 405, code: 'HTTP_METHOD_NOT_ALLOWED' });
  });
});

function asked(url: string, method: 'GET' | 'HEAD'): Promise<LightMyRequestResponse> {
  return app.server.inject({ method, url, headers: { authorization: `Bearer ${app.keyOf('super_admin')}` } });
}
