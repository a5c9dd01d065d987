import { describe, expect } from 'vitest';
import type { Alerts } from '../../../src/systems/billing/operations/alerts.ts';
import type { RefundAnswer } from '../../../src/systems/billing/refunds/refund-answer.ts';
import { carry, switchToLedger } from '../billing-migration/carry-saas.ts';
import { saas } from '../billing-migration/saas.ts';
import { test } from './office-test.ts';
import { NOW, Office, type CallOptions } from './office.ts';

const SUPER = { role: 'super_admin' } as const;
/** A refund as a super admin asks for it; `options` stands for the call, the rest is its input. */
const refund = (
  office: Office,
  purchaseId: string,
  { options = {}, ...more }: Readonly<Record<string, unknown>> & { readonly options?: CallOptions } = {},
): Promise<RefundAnswer> =>
  office.staff<RefundAnswer>('refund-money', { purchaseId, reason: 'outage', ...more }, { ...SUPER, ...options });
const resolve = (office: Office, refundId: string, outcome: string): Promise<RefundAnswer> =>
  office.run<RefundAnswer>('resolve-refund', { refundId, outcome, providerReference: `re_${refundId}` });

describe('credits or money', () => {
  test('U-30: credits given back move no money, money given back takes its credits, and neither does both', async ({
    office,
  }) => {
    await office.user('ann', { credits: false });
    const purchaseId = await office.bought('ann', '50.00');
    await office.staff('refund-credits', { userId: 'ann', amount: '7.00', reason: 'slow' }, SUPER);
    expect((await office.balance('ann')).available).toBe('57.000000');
    expect(await refund(office, purchaseId, { amount: '20.00' })).toMatchObject({
      kind: 'money',
      status: 'pending',
      amount: '20.000000',
      creditsTaken: '20.000000',
      balance: '37.000000',
    });
    const rows = await office.rows<{ kind: string; status: string; purchase_id: bigint | null }>(
      'carryover_billing_refunds',
    );
    expect(rows.map(({ kind, status, purchase_id: id }) => [kind, status, id === null])).toEqual([
      ['credits', 'recorded', true],
      ['money', 'pending', false],
    ]);
  });

  test('U-30: a refund whose money did not go is a failure, on record, and the credits come back', async ({
    office,
  }) => {
    await office.user('ann', { credits: false });
    const purchaseId = await office.bought('ann', '50.00');
    const { refundId } = await refund(office, purchaseId);
    expect(await office.rows('carryover_billing_purchases')).toMatchObject([
      { status: 'refunded', refunded: 50_000_000n },
    ]);
    expect(await resolve(office, refundId, 'failed')).toMatchObject({ status: 'failed', balance: '50.000000' });
    expect(await resolve(office, refundId, 'failed')).toMatchObject({ status: 'failed', balance: '50.000000' });
    expect(await office.rows('carryover_billing_purchases')).toMatchObject([{ status: 'settled', refunded: 0n }]);
    expect(await office.run<Alerts>('alerts', {})).toMatchObject({ failedRefunds: 1 });
    await expect(resolve(office, refundId, 'succeeded')).rejects.toThrow(/found it failed, against pending/);
  });

  test('U-30: the same refund asked for twice is one, and only super admins ask', async ({ office }) => {
    await office.user('ann', { credits: false });
    const purchaseId = await office.bought('ann', '50.00');
    const call = { key: 'r-1', amount: '20.00' };
    expect(await refund(office, purchaseId, call)).toEqual(await refund(office, purchaseId, call));
    await expect(refund(office, purchaseId, { options: { role: 'admin' } })).rejects.toThrow(/found the role "admin"/);
    await expect(refund(office, purchaseId, { reason: '  ' })).rejects.toThrow(/found blanks/);
    expect((await office.balance('ann')).available).toBe('30.000000');
  });

  test('U-30, U-33: credits given back have the limits and the second person of adjustments', async ({ office }) => {
    await office.user('ann', { credits: false });
    const asked = await office.staff('refund-credits', { userId: 'ann', amount: '600.00', reason: 'outage' }, SUPER);
    expect(asked).toMatchObject({ status: 'pending' });
    expect(await office.rows('carryover_billing_refunds')).toEqual([]);
    await office.staff('decide-adjustment', { adjustmentId: asked.adjustmentId, decision: 'approve', reason: 'ok' });
    expect(await office.rows('carryover_billing_refunds')).toMatchObject([
      { kind: 'credits', amount: 600_000_000n, status: 'recorded' },
    ]);
    expect(await office.entries('ann')).toEqual([['refund', 600]]);
  });
});

