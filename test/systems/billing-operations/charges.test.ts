import { sql } from 'kysely';
import { describe, expect } from 'vitest';
import type { AuthorizeAnswer } from '../../../src/systems/billing/operations/authorize.ts';
import type { CheckAnswer } from '../../../src/systems/billing/operations/check.ts';
import type { ReleaseAnswer } from '../../../src/systems/billing/operations/release.ts';
import type { SettleAnswer } from '../../../src/systems/billing/operations/settle.ts';
import type { Alerts } from '../../../src/systems/billing/operations/alerts.ts';
import type { ChargeAnswer } from '../../../src/systems/billing/writes/charge-answer.ts';
import { test } from './office-test.ts';
import type { Office } from './office.ts';

const CARDS = {
  rateCards: [
    {
      version: '2031-01',
      effectiveFrom: '2031-01-01T00:00:00Z',
      multiplierPerMille: 1200,
      models: { small: { inputPerMillion: '3.00', outputPerMillion: '15.00' } },
    },
  ],
};

const deduct = (office: Office, sourceId: string, charge: string | object): Promise<ChargeAnswer> => {
  const charged = typeof charge === 'string' ? { amount: charge } : charge;
  return office.run<ChargeAnswer>('deduct', { userId: 'ann', sourceId, ...charged });
};
const authorize = (office: Office, sourceId: string, amount: string): Promise<AuthorizeAnswer> =>
  office.run<AuthorizeAnswer>('authorize', { userId: 'ann', sourceId, amount });
const settle = (office: Office, sourceId: string, amount: string): Promise<SettleAnswer> =>
  office.run<SettleAnswer>('settle', { userId: 'ann', sourceId, amount });

describe('deduct', () => {
  test('U-44: the same message sent twice is charged once, whatever the key of the call', async ({ office }) => {
    await office.user();
    expect(await deduct(office, 'message-1', '1.25')).toMatchObject({ status: 'charged', available: '3.750000' });
    expect(await deduct(office, 'message-1', '1.25')).toMatchObject({
      status: 'replayed',
      amount: '1.250000',
      available: '3.750000',
    });
    expect(await office.entries('ann')).toEqual([
      ['grant', 5],
      ['usage', -1.25],
    ]);
    await expect(deduct(office, 'message-1', '1.30')).rejects.toThrow(/BILLING_SOURCE_REUSED|charged 1.250000 dollars/);
  });

  test('U-44: a source is charged once per user, so two users may name theirs alike', async ({ office }) => {
    await office.user();
    await office.user('bob');
    await deduct(office, 'message-1', '1.00');
    expect(await deduct(office, 'message-1', { amount: '1.00', userId: 'bob' })).toMatchObject({ status: 'charged' });
  });

  test('U-29: a refused deduction leaves a row that an alert counts, and the same call is accepted once there are credits', async ({
    office,
  }) => {
    await office.user();
    const call = { key: 'k-1', userId: 'ann', sourceId: 'message-1', amount: '7.00' };
    expect(await office.run<ChargeAnswer>('deduct', call)).toMatchObject({
      status: 'refused',
      code: 'insufficient-credits',
    });
    expect(await office.rows('carryover_billing_attempts')).toMatchObject([
      { user_id: 'ann', operation: 'deduct', source_id: 'message-1', amount: 7_000_000n, available: 5_000_000n },
    ]);
    expect(await office.run<Alerts>('alerts', {})).toMatchObject({ failedDeductions: 1, negativeBalances: 0 });
    await office.bought('ann', '10.00');
    expect(await office.run<ChargeAnswer>('deduct', call)).toMatchObject({ status: 'charged', available: '8.000000' });
  });

  test('U-36: usage is priced by the card in force, and its version is kept with the entry', async ({ office }) => {
    await office.user();
    const usage = { userId: 'ann', sourceId: 'm-1', model: 'small', inputTokens: 100_000, outputTokens: 20_000 };
    const answer = await office.run<ChargeAnswer>('deduct', usage, { policy: CARDS });
    expect(answer).toMatchObject({ status: 'charged', amount: '0.720000', rateCard: '2031-01' });
    const [entry] = await office.rows<{ details: unknown }>('carryover_entries', sql`kind = 'usage'`);
    const details: unknown = typeof entry?.details === 'string' ? JSON.parse(entry.details) : entry?.details;
    expect(details).toMatchObject({ rateCard: '2031-01', model: 'small', inputTokens: 100_000 });
    expect(await office.run<ChargeAnswer>('deduct', usage, { policy: CARDS })).toMatchObject({ status: 'replayed' });
    await expect(office.run('deduct', { ...usage, outputTokens: 20_001 }, { policy: CARDS })).rejects.toThrow(
      /other content/,
    );
  });

  test('U-19: usage below a micro-dollar is carried until it is one', async ({ office }) => {
    await office.user();
    for (let message = 0; message < 10; message += 1) {
      const usage = { userId: 'ann', sourceId: `m-${message}`, model: 'small', inputTokens: 0, outputTokens: 1 };
      await office.run('deduct', usage, { policy: { rateCards: [{ ...CARDS.rateCards[0], multiplierPerMille: 10 }] } });
    }
    // Ten times 0.15 micro-dollars.
    expect((await office.balance('ann')).available).toBe('4.999999');
    expect(await office.rows('carryover_billing_users')).toMatchObject([{ usage_remainder: 500_000_000n }]);
  });

  test('an amount and usage at once, or neither, is refused', async ({ office }) => {
    await office.user();
    await expect(deduct(office, 'm', { amount: '1.00', model: 'small' })).rejects.toThrow(/an amount, or model/);
    await expect(office.run('deduct', { userId: 'ann', sourceId: 'm' })).rejects.toThrow(/an amount, or model/);
    await expect(deduct(office, 'm', '0.00')).rejects.toThrow(/more than zero/);
  });

  test('granted credits that expire are used before bought ones', async ({ office }) => {
    await office.user();
    await office.bought('ann', '10.00');
    await deduct(office, 'm-1', '6.00');
    expect(await office.balance('ann')).toMatchObject({ expiring: '0.000000', lasting: '9.000000' });
  });
});

