import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TestServer, type Answered, type Asked } from './test-server.ts';

/** One more than the largest amount of dollars that 64 bits hold, and how else numbers go wrong. */
const NO_AMOUNTS = [
  '9223372036854.775808',
  '-9223372036854.775809',
  '9223372036854775808',
  '99999999999999999999',
  '1.0000001',
  '1e3',
  '1,5',
  '.5',
  '+1',
  ' 1',
  '٣',
  '',
  '0x10',
  'NaN',
];

let app: TestServer;

beforeAll(async () => {
  app = await TestServer.open();
});
afterAll(() => app.close());

function post(path: string, body: object, more: Asked = {}): Promise<Answered> {
  return app.ask(`/api/ledger/${path}`, { method: 'POST', as: 'server', body, ...more });
}

function get(path: string, more: Asked = {}): Promise<Answered> {
  return app.ask(`/api/ledger/${path}`, { as: 'staff', ...more });
}

async function opened(owner: string, more: object = {}): Promise<string> {
  const body = { system: 'shop', kind: 'wallet', owner, unit: 'usd', ...more };
  const answered = await post('accounts', body);
  expect(answered).toMatchObject({ status: 200 });
  return String(answered.body['id']);
}

async function balanceOf(accountId: string): Promise<Readonly<Record<string, unknown>>> {
  return (await get(`accounts/${accountId}`)).body;
}

/** An account with 100 dollars. */
async function funded(owner: string): Promise<string> {
  const accountId = await opened(owner);
  const entry = { accountId, amount: '100', kind: 'gift', contra: 'gifts' };
  expect(await post('posts', entry)).toMatchObject({ status: 200, body: { status: 'posted' } });
  return accountId;
}

const spend = { kind: 'usage', contra: 'usage' };

describe('accounts', () => {
  test('an account is opened once, found again, and refused with another unit', async () => {
    const body = { system: 'shop', kind: 'wallet', owner: 'olga', unit: 'usd', floor: '-2.50' };
    const first = await post('accounts', body);
    expect(first.body).toMatchObject({
      unit: 'usd',
      balance: '0.000000',
      available: '0.000000',
      floor: '-2.500000',
      status: 'open',
    });
    expect(first.headers['location']).toBe(`/api/ledger/accounts/${String(first.body['id'])}`);
    expect((await post('accounts', body)).body).toEqual(first.body);
    expect(await post('accounts', { ...body, unit: 'session', floor: '0' })).toMatchObject({
      status: 409,
      body: { code: 'LEDGER_ACCOUNT_DIFFERS' },
    });
    expect(await post('accounts', { ...body, owner: 'other', unit: 'gold' })).toMatchObject({
      status: 400,
      body: { code: 'INPUT_INVALID' },
    });
  });

  test('a page of accounts ends where the next begins, and only what is asked for is on it', async () => {
    const ids: string[] = [];
    for (const owner of ['page-1', 'page-2', 'page-3', 'page-4', 'page-5'])
      ids.push(await opened(owner, { kind: 'paged' }));
    const seen: unknown[] = [];
    let after: string | null = null;
    do {
      const { body } = await get(`accounts?system=shop&kind=paged&limit=2${after === null ? '' : `&after=${after}`}`);
      const rows = body['rows'] as readonly Readonly<Record<string, unknown>>[];
      expect(rows.length).toBeLessThanOrEqual(2);
      seen.push(...rows.map(({ id }) => id));
      after = body['next'] as string | null;
    } while (after !== null);
    expect(seen).toEqual(ids);
    const found = await get('accounts?system=shop&kind=paged&ownerPrefix=page-3');
    expect(found.body).toMatchObject({ rows: [{ owner: 'page-3', system: 'shop', unit: 'usd' }], next: null });
    expect((await get('accounts?system=shop&ownerPrefix=%25')).body).toMatchObject({ rows: [] });
  });
});

