import { describe, expect } from 'vitest';
import { Instant } from '../../../src/base/instant.ts';
import { grantDue, type GrantRun } from '../../../src/systems/billing/grants/grant-due.ts';
import { billingJobs } from '../../../src/systems/billing/jobs.ts';
import type { Alerts } from '../../../src/systems/billing/operations/alerts.ts';
import { test } from './office-test.ts';
import { NOW, seconds, type CallOptions, type Office } from './office.ts';

const at = (text: string): Instant => Instant.parse(text.length === 10 ? `${text}T00:00:00Z` : text);
const grants = async (office: Office, now: string, options: CallOptions = {}): Promise<GrantRun> =>
  grantDue(await office.context({ ...options, now: at(now) }));
const TIER = 'price_tier_2_20_monthly';

/** The day each grant of a user began, and what it gave. */
async function periods(office: Office): Promise<readonly string[]> {
  const rows = await office.rows<{ starts_at: Instant; granted: bigint }>('carryover_billing_grants');
  return rows
    .toSorted((a, b) => a.starts_at.compare(b.starts_at))
    .map(({ starts_at: start, granted }) => `${start.toString().slice(0, 10)} ${Number(granted) / 1e6}`);
}

describe('the job', () => {
  test('U-20: the job grants what is due and says so, and the alert for overdue grants is then silent', async ({
    office,
  }) => {
    await office.user();
    expect(await office.run<Alerts>('alerts', {}, { now: at('2031-08-01') })).toMatchObject({ overdueGrants: 1 });
    const job = billingJobs.find(({ name }) => name === 'grants');
    expect(await job?.run(await office.context({ now: at('2031-08-01') }))).toEqual({
      due: 1,
      granted: 1,
      amount: '5.000000',
      failed: [],
    });
    expect(await office.run<Alerts>('alerts', {}, { now: at('2031-08-01') })).toMatchObject({ overdueGrants: 0 });
  });

  test('U-21: twice or late changes nothing, and before its time nothing is granted', async ({ office }) => {
    await office.user();
    await grants(office, '2031-07-31T23:59:59Z');
    expect(await periods(office)).toEqual(['2031-07-01 5']);
    await grants(office, '2031-08-01');
    await grants(office, '2031-08-01');
    await grants(office, '2031-08-20');
    expect(await periods(office)).toEqual(['2031-07-01 5', '2031-08-01 5']);
    await grants(office, '2031-11-02');
    expect(await periods(office)).toEqual([
      '2031-07-01 5',
      '2031-08-01 5',
      '2031-09-01 5',
      '2031-10-01 5',
      '2031-11-01 5',
    ]);
  });

  test('U-21: two runs at the same moment grant each period once', async ({ office }) => {
    for (const user of ['ann', 'bob', 'cat', 'dan', 'eve']) await office.user(user);
    const other = await office.another();
    const runs = await Promise.all([grants(office, '2031-08-05'), grants(office, '2031-08-05', { other })]);
    expect(runs.reduce((sum, { granted }) => sum + granted, 0)).toBe(5);
    expect(await office.rows('carryover_billing_grants')).toHaveLength(10);
    expect((await office.entries('cat')).filter(([kind]) => kind === 'grant')).toHaveLength(2);
  });

  test('U-21: a yearly plan anchored on the 31st is granted every month, on the last day of shorter ones', async ({
    office,
  }) => {
    await office.user();
    await office.subscribe('ann', 'price_tier_2_20_yearly', {
      created: seconds('2031-01-31'),
      current_period_start: seconds('2031-01-31'),
      current_period_end: seconds('2032-01-31'),
      now: at('2031-07-31'),
    });
    for (const day of ['2031-08-31', '2031-09-30', '2031-10-31', '2031-11-30', '2031-12-31']) await grants(office, day);
    expect(await periods(office)).toEqual([
      '2031-07-01 5',
      '2031-07-31 25',
      '2031-08-31 25',
      '2031-09-30 25',
      '2031-10-31 25',
      '2031-11-30 25',
      '2031-12-31 25',
    ]);
  });

  test('U-13: the grant of December is followed by that of January', async ({ office }) => {
    await office.run('open-user', { userId: 'ann' }, { now: at('2031-12-15') });
    await grants(office, '2032-01-01');
    await grants(office, '2032-02-29');
    await grants(office, '2032-03-01');
    expect(await periods(office)).toEqual(['2031-12-01 5', '2032-01-01 5', '2032-02-01 5', '2032-03-01 5']);
  });

  test('U-37: what is left of a grant expires with its period, by an entry, or rolls over where policy says so', async ({
    office,
  }) => {
    await office.user();
    const [grant] = await office.rows<{ expires_at: Instant }>('carryover_billing_grants');
    expect(grant?.expires_at.toString()).toBe('2031-08-01T00:00:00.000000Z');
    const policy = { grants: { unused: 'roll-over', rollOverPeriods: 2 } };
    await office.run('open-user', { userId: 'bob' }, { policy });
    const lots = await office.run<{ lots: readonly { expiresAt: string }[] }>('summary', { userId: 'bob' });
    expect(lots.lots).toMatchObject([{ expiresAt: '2031-10-01T00:00:00.000000Z' }]);
  });

  test('U-37: a period that was over before anybody granted it is written down and gives nothing', async ({
    office,
  }) => {
    const opened = at('2026-01-15');
    await office.run('open-user', { userId: 'ann' }, { now: opened });
    await grants(office, '2026-03-10');
    expect(await periods(office)).toEqual(['2026-01-01 0', '2026-02-01 0', '2026-03-01 0']);
    expect((await office.balance('ann')).available).toBe('0.000000');
  });

  test('a frozen account fails by itself and is tried again', async ({ office }) => {
    await office.user();
    await office.user('bob');
    const [account] = await office.ledger.findAccounts([{ system: 'billing', kind: 'credits', owner: 'ann' }]);
    const freeze = { accountId: account ?? 0n, actor: { kind: 'person', id: 'boss' } } as const;
    await office.ledger.executeOrThrow([{ ...freeze, type: 'freeze', key: 'f-1' }]);
    expect(await grants(office, '2031-08-01')).toMatchObject({ due: 2, granted: 1, failed: [{ userId: 'ann' }] });
    await office.ledger.executeOrThrow([{ ...freeze, type: 'unfreeze', key: 'f-2' }]);
    expect(await grants(office, '2031-08-01')).toMatchObject({ due: 1, granted: 1, failed: [] });
  });
});

