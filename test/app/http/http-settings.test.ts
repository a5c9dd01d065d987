import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseApiKey } from '../../../src/http/identity/api-key.ts';
import { expectProblem } from './check-problem.ts';
import { TestServer, tokenOf } from './test-server.ts';

let app: TestServer;

beforeAll(async () => {
  app = await TestServer.open();
});
afterAll(() => app.close());

describe('proxies that are trusted', () => {
  test.each([
    [['proxy.example'], 'http.trustedProxies.0', '"proxy.example"'],
    [['10.0.0.0/8', '10.0.0.0/40'], 'http.trustedProxies.1', '"10.0.0.0/40"'],
    [['127.0.0.1', '*'], 'http.trustedProxies.1', '"*"'],
  ])('%j is refused at start, with the entry and what it has to be', async (trustedProxies, path, found) => {
    await expect(app.another({ http: { trustedProxies } })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      details: { path, found, expected: expect.stringContaining('10.0.0.0/8') as unknown },
    });
  });

  test('say where a caller is, and nobody else does', async () => {
    const http = { trustedProxies: ['loopback'], authenticationFailuresPerMinute: 1 };
    const [trusting, other] = [
      await app.another({ http: http }),
      await app.another({ http: { ...http, trustedProxies: [] } }),
    ];
    const from = (service: TestServer, address: string): ReturnType<TestServer['ask']> =>
      service.ask('/api/keys', { credential: 'a guess', headers: { 'x-forwarded-for': address } });
    try {
      expect((await from(trusting, '192.0.2.1')).status).toBe(401);
      expect((await from(trusting, '192.0.2.2')).status).toBe(401);
      expect((await from(trusting, '192.0.2.1')).status).toBe(429);
      expect((await from(other, '192.0.2.1')).status).toBe(401);
      expect((await from(other, '192.0.2.2')).status).toBe(429);
    } finally {
      await other.close();
      await trusting.close();
    }
  });
});

describe('whoever guesses keys', () => {
  test('is answered 429 without a question to the store, while those who were let in before go on', async () => {
    const strict = await app.another({ http: { authenticationFailuresPerMinute: 20 } });
    try {
      const { keys } = strict.scope;
      const find = keys.find.bind(keys);
      let found = 0;
      keys.find = (id) => {
        found += 1;
        return find(id);
      };
      expect((await strict.ask('/api/keys', { as: 'super_admin' })).status).toBe(200);
      found = 0;
      const guesses = Array.from(
        { length: 100 },
        (_guess, index) => `co_${String(index).padStart(12, '0')}_${'A'.repeat(43)}`,
      );
      expect(guesses.every((guess) => parseApiKey(guess) !== undefined)).toBe(true);
      const answers = await Promise.all(guesses.map((credential) => strict.ask('/api/keys', { credential })));
      expect(found).toBe(20);
      expect(answers.filter(({ status }) => status === 401)).toHaveLength(20);
      const refused = await strict.ask('/api/keys', { credential: guesses[0] ?? '' });
      expectProblem(refused, { status: 429, code: 'HTTP_AUTHENTICATION_LIMITED' });
      expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(60);
      expect((await strict.ask('/api/keys', { as: 'super_admin' })).status).toBe(200);
      expect((await strict.ask('/api/keys', { as: 'staff' })).status).toBe(429);
      expect((await strict.ask('/api/billing/v2/balance', { credential: await tokenOf() })).status).toBe(429);
      expect((await strict.ask('/healthz')).status).toBe(200);
      expect((await strict.ask('/api/keys')).status).toBe(401);
      expect(found).toBe(20);
    } finally {
      await strict.close();
    }
  });
});
