import { sql } from 'kysely';
import { describe, expect } from 'vitest';
import { Instant } from '../../../src/base/instant.ts';
import type { Alerts } from '../../../src/systems/billing/operations/alerts.ts';
import type { PurchaseAnswer } from '../../../src/systems/billing/purchases/purchase-answer.ts';
import { giveUpPurchases } from '../../../src/systems/billing/purchases/give-up-purchases.ts';
import { startDueTopUps, type StartedTopUp } from '../../../src/systems/billing/topups/start-due-top-ups.ts';
import { carry, change, switchToLedger } from '../billing-migration/carry-saas.ts';
import { saas } from '../billing-migration/saas.ts';
import { test } from './office-test.ts';
import { NOW, Office, TOP, type CallOptions } from './office.ts';

const EVERYBODY = { policy: { purchases: { allowed: 'everybody' } } };
const start = (office: Office, more: object = {}, options: CallOptions = EVERYBODY): Promise<PurchaseAnswer> =>
  office.run<PurchaseAnswer>('start-purchase', { userId: 'ann', amount: '25.00', ...more }, options);
const settle = (office: Office, names: object, options: CallOptions = {}): Promise<PurchaseAnswer> =>
  office.run<PurchaseAnswer>('settle-purchase', names, options);

describe('purchases', () => {
  test('U-25: a purchase is in no balance until its payment comes, which finds it by the checkout', async ({
    office,
  }) => {
    await office.user('ann', { credits: false });
    const { purchaseId, status } = await start(office, { checkoutReference: 'cs_1' });
    expect([status, (await office.balance('ann')).available]).toEqual(['pending', '0.000000']);
    const settled = await settle(office, { checkoutReference: 'cs_1', paymentReference: 'pi_1', amount: '25.00' });
    expect(settled).toMatchObject({ purchaseId, status: 'settled', available: '25.000000' });
    expect(await office.rows('carryover_billing_purchases')).toMatchObject([{ payment_reference: 'pi_1' }]);
    expect(await office.entries('ann')).toEqual([['purchase', 25]]);
  });

  test('U-24: the same payment told again, by whatever name, changes nothing', async ({ office }) => {
    await office.user('ann', { credits: false });
    const { purchaseId } = await start(office, { checkoutReference: 'cs_1', paymentReference: 'pi_1' });
    for (const names of [{ checkoutReference: 'cs_1' }, { paymentReference: 'pi_1' }, { purchaseId }])
      expect(await settle(office, names)).toMatchObject({ available: '25.000000' });
    const other = await office.another();
    await Promise.all([settle(office, { purchaseId }), settle(office, { purchaseId }, { other })]);
    expect(await office.entries('ann')).toEqual([['purchase', 25]]);
  });

  test('U-15: a payment that comes after the purchase was given up, or had failed, is accepted', async ({ office }) => {
    await office.user('ann', { credits: false });
    const { purchaseId } = await start(office);
    expect(await giveUpPurchases(await office.context({ now: NOW.plusMillis(3_600_000) }))).toBe(0n);
    const later = NOW.plusMillis(25 * 3_600_000);
    expect(await office.run<Alerts>('alerts', {}, { now: later })).toMatchObject({ stalePurchases: 1 });
    expect(await giveUpPurchases(await office.context({ now: later }))).toBe(1n);
    expect(await office.rows('carryover_billing_purchases')).toMatchObject([{ status: 'failed' }]);
    expect(await settle(office, { purchaseId })).toMatchObject({ status: 'settled', available: '25.000000' });
    const second = await start(office);
    await office.run('fail-purchase', { purchaseId: second.purchaseId, reason: 'card declined' });
    expect(await settle(office, { purchaseId: second.purchaseId })).toMatchObject({ status: 'settled' });
  });

  test('a payment for another amount is refused, and one of nobody is unknown', async ({ office }) => {
    await office.user('ann', { credits: false });
    const { purchaseId } = await start(office);
    await expect(settle(office, { purchaseId, amount: '2.50' })).rejects.toThrow(
      /found it for 25.000000 dollars, against for 2.50/,
    );
    await expect(settle(office, { paymentReference: 'pi_9' })).rejects.toThrow(/Cannot find purchase "pi_9"/);
    await expect(settle(office, {})).rejects.toThrow(/its id, its checkout or its payment/);
  });

  test('U-34: by default only the highest tier buys, by one rule for starting, for top-ups and for what the summary says', async ({
    office,
  }) => {
    await office.user('ann', { credits: false });
    await expect(start(office, {}, {})).rejects.toThrow(/found the tier free, against top-tier/);
    expect(await office.run('summary', { userId: 'ann' })).toMatchObject({ mayPurchase: false });
    await office.subscribe('ann', TOP);
    expect(await start(office, {}, {})).toMatchObject({ status: 'pending' });
    expect(await office.run('summary', { userId: 'ann' })).toMatchObject({
      mayPurchase: true,
      pendingPurchases: '25.000000',
    });
    await expect(start(office, { amount: '26.00' }, {})).rejects.toThrow(
      /found a package of 26.000000, against 10.00, 25.00/,
    );
  });

  test('bought credits expire where policy says so, and are a lot of their own', async ({ office }) => {
    await office.user('ann', { credits: false });
    const policy = { purchases: { allowed: 'everybody', expiresAfterDays: 365 } };
    const { purchaseId } = await start(office, {}, { policy });
    await settle(office, { purchaseId }, { policy });
    expect(await office.balance('ann')).toMatchObject({ expiring: '25.000000', lasting: '0.000000' });
  });
});

