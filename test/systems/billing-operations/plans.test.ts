import { describe, expect } from 'vitest';
import type { AvailableModels } from '../../../src/systems/billing/operations/available-models.ts';
import type { ProjectLimits } from '../../../src/systems/billing/operations/project-limits.ts';
import type { SubscriptionCommitment } from '../../../src/systems/billing/operations/subscription-commitment.ts';
import { carry } from '../billing-migration/carry-saas.ts';
import { AS_OF, saas } from '../billing-migration/saas.ts';
import { test } from './office-test.ts';
import { NOW, Office, seconds, type CallOptions } from './office.ts';

const card = (version: string, effectiveFrom: string, multiplierPerMille: number): object => ({
  version,
  effectiveFrom,
  multiplierPerMille,
  models: {
    small: { inputPerMillion: '0.15', outputPerMillion: '0.60' },
    large: { inputPerMillion: '3.00', outputPerMillion: '15.000001' },
  },
});

const policy = {
  rateCards: [card('2030', '2030-01-01T00:00:00Z', 1500), card('2031', '2031-07-01T00:00:00Z', 1200)],
  tiers: { free: { models: ['small'] } },
};

const ann: CallOptions = { role: 'user', actor: { kind: 'person', id: 'ann' } };

describe('available models', () => {
  const models = (office: Office, more: CallOptions = {}): Promise<AvailableModels> =>
    office.run<AvailableModels>('available-models', { userId: 'ann' }, { policy, ...more });

  test('U-36: they are those of the rate card in force, at what the user pays for a million tokens, to the last digit', async ({
    office,
  }) => {
    await office.user();
    await office.subscribe('ann', 'price_tier_2_20_monthly');
    expect(await models(office)).toMatchObject({
      tier: 'tier_2_20',
      rateCard: '2031',
      multiplier: '1.200',
      models: [
        {
          model: 'large',
          inputPerMillion: '3.600000000',
          outputPerMillion: '18.000001200',
          inTier: true,
          canRun: true,
        },
        { model: 'small', inputPerMillion: '0.180000000', outputPerMillion: '0.720000000', inTier: true, canRun: true },
      ],
    });
    const rateCards = policy.rateCards.slice(0, 1);
    expect(await models(office, { policy: { rateCards } })).toMatchObject({ rateCard: '2030', multiplier: '1.500' });
  });

  test('U-44: work may begin with a model of the tier while the one rule says so, and with no other', async ({
    office,
  }) => {
    await office.user();
    const mayRun = async (): Promise<readonly (readonly [string, boolean, boolean])[]> =>
      (await models(office)).models.map(({ model, inTier, canRun }) => [model, inTier, canRun]);
    expect(await mayRun()).toEqual([
      ['large', false, false],
      ['small', true, true],
    ]);
    await office.run('deduct', { userId: 'ann', sourceId: 'm', amount: '4.995' });
    expect(await models(office)).toMatchObject({ available: '0.005000', needed: '0.010000' });
    expect(await mayRun()).toEqual([
      ['large', false, false],
      ['small', true, false],
    ]);
    const checked = await office.run<{ canRun: boolean }>('check', { userId: 'ann' });
    expect(checked.canRun).toBe(false);
  });

  test('U-27: whoever has no account is not opened one by asking, and a user asks about no other', async ({
    office,
  }) => {
    await expect(models(office)).rejects.toMatchObject({ code: 'BILLING_USER_UNKNOWN' });
    expect(await office.rows('carryover_billing_users')).toEqual([]);
    const ben: CallOptions = { role: 'user', actor: { kind: 'person', id: 'ben' } };
    await expect(models(office, ben)).rejects.toMatchObject({ code: 'ROLE_INSUFFICIENT' });
  });
});

describe('project limits', () => {
  const limits = (office: Office, more: CallOptions = {}): Promise<ProjectLimits> =>
    office.run<ProjectLimits>('project-limits', { userId: 'ann' }, more);

  test('they are those of the tier in force, with the work that goes on', async ({ office }) => {
    await office.user();
    await office.run('authorize', { userId: 'ann', sourceId: 'job', amount: '1.00' });
    expect(await limits(office, ann)).toEqual({
      userId: 'ann',
      tier: 'free',
      projects: { limit: 3, used: null },
      threads: { limit: null, used: null },
      concurrentRuns: { limit: 1, used: 1 },
      held: '1.000000',
    });
    await office.subscribe('ann', 'price_tier_25_200_monthly');
    await office.run('release', { userId: 'ann', sourceId: 'job' });
    expect(await limits(office)).toMatchObject({
      tier: 'tier_25_200',
      projects: { limit: 2_500 },
      concurrentRuns: { limit: 20, used: 0 },
    });
  });

  test('a subscription that has ended gives the limits of the free tier, before any job noticed', async ({
    office,
  }) => {
    await office.user();
    await office.subscribe('ann', 'price_tier_25_200_monthly', { status: 'canceled' });
    const now = NOW.plusMillis(60 * 86_400_000);
    expect(await limits(office, { now })).toMatchObject({ tier: 'free', projects: { limit: 3 } });
  });

  test('U-34: config sets them, for one tier by itself, and a tier that is gone has those of the free one', async ({
    office,
  }) => {
    await office.user();
    await office.subscribe('ann', 'price_tier_2_20_monthly');
    const tiers = { tier_2_20: { limits: { threads: 7, projects: null } } };
    expect(await limits(office, { policy: { tiers } })).toMatchObject({
      projects: { limit: null },
      threads: { limit: 7 },
      concurrentRuns: { limit: 3 },
    });
    const { policy: whole } = await office.context();
    const { tier_2_20: _gone, ...left } = whole.tiers;
    expect(await limits(office, { unchecked: { tiers: left } })).toMatchObject({
      tier: 'tier_2_20',
      projects: { limit: 3 },
    });
  });
});