describe('movements', () => {
  test('a post moves a balance, and the statement says by what', async () => {
    const accountId = await funded('pia');
    const entry = { accountId, amount: '-0.000001', ...spend, reason: 'one token', details: { tokens: 1, model: 'm' } };
    expect((await post('posts', entry, { key: 'pia:1' })).body).toEqual({
      status: 'posted',
      after: [{ accountId, balance: '99.999999', held: '0.000000', available: '99.999999', seq: '2' }],
    });
    const { body } = await get(`accounts/${accountId}/entries`);
    expect(body['next']).toBeNull();
    expect(body['rows']).toMatchObject([
      {
        seq: '2',
        amount: '-0.000001',
        balanceAfter: '99.999999',
        key: 'pia:1',
        reason: 'one token',
        details: { tokens: 1, model: 'm' },
      },
      { seq: '1', amount: '100.000000', balanceAfter: '100.000000', kind: 'gift', contra: 'gifts' },
    ]);
  });

  test('a statement goes page by page in both directions, and by kind and time', async () => {
    const accountId = await funded('sam');
    for (let number = 1; number <= 4; number += 1)
      await post('posts', { accountId, amount: '-1', ...spend, occurredAt: `2026-01-0${number}T00:00:00Z` });
    const page = await get(`accounts/${accountId}/entries?limit=2&order=oldest-first`);
    expect(page.body).toMatchObject({ rows: [{ seq: '1' }, { seq: '2' }], next: '2' });
    const rest = await get(`accounts/${accountId}/entries?limit=9&order=oldest-first&after=2`);
    expect(rest.body).toMatchObject({ rows: [{ seq: '3' }, { seq: '4' }, { seq: '5' }], next: null });
    const gifts = await get(`accounts/${accountId}/entries?kinds=gift,other`);
    expect(gifts.body).toMatchObject({ rows: [{ seq: '1' }] });
    const days = 'occurredFrom=2026-01-02T00:00:00Z&occurredBefore=2026-01-04T00:00:00Z';
    expect((await get(`accounts/${accountId}/entries?${days}`)).body).toMatchObject({
      rows: [{ seq: '4' }, { seq: '3' }],
    });
  });

  test('a balance is told as of an instant, by what had happened and by what was known', async () => {
    const accountId = await opened('tim');
    const entry = { accountId, amount: '7.25', kind: 'gift', contra: 'gifts', occurredAt: '2026-02-01T00:00:00Z' };
    await post('posts', entry);
    const at = async (query: string): Promise<unknown> =>
      (await get(`accounts/${accountId}/balance?${query}`)).body['balance'];
    expect(await at('at=2026-01-31T23:59:59.999999Z')).toBe('0.000000');
    expect(await at('at=2026-02-01T00:00:00Z')).toBe('7.250000');
    expect(await at('at=2026-02-01T02:00:00%2B02:00')).toBe('7.250000');
    expect(await at('at=2026-02-02T00:00:00Z&by=recorded')).toBe('0.000000');
    expect(await get(`accounts/${accountId}/balance?at=yesterday-at-noon`)).toMatchObject({ status: 400 });
    expect(await get('accounts/999999999999/balance?at=2026-02-02T00:00:00Z')).toMatchObject({
      status: 404,
      body: { code: 'LEDGER_ACCOUNT_UNKNOWN' },
    });
  });

  test('a transfer moves what it says from one account to the other, and nothing past the floor', async () => {
    const [from, to] = [await funded('uma'), await opened('vic')];
    const transfer = { accountId: from, toAccountId: to, amount: '40.5', kind: 'gift' };
    expect((await post('transfers', transfer)).body).toMatchObject({ status: 'posted' });
    expect(await balanceOf(from)).toMatchObject({ balance: '59.500000' });
    expect(await balanceOf(to)).toMatchObject({ balance: '40.500000' });
    expect(await post('transfers', { ...transfer, amount: '59.500001' })).toMatchObject({
      status: 409,
      body: { code: 'LEDGER_FLOOR_BREACHED' },
    });
    expect(await balanceOf(to)).toMatchObject({ balance: '40.500000' });
  });

  test('a hold keeps an amount from being spent, and is captured in part or released', async () => {
    const accountId = await funded('wil');
    await post('holds', { accountId, amount: '60' }, { key: 'job-1' });
    await post('holds', { accountId, amount: '30', expiresAt: '2100-01-01T00:00:00Z' }, { key: 'job-2' });
    expect(await balanceOf(accountId)).toMatchObject({
      balance: '100.000000',
      held: '90.000000',
      available: '10.000000',
      holds: [
        { key: 'job-1', amount: '60.000000', expiresAt: null },
        { key: 'job-2', amount: '30.000000', expiresAt: '2100-01-01T00:00:00.000000Z' },
      ],
    });
    expect(await post('posts', { accountId, amount: '-10.01', ...spend })).toMatchObject({ status: 409 });
    const captured = await post(`accounts/${accountId}/holds/job-1/capture`, { amount: '12.5', ...spend });
    expect(captured.body).toMatchObject({ after: [{ balance: '87.500000', held: '30.000000' }] });
    expect((await post(`accounts/${accountId}/holds/job-2/release`, {})).body).toMatchObject({
      after: [{ balance: '87.500000', held: '0.000000', available: '87.500000' }],
    });
    expect(await post(`accounts/${accountId}/holds/job-2/release`, {})).toMatchObject({ status: 409 });
    expect(await post(`accounts/${accountId}/holds/none/capture`, spend)).toMatchObject({
      status: 404,
      body: { code: 'LEDGER_HOLD_UNKNOWN' },
    });
  });

  test('an entry is undone once', async () => {
    const accountId = await funded('xia');
    await post('posts', { accountId, amount: '-30', ...spend });
    const undone = await post(`accounts/${accountId}/entries/2/reversal`, { reason: 'charged twice' });
    expect(undone.body).toMatchObject({ after: [{ balance: '100.000000' }] });
    expect(await post(`accounts/${accountId}/entries/2/reversal`, {})).toMatchObject({
      status: 409,
      body: { code: 'LEDGER_ENTRY_REVERSED' },
    });
    expect((await get(`accounts/${accountId}/entries?limit=1`)).body).toMatchObject({
      rows: [{ reversesSeq: '2', reason: 'charged twice' }],
    });
  });

  test('the one who is its owner moves no balance, whatever the role', async () => {
    const accountId = await opened('super_admin-1');
    const foreign = await funded('yve');
    const gift = { accountId, amount: '5', kind: 'gift', contra: 'gifts' };
    const own = { status: 403, body: { code: 'LEDGER_OWN_BALANCE' } };
    expect(await post('posts', gift, { as: 'super_admin' })).toMatchObject(own);
    const transfer = { accountId: foreign, toAccountId: accountId, amount: '5', kind: 'gift' };
    expect(await post('transfers', transfer, { as: 'super_admin' })).toMatchObject(own);
    const commands = [{ type: 'hold', key: 'mine', accountId, amount: '1' }];
    expect(await post('bulk', { commands }, { as: 'super_admin' })).toMatchObject(own);
    expect(await balanceOf(accountId)).toMatchObject({ balance: '0.000000', seq: '0' });
    expect((await post('posts', { ...gift, accountId: foreign }, { as: 'super_admin' })).status).toBe(200);
  });
});

