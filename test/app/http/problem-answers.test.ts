import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ErrorDefinition } from '../../../src/base/errors.ts';
import type { Role } from '../../../src/base/role.ts';
import { authenticationLimited, identityUnavailable, unauthenticated } from '../../../src/http/http-errors.ts';
import { BODY_BYTES_MAX } from '../../../src/http/server-limits.ts';
import { OpenSocket } from '../../support/http/open-socket.ts';
import { expectProblem } from './check-problem.ts';
import { documentedOperations, type DocumentedOperation } from './documented-operations.ts';
import { anyErrorOf, FaultyServer } from './faulty-server.ts';
import { samples } from './samples/index.ts';
import { addressOf, routesByName, World, type Parts } from './samples/sample.ts';
import { TestServer } from './test-server.ts';

const operations = await documentedOperations();
const cases = operations.map((operation) => [operation.name, operation] as const);

/** Every problem of the document that a test has met, as `name status code`. */
const met = new Set<string>();

/** The request of each sample, made once in a world of its own. */
const requests = new Map<string, Parts>();

function meets(
  name: string,
  answer: Parameters<typeof expectProblem>[0],
  wanted: { status: number; code: string },
): void {
  expectProblem(answer, wanted);
  met.add(`${name} ${wanted.status} ${wanted.code}`);
}

function says({ problems }: DocumentedOperation, code: string): boolean {
  return problems.some((problem) => problem.code === code);
}

/** The role of a sample, which may call the route. */
function roleOf(name: string): Role {
  return samples[name]?.as ?? 'super_admin';
}

function partsOf(name: string): Parts {
  const parts = requests.get(name);
  if (parts === undefined) throw new Error(`${name} has no sample.`);
  return parts;
}

/** Parts with something that the route's schemas do not have. */
function flawed(name: string): Parts {
  const { params, query, body } = routesByName.get(name) ?? {};
  const good = partsOf(name);
  if (body !== undefined && 'properties' in body) return { ...good, body: { ...(good.body as object), nobody: 1 } };
  if (body !== undefined) return { ...good, body: { nobody: 'a\u0000b' } };
  if (query !== undefined) return { ...good, query: { ...good.query, nobody: '1' } };
  if (params !== undefined) {
    const [last = ''] = Object.keys(good.params ?? {}).slice(-1);
    return { ...good, params: { ...good.params, [last]: 'a\u0000b' } };
  }
  return good;
}

let world: World;

beforeAll(async () => {
  const policy = { purchases: { allowed: 'everybody' } };
  world = new World(await TestServer.open({ systems: { tuition: {}, billing: { policy } } }));
  for (const [name] of cases) {
    const sample = samples[name];
    if (sample !== undefined) requests.set(name, await sample.request(world));
  }
});
afterAll(() => world.app.close());

