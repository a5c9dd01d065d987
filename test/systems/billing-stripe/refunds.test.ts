import { describe, expect } from 'vitest';
import { reconcilePurchases } from '../../../src/systems/billing/stripe/reconcile-purchases.ts';
import {
  refundThroughStripe,
  type StripeRefundAnswer,
} from '../../../src/systems/billing/stripe/refund-through-stripe.ts';
import { takeRefund } from '../../../src/systems/billing/stripe/take-refund.ts';
import { NOW } from '../billing-operations/office.ts';
import { test, type Shop } from './shop.ts';

const refund = async (
  shop: Shop,
  purchaseId: string,
  more: { readonly amount?: string; readonly key?: string } = {},
): Promise<StripeRefundAnswer> =>
  refundThroughStripe(shop.gateway, await shop.boss(), {
    key: shop.office.key(),
    purchaseId,
    reason: 'outage',
    ...more,
  });
const statuses = async (shop: Shop): Promise<readonly string[]> => {
  const rows = await shop.office.rows<{ id: bigint; status: string }>('carryover_billing_refunds');
  return rows.toSorted((a, b) => Number(a.id - b.id)).map(({ status }) => status);
};

describe('refunds that are begun here', () => {
  test('U-30: money that went back takes its credits and is written down once, also by the webhooks that tell of it', async ({
    shop,
  }) => {
    const { purchaseId } = await shop.bought();
    const answer = await refund(shop, purchaseId, { amount: '10.00' });
    expect(answer).toMatchObject({ status: 'succeeded', failure: null, balance: '15.000000' });
    const events = shop.stub.takeEvents();
    await shop.deliver([...events, ...events.toReversed()]);
    expect(await statuses(shop)).toEqual(['succeeded']);
    expect(await shop.standing()).toEqual(['15.000000', 'settled']);
    expect(await refund(shop, purchaseId)).toMatchObject({ amount: '15.000000', status: 'succeeded' });
    await shop.deliver();
    expect(await shop.standing()).toEqual(['0.000000', 'refunded']);
  });

  test('U-30: a refund that Stripe refuses is answered as failed, and the credits come back', async ({ shop }) => {
    const { paymentId, purchaseId } = await shop.bought();
    shop.stub.refundInDashboard(paymentId);
    shop.stub.takeEvents();
    const answer = await refund(shop, purchaseId);
    expect(answer).toMatchObject({ status: 'failed', failure: 'PAYMENTS_REQUEST_REFUSED', balance: '25.000000' });
    expect(await shop.standing()).toEqual(['25.000000', 'settled']);
  });

  test('U-30: without an answer the refund stays pending, the same call goes on with it, and the money goes once', async ({
    shop,
  }) => {
    const { purchaseId } = await shop.bought();
    const key = shop.office.key();
    shop.stub.breakNext('/refunds', 'timeout');
    expect(await refund(shop, purchaseId, { key })).toMatchObject({
      status: 'pending',
      failure: 'PAYMENTS_PROVIDER_UNAVAILABLE',
    });
    const lists = shop.stub.asked('GET /v1/refunds').length;
    expect(lists).toBe(1);
    expect(await refund(shop, purchaseId, { key })).toMatchObject({ status: 'succeeded', failure: null });
    expect(await refund(shop, purchaseId, { key })).toMatchObject({ status: 'succeeded', failure: null });
    expect(shop.stub.books.list('refund', {})).toHaveLength(1);
  });

  test('U-30: a refund that was made although its answer was lost is found again by its mark', async ({ shop }) => {
    const { purchaseId } = await shop.bought();
    await shop.office.staff('refund-money', { purchaseId, reason: 'crashed' }, { role: 'super_admin' });
    const run = async () => reconcilePurchases(shop.gateway, await shop.context({ now: NOW.plusMillis(3_600_000) }));
    expect(await run()).toMatchObject({ refunds: { resolved: 1, open: 0 }, errors: [] });
    expect(await run()).toMatchObject({ refunds: { resolved: 0, open: 0 } });
    expect(shop.stub.books.list('refund', {})).toHaveLength(1);
    expect(await statuses(shop)).toEqual(['succeeded']);
    await shop.deliver();
    expect(await shop.standing()).toEqual(['0.000000', 'refunded']);
  });

  test('nothing is written down for a purchase without a payment, for a part of a cent, or by somebody who may not', async ({
    shop,
  }) => {
    await shop.office.user('ben', { credits: false });
    const byHand = await shop.office.bought('ben', '10.00');
    const { purchaseId } = await shop.bought();
    await expect(refund(shop, byHand)).rejects.toMatchObject({ code: 'BILLING_PAYMENT_MISSING' });
    await expect(refund(shop, purchaseId, { amount: '0.005' })).rejects.toMatchObject({
      code: 'INPUT_INVALID',
    });
    await expect(refund(shop, '999')).rejects.toMatchObject({ code: 'BILLING_UNKNOWN' });
    const input = { key: 'k', purchaseId, reason: 'me' };
    const admin = await shop.context({ role: 'admin' });
    await expect(refundThroughStripe(shop.gateway, admin, input)).rejects.toMatchObject({ code: 'ROLE_INSUFFICIENT' });
    expect(await statuses(shop)).toEqual([]);
  });
});