describe('parts and debts', () => {
  test('U-39: refunds of a purchase in parts never exceed it together', async ({ office }) => {
    await office.user('ann', { credits: false });
    const purchaseId = await office.bought('ann', '50.00');
    await refund(office, purchaseId, { amount: '20.00' });
    await refund(office, purchaseId, { amount: '20.00' });
    await expect(refund(office, purchaseId, { amount: '10.01' })).rejects.toThrow(
      /found 10.010000 dollars asked for, against 10.000000/,
    );
    await refund(office, purchaseId);
    await expect(refund(office, purchaseId)).rejects.toThrow(/found it refunded, against settled/);
    expect((await office.balance('ann')).balance).toBe('0.000000');
  });

  test('U-39: what the refunded purchase still has goes first, and the rest of its lot keeps its terms', async ({
    office,
  }) => {
    await office.user();
    const first = await office.bought('ann', '10.00');
    const secondPurchase = await office.bought('ann', '25.00');
    await refund(office, secondPurchase, { amount: '15.00' });
    const { lots } = await office.run<{ lots: readonly { remaining: string; funding: string }[] }>('summary', {
      userId: 'ann',
    });
    expect(lots.map(({ remaining, funding }) => `${funding} ${remaining}`).toSorted()).toEqual([
      'granted 5.000000',
      'paid 10.000000',
      'paid 10.000000',
    ]);
    await refund(office, first, { amount: '10.00' });
    expect(await office.balance('ann')).toMatchObject({ balance: '15.000000', expiring: '5.000000' });
  });

  test('U-39: credits that are spent are owed, and what comes next makes it good first', async ({ office }) => {
    await office.user('ann', { credits: false });
    const purchaseId = await office.bought('ann', '50.00');
    await office.run('deduct', { userId: 'ann', sourceId: 'm-1', amount: '40.00' });
    expect(await refund(office, purchaseId)).toMatchObject({
      creditsTaken: '50.000000',
      creditsForgiven: '0.000000',
      balance: '-40.000000',
    });
    expect(await office.run<Alerts>('alerts', {})).toMatchObject({ negativeBalances: 1 });
    expect(await office.run('deduct', { userId: 'ann', sourceId: 'm-2', amount: '0.01' })).toMatchObject({
      status: 'refused',
    });
    await office.bought('ann', '50.00');
    expect(await office.balance('ann')).toMatchObject({
      balance: '10.000000',
      available: '10.000000',
      lasting: '10.000000',
    });
    expect(await office.rows('carryover_accounts')).toMatchObject([{ floor: 0n }]);
  });

  test('U-39: or they are forgiven, where policy says so, and that is on record', async ({ office }) => {
    await office.user('ann', { credits: false });
    const purchaseId = await office.bought('ann', '50.00');
    await office.run('deduct', { userId: 'ann', sourceId: 'm-1', amount: '40.00' });
    const policy = { refundDebt: 'forgive' };
    expect(await refund(office, purchaseId, { options: { policy } })).toMatchObject({
      creditsTaken: '10.000000',
      creditsForgiven: '40.000000',
      balance: '0.000000',
    });
  });

  test('U-39: credits that are held for work stay held, and are owed', async ({ office }) => {
    await office.user('ann', { credits: false });
    const purchaseId = await office.bought('ann', '10.00');
    await office.run('authorize', { userId: 'ann', sourceId: 'job', amount: '8.00' });
    expect(await refund(office, purchaseId)).toMatchObject({ creditsTaken: '10.000000', balance: '0.000000' });
    expect(await office.balance('ann')).toMatchObject({ held: '8.000000', available: '-8.000000', canRun: false });
    await office.run('release', { userId: 'ann', sourceId: 'job' });
    expect((await office.balance('ann')).available).toBe('0.000000');
  });

  test('U-05, U-39: money of a carried purchase takes back what is left of its own lot', async () => {
    const office = await Office.open({
      prepare: async (database) => {
        await saas().user('ann').bought(40).bought(10).used(5).write(database);
        await carry(database);
      },
    });
    try {
      await switchToLedger(office.database);
      const answer = await office.staff<RefundAnswer>(
        'refund-money',
        { paymentReference: 'pi_p1', amount: '40.00', reason: 'chargeback' },
        { ...SUPER, now: NOW },
      );
      expect(answer).toMatchObject({ userId: 'ann', creditsTaken: '40.000000' });
      const { lots } = await office.run<{ lots: readonly { remaining: string; funding: string }[] }>('summary', {
        userId: 'ann',
      });
      // Of forty, five were used; the five that are missing come out of the other purchase. The grant of July 2026 has expired.
      expect(lots.map(({ remaining, funding }) => `${funding} ${remaining}`)).toEqual(['paid 5.000000']);
    } finally {
      await office.close();
    }
  });
});

