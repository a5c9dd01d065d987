import { sql } from 'kysely';
import { describe, expect } from 'vitest';
import { listInbox } from '../../../src/payments/inbox/list-inbox.ts';
import { giveUpPurchases } from '../../../src/systems/billing/purchases/give-up-purchases.ts';
import type { StripeEvent } from '../../support/stripe-stub/stripe-books.ts';
import { carry, switchToLedger } from '../billing-migration/carry-saas.ts';
import { saas } from '../billing-migration/saas.ts';
import { NOW, Office } from '../billing-operations/office.ts';
import { Shop, test } from './shop.ts';

const pending = { processed: 0, ignored: 0, failed: 0, dead: 0 };

describe('credits that are bought through Stripe', () => {
  test('U-24: a payment told of twice, and again after it was handled, settles its purchase once', async ({ shop }) => {
    const { paymentId } = await shop.start();
    expect(await shop.standing()).toEqual(['0.000000', 'pending']);
    shop.stub.pay(paymentId ?? '');
    const events = shop.stub.takeEvents();
    expect(await shop.deliver([...events, ...events])).toEqual({ ...pending, processed: 1 });
    await shop.deliver([{ ...(events[0] as StripeEvent), id: 'evt_again' }]);
    expect(await shop.standing()).toEqual(['25.000000', 'settled']);
    expect(await shop.office.entries('ann')).toEqual([['purchase', 25]]);
  });

  test('U-25: a checkout has no payment when it is made, and its purchase is found by the checkout and by our mark', async ({
    shop,
  }) => {
    const { checkoutId, checkoutUrl, paymentId } = await shop.start({ via: 'checkout' });
    expect([checkoutUrl, paymentId]).toEqual([`https://checkout.stripe.test/${checkoutId}`, null]);
    shop.stub.payCheckout(checkoutId ?? '');
    const [succeeded, completed] = shop.stub.takeEvents();
    await shop.deliver([completed as never]);
    expect(await shop.standing()).toEqual(['25.000000', 'settled']);
    await shop.deliver([succeeded as never]);
    expect(await shop.office.entries('ann')).toEqual([['purchase', 25]]);
  });

  test('U-25: the payment of a checkout may be told of before the checkout, and before either was written down', async ({
    shop,
  }) => {
    const { checkoutId } = await shop.start({ via: 'checkout' });
    const forget = sql`update ${sql.table('carryover_billing_purchases')} set checkout_reference = null`;
    await shop.office.database.write((trx) => forget.execute(trx));
    const paymentId = shop.stub.payCheckout(checkoutId ?? '');
    expect(await shop.deliver()).toEqual({ ...pending, processed: 2 });
    expect(await shop.office.rows('carryover_billing_purchases')).toMatchObject([
      { status: 'settled', payment_reference: paymentId, checkout_reference: checkoutId },
    ]);
  });

  test('a bank that needs days leaves the purchase pending, and a checkout that nobody paid fails it', async ({
    shop,
  }) => {
    const first = await shop.start({ via: 'checkout' });
    const second = await shop.start({ via: 'checkout' });
    shop.stub.payCheckout(first.checkoutId ?? '', 'processing');
    shop.stub.expireCheckout(second.checkoutId ?? '');
    expect(await shop.deliver()).toEqual({ ...pending, processed: 2 });
    expect(await shop.standing()).toEqual(['0.000000', 'pending', 'failed']);
  });

  test('U-15: a payment that comes after it was declined, and after the purchase was given up, is accepted', async ({
    shop,
  }) => {
    const declined = await shop.start();
    const late = await shop.start({ via: 'checkout' });
    shop.stub.pay(declined.paymentId ?? '', 'insufficient_funds');
    await shop.deliver();
    expect(await shop.office.rows('carryover_billing_purchases', sql`status = 'failed'`)).toMatchObject([
      { failure: 'The payment was declined: insufficient_funds' },
    ]);
    await giveUpPurchases(await shop.context({ now: NOW.plusMillis(25 * 3_600_000) }));
    expect(await shop.standing()).toEqual(['0.000000', 'failed', 'failed']);
    shop.stub.pay(declined.paymentId ?? '');
    shop.stub.payCheckout(late.checkoutId ?? '');
    await shop.deliver();
    expect(await shop.standing()).toEqual(['50.000000', 'settled', 'settled']);
  });

  test('events in any order come to what Stripe says now: a decline that is told of after the success changes nothing', async ({
    shop,
  }) => {
    const { paymentId } = await shop.start();
    shop.stub.pay(paymentId ?? '', 'expired_card');
    shop.stub.pay(paymentId ?? '');
    expect(await shop.deliver(shop.stub.takeEvents().toReversed())).toEqual({ ...pending, processed: 2 });
    expect(await shop.standing()).toEqual(['25.000000', 'settled']);
  });

  test('U-15: a purchase that was pending at the cutover is settled by its payment, which Carryover did not make, once the switch is done', async () => {
    const office = await Office.open({
      prepare: async (database) => {
        await saas().user('ann').bought(40, { status: 'pending' }).write(database);
        await carry(database);
      },
    });
    const shop = await Shop.open(office);
    try {
      shop.stub.pay(shop.stub.paymentOfOthers(4000, 'pi_p1'));
      expect(await shop.deliver()).toEqual({ ...pending, failed: 1 });
      expect((await listInbox(office.database)).rows).toMatchObject([{ errorCode: 'LEDGER_AUTHORITY_LEGACY' }]);
      await switchToLedger(office.database);
      expect(await shop.handle(NOW.plusMillis(60_000))).toEqual({ ...pending, processed: 1 });
      expect(await office.rows('carryover_billing_purchases')).toMatchObject([
        { status: 'settled', origin: 'carried' },
      ]);
    } finally {
      await shop.close();
    }
  });

  test('a second payment of one purchase is kept for a person, and gives no credits', async ({ shop }) => {
    const { paymentId } = await shop.bought();
    const { metadata } = shop.stub.books.get(paymentId, 'payment_intent');
    const second = shop.stub.paymentOfOthers(2500);
    Object.assign(shop.stub.books.get(second, 'payment_intent'), { metadata });
    shop.stub.pay(second);
    expect(await shop.deliver()).toEqual({ ...pending, failed: 1 });
    const [line] = (await listInbox(shop.office.database, { status: 'failed' })).rows;
    expect(line?.failure).toMatch(/paid by "pi_.*", against a purchase that is not paid/);
    expect(await shop.standing()).toEqual(['25.000000', 'settled']);
  });

  test('payments that are not ours are ignored, and those that do not fit their purchase are kept for a person', async ({
    shop,
  }) => {
    await shop.bought();
    shop.stub.pay(shop.stub.paymentOfOthers(900));
    expect(await shop.deliver()).toEqual({ ...pending, ignored: 1 });
    const { paymentId: yen } = await shop.start();
    Object.assign(shop.stub.books.get(yen ?? '', 'payment_intent'), { currency: 'jpy' });
    shop.stub.pay(yen ?? '');
    expect(await shop.deliver()).toEqual({ ...pending, failed: 1 });
    expect((await listInbox(shop.office.database, { status: 'failed' })).rows).toMatchObject([
      { errorCode: 'BILLING_PAYMENT_MISMATCH' },
    ]);
    expect(await shop.standing()).toEqual(['25.000000', 'settled', 'pending']);
  });
});

