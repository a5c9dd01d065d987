import { describe, expect } from 'vitest';
import { payDueTopUps, type TopUpPayments } from '../../../src/systems/billing/stripe/pay-due-top-ups.ts';
import { reconcilePurchases, type ReconcileRun } from '../../../src/systems/billing/stripe/reconcile-purchases.ts';
import { ensureCustomer } from '../../../src/systems/billing/stripe/customers.ts';
import { startDueTopUps } from '../../../src/systems/billing/topups/start-due-top-ups.ts';
import { NOW, type CallOptions } from '../billing-operations/office.ts';
import { test, type Shop } from './shop.ts';

const HOUR_MS = 3_600_000;
const inAnHour = { now: NOW.plusMillis(HOUR_MS) };

/** A top-up of ten dollars for ann that the job has begun, to be paid with a card that works unless told. */
async function due(shop: Shop, card: 'works' | 'none' | (string & {}) = 'works'): Promise<void> {
  const rule = { enabled: true, threshold: '5.00', amount: '10.00', monthMax: '20.00', dayCountMax: 2 };
  await shop.office.run('set-top-up-rule', { userId: 'ann', ...rule });
  const context = await shop.context();
  const customerId = await ensureCustomer(shop.gateway, context, 'ann');
  if (card !== 'none') shop.stub.saveCard(customerId, card === 'works' ? undefined : card);
  await startDueTopUps(context);
}
const pay = async (shop: Shop, options: CallOptions = {}): Promise<TopUpPayments> =>
  payDueTopUps(shop.gateway, await shop.context(options));
const nothing: TopUpPayments = { paid: 0, waiting: 0, declined: 0, postponed: 0, errors: [] };
const failures = async (shop: Shop): Promise<readonly unknown[]> =>
  (await shop.office.rows('carryover_billing_purchases')).map((row) => row['failure']);

describe('top-ups by themselves', () => {
  test('are paid once with the saved card, also by two servers at once, and the webhook changes nothing more', async ({
    shop,
  }) => {
    await due(shop);
    const other = await shop.office.another();
    await Promise.all([pay(shop), pay(shop, { other })]);
    expect(await pay(shop)).toEqual(nothing);
    expect(shop.stub.books.list('payment_intent', {})).toHaveLength(1);
    await shop.deliver();
    expect(await shop.standing()).toEqual(['10.000000', 'settled']);
  });

  test('are paid once where the answer was lost, and go on when Stripe answers again', async ({ shop }) => {
    await due(shop);
    shop.stub.breakNext('/payment_intents', 'timeout-after-effect', 'rate-limit');
    const postponed = { postponed: 1, errors: [{ code: 'PAYMENTS_PROVIDER_UNAVAILABLE' }] };
    expect(await pay(shop)).toMatchObject(postponed);
    expect(await pay(shop)).toMatchObject(postponed);
    expect(await shop.standing()).toEqual(['0.000000', 'pending']);
    expect(await pay(shop)).toEqual({ ...nothing, paid: 1 });
    expect(shop.stub.books.list('payment_intent', {})).toHaveLength(1);
    expect(await shop.standing()).toEqual(['10.000000', 'settled']);
  });

  test('are given up on a decline, and the payment is canceled so that it is not paid later', async ({ shop }) => {
    await due(shop, 'insufficient_funds');
    expect(await pay(shop)).toEqual({ ...nothing, declined: 1 });
    expect(await failures(shop)).toEqual(['The payment was declined: insufficient_funds']);
    expect(shop.stub.books.list('payment_intent', {})).toMatchObject([{ status: 'canceled' }]);
    expect(await shop.deliver()).toMatchObject({ processed: 2, failed: 0 });
  });

  test('are given up without a saved card, and where Stripe no longer knows the key', async ({ shop }) => {
    await due(shop, 'none');
    expect(await pay(shop)).toEqual({ ...nothing, declined: 1 });
    await startDueTopUps(await shop.context());
    expect(await pay(shop, { now: NOW.plusMillis(21 * HOUR_MS) })).toEqual({ ...nothing, declined: 1 });
    expect(await failures(shop)).toEqual([
      'There is no saved payment method',
      'It waited too long for the payment provider',
    ]);
    expect(shop.stub.asked('POST /v1/payment_intents')).toEqual([]);
  });
});

describe('the reconcile job', () => {
  const reconcile = async (shop: Shop, options: CallOptions = inAnHour): Promise<ReconcileRun> =>
    reconcilePurchases(shop.gateway, await shop.context(options));

  test('U-43: what was paid is settled without its webhook, what is over is given up, what is open is left, twice as once', async ({
    shop,
  }) => {
    const paid = await shop.start();
    const canceled = await shop.start();
    const expired = await shop.start({ via: 'checkout' });
    const onPage = await shop.start({ via: 'checkout' });
    await shop.start();
    shop.stub.pay(paid.paymentId ?? '');
    await shop.gateway.cancelPayment(canceled.paymentId ?? '');
    shop.stub.expireCheckout(expired.checkoutId ?? '');
    shop.stub.payCheckout(onPage.checkoutId ?? '');
    expect(await reconcile(shop, { now: NOW })).toMatchObject({ purchases: { settled: 0, failed: 0, open: 0 } });
    expect(await reconcile(shop)).toEqual({
      purchases: { settled: 2, failed: 2, open: 1 },
      refunds: { resolved: 0, open: 0 },
      errors: [],
    });
    expect(await shop.standing()).toEqual(['50.000000', 'settled', 'failed', 'failed', 'settled', 'pending']);
    expect(await reconcile(shop)).toMatchObject({ purchases: { settled: 0, failed: 0, open: 1 } });
    await shop.deliver();
    expect(await shop.standing()).toEqual(['50.000000', 'settled', 'failed', 'failed', 'settled', 'pending']);
  });

  test('U-43: two servers at once, and a webhook among them, settle a purchase once', async ({ shop }) => {
    const { paymentId } = await shop.start();
    shop.stub.pay(paymentId ?? '');
    const other = await shop.office.another();
    await Promise.all([reconcile(shop), reconcile(shop, { ...inAnHour, other }), shop.deliver()]);
    expect(await shop.office.entries('ann')).toEqual([['purchase', 25]]);
  });

  test('one that cannot be looked at is named, and keeps no other from being settled', async ({ shop }) => {
    const [gone, paid] = [await shop.start(), await shop.start()];
    shop.stub.books.objects.delete(gone.paymentId ?? '');
    shop.stub.pay(paid.paymentId ?? '');
    expect(await reconcile(shop)).toMatchObject({
      purchases: { settled: 1 },
      errors: [{ what: `purchase ${gone.purchaseId}`, code: 'PAYMENTS_OBJECT_UNKNOWN' }],
    });
  });

  test('U-43: refunds and disputes that are under way are asked about', async ({ shop }) => {
    const { paymentId } = await shop.bought();
    const refundId = shop.stub.refundInDashboard(paymentId, { amount: 1000, status: 'pending' });
    await shop.deliver();
    const disputeId = shop.stub.dispute(paymentId, { amount: 500 });
    await shop.deliver();
    expect(await reconcile(shop)).toMatchObject({ refunds: { resolved: 0, open: 2 } });
    shop.stub.moveRefund(refundId, 'failed');
    shop.stub.decideDispute(disputeId, 'won');
    shop.stub.takeEvents();
    expect(await reconcile(shop)).toMatchObject({ refunds: { resolved: 2, open: 0 } });
    expect(await shop.standing()).toEqual(['25.000000', 'settled']);
  });
});
