import { sql } from 'kysely';
import { describe, expect } from 'vitest';
import type { Page } from '../../../src/systems/pages.ts';
import type { Summary } from '../../../src/systems/billing/operations/summary.ts';
import type { TransactionRow } from '../../../src/systems/billing/operations/transactions.ts';
import type { UsageHistory } from '../../../src/systems/billing/operations/usage-history.ts';
import { carry, switchToLedger } from '../billing-migration/carry-saas.ts';
import { AS_OF, saas } from '../billing-migration/saas.ts';
import { test } from './office-test.ts';
import { Office } from './office.ts';

describe('lists and sums', () => {
  test('transactions come newest first with the running balance, page by page', async ({ office }) => {
    await office.user();
    for (let message = 1; message <= 5; message += 1)
      await office.run('deduct', { userId: 'ann', sourceId: `m-${message}`, amount: '0.50' });
    const pages: Page<TransactionRow>[] = [];
    let after: string | null = '';
    while (after !== null) {
      const page: Page<TransactionRow> = await office.run('transactions', { userId: 'ann', limit: 4, after });
      pages.push(page);
      after = page.next;
    }
    expect(pages.map(({ rows }) => rows.length)).toEqual([4, 2]);
    const rows = pages.flatMap((page) => page.rows);
    expect(rows.map(({ balanceAfter }) => balanceAfter)).toEqual([
      '2.500000',
      '3.000000',
      '3.500000',
      '4.000000',
      '4.500000',
      '5.000000',
    ]);
    expect(rows.at(-1)).toMatchObject({ kind: 'grant', against: 'grants', amount: '5.000000' });
    expect(rows[0]).toMatchObject({ reference: 'usage:m-5', actor: 'system:app' });
  });

  test('U-35: usage history has what was used, carried usage included, and sums over everything', async () => {
    const office = await Office.open({
      prepare: async (database) => {
        const builder = saas().user('ann').bought(2000);
        for (let row = 0; row < 1200; row += 1) builder.used(0.5, { at: '2026-07-10' });
        await builder.used(1, { at: '2026-07-11' }).write(database);
        await carry(database);
      },
    });
    try {
      await switchToLedger(office.database);
      const history = await office.run<UsageHistory>('usage-history', { userId: 'ann', until: AS_OF.toString() });
      expect(history).toMatchObject({
        total: '601.000000',
        days: [
          { day: '2026-07-10', charges: 1200, amount: '600.000000' },
          { day: '2026-07-11', charges: 1, amount: '1.000000' },
        ],
      });
      const summary = await office.run<Summary>('summary', { userId: 'ann' });
      expect(summary.lifetime).toMatchObject({ purchased: '2000.000000', used: '601.000000' });
    } finally {
      await office.close();
    }
  });

  test('a summary tells tier, lots in the order they are used, lifetime, purchases, refunds and refusals', async ({
    office,
  }) => {
    await office.user('ann', { credits: false });
    await office.subscribe('ann', 'price_tier_2_20_monthly');
    const purchaseId = await office.bought('ann', '10.00');
    await office.run('deduct', { userId: 'ann', sourceId: 'm-1', amount: '3.00' });
    await office.run('deduct', { userId: 'ann', sourceId: 'm-2', amount: '99.00' });
    await office.run('authorize', { userId: 'ann', sourceId: 'job', amount: '1.00' });
    await office.staff('refund-money', { purchaseId, amount: '4.00', reason: 'x' }, { role: 'super_admin' });
    expect(await office.run<Summary>('summary', { userId: 'ann' })).toMatchObject({
      tier: 'tier_2_20',
      balance: '28.000000',
      held: '1.000000',
      available: '27.000000',
      subscription: { id: 'sub_ann', status: 'active', yearly: false },
      nextGrantAt: '2031-08-01T00:00:00.000000Z',
      lifetime: { granted: '25.000000', purchased: '10.000000', used: '3.000000', expired: '0.000000' },
      lots: [
        { remaining: '22.000000', funding: 'granted' },
        { remaining: '6.000000', funding: 'paid', expiresAt: null },
      ],
      authorizations: 1,
      moneyRefunded: '4.000000',
      refusedCharges: 1,
    });
  });
});

describe('while legacy decides', () => {
  test('U-14: nothing is spent, bought or adjusted here before the switch, and reading works', async () => {
    const office = await Office.open({
      prepare: async (database) => {
        await saas().user('ann').bought(10).write(database);
        await carry(database);
      },
    });
    try {
      const everybody = { policy: { purchases: { allowed: 'everybody' } } };
      await expect(office.run('deduct', { userId: 'ann', sourceId: 'm', amount: '1.00' })).rejects.toThrow(
        /legacy authority/,
      );
      await expect(office.run('authorize', { userId: 'ann', sourceId: 'm', amount: '1.00' })).rejects.toThrow(
        /legacy authority/,
      );
      await expect(office.run('start-purchase', { userId: 'ann', amount: '10.00' }, everybody)).rejects.toThrow(
        /legacy authority/,
      );
      await expect(office.staff('adjust-credits', { userId: 'ann', amount: '1.00', reason: 'x' })).rejects.toThrow(
        /legacy authority/,
      );
      expect(await office.balance('ann')).toMatchObject({ balance: '15.000000', authority: 'legacy' });
      await switchToLedger(office.database);
      expect(await office.run('deduct', { userId: 'ann', sourceId: 'm', amount: '1.00' })).toMatchObject({
        status: 'charged',
      });
    } finally {
      await office.close();
    }
  });
});

describe('many at once', () => {
  test('U-28, U-44: two processes that charge the same sources at once never spend more than there is, nor one of them twice', async ({
    office,
  }) => {
    await office.user();
    const other = await office.another();
    const sources = Array.from({ length: 30 }, (_, index) => `m-${index}`);
    const charge = (sourceId: string, more: object): Promise<{ status: string }> =>
      office.run<{ status: string }>('deduct', { userId: 'ann', sourceId, amount: '0.25' }, more);
    const answers = await Promise.all(sources.flatMap((source) => [charge(source, {}), charge(source, { other })]));
    const charged = answers.filter(({ status }) => status === 'charged').length;
    expect(charged).toBe(20);
    expect((await office.balance('ann')).available).toBe('0.000000');
    const { rows } = await sql<{ n: bigint }>`
      select count(*) as n from ${sql.table('carryover_entries')} where contra = 'usage'`.execute(
      office.database.handle,
    );
    expect(rows[0]?.n).toBe(20n);
  });
});
