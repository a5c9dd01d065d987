import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { KeyStore } from '../../../src/app/identity/key-store.ts';
import { prepareLedger } from '../../../src/app/prepare-ledger.ts';
import { prepareServing } from '../../../src/app/served-instance.ts';
import { openDatabase } from '../../../src/sql/database.ts';
import { freshDatabase, type FreshDatabase } from '../../support/fresh-database.ts';
import { ServedFolder } from '../../support/http/served-process.ts';
import { startRequest } from '../../support/http/slow-request.ts';
import { allText } from '../../support/http/table-rows.ts';
import { jsonLines } from '../../support/run-cli.ts';
import { TestServer, type Answered } from './test-server.ts';

const KEY = /co_[0-9a-z]{12}_[\w-]{43}/;
const LIST = '/api/ledger/accounts?system=shop';

describe('keys over HTTP', () => {
  let app: TestServer;

  beforeAll(async () => {
    app = await TestServer.open();
  });
  afterAll(() => app.close());

  async function made(label: string, more: object = {}): Promise<{ readonly id: string; readonly key: string }> {
    const body = { label, role: 'staff', subject: 'desk-1', ...more };
    const answered = await app.ask('/api/keys', { method: 'POST', as: 'super_admin', body });
    expect(answered).toMatchObject({ status: 201, body: { label, key: expect.stringMatching(KEY) } });
    return { id: String(answered.body['id']), key: String(answered.body['key']) };
  }

  function revoked(id: string): Promise<Answered> {
    return app.ask(`/api/keys/${id}/revocation`, { method: 'POST', as: 'super_admin' });
  }

  async function statusWith(credential: string, at: TestServer = app): Promise<number> {
    return (await at.ask(LIST, { credential })).status;
  }

  test('a key works at once, is told once, and stands nowhere but as the hash of its secret', async () => {
    const { id, key } = await made('told once');
    expect(await statusWith(key)).toBe(200);
    const [, secret = ''] = /^co_[^_]+_(.+)$/.exec(key) ?? [];
    const list = await app.ask('/api/keys', { as: 'super_admin' });
    expect(list.body['rows']).toContainEqual({
      id,
      label: 'told once',
      role: 'staff',
      subject: 'desk-1',
      scopes: null,
      createdAt: expect.any(String),
      expiresAt: null,
      revokedAt: null,
    });
    expect(JSON.stringify(list.body)).not.toContain(secret);
    const everything = await allText(app.service.database);
    expect(everything).toContain(id);
    expect(everything).toContain(createHash('sha256').update(secret).digest('hex'));
    expect(everything).not.toContain(secret);
    expect(everything).not.toContain(Buffer.from(secret).toString('hex'));
  });

  test('a key whose last letter is another is refused, and one whose id nobody has is refused with the same words', async () => {
    const { key } = await made('guessed');
    const other = `${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}`;
    const unknown = key.replace(/^co_.{12}/, 'co_000000000000');
    const answers = await Promise.all([other, unknown].map((credential) => app.ask(LIST, { credential })));
    const [first, second] = answers.map(({ status, body }) => ({ status, ...body, requestId: '' }));
    expect(first).toMatchObject({ status: 401, code: 'HTTP_UNAUTHENTICATED' });
    expect(second).toEqual(first);
  });

  test('two keys of one name are not made', async () => {
    await made('the only one');
    const body = { label: 'the only one', role: 'server' };
    expect(await app.ask('/api/keys', { method: 'POST', as: 'super_admin', body })).toMatchObject({
      status: 409,
      body: { code: 'IDENTITY_KEY_LABEL_TAKEN' },
    });
  });

  test.each([
    ['a subject for the server', { role: 'server', subject: 'me' }],
    ['no subject for a person', { subject: undefined }],
    ['an end that has passed', { expiresAt: '2020-01-01T00:00:00Z' }],
    ['an end that is no instant', { expiresAt: 'tomorrow at noon' }],
    ['a name with a line break', { label: 'two\nlines' }],
    ['a role that nobody has', { role: 'root' }],
    ['no scope at all', { scopes: [] }],
  ])('no key is made with %s', async (_what, more) => {
    const body = { label: 'impossible', role: 'staff', subject: 'desk-1', ...more };
    expect(await app.ask('/api/keys', { method: 'POST', as: 'super_admin', body })).toMatchObject({
      status: 400,
      body: { code: 'INPUT_INVALID' },
    });
  });

  test('a key ends by itself when it was said to, also in a process that has just seen it', async () => {
    const now = await app.service.database.dialect.statements.serverNow(app.service.database.handle);
    const { key } = await made('short', { expiresAt: now.plusMillis(2_000).toString() });
    expect(await statusWith(key)).toBe(200);
    await expect.poll(() => statusWith(key), { timeout: 15_000, interval: 200 }).toBe(401);
  });

  test('a key that was rotated is accepted beside its successor until the time is over', async () => {
    const { id, key } = await made('rotated', { scopes: ['ledger'] });
    const rotation = (overlapHours: number, of: string): Promise<Answered> =>
      app.ask(`/api/keys/${of}/rotation`, { method: 'POST', as: 'super_admin', body: { overlapHours } });
    const next = await rotation(24, id);
    expect(next).toMatchObject({ status: 201, body: { label: 'rotated', key: expect.stringMatching(KEY) } });
    const successor = String(next.body['key']);
    expect([await statusWith(key), await statusWith(successor)]).toEqual([200, 200]);
    expect((await app.ask('/api/tuition/payments', { credential: successor })).status).toBe(403);
    const last = await rotation(0, String(next.body['id']));
    const process = await app.another();
    try {
      expect([await statusWith(successor, process), await statusWith(String(last.body['key']), process)]).toEqual([
        401, 200,
      ]);
    } finally {
      await process.close();
    }
    expect(await rotation(1, String(next.body['id']))).toMatchObject({
      status: 404,
      body: { code: 'IDENTITY_KEY_UNKNOWN' },
    });
  });

  test('a key that is revoked is refused within seconds, also by a process that has just seen it', async () => {
    const { id, key } = await made('lost');
    const process = await app.another();
    try {
      expect([await statusWith(key), await statusWith(key, process)]).toEqual([200, 200]);
      expect(await revoked(id)).toMatchObject({ status: 200, body: { id, revokedAt: expect.any(String) } });
      const since = performance.now();
      for (const at of [app, process])
        await expect.poll(() => statusWith(key, at), { timeout: 15_000, interval: 200 }).toBe(401);
      expect(performance.now() - since).toBeLessThan(10_000);
    } finally {
      await process.close();
    }
    expect(await revoked(id)).toMatchObject({ status: 404, body: { code: 'IDENTITY_KEY_UNKNOWN' } });
    expect(await revoked('000000000000')).toMatchObject({ status: 404 });
  });

  test('who made, rotated and revoked a key is on record, and the record has no key in it', async () => {
    const { id } = await made('on record');
    await revoked(id);
    const everything = await allText(app.service.database);
    expect(everything).toContain('key_created');
    expect(everything).toContain('key_revoked');
    expect(everything).not.toMatch(KEY);
  });
});