describe('amounts', () => {
  test.each(NO_AMOUNTS)('"%s" is no amount of dollars, and moves nothing', async (amount) => {
    const accountId = await opened('zoe');
    const refused = await post('posts', { accountId, amount, kind: 'gift', contra: 'gifts' });
    expect(refused).toMatchObject({ status: 400, body: { code: 'INPUT_INVALID' } });
    expect(await balanceOf(accountId)).toMatchObject({ seq: '0' });
  });

  test('a number in place of a text is refused, since it may have been rounded before it was sent', async () => {
    const accountId = await opened('zoe');
    const refused = await post('posts', { accountId, amount: 5, kind: 'gift', contra: 'gifts' });
    expect(refused).toMatchObject({ status: 400, body: { code: 'INPUT_INVALID' } });
  });

  test('a unit without decimals takes whole numbers and writes whole numbers', async () => {
    const accountId = await opened('lessons', { unit: 'session' });
    const gift = { accountId, kind: 'gift', contra: 'gifts' };
    expect((await post('posts', { ...gift, amount: '3' })).body).toMatchObject({ after: [{ balance: '3' }] });
    expect(await post('posts', { ...gift, amount: '1.5' })).toMatchObject({ status: 400 });
  });

  test('the largest amount of 64 bits goes in and comes out, and a unit more overflows nothing', async () => {
    const accountId = await opened('rich');
    const gift = { accountId, kind: 'gift', contra: 'gifts' };
    expect((await post('posts', { ...gift, amount: '9223372036854.775807' })).body).toMatchObject({
      after: [{ balance: '9223372036854.775807' }],
    });
    expect(await post('posts', { ...gift, amount: '0.000001' })).toMatchObject({ status: 422 });
    expect(await balanceOf(accountId)).toMatchObject({ balance: '9223372036854.775807', seq: '1' });
    await post('posts', { ...gift, amount: '-9223372036854.775807', kind: 'take' });
  });
});

