import { sql } from 'kysely';
import { describe, expect } from 'vitest';
import type { CreditBalanceAnswer } from '../../../src/systems/billing/operations/credit-balance.ts';
import type { UseCreditsAnswer } from '../../../src/systems/billing/operations/use-credits.ts';
import { test } from './office-test.ts';
import type { Office } from './office.ts';

/** The user is decided by legacy again, with what the application's own row says. */
async function underLegacy(office: Office, dollars: string): Promise<void> {
  await sql`update carryover_accounts set authority = 'legacy' where owner = 'ann'`.execute(office.database.handle);
  await sql`insert into credit_balance (user_id, balance_dollars, total_purchased, total_used, last_updated)
    values ('ann', ${sql.raw(dollars)}, 20, 3, ${sql.raw("'2031-01-05 10:00:00'")})`.execute(office.database.handle);
}

const use = (office: Office, input: object): Promise<UseCreditsAnswer> =>
  office.run<UseCreditsAnswer>('use-credits', { userId: 'ann', ...input });
const read = (office: Office): Promise<CreditBalanceAnswer> => office.run('credit-balance', { userId: 'ann' });

describe('old endpoints', () => {
  test('U-14: while legacy decides, the application’s own rows are written and the ledger is left alone', async ({
    office,
  }) => {
    await office.user();
    await underLegacy(office, '17.00');
    const used = await use(office, { amount: '1.25', description: 'a long answer', messageId: 'm-1' });
    expect(used).toEqual({ success: true, newBalance: '15.750000', authority: 'legacy' });
    expect(await read(office)).toEqual({
      balanceDollars: '15.750000',
      totalPurchased: '20.000000',
      totalUsed: '4.250000',
      canRun: true,
      authority: 'legacy',
    });
    const usage = await office.rows<{ user_id: string; message_id: string }>('credit_usage');
    expect(usage).toMatchObject([{ user_id: 'ann', message_id: 'm-1', description: 'a long answer' }]);
    expect(await office.balance('ann')).toMatchObject({ balance: '5.000000', authority: 'legacy' });
  });

  test('while legacy decides, what is not there is not taken, and no usage is written', async ({ office }) => {
    await office.user();
    await underLegacy(office, '1.00');
    expect(await use(office, { amount: '1.01' })).toEqual({
      success: false,
      newBalance: '1.000000',
      authority: 'legacy',
    });
    expect(await office.rows('credit_usage')).toEqual([]);
  });

  test('U-19: a column of cents takes the nearest cent, as it always has', async ({ office }) => {
    await office.user();
    await underLegacy(office, '1.00');
    expect(await use(office, { amount: '0.005' })).toMatchObject({ success: true, newBalance: '0.990000' });
  });

  test('while legacy decides, a repeated call is done once', async ({ office }) => {
    await office.user();
    await underLegacy(office, '2.00');
    const input = { amount: '0.50', key: 'once' };
    expect(await use(office, input)).toEqual(await use(office, input));
    expect(await read(office)).toMatchObject({ balanceDollars: '1.500000' });
  });

  test('U-14: once the ledger decides, the same call takes from the ledger and legacy is left alone', async ({
    office,
  }) => {
    await office.user();
    expect(await use(office, { amount: '1.25', messageId: 'm-1' })).toEqual({
      success: true,
      newBalance: '3.750000',
      authority: 'ledger',
    });
    expect(await read(office)).toEqual({
      balanceDollars: '3.750000',
      totalPurchased: '0.000000',
      totalUsed: '1.250000',
      canRun: true,
      authority: 'ledger',
    });
    expect(await office.rows('credit_usage')).toEqual([]);
    expect(await use(office, { amount: '3.76' })).toMatchObject({ success: false, newBalance: '3.750000' });
  });

  test('U-44: a message is charged once by the ledger, and refused with another amount', async ({ office }) => {
    await office.user();
    await use(office, { amount: '1.25', messageId: 'm-1' });
    expect(await use(office, { amount: '1.25', messageId: 'm-1' })).toMatchObject({
      success: true,
      newBalance: '3.750000',
    });
    await expect(use(office, { amount: '1.30', messageId: 'm-1' })).rejects.toMatchObject({
      code: 'BILLING_SOURCE_REUSED',
    });
  });
});
