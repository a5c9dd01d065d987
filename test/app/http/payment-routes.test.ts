import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { StripeStub } from '../../support/stripe-stub/stripe-stub.ts';
import { OUTSIDE_SECRETS, TestServer, tokenOf, type Answered } from './test-server.ts';
import { withStripe } from './with-stripe.ts';

const V2 = '/api/billing/v2';

describe('payments over HTTP', () => {
  let stub: StripeStub;
  let service: TestServer;
  let ann: string;

  beforeAll(async () => {
    stub = await StripeStub.start();
    service = await TestServer.open(withStripe(stub));
    await service.ask('/api/admin/billing/user/ann/open', { method: 'POST', as: 'admin', body: {} });
    await service.ask('/api/admin/billing/user/bob/open', { method: 'POST', as: 'admin', body: {} });
    ann = await tokenOf({ sub: 'ann' });
  });
  afterAll(async () => {
    await service.close();
    await stub.close();
  });

  const balance = async (user: string): Promise<unknown> =>
    (await service.ask(`${V2}/balance?user_id=${user}`, { as: 'server' })).body['available'];

  /** Sends what happened at Stripe, signed, and handles it. */
  async function tell(): Promise<readonly Answered[]> {
    const answers: Answered[] = [];
    for (const event of stub.takeEvents()) {
      const { rawBody, signatureHeader } = stub.webhook(event, [OUTSIDE_SECRETS.STRIPE_WEBHOOK_SECRET]);
      const headers = { 'stripe-signature': signatureHeader };
      answers.push(await service.ask(`${V2}/webhook`, { method: 'POST', body: rawBody.toString(), headers }));
    }
    await service.scope.payments().process();
    return answers;
  }

  async function bought(amount: string): Promise<string> {
    const begun = await service.ask(`${V2}/purchase-credits`, {
      method: 'POST',
      credential: ann,
      body: { amount, via: 'payment' },
    });
    expect(begun.status, JSON.stringify(begun.body)).toBe(200);
    const paymentId = String(begun.body['payment_id']);
    stub.pay(paymentId);
    await tell();
    return paymentId;
  }

  test('U-24: credits are bought, paid, told by a webhook that is stored first, and told twice they come once', async () => {
    const before = Number(await balance('ann'));
    const begun = await service.ask(`${V2}/purchase-credits`, {
      method: 'POST',
      credential: ann,
      body: { amount: 25.0, via: 'payment' },
    });
    expect(begun).toMatchObject({ status: 200, body: { amount: '25.000000', checkout_url: null } });
    stub.pay(String(begun.body['payment_id']));
    const events = stub.takeEvents();
    for (const round of ['stored', 'duplicate']) {
      for (const event of events) {
        const { rawBody, signatureHeader } = stub.webhook(event, [OUTSIDE_SECRETS.STRIPE_WEBHOOK_SECRET]);
        const told = { method: 'POST', body: rawBody.toString(), headers: { 'stripe-signature': signatureHeader } };
        expect(await service.ask(`${V2}/webhook`, told)).toMatchObject({ status: 200, body: { outcome: round } });
      }
    }
    expect(Number(await balance('ann'))).toBe(before);
    await service.scope.payments().process();
    expect(Number(await balance('ann'))).toBe(before + 25);
  });

  test('U-24: a webhook that is not signed, or changed on its way, is refused and nothing is kept', async () => {
    const count = async (): Promise<unknown> =>
      (
        await sql<{ n: bigint }>`select count(*) as n from carryover_stripe_events`.execute(
          service.service.database.handle,
        )
      ).rows[0]?.n;
    const before = await count();
    const body = JSON.stringify({ id: 'evt_forged', type: 'payment_intent.succeeded', data: { object: {} } });
    for (const headers of [{}, { 'stripe-signature': 't=1,v1=00' }]) {
      const refused = await service.ask(`${V2}/webhook`, { method: 'POST', body, headers });
      expect(refused).toMatchObject({ status: 400, body: { code: 'PAYMENTS_SIGNATURE_INVALID' } });
    }
    expect(await count()).toBe(before);
  });

  test('where buyers come back to is the configuration’s word and never the caller’s', async () => {
    const begun = await service.ask(`${V2}/purchase-credits`, {
      method: 'POST',
      credential: ann,
      body: { amount: '10' },
    });
    expect(begun.body['checkout_url']).toContain('http');
    const request = stub.requests.findLast(({ path }) => path.endsWith('/checkout/sessions'));
    expect(request?.form).toMatchObject({ success_url: 'https://app.test/paid', cancel_url: 'https://app.test/cart' });
    const led = { method: 'POST', credential: ann, body: { amount: '10', success_url: 'https://elsewhere.test' } };
    expect(await service.ask(`${V2}/purchase-credits`, led)).toMatchObject({ status: 400 });
  });

  test('U-30: staff give money back through the provider, which takes the credits, or credits without money; one of them', async () => {
    const payment = await bought('25');
    const before = Number(await balance('ann'));
    const money = {
      user_id: 'ann',
      amount: 10.0,
      reason: 'Service outage compensation',
      stripe_refund: true,
      payment_intent_id: payment,
    };
    const refunded = await service.ask('/api/admin/billing/refund', { method: 'POST', as: 'super_admin', body: money });
    expect(refunded).toMatchObject({ status: 200, body: { kind: 'money', amount: '10.000000', failure: null } });
    await tell();
    expect(Number(await balance('ann'))).toBe(before - 10);
    const credits = { user_id: 'ann', amount: 10.0, reason: 'Service outage compensation' };
    const given = await service.ask('/api/admin/billing/refund', { method: 'POST', as: 'super_admin', body: credits });
    expect(given).toMatchObject({ status: 200, body: { kind: 'credits', status: 'applied' } });
    expect(Number(await balance('ann'))).toBe(before);
    expect(
      (await service.ask('/api/admin/billing/refund', { method: 'POST', as: 'admin', body: credits })).status,
    ).toBe(403);
  });

  test('a payment of somebody else is not given back by a slip of the clipboard', async () => {
    const payment = await bought('10');
    const slip = {
      user_id: 'bob',
      amount: '10',
      reason: 'wrong user',
      stripe_refund: true,
      payment_intent_id: payment,
    };
    expect(
      await service.ask('/api/admin/billing/refund', { method: 'POST', as: 'super_admin', body: slip }),
    ).toMatchObject({
      status: 404,
      body: { code: 'BILLING_UNKNOWN' },
    });
    const without = { user_id: 'ann', amount: '10', reason: 'no payment named', stripe_refund: true };
    expect(
      (await service.ask('/api/admin/billing/refund', { method: 'POST', as: 'super_admin', body: without })).status,
    ).toBe(400);
  });

  test('the portal is linked for oneself, and a user without a subscription is told so', async () => {
    const link = await service.ask(`${V2}/create-portal-session`, { method: 'POST', credential: ann, body: {} });
    expect(link).toMatchObject({ status: 200, body: { url: expect.stringContaining('http') as unknown } });
    const none = await service.ask(`${V2}/cancel-subscription`, { method: 'POST', credential: ann, body: {} });
    expect(none).toMatchObject({ status: 404, body: { code: 'BILLING_UNKNOWN' } });
  });

  test('U-43: whoever has paid and does not see it asks for another look, and sees it', async () => {
    const before = Number(await balance('ann'));
    const begun = await service.ask(`${V2}/purchase-credits`, {
      method: 'POST',
      credential: ann,
      body: { amount: '10', via: 'payment' },
    });
    stub.pay(String(begun.body['payment_id']));
    stub.takeEvents();
    const looked = await service.ask(`${V2}/reconcile`, { method: 'POST', credential: ann, body: {} });
    expect(looked).toMatchObject({ status: 200, body: { settled: 1 } });
    expect(Number(await balance('ann'))).toBe(before + 10);
  });
});

test('without a provider in the configuration, what needs one says so', async () => {
  const service = await TestServer.open();
  try {
    await service.ask('/api/admin/billing/user/ann/open', { method: 'POST', as: 'admin', body: {} });
    const asked = await service.ask(`${V2}/create-portal-session`, {
      method: 'POST',
      as: 'server',
      body: { user_id: 'ann' },
    });
    expect(asked).toMatchObject({ status: 409, body: { code: 'PAYMENTS_NOT_CONFIGURED' } });
  } finally {
    await service.close();
  }
});