describe('authorize, settle, release', () => {
  test('U-28: what is held cannot be spent by others, and settling takes only what the work did cost', async ({
    office,
  }) => {
    await office.user();
    expect(await authorize(office, 'job-1', '4.00')).toMatchObject({ status: 'authorized', available: '1.000000' });
    expect(await authorize(office, 'job-2', '2.00')).toMatchObject({ status: 'refused', code: 'insufficient-credits' });
    expect(await deduct(office, 'm-1', '2.00')).toMatchObject({ status: 'refused' });
    expect(await settle(office, 'job-1', '1.50')).toMatchObject({
      status: 'charged',
      amount: '1.500000',
      available: '3.500000',
      shortfall: '0.000000',
    });
    expect(await office.balance('ann')).toMatchObject({ balance: '3.500000', held: '0.000000' });
  });

  test('each of them again, with another key, changes nothing', async ({ office }) => {
    await office.user();
    await authorize(office, 'job-1', '4.00');
    expect(await authorize(office, 'job-1', '4.00')).toMatchObject({ status: 'replayed', available: '1.000000' });
    await expect(authorize(office, 'job-1', '3.00')).rejects.toThrow(/an authorization of 4.000000 dollars/);
    await settle(office, 'job-1', '1.50');
    expect(await settle(office, 'job-1', '1.50')).toMatchObject({ status: 'replayed', amount: '1.500000' });
    await expect(settle(office, 'job-1', '1.60')).rejects.toThrow(/other content/);
    await expect(office.run('release', { userId: 'ann', sourceId: 'job-1' })).rejects.toThrow(/found it settled/);
    expect((await office.entries('ann')).slice(1)).toEqual([['usage', -1.5]]);
  });

  test('work that cost more than was held takes the rest, and what is missing is on record', async ({ office }) => {
    await office.user();
    await authorize(office, 'job-1', '4.00');
    expect(await settle(office, 'job-1', '4.60')).toMatchObject({
      amount: '4.600000',
      shortfall: '0.000000',
      available: '0.400000',
    });
    expect(await settle(office, 'job-1', '4.60')).toMatchObject({ status: 'replayed', amount: '4.600000' });
    await authorize(office, 'job-2', '0.30');
    expect(await settle(office, 'job-2', '1.00')).toMatchObject({
      amount: '0.400000',
      shortfall: '0.600000',
      available: '0.000000',
    });
    expect(await office.rows('carryover_billing_attempts')).toMatchObject([
      { code: 'settled-above-hold', amount: 600_000n },
    ]);
  });

  test('what is released is free again, and an authorization nobody made is unknown', async ({ office }) => {
    await office.user();
    await authorize(office, 'job-1', '4.00');
    const release = (sourceId: string): Promise<ReleaseAnswer> =>
      office.run<ReleaseAnswer>('release', { userId: 'ann', sourceId });
    expect(await release('job-1')).toMatchObject({ status: 'released', amount: '4.000000', available: '5.000000' });
    expect(await release('job-1')).toMatchObject({ status: 'gone' });
    await expect(release('job-9')).rejects.toThrow(/Cannot find authorization "job-9"/);
    await expect(settle(office, 'job-9', '1.00')).rejects.toThrow(/Cannot find authorization "job-9"/);
  });

  test('U-28: an authorization expires by the database clock, and settling after that is a plain deduction', async ({
    office,
  }) => {
    await office.user();
    const briefly = { unchecked: { authorizationMinutes: 0.05 } };
    const job = { userId: 'ann', sourceId: 'job-1', amount: '4.00' };
    expect(await office.run<AuthorizeAnswer>('authorize', job, briefly)).toMatchObject({ status: 'authorized' });
    await expect.poll(async () => (await office.balance('ann')).held, { timeout: 30_000 }).toBe('0.000000');
    expect(await settle(office, 'job-1', '1.00')).toMatchObject({ status: 'charged', available: '4.000000' });
  });

  test('work that cost nothing frees all of it', async ({ office }) => {
    await office.user();
    await authorize(office, 'job-1', '4.00');
    const usage = { userId: 'ann', sourceId: 'job-1', model: 'small', inputTokens: 0, outputTokens: 0 };
    expect(await office.run<SettleAnswer>('settle', usage, { policy: CARDS })).toMatchObject({
      amount: '0.000000',
      available: '5.000000',
    });
  });
});

