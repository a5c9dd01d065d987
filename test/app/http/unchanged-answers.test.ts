import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createClient } from '../../../src/client/index.ts';
import { documentedOperations } from './documented-operations.ts';
import { samples } from './samples/index.ts';
import { addressOf, World } from './samples/sample.ts';
import { TestServer } from './test-server.ts';

const operations = await documentedOperations();

let world: World;
let account: string;

beforeAll(async () => {
  world = new World(await TestServer.open());
  const { url } = addressOf('ledger.show-account', (await samples['ledger.show-account']?.request(world)) ?? {});
  account = url;
});
afterAll(() => world.app.close());

const asked = (url: string, headers: Readonly<Record<string, string>> = {}): ReturnType<TestServer['ask']> =>
  world.app.ask(url, { as: 'admin', headers });

describe('an answer that the caller has already', () => {
  test('is not sent again: 304 has its tag and no body', async () => {
    for (const url of [account, '/openapi.json', '/api/ledger/accounts?system=shop']) {
      const whole = await asked(url);
      const etag = String(whole.headers['etag']);
      expect(whole.headers['cache-control']).toBe('private, no-cache');
      const quoted = etag.replace('W/', '');
      for (const known of [etag, quoted, `W/${quoted}`, `"other", ${etag}`, '*']) {
        const again = await asked(url, { 'if-none-match': known });
        expect([again.status, again.body]).toEqual([304, { text: '' }]);
        expect(again.headers).toMatchObject({ etag, 'cache-control': 'private, no-cache' });
        expect(again.headers['content-type']).toBeUndefined();
        expect(again.headers['content-length']).toBeUndefined();
        expect(again.headers['x-request-id']).toBeDefined();
      }
    }
  });

  test('is told by its head too', async () => {
    for (const url of [account, '/openapi.json']) {
      const headers = { 'if-none-match': '*', authorization: `Bearer ${world.app.keyOf('admin')}` };
      const head = await world.app.server.inject({ method: 'HEAD', url, headers });
      expect([head.statusCode, head.body]).toEqual([304, '']);
    }
  });

  test('is known by its bytes, but for the moment at which an account was looked at', async () => {
    const [one, other] = [await asked(account), await asked(account)];
    expect(one.body['at']).not.toBe(other.body['at']);
    expect(one.headers['etag']).toBe(other.headers['etag']);
    expect(one.headers['etag']).toMatch(/^W\/"/);
    expect((await asked('/api/ledger/accounts?system=shop')).headers['etag']).toMatch(/^"/);
  });

  test('is sent whole once a post has changed it', async () => {
    const before = await asked(account);
    const etag = String(before.headers['etag']);
    const accountId = account.split('/').at(-1);
    const body = { accountId, amount: '1', kind: 'gift', contra: 'gifts' };
    await world.call('ledger.post', { body });
    const after = await asked(account, { 'if-none-match': etag });
    expect(after.status).toBe(200);
    expect(after.headers['etag']).not.toBe(etag);
    expect(after.body['balance']).not.toBe(before.body['balance']);
  });

  test('is asked for as any other: a tag opens nothing to who may not read it', async () => {
    for (const known of [String((await asked(account)).headers['etag']), '*']) {
      const headers = { 'if-none-match': known };
      expect((await world.app.ask(account, { headers })).status).toBe(401);
      expect((await world.app.ask(account, { as: 'user', headers })).status).toBe(403);
      expect((await asked('/api/ledger/accounts/999999', headers)).status).toBe(404);
    }
  });
});

describe('no tag', () => {
  test('stands on a problem, a text, a write or a page', async () => {
    const answers = [
      await asked('/api/ledger/accounts/999999'),
      await asked('/metrics', { 'if-none-match': '*' }),
      await asked('/kiosk', { 'if-none-match': '*' }),
      await world.ask('ledger.open-account', (await samples['ledger.open-account']?.request(world)) ?? {}, {
        as: 'server',
        headers: { 'if-none-match': '*' },
      }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([404, 200, 200, 200]);
    for (const { headers } of answers) expect(headers['etag']).toBeUndefined();
  });

  test('is promised by the document but for reads of JSON, and for each of those', () => {
    const tagged = operations.filter(({ isTagged }) => isTagged);
    expect(tagged.length).toBeGreaterThan(30);
    for (const { method, goodSchema, goodStatus, isTagged } of operations)
      expect(isTagged).toBe(method === 'GET' && goodSchema !== undefined && goodStatus === 200);
  });
});

test('the typed client asks for nothing that it could not read: its fetch sends no tag', async () => {
  const url = await world.app.listen();
  const sent: Headers[] = [];
  const client = createClient({
    url,
    credential: world.app.keyOf('admin'),
    fetch: async (to, init) => {
      sent.push(new Headers(init?.headers));
      return fetch(to, init);
    },
  });
  const accountId = account.split('/').at(-1) ?? '';
  const first = await client.call('ledger.show-account', { params: { accountId } });
  const second = await client.call('ledger.show-account', { params: { accountId } });
  expect(second).toEqual({ ...first, at: second.at });
  expect(sent.map((headers) => headers.get('if-none-match'))).toEqual([null, null]);
});