describe('subscriptions', () => {
  test('U-23: a new subscriber is granted once, however many messages tell of it', async ({ office }) => {
    await office.user('ann', { credits: false });
    expect(await office.subscribe('ann', TIER)).toMatchObject({ tier: 'tier_2_20', granted: '25.000000' });
    for (let message = 0; message < 3; message += 1)
      expect(await office.subscribe('ann', TIER)).toMatchObject({ granted: '0.000000' });
    expect((await office.entries('ann')).map(([kind]) => kind)).toEqual(['grant']);
  });

  test('U-21: an upgrade within the period adds the difference, a downgrade takes nothing back', async ({ office }) => {
    await office.user('ann', { credits: false });
    await office.subscribe('ann', TIER);
    expect(await office.subscribe('ann', 'price_tier_6_50_monthly')).toMatchObject({
      granted: '40.000000',
      available: '65.000000',
    });
    expect(await office.subscribe('ann', TIER)).toMatchObject({
      tier: 'tier_2_20',
      granted: '0.000000',
      available: '65.000000',
    });
    expect(await office.subscribe('ann', 'price_tier_6_50_monthly')).toMatchObject({ granted: '0.000000' });
    const renewed = { current_period_start: seconds('2031-08-01'), current_period_end: seconds('2031-09-01') };
    expect(await office.subscribe('ann', TIER, { ...renewed, now: at('2031-08-01') })).toMatchObject({
      granted: '25.000000',
    });
  });

  test('U-40: the period is read from the subscription or from its items', async ({ office }) => {
    await office.user('ann', { credits: false });
    const item = {
      price: { id: TIER },
      current_period_start: seconds('2031-07-10'),
      current_period_end: seconds('2031-08-10'),
    };
    const told = { current_period_start: undefined, current_period_end: undefined, items: { data: [item] } };
    expect(await office.subscribe('ann', TIER, told)).toMatchObject({ nextGrantAt: '2031-08-10T00:00:00.000000Z' });
    await expect(
      office.subscribe('ann', TIER, { ...told, items: { data: [{ price: { id: TIER } }] } }),
    ).rejects.toThrow(/current_period_start of the subscription/);
  });

  test('U-09: a price that no tier names is refused, and the user stays as before', async ({ office }) => {
    await office.user('ann', { credits: false });
    await expect(office.subscribe('ann', 'price_of_yore')).rejects.toThrow(/Cannot find price "price_of_yore"/);
    expect((await office.balance('ann')).tier).toBe('free');
  });

  test('U-09: the news of a second subscription counts only where it gives more', async ({ office }) => {
    await office.user('ann', { credits: false });
    await office.subscribe('ann', 'price_tier_6_50_monthly');
    expect(await office.subscribe('ann', TIER, { id: 'sub_other' })).toMatchObject({
      tier: 'tier_6_50',
      granted: '0.000000',
    });
    expect(await office.subscribe('ann', 'price_tier_12_100_monthly', { id: 'sub_third' })).toMatchObject({
      tier: 'tier_12_100',
    });
  });

  test('U-08: a cancelled subscription keeps its tier until the paid time is over, and then the free one is granted', async ({
    office,
  }) => {
    await office.user('ann', { credits: false });
    await office.subscribe('ann', TIER);
    expect(await office.subscribe('ann', TIER, { status: 'canceled' })).toMatchObject({ tier: 'tier_2_20' });
    expect(await grants(office, '2031-07-31')).toMatchObject({ due: 0 });
    expect(await grants(office, '2031-08-01')).toMatchObject({ due: 1, amount: '5.000000' });
    expect((await office.balance('ann')).tier).toBe('free');
  });

  test('U-43: a renewal that nobody told of keeps the tier for some days without a grant, then the next news brings both', async ({
    office,
  }) => {
    await office.user('ann', { credits: false });
    await office.subscribe('ann', TIER);
    expect(await grants(office, '2031-08-02')).toMatchObject({ due: 1, granted: 0 });
    expect((await office.balance('ann')).tier).toBe('tier_2_20');
    const renewed = { current_period_start: seconds('2031-08-01'), current_period_end: seconds('2031-09-01') };
    expect(await office.subscribe('ann', TIER, { ...renewed, now: at('2031-08-02') })).toMatchObject({
      granted: '25.000000',
    });
    expect(await grants(office, '2031-09-05')).toMatchObject({ granted: 1, amount: '5.000000' });
    expect((await office.balance('ann')).tier).toBe('free');
  });

  test('a status that entitles to nothing makes the user free at once', async ({ office }) => {
    await office.user('ann', { credits: false });
    await office.subscribe('ann', TIER);
    expect(await office.subscribe('ann', TIER, { status: 'unpaid' })).toMatchObject({ tier: 'free' });
    expect(await office.rows('carryover_audit')).toEqual(
      expect.arrayContaining([expect.objectContaining({ action: 'subscription_changed', subject: 'user:ann' })]),
    );
  });

  test('U-27: an account is opened by saying so, once, with the grant of the running period', async ({ office }) => {
    const other = await office.another();
    const opened = await Promise.all([
      office.run<{ opened: boolean }>('open-user', { userId: 'ann' }),
      office.run<{ opened: boolean }>('open-user', { userId: 'ann' }, { other }),
    ]);
    expect(opened.filter((answer) => answer.opened)).toHaveLength(1);
    expect(await office.entries('ann')).toEqual([['grant', 5]]);
    expect(await office.run('open-user', { userId: 'ann' }, { now: NOW })).toMatchObject({ opened: false });
  });
});