describe('subscription commitments', () => {
  const commitment = (office: Office, input: object, more: CallOptions = {}): Promise<SubscriptionCommitment> =>
    office.run<SubscriptionCommitment>('subscription-commitment', input, more);

  test('a commitment of a year says until when it binds, for its owner and for staff', async ({ office }) => {
    await office.user();
    await office.subscribe('ann', 'price_tier_6_50_commitment', { created: seconds('2031-03-10') });
    const expected = {
      subscriptionId: 'sub_ann',
      userId: 'ann',
      tier: 'tier_6_50',
      price: 'price_tier_6_50_commitment',
      status: 'active',
      type: 'yearly-commitment',
      hasCommitment: true,
      startsAt: '2031-03-10T00:00:00.000000Z',
      endsAt: '2032-03-10T00:00:00.000000Z',
      monthsRemaining: 8,
      paidUntil: '2031-08-01T00:00:00.000000Z',
      canCancel: false,
      cancelFrom: '2032-03-10T00:00:00.000000Z',
      canDowngrade: false,
      downgradeFrom: '2032-03-10T00:00:00.000000Z',
    };
    expect(await commitment(office, { subscriptionId: 'sub_ann', userId: 'ann' }, ann)).toEqual(expected);
    expect(await commitment(office, { subscriptionId: 'sub_ann' }, { role: 'staff' })).toEqual(expected);
  });

  test('a plan that changes within its commitment is bound from the same day on', async ({ office }) => {
    await office.user();
    const created = seconds('2031-03-10');
    await office.subscribe('ann', 'price_tier_2_20_commitment', { created });
    await office.subscribe('ann', 'price_tier_6_50_commitment', {
      created,
      current_period_start: seconds('2031-07-15'),
      current_period_end: seconds('2031-08-15'),
    });
    expect(await commitment(office, { subscriptionId: 'sub_ann' })).toMatchObject({
      tier: 'tier_6_50',
      endsAt: '2032-03-10T00:00:00.000000Z',
    });
  });

  test('one paid by the month, or by the year, may be ended with its period, and lowered after it', async ({
    office,
  }) => {
    await office.user();
    await office.subscribe('ann', 'price_tier_6_50_monthly');
    const free = { hasCommitment: false, startsAt: null, monthsRemaining: 0, canCancel: true, cancelFrom: null };
    const paidUntil = '2031-08-01T00:00:00.000000Z';
    expect(await commitment(office, { subscriptionId: 'sub_ann' })).toMatchObject({
      ...free,
      type: 'monthly',
      canDowngrade: false,
      downgradeFrom: paidUntil,
    });
    const anyTime = { policy: { subscriptions: { downgrades: 'any-time' } } };
    expect(await commitment(office, { subscriptionId: 'sub_ann' }, anyTime)).toMatchObject({
      canDowngrade: true,
      downgradeFrom: null,
    });
    await office.subscribe('ann', 'price_tier_6_50_yearly', { current_period_end: seconds('2032-07-01') });
    expect(await commitment(office, { subscriptionId: 'sub_ann' })).toMatchObject({
      ...free,
      type: 'yearly',
      downgradeFrom: '2032-07-01T00:00:00.000000Z',
    });
  });

  test('one that has ended binds nobody', async ({ office }) => {
    await office.user();
    await office.subscribe('ann', 'price_tier_6_50_commitment', { status: 'unpaid' });
    expect(await commitment(office, { subscriptionId: 'sub_ann' })).toMatchObject({
      tier: 'free',
      price: null,
      type: 'none',
      canCancel: true,
      canDowngrade: true,
    });
  });

  test('that of another user is as unknown as one that does not exist', async ({ office }) => {
    await office.user();
    await office.subscribe('ann', 'price_tier_6_50_commitment');
    const ben: CallOptions = { role: 'user', actor: { kind: 'person', id: 'ben' } };
    const refusal = async (input: object, more: CallOptions): Promise<unknown> =>
      commitment(office, input, more).catch((error: { readonly code: string }) => error.code);
    expect(await refusal({ subscriptionId: 'sub_ann', userId: 'ben' }, ben)).toBe('BILLING_UNKNOWN');
    expect(await refusal({ subscriptionId: 'sub_none', userId: 'ben' }, ben)).toBe('BILLING_UNKNOWN');
    expect(await refusal({ subscriptionId: 'sub_ann', userId: 'ann' }, ben)).toBe('ROLE_INSUFFICIENT');
    expect(await refusal({ subscriptionId: 'sub_ann' }, ben)).toBe('ROLE_INSUFFICIENT');
  });

  test('U-08: a carried subscription brings the day on which it was created', async () => {
    const price = 'price_tier_6_50_commitment';
    const office = await Office.open({
      prepare: async (database) => {
        await saas().user('ann').subscribed('tier_6_50', { price, created: '2026-02-03' }).write(database);
        await carry(database);
      },
    });
    try {
      const [row] = await office.rows<{ subscription_id: string }>('carryover_billing_users');
      const subscriptionId = row?.subscription_id;
      expect(await commitment(office, { subscriptionId }, { now: AS_OF })).toMatchObject({
        tier: 'tier_6_50',
        hasCommitment: true,
        startsAt: '2026-02-03T00:00:00.000000Z',
        endsAt: '2027-02-03T00:00:00.000000Z',
        monthsRemaining: 7,
      });
    } finally {
      await office.close();
    }
  });
});