describe('problems with a cause of their own', () => {
  test.each(cases)('%s tells what is wrong with a request', async (name, operation) => {
    const good = partsOf(name);
    const as = roleOf(name);
    if (says(operation, 'HTTP_UNAUTHENTICATED')) {
      const wanted = { status: 401, code: 'HTTP_UNAUTHENTICATED' };
      meets(name, await world.ask(name, good, {}), wanted);
      meets(name, await world.ask(name, good, { credential: 'nobody' }), wanted);
    }
    if (says(operation, 'HTTP_FORBIDDEN') && routesByName.get(name)?.access !== 'public') {
      const subject = as === 'server' ? {} : { subject: 'elsewhere' };
      const credential = await world.app.newKey({
        label: world.name('key'),
        role: as,
        ...subject,
        scopes: ['nothing'],
      });
      meets(name, await world.ask(name, good, { credential }), { status: 403, code: 'HTTP_FORBIDDEN' });
    }
    if (says(operation, 'HTTP_IDEMPOTENCY_KEY_MISSING')) {
      const { method, url } = addressOf(name, good);
      const headers = { authorization: `Bearer ${world.app.keyOf(as)}`, 'content-type': 'application/json' };
      const payload = JSON.stringify(good.body ?? {});
      const answer = await world.app.server.inject({ method: method as 'POST', url, headers, payload });
      const problem = {
        status: answer.statusCode,
        headers: answer.headers,
        body: answer.json<Record<string, unknown>>(),
      };
      meets(name, problem, { status: 400, code: 'HTTP_IDEMPOTENCY_KEY_MISSING' });
    }
    if (says(operation, 'HTTP_REQUEST_UNREADABLE')) {
      for (const body of ['{', 'nothing', '{"__proto__":{}}', `${'['.repeat(40)}${']'.repeat(40)}`, '\uFEFF{}'])
        meets(name, await world.ask(name, { ...good, body }, { as }), { status: 400, code: 'HTTP_REQUEST_UNREADABLE' });
    }
    if (says(operation, 'HTTP_MEDIA_TYPE_UNSUPPORTED')) {
      const headers = { 'content-type': 'text/csv' };
      meets(name, await world.ask(name, { ...good, body: 'a,b' }, { as, headers }), {
        status: 415,
        code: 'HTTP_MEDIA_TYPE_UNSUPPORTED',
      });
    }
    if (says(operation, 'HTTP_BODY_TOO_LARGE')) {
      const body = JSON.stringify({ text: 'x'.repeat(BODY_BYTES_MAX) });
      meets(name, await world.ask(name, { ...good, body }, { as }), { status: 413, code: 'HTTP_BODY_TOO_LARGE' });
    }
  });

  test.each(cases)('%s refuses what its schemas do not have', async (name, operation) => {
    if (!says(operation, 'INPUT_INVALID')) return;
    const as = roleOf(name);
    const isKeyed = routesByName.get(name)?.key !== 'none';
    const more = flawed(name) === partsOf(name) && isKeyed ? { key: 'k'.repeat(161) } : {};
    const answer = await world.ask(name, flawed(name), { as, ...more });
    meets(name, answer, { status: 400, code: 'INPUT_INVALID' });
  });

  test('an address that no route has is not found, with and without a key, whatever the method', async () => {
    for (const [method, url] of [
      ['GET', '/'],
      ['GET', '/api/nowhere'],
      ['POST', '/api/nowhere'],
      ['OPTIONS', '/api/nowhere'],
      ['GET', '/docs/json'],
      ['GET', '/docs/yaml'],
      ['GET', '/api//keys'],
      ['GET', '/docs/../../etc/passwd'],
      ['GET', '/api/ledger/accounts/%2e%2e%2fkeys/x/y'],
    ] as const) {
      const wanted = { status: 404, code: 'HTTP_ROUTE_UNKNOWN' };
      expectProblem(await world.app.ask(url, { method }), wanted);
      expectProblem(await world.app.ask(url, { method, as: 'super_admin' }), wanted);
    }
  });
});

