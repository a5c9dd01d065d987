import { describe, expect } from 'vitest';
import { verifyLedger } from '../../../src/ledger/verify/verify-ledger.ts';
import { deduct as deductNow } from '../../../src/systems/billing/operations/deduct.ts';
import type { ChargeAnswer } from '../../../src/systems/billing/writes/charge-answer.ts';
import { test } from './office-test.ts';
import type { Office } from './office.ts';

interface Charge {
  readonly key?: string;
  readonly userId?: string;
  readonly sourceId: string;
  readonly amount?: string;
}

const deduct = (office: Office, charge: Charge): Promise<ChargeAnswer> =>
  office.run<ChargeAnswer>('deduct', { userId: 'ann', amount: '0.05', ...charge }, { now: 'clock' });

const METERED = {
  now: 'clock',
  policy: {
    rateCards: [
      {
        version: '2020-01',
        effectiveFrom: '2020-01-01T00:00:00Z',
        multiplierPerMille: 1200,
        models: { small: { inputPerMillion: '3.00', outputPerMillion: '15.00' } },
      },
    ],
  },
} as const;

/** How many of some answers have which status. */
const counted = (answers: readonly ChargeAnswer[]): Record<string, number> => {
  const sums: Record<string, number> = {};
  for (const { status } of answers) sums[status] = (sums[status] ?? 0) + 1;
  return sums;
};

const numbered = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);

