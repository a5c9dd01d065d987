import { afterAll, beforeAll, expect, test } from 'vitest';
import { StripeStub } from '../../support/stripe-stub/stripe-stub.ts';
import { OUTSIDE_SECRETS, TestServer, tokenOf, type Answered } from './test-server.ts';

const V2 = '/api/billing/v2';
const PRICE = 'price_tier_6_50_monthly';

let stub: StripeStub;
let app: TestServer;
let ann: string;

beforeAll(async () => {
  stub = await StripeStub.start();
  const stripe = {
    apiBase: stub.url,
    successUrl: 'https://app.test/paid',
    cancelUrl: 'https://app.test/cart',
    returnUrl: 'https://app.test/account',
    networkRetriesMax: 0,
  };
  app = await TestServer.open({ payments: { stripe } });
  await app.ask('/api/admin/billing/user/ann/open', { method: 'POST', as: 'admin', body: {} });
  ann = await tokenOf({ sub: 'ann' });
});
afterAll(async () => {
  await app.close();
  await stub.close();
});

function post(path: string, body: object = {}): Promise<Answered> {
  return app.ask(`${V2}/${path}`, { method: 'POST', credential: ann, body });
}

test('a user begins a subscription by a page of the provider, ends it for the next period, and takes that back', async () => {
  expect(await post('create-checkout-session', { price_id: PRICE })).toMatchObject({ status: 200 });
  expect(await post('reactivate-subscription')).toMatchObject({ status: 404, body: { code: 'BILLING_UNKNOWN' } });
  const start = Math.floor(Date.now() / 1000) - 86_400;
  const period = { current_period_start: start, current_period_end: start + 30 * 86_400 };
  stub.subscribe({
    customer: 'cus_ann',
    created: start,
    metadata: { carryover_user: 'ann' },
    items: { data: [{ price: { id: PRICE }, ...period }] },
  });
  for (const event of stub.takeEvents()) {
    const { rawBody, signatureHeader } = stub.webhook(event, [OUTSIDE_SECRETS.STRIPE_WEBHOOK_SECRET]);
    const headers = { 'stripe-signature': signatureHeader };
    const told = await app.ask(`${V2}/webhook`, { method: 'POST', body: rawBody.toString(), headers });
    expect(told.status).toBe(200);
  }
  await app.scope.payments().process();
  expect((await app.ask(`${V2}/subscription`, { credential: ann })).body).toMatchObject({ tier: 'tier_6_50' });
  expect(await post('cancel-subscription')).toMatchObject({ status: 200 });
  expect(await post('reactivate-subscription')).toMatchObject({ status: 200 });
});