describe('what the provider says', () => {
  const tell = (
    office: Office,
    providerReference: string,
    { status, amount = '20.00' }: { readonly status: string; readonly amount?: string },
  ): Promise<RefundAnswer> =>
    office.run<RefundAnswer>('record-refund', { paymentReference: 'pi_1', providerReference, amount, status });

  test('U-39: several messages about one refund are one, in whatever order they come', async ({ office }) => {
    await office.user('ann', { credits: false });
    await office.bought('ann', '50.00', { paymentReference: 'pi_1' });
    expect(await tell(office, 're_1', { status: 'pending' })).toMatchObject({
      status: 'pending',
      balance: '30.000000',
    });
    expect(await tell(office, 're_1', { status: 'succeeded' })).toMatchObject({
      status: 'succeeded',
      balance: '30.000000',
    });
    expect(await tell(office, 're_1', { status: 'pending' })).toMatchObject({
      status: 'succeeded',
      balance: '30.000000',
    });
    expect(await tell(office, 're_2', { status: 'succeeded' })).toMatchObject({
      status: 'succeeded',
      balance: '10.000000',
    });
    expect(await tell(office, 're_2', { status: 'failed' })).toMatchObject({ status: 'failed', balance: '30.000000' });
    expect(await tell(office, 're_3', { status: 'failed' })).toEqual({ status: 'ignored' });
    await expect(tell(office, 're_1', { status: 'succeeded', amount: '21.00' })).rejects.toThrow(
      /found it of 20.000000 dollars/,
    );
    await expect(tell(office, 're_4', { status: 'succeeded', amount: '30.01' })).rejects.toThrow(
      /against 30.000000 at most/,
    );
  });

  test('U-39: a refund that was begun here is not taken for another one when the provider tells of it', async ({
    office,
  }) => {
    await office.user('ann', { credits: false });
    const purchaseId = await office.bought('ann', '50.00', { paymentReference: 'pi_1' });
    const begun = await refund(office, purchaseId, { amount: '20.00' });
    expect(await tell(office, 're_1', { status: 'pending' })).toMatchObject({
      refundId: begun.refundId,
      balance: '30.000000',
    });
    expect(await tell(office, 're_2', { status: 'pending' })).toMatchObject({ balance: '10.000000' });
    expect(await tell(office, 're_1', { status: 'succeeded' })).toMatchObject({
      refundId: begun.refundId,
      status: 'succeeded',
    });
  });
});
