import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allRoutes } from '../../../src/app/http/all-routes.ts';
import { ROLES } from '../../../src/base/role.ts';
import type { Access } from '../../../src/base/role.ts';
import { snakeCase } from '../../../src/systems/wire-names.ts';
import type { Route } from '../../../src/http/route.ts';
import { samples } from './samples/index.ts';
import { addressOf as sampleAddressOf, World } from './samples/sample.ts';
import { TestServer, tokenOf } from './test-server.ts';

/** An address of a route with something in every place of its path. */
function addressOf({ path }: Pick<Route<never>, 'path'>): string {
  return path.replaceAll(/:\w+/g, '1');
}

/** What writes need besides whose it is, so that they get as far as the question. */
const BESIDES_OWNER: Readonly<Record<string, object>> = {
  'billing.start-purchase': { amount: '10' },
  'billing.purchase-credits': { amount: '10' },
  'billing.create-checkout-session': { price_id: 'price_1' },
  'billing.set-top-up-rule': { enabled: true, threshold: '1', amount: '10', month_max: '100', day_count_max: 1 },
};

const routes = allRoutes(['tuition', 'billing']);
const guarded = routes.filter((route) => route.access !== 'public');

describe('who may call', () => {
  let service: TestServer;

  beforeAll(async () => {
    service = await TestServer.open();
  });
  afterAll(() => service.close());

  test('every route is guarded but those that say that they are not', () => {
    expect(guarded.length).toBeGreaterThan(60);
    expect(routes.filter((route) => route.access === 'public').map(({ name }) => name)).toEqual([
      'health.alive',
      'health.ready',
      'notices.whatsapp-verification',
      'notices.whatsapp-statuses',
      'tuition.kiosk',
      'tuition.kiosk-styles',
      'tuition.kiosk-module',
      'billing.webhook',
    ]);
  });

  test.each(guarded.map((route) => [route.name, route] as const))(
    '%s answers the roles of its table and refuses the others',
    async (_name, route) => {
      const access = route.access as Access;
      for (const role of ROLES) {
        const { status, body } = await service.ask(addressOf(route), {
          method: route.method,
          as: role,
          body: route.method === 'GET' ? undefined : {},
        });
        const isRefused = status === 403 && body['code'] === 'HTTP_FORBIDDEN';
        // A user is known to be allowed where the refusal is about whose it is, which comes after the request is checked.
        const isAllowed = !isRefused || String(body['detail']).includes('another owner');
        expect(isAllowed, `${route.name} as ${role}: ${status} ${String(body['code'])}`).toBe(
          access.roles.includes(role),
        );
      }
    },
  );

  test.each([
    ['no credential', async () => ({})],
    ['a key nobody has', async () => ({ credential: `co_000000000000_${'A'.repeat(43)}` })],
    ['a key of another form', async () => ({ credential: 'co_x' })],
    ['another scheme', async () => ({ headers: { authorization: 'Basic dXNlcjpwYXNz' } })],
    ['a token that has expired', async () => ({ credential: await tokenOf({ exp: 1_700_000_000 }) })],
    ['a token without an end', async () => ({ credential: await tokenOf({ exp: undefined }) })],
    [
      'a token that is not valid yet',
      async () => ({ credential: await tokenOf({ nbf: Math.floor(Date.now() / 1000) + 3600 }) }),
    ],
    ['a token of another issuer', async () => ({ credential: await tokenOf({ iss: 'https://elsewhere.example' }) })],
    ['a token for another audience', async () => ({ credential: await tokenOf({ aud: 'somebody else' }) })],
    ['a token without a subject', async () => ({ credential: await tokenOf({ sub: undefined }) })],
    [
      'a token signed with another secret',
      async () => ({ credential: await tokenOf({}, { secret: 'another secret, of more than thirty-two bytes' }) }),
    ],
    ['a token of another algorithm', async () => ({ credential: await tokenOf({}, { algorithm: 'HS512' }) })],
    ['a token without a signature', async () => ({ credential: await unsigned() })],
    ['a token whose signature was cut off', async () => ({ credential: (await tokenOf()).replace(/[^.]+$/, '') })],
    [
      'a token that says it is the server',
      async () => ({ credential: await tokenOf({ app_metadata: { carryover_role: 'server' } }) }),
    ],
    [
      'a token with a role that nobody has',
      async () => ({ credential: await tokenOf({ app_metadata: { carryover_role: 'root' } }) }),
    ],
    [
      'a token whose owners are no list',
      async () => ({ credential: await tokenOf({ app_metadata: { carryover_owners: '7' } }) }),
    ],
    [
      'a token with an owner that is no reference',
      async () => ({ credential: await tokenOf({ app_metadata: { carryover_owners: ['7', ' 8'] } }) }),
    ],
    [
      'a token with more owners than a family has',
      async () => ({ credential: await tokenOf({ app_metadata: { carryover_owners: Array(51).fill('7') } }) }),
    ],
  ])('%s gets in nowhere', async (_what, asked) => {
    for (const route of guarded) {
      const { status, body, headers } = await service.ask(addressOf(route), {
        method: route.method,
        ...(await asked()),
      });
      expect([route.name, status, body['code']]).toEqual([route.name, 401, 'HTTP_UNAUTHENTICATED']);
      expect(headers['www-authenticate']).toContain('Bearer');
    }
  });

  test('a role in a place that users can write is not believed', async () => {
    const credential = await tokenOf({
      role: 'super_admin',
      user_metadata: { carryover_role: 'super_admin' },
      carryover_role: 'super_admin',
    });
    expect(await service.ask('/api/keys', { credential })).toMatchObject({ status: 403 });
  });

  test('a token of an administrator is one', async () => {
    const credential = await tokenOf({ sub: 'boss', app_metadata: { carryover_role: 'super_admin' } });
    expect(await service.ask('/api/keys', { credential })).toMatchObject({ status: 200 });
  });

  test('the clocks of issuers may differ by what is configured, and not by more', async () => {
    const past = (seconds: number): number => Math.floor(Date.now() / 1000) - seconds;
    expect(
      (await service.ask('/api/billing/v2/balance', { credential: await tokenOf({ exp: past(1) }) })).status,
    ).not.toBe(401);
    expect(
      (await service.ask('/api/billing/v2/balance', { credential: await tokenOf({ exp: past(30) }) })).status,
    ).toBe(401);
  });

  test.each(
    guarded
      .filter(({ access }) => (access as Access).roles.includes('user'))
      .map((route) => [route.name, route] as const),
  )('%s refuses a user who names another owner, whether there is one or not', async (_name, route) => {
    const owner = (route.access as Access).owner ?? '';
    const name = route.tag === 'billing' ? snakeCase(owner) : owner;
    const url = route.path.replace(`:${owner}`, '7').replaceAll(/:\w+/g, '1');
    const isNamed = route.path.includes(`:${owner}`);
    const query = isNamed || route.method !== 'GET' ? '' : `?${name}=7`;
    const body = route.method === 'GET' ? undefined : { [name]: '7', ...BESIDES_OWNER[route.name] };
    for (const owners of [undefined, [], ['8', '77', '07', 9]]) {
      const credential = await tokenOf({ sub: 'ann', app_metadata: { carryover_owners: owners } });
      const answered = await service.ask(`${url}${query}`, { method: route.method, credential, body });
      expect(answered.body, JSON.stringify(answered.body)).toMatchObject({ status: 403, code: 'HTTP_FORBIDDEN' });
    }
    const family = await tokenOf({ sub: 'ann', app_metadata: { carryover_owners: ['8', '7'] } });
    const own = await service.ask(`${url}${query}`, { method: route.method, credential: family, body });
    expect(own.status, JSON.stringify(own.body)).not.toBe(403);
  });

  test('one token of a parent reads the enrolments of each child, and of no other pupil', async () => {
    const world = new World(service);
    const enrolment = async (): Promise<string> =>
      sampleAddressOf('tuition.credit-status', (await samples['tuition.credit-status']?.request(world)) ?? {}).url;
    const [first, second, other] = [await enrolment(), await enrolment(), await enrolment()];
    const children = [first, second].map((address) => address.split('/')[4]);
    const credential = await tokenOf({ sub: 'a-parent', app_metadata: { carryover_owners: children } });
    for (const [index, address] of [first, second].entries())
      expect(await service.ask(address, { credential })).toMatchObject({
        status: 200,
        body: { studentId: children[index] },
      });
    expect(await service.ask(other, { credential })).toMatchObject({ status: 403, body: { code: 'HTTP_FORBIDDEN' } });
  });

  test('a list of owners in a place that users can write is not believed', async () => {
    const credential = await tokenOf({
      sub: 'ann',
      user_metadata: { carryover_owners: ['7'] },
      carryover_owners: ['7'],
    });
    const answered = await service.ask('/api/tuition/payments?studentId=7', { credential });
    expect(answered).toMatchObject({ status: 403, body: { code: 'HTTP_FORBIDDEN' } });
  });

  test('a key is good for its scopes alone', async () => {
    const credential = await service.newKey({
      label: 'a door',
      role: 'staff',
      subject: 'door-1',
      scopes: ['tuition.check-in'],
    });
    const scan = { method: 'POST', credential, body: { code: '00001' } };
    expect((await service.ask('/api/tuition/scan', scan)).status).toBe(200);
    expect(await service.ask('/api/tuition/payments', { credential })).toMatchObject({ status: 403 });
  });

  test('a key whose system is named as its scope may call all of that system that its role may', async () => {
    const credential = await service.newKey({
      label: 'tuition only',
      role: 'admin',
      subject: 'a',
      scopes: ['tuition'],
    });
    expect((await service.ask('/api/tuition/payments', { credential })).status).toBe(200);
    expect((await service.ask('/api/ledger/trial-balance', { credential })).status).toBe(403);
  });
});

async function unsigned(): Promise<string> {
  const [, payload] = (await tokenOf({ app_metadata: { carryover_role: 'super_admin' } })).split('.');
  const header = Buffer.from(JSON.stringify({ alg: 'none', typ: 'JWT' })).toString('base64url');
  return `${header}.${payload}.`;
}
