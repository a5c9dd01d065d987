import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { StripeStub } from '../../support/stripe-stub/stripe-stub.ts';
import { TestServer, tokenOf } from './test-server.ts';
import { withStripe } from './with-stripe.ts';

const run = promisify(execFile);

/** The administrator's command of the guide, as written there but for the host and the user. */
const ADJUST = String.raw`curl -X POST /api/admin/billing/credits/adjust \
  -H "Authorization: Bearer $ADMIN_TOKEN" \
  -d '{
    "user_id": "uuid",
    "amount": 50.00,
    "reason": "Customer complaint resolution"
  }'`;

/** The command that shows what became of it. */
const SUMMARY = String.raw`curl /api/admin/billing/user/{user_id}/summary \
  -H "Authorization: Bearer $ADMIN_TOKEN"`;

/** The super administrator's command of the guide. */
const REFUND = String.raw`curl -X POST /api/admin/billing/refund \
  -H "Authorization: Bearer $SUPER_ADMIN_TOKEN" \
  -d '{
    "user_id": "uuid",
    "amount": 25.00,
    "reason": "Service outage compensation",
    "stripe_refund": true,
    "payment_intent_id": "pi_xxx"
  }'`;

describe('the commands of the guide', () => {
  let app: TestServer;
  let address: string;
  let token: string;

  beforeAll(async () => {
    app = await TestServer.open();
    address = await app.listen();
    token = await tokenOf({ sub: 'admin-7', app_metadata: { carryover_role: 'admin' } });
    app.secrets.add(token);
  });
  afterAll(() => app.close());

  /** Runs a command in a shell, with curl's own report silenced and the status after the answer. */
  async function shell(command: string): Promise<{ readonly status: number; readonly body: Record<string, unknown> }> {
    const silent = command.replace('curl', `curl -s -w '\\n%{http_code}'`);
    const { stdout } = await run('sh', ['-c', silent], { env: { ...process.env, ADMIN_TOKEN: token } });
    const cut = stdout.lastIndexOf('\n');
    return { status: Number(stdout.slice(cut)), body: JSON.parse(stdout.slice(0, cut)) as Record<string, unknown> };
  }

  async function opened(userId: string): Promise<bigint> {
    const url = `/api/admin/billing/user/${userId}/open`;
    const { body } = await app.ask(url, { method: 'POST', as: 'server', body: {} });
    return micros(body['balance']);
  }

  function micros(amount: unknown): bigint {
    const match = /^(-?)(\d+)\.(\d{6})$/.exec(String(amount));
    if (match === null) throw new Error('An amount of dollars has six decimals.');
    return BigInt(`${match[1]}${match[2]}${match[3]}`);
  }

  async function adjusted(userId: string, amount: string): Promise<bigint> {
    const command = ADJUST.replace('/api', `${address}/api`).replace('uuid', userId).replace('50.00', amount);
    const { status, body } = await shell(command);
    expect([status, body['detail']]).toEqual([200, undefined]);
    const summary = await shell(SUMMARY.replace('/api', `${address}/api`).replace('{user_id}', userId));
    expect(summary.status).toBe(200);
    return micros(summary.body['balance']);
  }

  test('give 50.00 dollars to somebody, and show that they have them', async () => {
    const before = await opened('6e7f0c3a-uuid');
    expect(await adjusted('6e7f0c3a-uuid', '50.00')).toBe(before + 50_000_000n);
  });

  test.each([
    ['0.1', 100_000n],
    ['0.000001', 1n],
    ['99.999999', 99_999_999n],
    ['-1.10', -1_100_000n],
    ['"50.00"', 50_000_000n],
    ['"0.1"', 100_000n],
  ])('the amount %s arrives as it was written', async (amount, expected) => {
    const userId = `user-of-${expected}-${amount.length}`;
    const before = await opened(userId);
    expect(await adjusted(userId, amount)).toBe(before + expected);
  });

  test('a number of more digits than a float keeps arrives digit for digit', async () => {
    const body = '{"user_id":"exact","source_id":"message-1","amount":1000000.000001}';
    await opened('exact');
    const answered = await app.ask('/api/billing/v2/check', {
      method: 'POST',
      as: 'server',
      body: '{"user_id":"exact","amount":1000000.000001}',
    });
    expect(answered.status).toBe(200);
    const refused = await app.ask('/api/billing/v2/deduct', { method: 'POST', as: 'server', body });
    expect(refused).toMatchObject({ status: 200, body: { status: 'refused', amount: '1000000.000001' } });
  });

  test.each(['50.0000001', '1e2', '1e400', '-0', '9223372036854775808', '0x10', '"١"', 'true', '[50]'])(
    'the amount %s is refused, and nobody is given anything',
    async (amount) => {
      await opened('strict');
      const command = ADJUST.replace('/api', `${address}/api`).replace('uuid', 'strict').replace('50.00', amount);
      const { status, body } = await shell(command);
      expect([400, 403, 422]).toContain(status);
      expect(body).toMatchObject({ status, code: expect.any(String) });
    },
  );

  test('without the token nothing is done', async () => {
    const command = ADJUST.replace('/api', `${address}/api`).replace('$ADMIN_TOKEN', '');
    expect(await shell(command)).toMatchObject({ status: 401, body: { code: 'HTTP_UNAUTHENTICATED' } });
  });
});

test('the refund of the guide gives the money back and takes the credits', async () => {
  const stub = await StripeStub.start();
  const app = await TestServer.open(withStripe(stub));
  try {
    const address = await app.listen();
    const token = await tokenOf({ sub: 'boss-1', app_metadata: { carryover_role: 'super_admin' } });
    app.secrets.add(token);
    await app.ask('/api/admin/billing/user/6e7f0c3a-uuid/open', { method: 'POST', as: 'server', body: {} });
    const bought = { user_id: '6e7f0c3a-uuid', amount: '25.00', via: 'payment' };
    const { body: begun } = await app.ask('/api/billing/v2/purchase-credits', {
      method: 'POST',
      as: 'server',
      body: bought,
    });
    stub.pay(String(begun['payment_id']));
    await app.ask('/api/billing/v2/reconcile', { method: 'POST', as: 'server', body: { user_id: '6e7f0c3a-uuid' } });
    const command = REFUND.replace('/api', `${address}/api`)
      .replace('uuid', '6e7f0c3a-uuid')
      .replace('pi_xxx', String(begun['payment_id']));
    const silent = command.replace('curl', 'curl -s');
    const { stdout } = await run('sh', ['-c', silent], { env: { ...process.env, SUPER_ADMIN_TOKEN: token } });
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'money', amount: '25.000000', failure: null });
    expect(stub.requests.some(({ path }) => path.endsWith('/refunds'))).toBe(true);
  } finally {
    await app.close();
    await stub.close();
  }
});