describe('check', () => {
  test('U-44: one rule says whether work may begin, down to the last cent', async ({ office }) => {
    await office.user();
    const check = (amount?: string): Promise<CheckAnswer> =>
      office.run<CheckAnswer>('check', { userId: 'ann', ...(amount === undefined ? {} : { amount }) });
    expect(await check()).toEqual({ canRun: true, available: '5.000000', needed: '0.010000', code: null });
    expect(await check('5.01')).toMatchObject({ canRun: false, code: 'insufficient-credits' });
    await deduct(office, 'm-1', '4.991');
    // Above zero and below the least: nowhere does it count as enough.
    expect(await check()).toMatchObject({ canRun: false, available: '0.009000' });
    expect((await office.balance('ann')).canRun).toBe(false);
  });

  test('U-42: what another process has spent counts at once, whatever was read before', async ({ office }) => {
    await office.user();
    const other = await office.another();
    const work = { userId: 'ann', amount: '5.00' };
    expect(await office.run('check', work)).toMatchObject({ canRun: true });
    await office.run('deduct', { ...work, sourceId: 'elsewhere' }, { other });
    expect(await office.run('check', work)).toMatchObject({ canRun: false, available: '0.000000' });
    expect(await office.run('authorize', { ...work, sourceId: 'here' })).toMatchObject({ status: 'refused' });
  });

  test('U-27: reading about somebody who has no account opens none', async ({ office }) => {
    for (const operation of ['balance', 'check', 'summary', 'transactions', 'usage-history'])
      await expect(office.run(operation, { userId: 'nobody' }), operation).rejects.toThrow(/found no credits account/);
    expect(await office.rows('carryover_billing_users')).toEqual([]);
    expect(await office.rows('carryover_accounts')).toEqual([]);
  });
});
