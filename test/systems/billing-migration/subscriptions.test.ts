import { describe, expect } from 'vitest';
import { test } from '../../sql/database-fixture.ts';
import { findingRows, onlyUser, outcomesOf, told, usersOf } from './legacy-queries.ts';
import { saas } from './saas.ts';

describe('which tier', () => {
  test('U-08: trialing, past due, and cancelled with paid time left keep their tier', async ({ db }) => {
    await saas()
      .user('active')
      .subscribed('tier_2_20')
      .user('trialing')
      .subscribed('tier_2_20', { status: 'trialing' })
      .user('past-due')
      .subscribed('tier_2_20', { status: 'past_due' })
      .user('cancelled')
      .subscribed('tier_2_20', { status: 'canceled' })
      .write(db);
    const balances = Object.values(await usersOf(db)).map(({ balance }) => balance);
    expect(balances).toEqual([25_000_000n, 25_000_000n, 25_000_000n, 25_000_000n]);
    expect((await findingRows(db, 'entitled-not-active')).map(({ details }) => details['status'])).toEqual([
      'canceled',
      'past_due',
      'trialing',
    ]);
  });

  test('U-08: whose paid time is over, or who never paid, is free', async ({ db }) => {
    const over = { from: '2026-06-01', until: '2026-07-01' };
    await saas()
      .user('cancelled')
      .subscribed('tier_2_20', { ...over, status: 'canceled' })
      .user('incomplete')
      .subscribed('tier_2_20', { status: 'incomplete' })
      .user('nameless')
      .subscribed('tier_2_20', { status: null })
      .user('unpaid')
      .subscribed('tier_2_20', { status: 'unpaid' })
      .write(db);
    for (const { balance } of Object.values(await usersOf(db))) expect(balance).toBe(5_000_000n);
    expect(await outcomesOf(db, 'billing_subscriptions')).toEqual({
      'billing_subscriptions:s1': 'excluded: period-over',
      'billing_subscriptions:s2': 'excluded: not-entitled',
      'billing_subscriptions:s3': 'excluded: not-entitled',
      'billing_subscriptions:s4': 'excluded: not-entitled',
    });
  });

  test('U-08, U-43: a renewal that nobody told of is listed, and forgiven for the days that policy gives', async ({
    db,
  }) => {
    await saas()
      .user()
      .subscribed('tier_2_20', { from: '2026-06-14', until: '2026-07-14', created: '2026-01-14' })
      .write(db);
    expect(told((await onlyUser(db)).entries)).toEqual([['grant:2026-07-14', 25]]);
    expect(await findingRows(db, 'subscription-stale')).toMatchObject([{ details: { counts: 'yes' } }]);
    const policy = { entitlement: { graceDays: 2 } };
    expect(told((await onlyUser(db, { policy })).entries)).toEqual([['grant:2026-07-01', 5]]);
    expect(await findingRows(db, 'subscription-stale', { policy })).toMatchObject([{ details: { counts: 'no' } }]);
  });

  test('U-09: of several subscriptions the one with the most credits counts, then the one created last', async ({
    db,
  }) => {
    await saas()
      .user('mixed')
      .subscribed('tier_6_50', { created: '2026-01-01' })
      .subscribed('tier_2_20', { created: '2026-05-01' })
      .subscribed('tier_200_1000', { status: 'unpaid' })
      .user('twice')
      .subscribed('tier_2_20', { created: '2026-05-05', from: '2026-07-05', until: '2026-08-05' })
      .subscribed('tier_2_20', { created: '2026-02-02', from: '2026-07-02', until: '2026-08-02' })
      .write(db);
    const users = await usersOf(db);
    expect(told(users['mixed']?.entries ?? [])).toEqual([['grant:2026-07-01', 65]]);
    expect(told(users['twice']?.entries ?? [])).toEqual([['grant:2026-07-05', 25]]);
    expect(await outcomesOf(db, 'billing_subscriptions')).toMatchObject({
      'billing_subscriptions:s1': 'carried',
      'billing_subscriptions:s2': 'excluded: superseded',
      'billing_subscriptions:s4': 'carried',
      'billing_subscriptions:s5': 'excluded: superseded',
    });
    expect(await findingRows(db, 'several-subscriptions')).toHaveLength(2);
  });

  test('U-09: a price that no tier names is quarantined, and another subscription of the account still counts', async ({
    db,
  }) => {
    await saas()
      .user('lost')
      .subscribed('', { price: 'price_of_yore' })
      .user('safe')
      .subscribed('', { price: 'price_of_yore' })
      .subscribed('tier_2_20')
      .user('ended')
      .subscribed('', { price: 'price_of_yore', status: 'incomplete_expired' })
      .write(db);
    const users = await usersOf(db);
    expect([users['lost']?.balance, users['safe']?.balance, users['ended']?.balance]).toEqual([
      5_000_000n,
      25_000_000n,
      5_000_000n,
    ]);
    expect(await outcomesOf(db, 'billing_subscriptions')).toEqual({
      'billing_subscriptions:s1': 'quarantined: price-unknown',
      'billing_subscriptions:s2': 'quarantined: price-unknown',
      'billing_subscriptions:s3': 'carried',
      'billing_subscriptions:s4': 'excluded: not-entitled',
    });
    expect(await findingRows(db, 'price-unknown')).toHaveLength(2);
    const policy = { tiers: { tier_12_100: { monthlyPrices: ['price_tier_12_100_monthly', 'price_of_yore'] } } };
    expect((await usersOf(db, { policy }))['lost']?.balance).toBe(130_000_000n);
  });

  test('subscriptions without an account or a period wait in quarantine', async ({ db }) => {
    await saas()
      .user()
      .subscribed('tier_2_20', { until: null })
      .subscribed('tier_2_20', { from: null })
      .about('ghost')
      .subscribed('tier_2_20')
      .write(db);
    expect((await onlyUser(db)).balance).toBe(5_000_000n);
    expect(await outcomesOf(db, 'billing_subscriptions')).toEqual({
      'billing_subscriptions:s1': 'quarantined: period-missing',
      'billing_subscriptions:s2': 'quarantined: period-missing',
      'billing_subscriptions:s3': 'quarantined: no-account',
    });
    expect(await findingRows(db, 'subscription-unreadable')).toHaveLength(3);
  });

  test('a subscription to several of its price is listed and gives its credits once', async ({ db }) => {
    await saas().user().subscribed('tier_2_20', { quantity: 4 }).write(db);
    expect((await onlyUser(db)).balance).toBe(25_000_000n);
    expect(await findingRows(db, 'subscription-quantity')).toMatchObject([{ details: { quantity: 4 } }]);
  });
});

