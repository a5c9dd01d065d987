import { describe, expect } from 'vitest';
import { listInbox } from '../../../src/payments/inbox/list-inbox.ts';
import type { StripeGateway } from '../../../src/payments/stripe-gateway.ts';
import { reconcileUser } from '../../../src/systems/billing/stripe/reconcile-user.ts';
import {
  cancelSubscription,
  portalLink,
  reactivateSubscription,
  startSubscription,
} from '../../../src/systems/billing/stripe/subscriptions.ts';
import { takeSubscription } from '../../../src/systems/billing/stripe/take-subscription.ts';
import { seconds, TOP } from '../billing-operations/office.ts';
import { test, urls, type Shop } from './shop.ts';

const PRO = 'price_tier_6_50_monthly';
const july = { current_period_start: seconds('2031-07-01'), current_period_end: seconds('2031-08-01') };
const items = (price: string, period: object = july) => ({ data: [{ price: { id: price }, ...period }] });
const subscribe = (shop: Shop, more: Record<string, unknown> = {}) =>
  shop.stub.subscribe({
    customer: 'cus_ann',
    created: seconds('2031-01-01'),
    metadata: { carryover_user: 'ann' },
    items: items(PRO),
    ...more,
  });
const tier = async (shop: Shop): Promise<readonly unknown[]> => {
  const [row] = await shop.office.rows('carryover_billing_users');
  return [row?.['tier'], row?.['subscription_status'], (await shop.office.balance('ann')).available];
};

describe('subscriptions that Stripe tells of', () => {
  test('U-40: the period is found on the subscription of old versions and on its items of new ones', async ({
    shop,
  }) => {
    const old = subscribe(shop, { ...july, items: items(PRO, {}) });
    expect(await shop.deliver()).toMatchObject({ processed: 1 });
    expect(await tier(shop)).toEqual(['tier_6_50', 'active', '65.000000']);
    Object.assign(old, { items: items(TOP), current_period_start: undefined, current_period_end: undefined });
    await shop.deliver([shop.stub.books.tell('customer.subscription.updated', old)]);
    expect(await tier(shop)).toEqual(['tier_200_1000', 'active', '1300.000000']);
  });

  test('U-23: beginning, invoice and update, in any order and twice, grant the period once', async ({ shop }) => {
    const subscription = subscribe(shop);
    const present = {
      id: 'in_1',
      object: 'invoice',
      parent: { subscription_details: { subscription: subscription.id } },
    };
    shop.stub.books.tell('invoice.paid', present);
    shop.stub.books.tell('invoice.paid', { id: 'in_2', object: 'invoice', subscription: subscription.id });
    shop.stub.books.tell('customer.subscription.updated', subscription);
    const events = shop.stub.takeEvents();
    expect(await shop.deliver([...events.toReversed(), ...events])).toMatchObject({ processed: 4, failed: 0 });
    expect(await tier(shop)).toEqual(['tier_6_50', 'active', '65.000000']);
    expect(await shop.office.rows('carryover_billing_grants')).toHaveLength(1);
  });

  test('older news does not bring an ended subscription back: what Stripe says now counts', async ({ shop }) => {
    const subscription = subscribe(shop);
    const begun = shop.stub.takeEvents();
    subscription['status'] = 'unpaid';
    const ended = shop.stub.books.tell('invoice.payment_failed', {
      id: 'in_1',
      object: 'invoice',
      subscription: subscription.id,
    });
    await shop.deliver([ended, ...begun]);
    expect((await tier(shop)).slice(0, 2)).toEqual(['free', 'unpaid']);
  });

  test('U-43: one that nobody is named on is found by its customer, and one of nobody is kept for a person', async ({
    shop,
  }) => {
    await shop.deliver([(subscribe(shop), shop.stub.takeEvents()[0] as never)]);
    const second = subscribe(shop, { metadata: {}, items: items(TOP) });
    expect(await shop.deliver()).toMatchObject({ processed: 1 });
    expect((await tier(shop))[0]).toBe('tier_200_1000');
    expect(await shop.office.rows('carryover_billing_users')).toMatchObject([{ subscription_id: second.id }]);
    subscribe(shop, { metadata: {}, customer: 'cus_nobody' });
    subscribe(shop, { metadata: {}, customer: 'cus_nobody', items: items('price_of_another_product') });
    expect(await shop.deliver()).toMatchObject({ failed: 1, ignored: 1 });
    const { rows } = await listInbox(shop.office.database, { status: 'failed' });
    expect(rows).toMatchObject([{ errorCode: 'BILLING_SUBSCRIPTION_UNOWNED' }]);
  });

  test('a state that was read before another server wrote a later one does not stay', async ({ shop }) => {
    const subscription = subscribe(shop);
    const [begun] = shop.stub.takeEvents();
    const stale = await shop.gateway.subscription(subscription.id);
    Object.assign(subscription, { items: items(TOP) });
    await shop.deliver([shop.stub.books.tell('customer.subscription.updated', subscription)]);
    const answers = [stale];
    const slow = Object.assign(Object.create(shop.gateway) as StripeGateway, {
      subscription: async (id: string) => answers.pop() ?? shop.gateway.subscription(id),
    });
    const given = { cause: begun?.id ?? '', subscriptionId: subscription.id };
    await takeSubscription(slow, await shop.context(), given);
    expect((await tier(shop))[0]).toBe('tier_200_1000');
  });

  test('an invoice of something else is ignored', async ({ shop }) => {
    shop.stub.books.tell('invoice.paid', { id: 'in_1', object: 'invoice', parent: null });
    expect(await shop.deliver()).toMatchObject({ ignored: 1 });
  });
});