describe('a top-up that is begun', () => {
  test('goes on by the same call where the answer of Stripe was lost, and is one purchase and one payment', async ({
    shop,
  }) => {
    for (const via of ['payment', 'checkout'] as const) {
      const key = shop.office.key();
      shop.stub.breakNext(via === 'payment' ? '/payment_intents' : '/sessions', 'timeout-after-effect', 'server-error');
      for (let tries = 0; tries < 2; tries += 1) {
        await expect(shop.start({ key, via })).rejects.toMatchObject({ code: 'PAYMENTS_PROVIDER_UNAVAILABLE' });
      }
      const begun = await shop.start({ key, via });
      expect(await shop.start({ key, via })).toEqual(begun);
    }
    expect(shop.stub.books.list('payment_intent', {})).toHaveLength(1);
    expect(shop.stub.books.list('checkout.session', {})).toHaveLength(1);
    expect(shop.stub.books.list('customer', {})).toHaveLength(1);
    expect(await shop.standing()).toEqual(['0.000000', 'pending', 'pending']);
  });

  test('cannot be paid in two ways', async ({ shop }) => {
    const key = shop.office.key();
    await shop.start({ key, via: 'payment' });
    await expect(shop.start({ key, via: 'checkout' })).rejects.toMatchObject({ code: 'BILLING_STATE_CONFLICT' });
  });

  test('is begun by users for themselves, and by nobody for others', async ({ shop }) => {
    const ann = { actor: { kind: 'person', id: 'ann' }, role: 'user' } as const;
    expect(await shop.start({}, ann)).toMatchObject({ amount: '25.000000' });
    const ben = { actor: { kind: 'person', id: 'ben' }, role: 'user' } as const;
    await expect(shop.start({}, ben)).rejects.toMatchObject({ code: 'ROLE_INSUFFICIENT' });
    expect(shop.stub.asked('POST /v1/payment_intents')).toHaveLength(1);
  });
});