describe('charges that are made at once', () => {
  test('each is taken once, with the balance after it, and the ledger holds', async ({ office }) => {
    for (const userId of ['ann', 'bob', 'cy']) await office.user(userId);
    const answers = await Promise.all(
      numbered(90).map((index) =>
        deduct(office, { userId: ['ann', 'bob', 'cy'][index % 3] ?? '', sourceId: `m-${index}` }),
      ),
    );
    expect(counted(answers)).toEqual({ charged: 90 });
    const balances = answers.filter((_, index) => index % 3 === 0).map(({ balance }) => balance);
    expect(balances.toSorted().toReversed()).toEqual(numbered(30).map((index) => (5 - 0.05 * (index + 1)).toFixed(6)));
    for (const userId of ['ann', 'bob', 'cy']) expect((await office.balance(userId)).available).toBe('3.500000');
    expect(await office.rows('carryover_billing_requests')).toHaveLength(93);
    expect((await verifyLedger(office.database)).breaches).toEqual([]);
  });

  test('are taken in the order in which they came, so that the last one goes without', async ({ office }) => {
    await office.user();
    const context = await office.context({ now: 'clock' });
    const answers = await Promise.all(
      numbered(6).map((index) =>
        deductNow.run(context, { key: `c-${index}`, userId: 'ann', sourceId: `m-${index}`, amount: '0.90' }),
      ),
    );
    expect(answers.map(({ status, available }) => [status, available])).toEqual([
      ['charged', '4.100000'],
      ['charged', '3.200000'],
      ['charged', '2.300000'],
      ['charged', '1.400000'],
      ['charged', '0.500000'],
      ['refused', '0.500000'],
    ]);
  });

  test('share transactions', async ({ office }) => {
    await office.user();
    await Promise.all(numbered(50).map((index) => deduct(office, { sourceId: `m-${index}` })));
    const entries = await office.rows<{ contra: string; recorded_at: { toString(): string } }>('carryover_entries');
    const usage = entries.filter(({ contra }) => contra === 'usage');
    expect(usage).toHaveLength(50);
    // One batch has one clock reading.
    expect(new Set(usage.map(({ recorded_at: at }) => at.toString())).size).toBeLessThan(10);
  });

  test('U-19: usage is priced with what the user has left over, one after the other, while users share transactions', async ({
    office,
  }) => {
    const users = ['ann', 'bob', 'cy'];
    for (const userId of users) await office.user(userId);
    // 3.6 micro-dollars each.
    const usage = { model: 'small', inputTokens: 1, outputTokens: 0 };
    const answers = await Promise.all(
      numbered(60).flatMap((index) => [
        office.run<ChargeAnswer>('deduct', { userId: users[index % 3], sourceId: `m-${index}`, ...usage }, METERED),
        ...(index < 3 ? [deduct(office, { userId: users[index] ?? '', sourceId: `plain-${index}` })] : []),
      ]),
    );
    expect(counted(answers)).toEqual({ charged: 63 });
    for (const userId of users) expect((await office.balance(userId)).available).toBe('4.949928');
    const rows = await office.rows<{ usage_remainder: bigint }>('carryover_billing_users');
    expect(rows.map((row) => row.usage_remainder)).toEqual([0n, 0n, 0n]);
    const entries = await office.rows<{ contra: string; amount: bigint; recorded_at: { toString(): string } }>(
      'carryover_entries',
    );
    const priced = entries.filter(({ contra, amount }) => contra === 'usage' && amount > -50n);
    expect(priced.filter(({ amount }) => amount === -3n)).toHaveLength(24);
    expect(priced.filter(({ amount }) => amount === -4n)).toHaveLength(36);
    expect(priced).toHaveLength(60);
    expect(new Set(priced.map(({ recorded_at: at }) => at.toString())).size).toBeLessThan(40);
  });

  test('U-29: usage that is not covered leaves nothing over, and that of a model without a price is refused alone', async ({
    office,
  }) => {
    await office.user();
    await office.user('bob', { credits: false });
    const usage = { model: 'small', inputTokens: 1, outputTokens: 0 };
    const made = await Promise.allSettled([
      office.run<ChargeAnswer>('deduct', { userId: 'bob', sourceId: 'm-1', ...usage }, METERED),
      office.run<ChargeAnswer>('deduct', { userId: 'ann', sourceId: 'm-1', ...usage, model: 'other' }, METERED),
      office.run<ChargeAnswer>('deduct', { userId: 'ann', sourceId: 'm-2', ...usage }, METERED),
    ]);
    expect(made).toMatchObject([
      { status: 'fulfilled', value: { status: 'refused', code: 'insufficient-credits', amount: '0.000003' } },
      { status: 'rejected', reason: { code: 'BILLING_MODEL_UNKNOWN' } },
      { status: 'fulfilled', value: { status: 'charged', amount: '0.000003' } },
    ]);
    const rows = await office.rows<{ user_id: string; usage_remainder: bigint }>('carryover_billing_users');
    const left = Object.fromEntries(rows.map((row) => [row.user_id, row.usage_remainder]));
    expect(left).toEqual({ ann: 600_000_000n, bob: 0n });
  });

  test('U-44: calls under one key are one charge, and get one answer', async ({ office }) => {
    await office.user();
    const answers = await Promise.all(numbered(20).map(() => deduct(office, { key: 'k-1', sourceId: 'm-1' })));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(counted(answers)).toEqual({ charged: 20 });
    expect(await deduct(office, { key: 'k-1', sourceId: 'm-1' })).toEqual(answers[0]);
    expect((await office.balance('ann')).available).toBe('4.950000');
  });

  test('U-44: one source under many keys is charged once', async ({ office }) => {
    await office.user();
    const answers = await Promise.all(numbered(20).map(() => deduct(office, { sourceId: 'm-1' })));
    expect(counted(answers)).toEqual({ charged: 1, replayed: 19 });
    expect((await office.balance('ann')).available).toBe('4.950000');
  });

  test('a key that stands for another charge is refused, and the others are made', async ({ office }) => {
    await office.user();
    await deduct(office, { key: 'k-1', sourceId: 'm-1' });
    const made = await Promise.allSettled([
      deduct(office, { sourceId: 'm-2' }),
      deduct(office, { key: 'k-1', sourceId: 'm-3' }),
      deduct(office, { userId: 'nobody', sourceId: 'm-4' }),
      deduct(office, { sourceId: 'm-1', amount: '0.06' }),
      deduct(office, { sourceId: 'm-5' }),
    ]);
    expect(made.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'rejected', 'fulfilled']);
    expect(made.flatMap((one) => (one.status === 'rejected' ? [(one.reason as { code: string }).code] : []))).toEqual([
      'BILLING_KEY_REUSED',
      'BILLING_USER_UNKNOWN',
      'BILLING_SOURCE_REUSED',
    ]);
    expect((await office.balance('ann')).available).toBe('4.850000');
  });

  test('U-29: what is not there is refused, on record, and accepted by the same call once it is', async ({
    office,
  }) => {
    await office.user();
    const calls = numbered(30).map((index) => ({ key: `c-${index}`, sourceId: `m-${index}`, amount: '0.25' }));
    const answers = await Promise.all(calls.map((call) => deduct(office, call)));
    expect(counted(answers)).toEqual({ charged: 20, refused: 10 });
    expect(await office.rows('carryover_billing_attempts')).toHaveLength(10);
    for (const { code, available } of answers.filter(({ status }) => status === 'refused'))
      expect([code, available]).toEqual(['insufficient-credits', '0.000000']);
    await office.staff('adjust-credits', { userId: 'ann', amount: '2.50', reason: 'a gift' });
    const again = await Promise.all(calls.map((call) => deduct(office, call)));
    expect(counted(again)).toEqual({ charged: 30 });
    expect((await office.balance('ann')).available).toBe('0.000000');
  });

  test('one that fails the whole of them leaves the others to be made alone', async ({ office }) => {
    await office.user();
    const other = await office.another();
    // The key is taken by another process while the batch is under way: whoever comes second finds what the first has left.
    const both = await Promise.all(
      numbered(40).flatMap((index) => {
        const call = { key: `k-${index}`, userId: 'ann', sourceId: `m-${index}`, amount: '0.10' };
        return [
          office.run<ChargeAnswer>('deduct', call, { now: 'clock' }),
          office.run<ChargeAnswer>('deduct', call, { now: 'clock', other }),
        ];
      }),
    );
    expect(counted(both)).toEqual({ charged: 80 });
    for (const index of numbered(40)) expect(both[2 * index]).toEqual(both[2 * index + 1]);
    expect((await office.balance('ann')).available).toBe('1.000000');
  });
});