describe('what subscribers ask for', () => {
  test('a subscription begins on a page of Stripe and is the right user’s', async ({ shop }) => {
    const context = await shop.context();
    const input = { key: 'k', userId: 'ann', priceId: PRO, urls };
    const { checkoutId } = await startSubscription(shop.gateway, context, input);
    expect((await startSubscription(shop.gateway, context, input)).checkoutId).toBe(checkoutId);
    const session = shop.stub.books.get(checkoutId, 'checkout.session');
    const subscription = subscribe(shop, { customer: session['customer'] });
    shop.stub.takeEvents();
    Object.assign(session, { status: 'complete', subscription: subscription.id });
    await shop.deliver([shop.stub.books.tell('checkout.session.completed', session)]);
    expect(await tier(shop)).toEqual(['tier_6_50', 'active', '65.000000']);
    await expect(startSubscription(shop.gateway, context, { ...input, key: 'k2' })).rejects.toMatchObject({
      code: 'BILLING_STATE_CONFLICT',
    });
    const unknown = startSubscription(shop.gateway, context, { ...input, priceId: 'price_none' });
    await expect(unknown).rejects.toMatchObject({ code: 'BILLING_UNKNOWN' });
  });

  test('it is canceled for the end of its period and taken up again, by its owner only', async ({ shop }) => {
    const context = await shop.context({ actor: { kind: 'person', id: 'ann' }, role: 'user' });
    const input = { key: 'k', userId: 'ann' };
    await expect(cancelSubscription(shop.gateway, context, input)).rejects.toMatchObject({ code: 'BILLING_UNKNOWN' });
    const { id: subscriptionId } = subscribe(shop);
    await shop.deliver();
    const canceled = await cancelSubscription(shop.gateway, context, input);
    expect(canceled).toEqual({ subscriptionId, status: 'active', cancelsAtPeriodEnd: true });
    expect(await cancelSubscription(shop.gateway, context, input)).toEqual(canceled);
    expect((await tier(shop))[0]).toBe('tier_6_50');
    expect(await reactivateSubscription(shop.gateway, context, input)).toMatchObject({ cancelsAtPeriodEnd: false });
    const ben = await shop.context({ actor: { kind: 'person', id: 'ben' }, role: 'user' });
    await expect(cancelSubscription(shop.gateway, ben, input)).rejects.toMatchObject({ code: 'ROLE_INSUFFICIENT' });
  });

  test('the portal opens for the customer that the user is, who is made once', async ({ shop }) => {
    const context = await shop.context();
    const input = { userId: 'ann', returnUrl: 'https://app.test/account' };
    expect(await portalLink(shop.gateway, context, input)).toEqual({ url: 'https://billing.stripe.test/session' });
    await portalLink(shop.gateway, context, input);
    expect(shop.stub.asked('POST /v1/customers')).toHaveLength(1);
    const ben = portalLink(shop.gateway, context, { ...input, userId: 'ben' });
    await expect(ben).rejects.toMatchObject({ code: 'BILLING_USER_UNKNOWN' });
  });

  test('U-43: who has paid and does not see it sets it right: the purchase, also given up, and the subscription', async ({
    shop,
  }) => {
    const { paymentId } = await shop.start();
    shop.stub.pay(paymentId ?? '', 'expired_card');
    const subscription = subscribe(shop);
    await shop.deliver();
    expect(await shop.standing()).toEqual(['65.000000', 'failed']);
    shop.stub.pay(paymentId ?? '');
    Object.assign(subscription, { items: items(TOP) });
    shop.stub.takeEvents();
    const ann = await shop.context({ actor: { kind: 'person', id: 'ann' }, role: 'user' });
    const found = await reconcileUser(shop.gateway, ann, { key: 'k', userId: 'ann' });
    expect(found).toMatchObject({ settled: 1, available: '1325.000000' });
    expect(await reconcileUser(shop.gateway, ann, { key: 'k2', userId: 'ann' })).toMatchObject({
      settled: 0,
      available: '1325.000000',
    });
  });
});
