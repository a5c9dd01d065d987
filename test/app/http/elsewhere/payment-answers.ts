import { expect } from 'vitest';
import { StripeStub } from '../../../support/stripe-stub/stripe-stub.ts';
import { OUTSIDE_SECRETS, TestServer, type Asked, type Answered } from '../test-server.ts';
import { withStripe } from '../with-stripe.ts';
import type { Elsewhere, World } from './elsewhere.ts';

const V2 = '/api/billing/v2';
const PRICE = 'price_tier_6_50_monthly';

/** A shop: a service with a provider of payments. */
class Shop {
  readonly stub: StripeStub;
  readonly service: TestServer;
  #users = 0;

  constructor(stub: StripeStub, service: TestServer) {
    this.stub = stub;
    this.service = service;
  }

  static async open(): Promise<Shop> {
    const stub = await StripeStub.start();
    return new Shop(stub, await TestServer.open(withStripe(stub)));
  }

  async close(): Promise<void> {
    await this.service.close();
    await this.stub.close();
  }

  /** A user whom no other answer is about. */
  async user(): Promise<string> {
    this.#users += 1;
    const user = `buyer-${this.#users}`;
    const opened = await this.service.ask(`/api/admin/billing/user/${user}/open`, {
      method: 'POST',
      as: 'admin',
      body: {},
    });
    expect(opened.status).toBe(200);
    return user;
  }

  /** Asks one of the addresses of users. */
  post(path: string, body: object, more: Asked = { as: 'server' }): Promise<Answered> {
    return this.service.ask(path.startsWith('/') ? path : `${V2}/${path}`, { method: 'POST', body, ...more });
  }

  /** What happened at the provider, as it tells it. */
  async deliver(): Promise<void> {
    for (const event of this.stub.takeEvents()) expect((await this.tell(event)).status).toBe(200);
    await this.service.scope.payments().process();
  }

  tell(event: unknown): Promise<Answered> {
    const { rawBody, signatureHeader } = this.stub.webhook(event, [OUTSIDE_SECRETS.STRIPE_WEBHOOK_SECRET]);
    const headers = { 'stripe-signature': signatureHeader };
    return this.service.ask(`${V2}/webhook`, { method: 'POST', body: rawBody, headers });
  }

  /** What was asked of the provider last, at an address that ends so. */
  asked(path: string): string {
    return JSON.stringify(this.stub.requests.findLast((request) => request.path.endsWith(path))?.form ?? {});
  }

  /** A subscription of a user, told and taken. */
  async subscribed(user: string): Promise<string> {
    const start = Math.floor(Date.now() / 1000) - 86_400;
    const period = { current_period_start: start, current_period_end: start + 30 * 86_400 };
    const { id } = this.stub.subscribe({
      customer: `cus_of_${user}`,
      created: start,
      metadata: { carryover_user: user },
      items: { data: [{ price: { id: PRICE }, ...period }] },
    });
    await this.deliver();
    return String(id);
  }
}

/** A change of a subscription, and what it says of it afterwards. */
function changing(path: string, cancels: boolean): (shop: Shop) => Promise<Elsewhere> {
  return async (shop) => {
    const user = await shop.user();
    const subscription = await shop.subscribed(user);
    if (!cancels) expect((await shop.post('cancel-subscription', { user_id: user })).status).toBe(200);
    return {
      ask: () => shop.post(path, { user_id: user }),
      says: { subscription_id: subscription, status: 'active', cancels_at_period_end: cancels },
    };
  };
}

/** Answers that a provider of payments has a part in. */
export const paymentAnswers: World<Shop> = {
  title: 'with a provider of payments',
  open: () => Shop.open(),
  close: (shop) => shop.close(),
  answers: {
    async 'billing.webhook'(shop) {
      const user = await shop.user();
      await shop.post('purchase-credits', { user_id: user, amount: '10', via: 'payment' });
      const id = `evt_of_${user}`;
      const event = {
        id,
        object: 'event',
        type: 'payment_intent.created',
        created: 1_790_000_000,
        data: { object: {} },
      };
      return { ask: () => shop.tell(event), says: { outcome: 'stored', event: id } };
    },
    async 'billing.purchase-credits'(shop) {
      const user = await shop.user();
      return {
        ask: () => shop.post('purchase-credits', { user_id: user, amount: 50, via: 'checkout' }),
        says: { amount: '50.000000', payment_id: null, checkout_url: expect.stringContaining('/cs_') as unknown },
        after: () => {
          expect(shop.asked('/checkout/sessions')).toContain('"5000"');
          expect(shop.asked('/checkout/sessions')).toContain(user);
        },
      };
    },
    async 'billing.create-checkout-session'(shop) {
      const user = await shop.user();
      return {
        ask: () => shop.post('create-checkout-session', { user_id: user, price_id: PRICE }),
        says: { checkout_id: expect.stringMatching(/^cs_/) as unknown },
        after({ body }) {
          expect(body['checkout_url']).toBe(`https://checkout.stripe.test/${String(body['checkout_id'])}`);
          expect(shop.asked('/checkout/sessions')).toContain(PRICE);
          expect(shop.asked('/checkout/sessions')).toContain(user);
        },
      };
    },
    async 'billing.create-portal-session'(shop) {
      const user = await shop.user();
      return {
        ask: () => shop.post('create-portal-session', { user_id: user }),
        says: { url: 'https://billing.stripe.test/session' },
        after() {
          const { customer } = JSON.parse(shop.asked('/billing_portal/sessions')) as { readonly customer: string };
          expect(shop.stub.books.get(customer, 'customer')['metadata']).toMatchObject({ carryover_user: user });
        },
      };
    },
    'billing.cancel-subscription': changing('cancel-subscription', true),
    'billing.reactivate-subscription': changing('reactivate-subscription', false),
    async 'billing.reconcile-user'(shop) {
      const user = await shop.user();
      const begun = await shop.post('purchase-credits', { user_id: user, amount: '10', via: 'payment' });
      await shop.post('purchase-credits', { user_id: user, amount: '25', via: 'payment' });
      shop.stub.pay(String(begun.body['payment_id']));
      shop.stub.takeEvents();
      return { ask: () => shop.post('reconcile', { user_id: user }), says: { settled: 1 } };
    },
    async 'billing.refund'(shop) {
      const user = await shop.user();
      const begun = await shop.post('purchase-credits', { user_id: user, amount: '25', via: 'payment' });
      const payment = String(begun.body['payment_id']);
      shop.stub.pay(payment);
      await shop.deliver();
      const money = {
        user_id: user,
        amount: '7.25',
        reason: 'an outage',
        stripe_refund: true,
        payment_intent_id: payment,
      };
      return {
        ask: () => shop.post('/api/admin/billing/refund', money, { as: 'super_admin' }),
        says: { kind: 'money', amount: '7.250000', failure: null },
        after() {
          expect(shop.asked('/refunds')).toContain(payment);
          expect(shop.asked('/refunds')).toContain('"725"');
        },
      };
    },
  },
};
