import { expect } from 'vitest';
import { Instant } from '../../../src/base/instant.ts';
import { cancelSubscription, reactivateSubscription } from '../../../src/systems/billing/stripe/subscriptions.ts';
import { seconds } from '../billing-operations/office.ts';
import { test, type Shop } from './shop.ts';

const input = { key: 'k', userId: 'ann' };
const subscribe = async (shop: Shop, price: string): Promise<Record<string, unknown>> => {
  const period = { current_period_start: seconds('2031-07-01'), current_period_end: seconds('2031-08-01') };
  const subscription = shop.stub.subscribe({
    customer: 'cus_ann',
    created: seconds('2031-01-01'),
    metadata: { carryover_user: 'ann' },
    items: { data: [{ price: { id: price }, ...period }] },
  });
  await shop.deliver();
  return subscription;
};

test('a subscription is not ended while its commitment runs, and Stripe is not asked to', async ({ shop }) => {
  const subscription = await subscribe(shop, 'price_tier_6_50_commitment');
  const asked = shop.stub.asked(`POST /v1/subscriptions/${String(subscription['id'])}`).length;
  await expect(cancelSubscription(shop.gateway, await shop.context(), input)).rejects.toMatchObject({
    code: 'BILLING_COMMITMENT_RUNNING',
    hint: 'Cancel it after 2032-01-01T00:00:00.000000Z.',
  });
  expect(shop.stub.asked(`POST /v1/subscriptions/${String(subscription['id'])}`)).toHaveLength(asked);
  expect(subscription['cancel_at_period_end']).toBe(false);
  const shorter = await shop.context({ policy: { subscriptions: { commitmentMonths: 6 } } });
  expect(await cancelSubscription(shop.gateway, shorter, input)).toMatchObject({ cancelsAtPeriodEnd: true });
});

test('it is ended with its period once the commitment is over', async ({ shop }) => {
  const subscription = await subscribe(shop, 'price_tier_6_50_commitment');
  const renewed = { current_period_start: seconds('2032-01-01'), current_period_end: seconds('2032-02-01') };
  Object.assign(subscription, { items: { data: [{ price: { id: 'price_tier_6_50_commitment' }, ...renewed }] } });
  const now = Instant.parse('2032-01-01T00:00:00Z');
  await shop.deliver([shop.stub.books.tell('customer.subscription.updated', subscription as never)], now);
  const context = await shop.context({ now });
  expect(await cancelSubscription(shop.gateway, context, input)).toMatchObject({ cancelsAtPeriodEnd: true });
  expect(subscription['cancel_at_period_end']).toBe(true);
});

test('ending a subscription and taking that back is what Stripe has afterwards', async ({ shop }) => {
  const subscription = await subscribe(shop, 'price_tier_6_50_monthly');
  const context = await shop.context();
  await cancelSubscription(shop.gateway, context, input);
  expect(subscription['cancel_at_period_end']).toBe(true);
  await reactivateSubscription(shop.gateway, context, { ...input, key: 'k2' });
  expect(subscription['cancel_at_period_end']).toBe(false);
});