describe('the key of a call', () => {
  test('repeated with the same content it answers the first balance, in this process and in the next', async () => {
    const accountId = await funded('amy');
    const entry = { accountId, amount: '-1.5', ...spend };
    await post('posts', entry, { key: 'amy:1' });
    await post('posts', { accountId, amount: '-2', ...spend });
    // Balance and number are those of then; what may be spent is what may be spent now.
    const replayed = { status: 'replayed', after: [{ balance: '98.500000', seq: '2', available: '96.500000' }] };
    expect(await post('posts', entry, { key: 'amy:1' })).toMatchObject({ status: 200, body: replayed });
    const next = await app.another();
    try {
      const after = await next.ask('/api/ledger/posts', { method: 'POST', as: 'server', body: entry, key: 'amy:1' });
      expect(after).toMatchObject({ status: 200, body: replayed });
    } finally {
      await next.close();
    }
    expect(await balanceOf(accountId)).toMatchObject({ balance: '96.500000', seq: '3' });
  });

  test('with other content it is a conflict, and nothing is moved', async () => {
    const accountId = await funded('bob');
    await post('posts', { accountId, amount: '-1.5', ...spend }, { key: 'bob:1' });
    const reused = { status: 409, body: { code: 'LEDGER_KEY_REUSED' } };
    expect(await post('posts', { accountId, amount: '-1.6', ...spend }, { key: 'bob:1' })).toMatchObject(reused);
    expect(await post('holds', { accountId, amount: '1.5' }, { key: 'bob:1' })).toMatchObject(reused);
    expect(await balanceOf(accountId)).toMatchObject({ balance: '98.500000', held: '0.000000', seq: '2' });
  });

  test('is asked for by every write that is not the same when repeated', async () => {
    const accountId = await funded('cat');
    const answered = await app.server.inject({
      method: 'POST',
      url: '/api/ledger/posts',
      headers: { authorization: `Bearer ${app.keyOf('server')}` },
      payload: { accountId, amount: '-1', ...spend },
    });
    expect([answered.statusCode, answered.json()]).toEqual([
      400,
      expect.objectContaining({ code: 'HTTP_IDEMPOTENCY_KEY_MISSING' }),
    ]);
  });
});

describe('many commands at once', () => {
  test('each has an outcome of its own, in the order in which they were sent', async () => {
    const accountId = await funded('dan');
    const commands = [
      { type: 'post', key: 'dan:1', accountId, amount: '-60', ...spend },
      { type: 'post', key: 'dan:2', accountId, amount: '-60', ...spend },
      { type: 'hold', key: 'dan:3', accountId, amount: '40' },
      { type: 'capture', key: 'dan:4', accountId, holdKey: 'dan:3', ...spend },
    ];
    const { status, body } = await post('bulk', { commands });
    expect(status).toBe(200);
    expect(body['results']).toMatchObject([
      { status: 'posted', after: [{ balance: '40.000000' }] },
      { status: 'refused', code: 'LEDGER_FLOOR_BREACHED', detail: expect.any(String) },
      { status: 'posted', after: [{ held: '40.000000', available: '0.000000' }] },
      { status: 'posted', after: [{ balance: '0.000000', held: '0.000000' }] },
    ]);
    expect((await post('bulk', { commands })).body['results']).toMatchObject([
      { status: 'replayed' },
      { status: 'refused' },
      { status: 'replayed' },
      { status: 'replayed' },
    ]);
  });

  test('atomic, one refusal leaves all undone', async () => {
    const accountId = await funded('eve');
    const commands = ['-60', '-60', '-1'].map((amount, index) => {
      return { type: 'post', key: `eve:${index}`, accountId, amount, ...spend };
    });
    const { body } = await post('bulk', { atomic: true, commands });
    expect(body['results']).toMatchObject([
      { status: 'abandoned' },
      { status: 'refused', code: 'LEDGER_FLOOR_BREACHED' },
      { status: 'abandoned' },
    ]);
    expect(await balanceOf(accountId)).toMatchObject({ balance: '100.000000', seq: '1' });
  });

  test('an account that was never opened fails the call, and none was run', async () => {
    const accountId = await funded('fay');
    const commands = [accountId, '999999999999'].map((id) => {
      return { type: 'post', key: 'fay:1', accountId: id, amount: '-1', ...spend };
    });
    expect(await post('bulk', { commands })).toMatchObject({ status: 404, body: { code: 'LEDGER_ACCOUNT_UNKNOWN' } });
    expect(await balanceOf(accountId)).toMatchObject({ seq: '1' });
  });
});

describe('the ledger as a whole', () => {
  test('both sides sum to zero, and every row keeps its rules', async () => {
    const { body } = await get('trial-balance?system=shop', { as: 'admin' });
    const units = body['units'] as readonly Readonly<Record<string, unknown>>[];
    expect(units.map(({ unit }) => unit)).toEqual(expect.arrayContaining(['session', 'usd']));
    for (const { difference } of units) expect(Number(difference)).toBe(0);
    const verified = await get('verification', { as: 'admin' });
    expect(verified.body).toMatchObject({ outcome: 'clean', breachesCount: '0', breaches: [] });
    expect(Number(verified.body['accounts'])).toBeGreaterThan(10);
    expect((await get('verification?system=none', { as: 'admin' })).body).toMatchObject({
      outcome: 'nothing-to-check',
    });
  });
});
