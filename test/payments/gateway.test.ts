import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CarryoverError } from '../../src/base/errors.ts';
import { StripeGateway, type StripeGatewayOptions } from '../../src/payments/stripe-gateway.ts';
import { failureOf } from '../support/failure-of.ts';
import { SECRET_KEY, StripeStub } from '../support/stripe-stub/stripe-stub.ts';

let stub: StripeStub;
let gateway: StripeGateway;
const gatewayWith = (options: Partial<StripeGatewayOptions> = {}): StripeGateway =>
  new StripeGateway({ secretKey: SECRET_KEY, apiBase: stub.url, timeoutMs: 500, networkRetriesMax: 0, ...options });

beforeEach(async () => {
  stub = await StripeStub.start();
  gateway = gatewayWith();
});
afterEach(() => stub.close());

const codeOf = async (work: Promise<unknown>): Promise<string> => {
  const error = await failureOf(work);
  return error instanceof CarryoverError ? error.code : String(error);
};
const customer = (): Promise<string> => gateway.createCustomer({ key: 'k-customer', metadata: {} });
const payment = (customerId: string, more: { key?: string; amount?: bigint; paymentMethodId?: string } = {}) =>
  ({ key: 'k-pay', amount: 2500n, customerId, metadata: { carryover_purchase: '7' }, ...more }) as const;

describe('the gateway to Stripe', () => {
  test('makes a payment that the buyer confirms, and reads it again', async () => {
    const made = await gateway.createPayment(payment(await customer()));
    expect(made).toMatchObject({ status: 'open', amount: 2500n, received: 0n, clientSecret: 'pi_secret_test' });
    stub.pay(made.id);
    expect(await gateway.payment(made.id)).toMatchObject({
      status: 'succeeded',
      received: 2500n,
      metadata: { carryover_purchase: '7' },
    });
  });

  test('U-25: a checkout has no payment until the buyer pays, and the payment then carries the same metadata', async () => {
    const customerId = await customer();
    const urls = { successUrl: 'https://app.test/paid', cancelUrl: 'https://app.test/cart' };
    const metadata = { carryover_purchase: '7' };
    const made = await gateway.createCheckout({
      key: 'k',
      amount: 1000n,
      title: 'Credits',
      customerId,
      metadata,
      ...urls,
    });
    expect(made).toMatchObject({ mode: 'payment', status: 'open', paymentId: null, metadata });
    const paymentId = stub.payCheckout(made.id);
    expect(await gateway.checkout(made.id)).toMatchObject({ status: 'complete', paymentId, url: null });
    expect(await gateway.payment(paymentId)).toMatchObject({ metadata, amount: 1000n });
  });

  test('a payment whose answer was lost is asked for again under the same key, and is one payment', async () => {
    const customerId = await customer();
    stub.breakNext('/payment_intents', 'timeout-after-effect');
    expect(await codeOf(gateway.createPayment(payment(customerId)))).toBe('PAYMENTS_PROVIDER_UNAVAILABLE');
    await gateway.createPayment(payment(customerId));
    expect(stub.books.list('payment_intent', {})).toHaveLength(1);
    expect(stub.asked('POST /v1/payment_intents').map(({ key }) => key)).toEqual(['k-pay', 'k-pay']);
  });

  test('the SDK itself asks again under the same key where it may', async () => {
    const customerId = await customer();
    stub.breakNext('/payment_intents', 'timeout-after-effect');
    await gatewayWith({ networkRetriesMax: 1 }).createPayment(payment(customerId));
    expect(stub.asked('POST /v1/payment_intents')).toHaveLength(2);
    expect(stub.books.list('payment_intent', {})).toHaveLength(1);
  });

  test.each([
    ['rate-limit', 'limiting requests'],
    ['server-error', 'failing (status 500)'],
    ['timeout', 'without an answer'],
  ] as const)('%s may succeed later', async (fault, found) => {
    stub.breakNext('/customers', fault);
    const error = await failureOf(customer());
    expect(error).toMatchObject({ code: 'PAYMENTS_PROVIDER_UNAVAILABLE', retryable: true, details: { found } });
    expect(await customer()).toMatch(/^cus_/);
  });

  test('a decline says why, and which payment it was', async () => {
    const customerId = await customer();
    const paymentMethodId = stub.saveCard(customerId, 'insufficient_funds');
    const error = await failureOf(gateway.createPayment(payment(customerId, { paymentMethodId })));
    expect(error).toMatchObject({ code: 'PAYMENTS_DECLINED', retryable: false });
    expect(error).toMatchObject({
      details: { reason: 'insufficient_funds', paymentId: expect.stringMatching(/^pi_/) },
    });
  });

  test('what asking again does not help is told apart: another content under a key, no such object, a wrong secret', async () => {
    const customerId = await customer();
    await gateway.createPayment(payment(customerId));
    expect(await codeOf(gateway.createPayment(payment(customerId, { amount: 9900n })))).toBe('PAYMENTS_KEY_REUSED');
    expect(await codeOf(gateway.payment('pi_none'))).toBe('PAYMENTS_OBJECT_UNKNOWN');
    const wrong = await failureOf(gatewayWith({ secretKey: 'sk_test_wrong' }).payment('pi_none'));
    expect(wrong).toMatchObject({ code: 'PAYMENTS_REQUEST_REFUSED', details: { found: 'status 401' } });
    expect(String(wrong)).not.toContain('sk_test_wrong');
    expect(await codeOf(gateway.createPayment(payment(customerId, { key: 'k-0', amount: 0n })))).toBe('INPUT_INVALID');
  });

  test('U-39: all refunds of a payment are listed, however many pages they are', async () => {
    const made = await gateway.createPayment(payment(await customer()));
    stub.pay(made.id);
    const refunds = [100, 200, 300, 400, 500].map((amount) => stub.refundInDashboard(made.id, { amount }));
    const listed = await gateway.refundsOfPayment(made.id);
    expect(listed.map(({ id }) => id).toSorted()).toEqual(refunds.toSorted());
    const charge = stub.books.list('charge', { payment_intent: made.id })[0]?.id ?? '';
    expect(await gateway.charge(charge)).toMatchObject({ amountRefunded: 1500n, paymentId: made.id });
  });

  test('U-40: the period of a subscription is kept from where it stands, in old and new versions', async () => {
    const period = { current_period_start: 1_900_000_000, current_period_end: 1_902_000_000 };
    const item = { price: { id: 'price_1' } };
    const old = stub.subscribe({ customer: 'cus_1', ...period, items: { data: [item] } });
    const present = stub.subscribe({ customer: 'cus_1', items: { data: [{ ...item, ...period }] } });
    expect((await gateway.subscription(old.id)).told).toMatchObject(period);
    expect((await gateway.subscription(present.id)).told).toMatchObject({ items: { data: [{ ...item, ...period }] } });
    const changed = await gateway.setCancelsAtPeriodEnd({ key: 'k', subscriptionId: old.id, cancels: true });
    expect(changed).toMatchObject({ cancelsAtPeriodEnd: true, prices: ['price_1'] });
  });
});