describe('team accounts', () => {
  test('U-10: are listed, and what belongs to them is counted as left out', async ({ db }) => {
    await saas().user().team('team').subscribed('tier_2_20').bought(50).used(1).stored(49).write(db);
    expect(Object.keys(await usersOf(db))).toEqual(['u1']);
    expect(await findingRows(db, 'team-account')).toEqual([{ subject: 'account team', details: { carried: 'list' } }]);
    for (const table of ['billing_subscriptions', 'credit_purchases', 'credit_usage', 'credit_balance'])
      expect(Object.values(await outcomesOf(db, table)), table).toEqual(['excluded: team-account']);
  });

  test('U-10: get credits of their own where policy carries them', async ({ db }) => {
    await saas().user().team('team').subscribed('tier_2_20').bought(50).used(1).write(db);
    const users = await usersOf(db, { policy: { carrying: { teamAccounts: 'carry' } } });
    expect(users['team']?.balance).toBe(74_000_000n);
  });

  test('without the flag every account is a person', async ({ db }) => {
    await saas()
      .user()
      .team('team')
      .write(db, { without: ['accounts.personal_account'] });
    expect(Object.keys(await usersOf(db))).toEqual(['team', 'u1']);
    expect(await findingRows(db, 'team-account')).toEqual([]);
  });
});