describe('keys of a database that nobody has served yet', () => {
  let fresh: FreshDatabase;

  beforeEach(async () => {
    fresh = await freshDatabase();
  });
  afterEach(() => fresh.drop());

  test('two first starts at once make one key between them', async () => {
    const databases = [await openDatabase(fresh.url), await openDatabase(fresh.url)];
    try {
      for (const database of databases) await prepareServing(database);
      const shown = await Promise.all(databases.map((database) => new KeyStore(database).createFirst()));
      expect(shown.filter((key) => key !== undefined)).toHaveLength(1);
      const [database] = databases;
      expect(await new KeyStore(database as (typeof databases)[0]).list()).toHaveLength(1);
    } finally {
      for (const database of databases) await database.close();
    }
  });
});

describe('carryover keys and carryover serve', () => {
  let fresh: FreshDatabase;
  let place: ServedFolder;

  beforeAll(async () => {
    fresh = await freshDatabase();
    place = new ServedFolder(fresh.url);
  });
  afterAll(async () => {
    await place.remove();
    await fresh.drop();
  });

  test('the first start prints one key, once; a second start prints none, and a port that is taken is told plainly', async () => {
    const first = await place.serve();
    await expect.poll(() => first.said, { timeout: 10_000 }).toMatch(KEY);
    const [key = ''] = KEY.exec(first.said) ?? [];
    expect(first.said.match(new RegExp(KEY, 'g'))).toHaveLength(1);
    const address = await first.ready;
    const keys = await fetch(`${address}/api/keys`, { headers: { authorization: `Bearer ${key}` } });
    expect(keys.status).toBe(200);
    expect((await fetch(`${address}/api/keys`)).status).toBe(401);

    const port = new URL(address).port;
    const taken = await place.run('serve', '--instance', 'test', '--port', port, '--json');
    expect(taken.exitCode).toBe(4);
    expect(jsonLines(taken).at(-1)).toMatchObject({ error: { code: 'HTTP_ADDRESS_UNAVAILABLE' } });
    expect(await first.end('SIGTERM')).toBe(0);
    expect(first.log).not.toMatch(KEY);

    const second = await place.serve();
    expect(await second.end('SIGINT')).toBe(0);
    expect(second.said).not.toMatch(KEY);
  });

  test('keys are made, listed, rotated and revoked at a terminal, and their text is told once', async () => {
    const created = await place.run(
      'keys',
      'create',
      'door tablet',
      '--role',
      'staff',
      '--subject',
      'door-1',
      '--scope',
      'tuition.check-in',
      '--instance',
      'test',
    );
    expect(created.exitCode).toBe(0);
    expect(created.stdout.trim()).toMatch(KEY);
    const list = async (): Promise<readonly Record<string, unknown>[]> => {
      const listed = await place.run('keys', 'list', '--json');
      expect(listed.stdout).not.toMatch(KEY);
      return jsonLines(listed)[0]?.['keys'] as readonly Record<string, unknown>[];
    };
    const tablet = (await list()).find(({ label }) => label === 'door tablet');
    expect(tablet).toMatchObject({ role: 'staff', subject: 'door-1', scopes: ['tuition.check-in'], state: 'in use' });
    const id = String(tablet?.['id']);
    const rotated = await place.run('keys', 'rotate', id, '--overlap-hours', '1', '--instance', 'test', '--json');
    const [next] = jsonLines(rotated);
    expect(next).toMatchObject({ label: 'door tablet', key: expect.stringMatching(KEY) });
    const revoked = await place.run('keys', 'revoke', String(next?.['id']), '--instance', 'test');
    expect(revoked.exitCode).toBe(0);
    const states = (await list()).filter(({ subject }) => subject === 'door-1').map(({ state }) => state);
    expect(states).toEqual(expect.arrayContaining(['revoked', expect.stringMatching(/^in use until /)]));
    const again = await place.run('keys', 'revoke', String(next?.['id']), '--instance', 'test', '--json');
    expect(again.exitCode).not.toBe(0);
    expect(jsonLines(again).at(-1)).toMatchObject({ error: { code: 'IDENTITY_KEY_UNKNOWN' } });
  });

  test('a server that is told to end answers every post that it has read, and then lets go', async () => {
    const { key } = await serverKey(place);
    const served = await place.serve();
    const address = await served.ready;
    const send = (path: string, body: object, name = 'none'): Promise<Response> =>
      fetch(`${address}/api/ledger/${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'idempotency-key': name },
        body: JSON.stringify(body),
      });
    const account = { system: 'shop', kind: 'wallet', owner: 'o', unit: 'usd' };
    const { id } = (await (await send('accounts', account)).json()) as { id: string };
    const calls = Array.from({ length: 8 }, (_call, call) =>
      Array.from({ length: 250 }, (_command, command) => {
        return {
          type: 'post',
          key: `${call}:${command}`,
          accountId: id,
          amount: '0.000001',
          kind: 'gift',
          contra: 'gifts',
        };
      }),
    );
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const read = await Promise.all(
      calls.map((commands) =>
        startRequest(`${address}/api/ledger/bulk`, { headers, body: JSON.stringify({ commands }) }),
      ),
    );
    const ended = served.end('SIGTERM');
    const statuses = (await Promise.all(read.map((one) => one.finish()))).map(({ status }) => status);
    expect(statuses).toEqual(calls.map(() => 200));
    expect(await ended).toBe(0);
    await expect(fetch(`${address}/healthz`)).rejects.toThrow();

    const database = await openDatabase(fresh.url);
    try {
      await prepareLedger(database);
      expect(await allText(database)).toContain('"balance":"2000"');
    } finally {
      await database.close();
    }
  });
});

async function serverKey(place: ServedFolder): Promise<{ readonly key: string }> {
  const made = await place.run('keys', 'create', 'the application', '--role', 'server', '--instance', 'test');
  return { key: made.stdout.trim() };
}