describe('what was carried', () => {
  test('U-15: a purchase that was pending in legacy is settled here by its payment, and belongs to its user', async () => {
    const office = await Office.open({
      prepare: async (database) => {
        await saas().user('ann').bought(40, { status: 'pending' }).bought(10).write(database);
        await carry(database);
      },
    });
    try {
      await expect(settle(office, { paymentReference: 'pi_p1' })).rejects.toThrow(/under legacy authority/);
      await switchToLedger(office.database);
      expect(await settle(office, { paymentReference: 'pi_p1' })).toMatchObject({ userId: 'ann', status: 'settled' });
      expect(await settle(office, { paymentReference: 'pi_p1' })).toMatchObject({ status: 'settled' });
      expect((await office.entries('ann')).filter(([kind]) => kind === 'purchase')).toEqual([
        ['purchase', 10],
        ['purchase', 40],
      ]);
    } finally {
      await office.close();
    }
  });

  test('U-41: deleting a user in legacy deletes nothing of the record', async () => {
    const office = await Office.open({
      prepare: async (database) => {
        await saas().user('ann').bought(10).used(2).write(database);
        await carry(database);
      },
    });
    try {
      await switchToLedger(office.database);
      for (const table of ['credit_purchases', 'credit_usage', 'accounts'])
        await change(office.database, sql`delete from ${sql.table(table)}`);
      expect((await office.entries('ann')).slice(0, 2)).toEqual([
        ['purchase', 10],
        ['usage', -2],
      ]);
    } finally {
      await office.close();
    }
  });
});

describe('top-ups', () => {
  const rule = { enabled: true, threshold: '5.00', amount: '10.00', monthMax: '20.00', dayCountMax: 2 };
  const topUps = async (office: Office, now: Instant = NOW): Promise<readonly StartedTopUp[]> =>
    startDueTopUps(await office.context({ ...EVERYBODY, now }));

  test('a rule begins a purchase when less is left than its threshold, and none while one is under way', async ({
    office,
  }) => {
    await office.user();
    await office.run('set-top-up-rule', { userId: 'ann', ...rule, threshold: '4.00' }, EVERYBODY);
    expect(await topUps(office)).toEqual([]);
    await office.run('deduct', { userId: 'ann', sourceId: 'm-1', amount: '2.00' });
    const [started] = await topUps(office);
    expect(started).toMatchObject({ userId: 'ann', amount: '10.000000' });
    expect(await topUps(office)).toEqual([]);
    await settle(office, { purchaseId: started?.purchaseId });
    expect((await office.balance('ann')).available).toBe('13.000000');
    expect(await topUps(office)).toEqual([]);
  });

  test('caps hold by the month and by the day, whatever is left', async ({ office }) => {
    await office.user('ann', { credits: false });
    await office.run('set-top-up-rule', { userId: 'ann', ...rule }, EVERYBODY);
    const topUpAndSpend = async (name: string, now: Instant): Promise<number> => {
      const started = await topUps(office, now);
      for (const { purchaseId } of started) {
        await settle(office, { purchaseId }, { now });
        await office.run('deduct', { userId: 'ann', sourceId: name, amount: '10.00' }, { now });
      }
      return started.length;
    };
    expect(await topUpAndSpend('m-1', NOW)).toBe(1);
    expect(await topUpAndSpend('m-2', NOW)).toBe(1);
    expect(await topUpAndSpend('m-3', NOW.plusMillis(86_400_000))).toBe(0);
    expect(await topUpAndSpend('m-4', Instant.parse('2031-08-02T00:00:00Z'))).toBe(1);
    const more = { ...rule, monthMax: '500.00', dayCountMax: 2 };
    await office.run('set-top-up-rule', { userId: 'ann', ...more }, EVERYBODY);
    expect(await topUpAndSpend('m-5', Instant.parse('2031-08-02T01:00:00Z'))).toBe(1);
    expect(await topUpAndSpend('m-6', Instant.parse('2031-08-02T02:00:00Z'))).toBe(0);
    expect(await topUpAndSpend('m-7', Instant.parse('2031-08-03T00:00:00Z'))).toBe(1);
  });

  test('two runs at once begin one top-up, a rule turned off begins none', async ({ office }) => {
    await office.user('ann', { credits: false });
    await office.run('set-top-up-rule', { userId: 'ann', ...rule }, EVERYBODY);
    const other = await office.another();
    const runs = await Promise.all([topUps(office), startDueTopUps(await office.context({ ...EVERYBODY, other }))]);
    expect(runs.flat()).toHaveLength(1);
    await office.run('fail-purchase', { purchaseId: runs.flat()[0]?.purchaseId, reason: 'declined' });
    await office.run('set-top-up-rule', { userId: 'ann', ...rule, enabled: false }, EVERYBODY);
    expect(await topUps(office)).toEqual([]);
  });

  test('a rule wants a package, caps that fit, and a tier that may buy', async ({ office }) => {
    await office.user();
    const set = (more: object, options: CallOptions = EVERYBODY): Promise<unknown> =>
      office.run('set-top-up-rule', { userId: 'ann', ...rule, ...more }, options);
    await expect(set({ amount: '11.00' })).rejects.toThrow(/a package of 11.000000/);
    await expect(set({ monthMax: '9.00' })).rejects.toThrow(/found 9.00, against at least 10.000000/);
    await expect(set({}, {})).rejects.toThrow(/found the tier free, against top-tier/);
  });
});