describe('refunds that are begun at Stripe', () => {
  test('U-39: several in part take what each returned, and the sum of the charge agrees', async ({ shop }) => {
    const { paymentId } = await shop.bought();
    for (const amount of [500, 700, 300]) shop.stub.refundInDashboard(paymentId, { amount });
    expect(await shop.deliver()).toMatchObject({ processed: 6, failed: 0 });
    expect(await statuses(shop)).toEqual(['succeeded', 'succeeded', 'succeeded']);
    expect(await shop.standing()).toEqual(['10.000000', 'settled']);
    shop.stub.refundInDashboard(paymentId);
    await shop.deliver();
    expect(await shop.standing()).toEqual(['0.000000', 'refunded']);
  });

  test('U-39: the sum of a charge brings in refunds whose own messages were lost', async ({ shop }) => {
    const { paymentId } = await shop.bought();
    for (const amount of [500, 700, 300]) shop.stub.refundInDashboard(paymentId, { amount });
    const last = shop.stub.takeEvents().at(-1);
    expect(last?.type).toBe('charge.refunded');
    expect(await shop.deliver([last as never])).toMatchObject({ processed: 1 });
    expect(await shop.standing()).toEqual(['10.000000', 'settled']);
  });

  test('U-39: a sum that does not agree is kept for a person, and no credits are made up', async ({ shop }) => {
    const { paymentId } = await shop.bought();
    shop.stub.refundInDashboard(paymentId, { amount: 500 });
    const charge = shop.stub.books.list('charge', { payment_intent: paymentId })[0];
    Object.assign(charge as object, { amount_refunded: 900 });
    expect(await shop.deliver()).toMatchObject({ processed: 1, failed: 1 });
    expect(await shop.standing()).toEqual(['20.000000', 'settled']);
  });

  test('U-39: one that fails days later gives the credits back, and one that was canceled too', async ({ shop }) => {
    const { paymentId } = await shop.bought();
    const failed = shop.stub.refundInDashboard(paymentId, { amount: 1000, status: 'pending' });
    const canceled = shop.stub.refundInDashboard(paymentId, { amount: 500, status: 'requires_action' });
    await shop.deliver();
    expect([await statuses(shop), await shop.standing()]).toEqual([
      ['pending', 'pending'],
      ['10.000000', 'settled'],
    ]);
    shop.stub.moveRefund(failed, 'succeeded');
    await shop.deliver();
    shop.stub.moveRefund(failed, 'failed');
    shop.stub.moveRefund(canceled, 'canceled');
    await shop.deliver();
    expect([await statuses(shop), await shop.standing()]).toEqual([
      ['failed', 'failed'],
      ['25.000000', 'settled'],
    ]);
  });

  test('U-39: news of a refund that overtakes the news of the payment settles the purchase first', async ({ shop }) => {
    const { paymentId } = await shop.start();
    shop.stub.pay(paymentId ?? '');
    shop.stub.refundInDashboard(paymentId ?? '', { amount: 500 });
    expect(await shop.deliver(shop.stub.takeEvents().toReversed())).toMatchObject({ processed: 3, failed: 0 });
    expect(await shop.standing()).toEqual(['20.000000', 'settled']);
    expect(await shop.office.entries('ann')).toContainEqual(['purchase', 25]);
  });

  test('U-39: a failure that another server heard of first is not lost to older news of success', async ({ shop }) => {
    const { paymentId } = await shop.bought();
    const refundId = shop.stub.refundInDashboard(paymentId, { amount: 500 });
    const [created] = shop.stub.takeEvents();
    const stale = await shop.gateway.refund(refundId);
    shop.stub.moveRefund(refundId, 'failed');
    expect(created?.type).toBe('refund.created');
    await shop.deliver();
    expect(await statuses(shop)).toEqual([]);
    await takeRefund(shop.gateway, await shop.context(), stale);
    expect(await statuses(shop)).toEqual(['failed']);
    expect(await shop.standing()).toEqual(['25.000000', 'settled']);
  });

  test('refunds of payments that are not ours are ignored', async ({ shop }) => {
    const other = shop.stub.paymentOfOthers(900);
    shop.stub.pay(other);
    shop.stub.refundInDashboard(other);
    expect(await shop.deliver()).toMatchObject({ processed: 0, ignored: 3 });
  });
});

describe('disputes', () => {
  test('the credits go while a dispute is open, come back when it is won, and stay gone when it is lost', async ({
    shop,
  }) => {
    const first = await shop.bought();
    const second = await shop.bought('10.00');
    const won = shop.stub.dispute(first.paymentId);
    const lost = shop.stub.dispute(second.paymentId, { amount: 400 });
    await shop.deliver();
    expect(await shop.standing()).toEqual(['6.000000', 'refunded', 'settled']);
    shop.stub.decideDispute(won, 'won');
    shop.stub.decideDispute(lost, 'lost');
    const events = shop.stub.takeEvents();
    await shop.deliver([...events, ...events]);
    expect(await shop.standing()).toEqual(['31.000000', 'settled', 'settled']);
    expect(await statuses(shop)).toEqual(['failed', 'succeeded']);
  });

  test('an inquiry moves nothing, a dispute takes no more than refunds have left, and its end may be told of first', async ({
    shop,
  }) => {
    const { paymentId } = await shop.bought();
    const inquiry = shop.stub.dispute(paymentId, { status: 'warning_needs_response' });
    shop.stub.decideDispute(inquiry, 'warning_closed');
    expect(await shop.deliver()).toMatchObject({ ignored: 2 });
    shop.stub.refundInDashboard(paymentId, { amount: 2000 });
    const lost = shop.stub.dispute(paymentId);
    shop.stub.decideDispute(lost, 'lost');
    expect(await shop.deliver(shop.stub.takeEvents().toReversed())).toMatchObject({ failed: 0 });
    expect(await shop.standing()).toEqual(['0.000000', 'refunded']);
    expect(await statuses(shop)).toEqual(['succeeded', 'succeeded']);
  });
});