describe('problems inside of the service', () => {
  let faulty: FaultyServer;

  beforeAll(async () => {
    faulty = await FaultyServer.open();
  });
  afterAll(() => faulty.server.close());

  async function asked(name: string, server = faulty.server): Promise<Parameters<typeof expectProblem>[0]> {
    const good = partsOf(name);
    const { method, url } = addressOf(name, good);
    const answer = await server.inject({
      method: method as 'GET',
      url,
      headers: { authorization: roleOf(name), 'idempotency-key': 'key-1', 'content-type': 'application/json' },
      ...(method === 'GET' ? {} : { payload: JSON.stringify(good.body ?? {}) }),
    });
    const isJson = String(answer.headers['content-type']).includes('json');
    return {
      status: answer.statusCode,
      headers: answer.headers,
      body: isJson ? answer.json<Record<string, unknown>>() : {},
    };
  }

  test.each(cases)(
    '%s answers each error that its work can throw as the problem of its document',
    async (name, operation) => {
      const definitions = new Map<string, ErrorDefinition<never>>(
        (routesByName.get(name)?.errors ?? []).map((definition) => [definition.code, definition]),
      );
      for (const { status, code } of operation.problems) {
        const definition = definitions.get(code);
        if (definition === undefined) continue;
        faulty.meet({ inWork: anyErrorOf(definition) });
        meets(name, await asked(name), { status, code });
      }
    },
  );

  test.each(cases)('%s tells nothing of a fault but the id under which the log has it', async (name) => {
    const words = 'select secret from carryover_api_keys where owner = ann@example.com';
    faulty.meet({ inWork: Object.assign(new Error(words), { code: '42P01' }) });
    const answer = await asked(name);
    meets(name, answer, { status: 500, code: 'HTTP_INTERNAL_FAULT' });
    expect(JSON.stringify(answer.body)).not.toMatch(/ann@|42P01|carryover_api/);
    const lines = faulty.log.filter((line) => line.includes(String(answer.body['requestId'])));
    expect(lines.some((line) => line.includes('42P01') && line.includes('stack'))).toBe(true);
    expect(lines.join('')).not.toMatch(/ann@|secret/);
  });

  test.each(cases)(
    '%s says that it cannot tell who calls while the issuer of tokens is away',
    async (name, operation) => {
      if (!says(operation, identityUnavailable.code)) return;
      faulty.meet({ inIdentity: anyErrorOf(identityUnavailable) });
      meets(name, await asked(name), { status: 503, code: 'HTTP_IDENTITY_UNAVAILABLE' });
    },
  );

  test('every route answers one request where one is allowed, and refuses the second', async () => {
    const wanted = { status: 429, code: 'HTTP_TOO_MANY_REQUESTS' };
    const strict = await FaultyServer.open({ requestsPerMinute: 1 });
    try {
      for (const { name } of operations) {
        await asked(name, strict.server);
        meets(name, await asked(name, strict.server), wanted);
      }
    } finally {
      await strict.server.close();
    }
  });

  test('every route that asks who calls stops judging what an address sends once it sent too much that is refused', async () => {
    const strict = await FaultyServer.open({ authenticationFailuresPerMinute: 1 });
    try {
      strict.meet({ inIdentity: anyErrorOf(unauthenticated) });
      const guarded = operations.filter((operation) => says(operation, authenticationLimited.code));
      await asked(guarded[0]?.name ?? '', strict.server);
      for (const { name } of guarded)
        meets(name, await asked(name, strict.server), { status: 429, code: 'HTTP_AUTHENTICATION_LIMITED' });
    } finally {
      await strict.server.close();
    }
  });

  test('every route says that the service ends, on connections that are still open when it does', async () => {
    const ending = await FaultyServer.open();
    const address = await ending.server.listen({ host: '127.0.0.1', port: 0 });
    const sockets = new Map<string, OpenSocket>();
    for (const { name } of operations) {
      const good = partsOf(name);
      const { method, url } = addressOf(name, good);
      const socket = await OpenSocket.open(address);
      // Not all of a request yet, so that the connection is not idle when the server begins to end.
      socket.write(`${method} ${url} HTTP/1.1\r\nauthorization: ${roleOf(name)}\r\nidempotency-key: key-1\r\n`);
      sockets.set(name, socket);
    }
    await expect.poll(() => ending.connections()).toBe(operations.length);
    const closed = ending.server.close();
    await ending.ending;
    for (const socket of sockets.values()) socket.write('host: carryover\r\ncontent-length: 0\r\n\r\n');
    for (const [name, socket] of sockets) {
      const { status, headers, body } = await socket.answer();
      const answer = { status, headers, body: JSON.parse(body) as Record<string, unknown> };
      meets(name, answer, { status: 503, code: 'HTTP_SHUTTING_DOWN' });
      expect(headers['connection']).toBe('close');
    }
    await closed;
  });

  test('every problem of the document was met above', () => {
    const said = operations.flatMap(({ name, problems }) =>
      problems.map(({ status, code }) => `${name} ${status} ${code}`),
    );
    expect(said.length).toBeGreaterThan(1_000);
    expect(said.filter((one) => !met.has(one))).toEqual([]);
  });
});
