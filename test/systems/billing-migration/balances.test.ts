import { sql } from 'kysely';
import { describe, expect } from 'vitest';
import { test } from '../../sql/database-fixture.ts';
import { findingRows, onlyUser, outcomesOf, sourceOf, told, usersOf } from './legacy-queries.ts';
import { saas } from './saas.ts';

/** Whoever has no subscription is granted five dollars, which these tests are not about. */
const NO_FREE_CREDITS = { tiers: { free: { monthlyCredits: '0.00' } } };

describe('purchases', () => {
  test('U-05: each purchase is a fact of its own with its date and its lot, and so is each usage', async ({ db }) => {
    await saas()
      .user()
      .bought(50, { created: '2026-02-01', completed: '2026-02-02' })
      .bought(25.5, { created: '2026-03-01' })
      .used(12.25, { at: '2026-04-01' })
      .used(1, { at: '2026-04-02', type: 'manual_deduction' })
      .stored(62.25)
      .write(db);
    const { balance, entries, lots } = await onlyUser(db, { policy: NO_FREE_CREDITS });
    expect(told(entries)).toEqual([
      ['credit_purchases:p1', 50],
      ['credit_purchases:p2', 25.5],
      ['credit_usage:c1', -12.25],
      ['credit_usage:c2', -1],
    ]);
    expect(entries.map(({ occurred_at: at }) => at.toString().slice(0, 10))).toEqual([
      '2026-02-02',
      '2026-03-01',
      '2026-04-01',
      '2026-04-02',
    ]);
    expect(entries.map(({ entry_kind: kind, contra }) => `${kind} ${contra}`)).toEqual([
      'purchase purchases',
      'purchase purchases',
      'usage usage',
      'adjustment usage',
    ]);
    expect(balance).toBe(62_250_000n);
    expect(lots.map(({ source, funding }) => `${funding} ${source}`).toSorted()).toEqual([
      'paid credit_purchases:p1',
      'paid credit_purchases:p2',
    ]);
  });

  test('U-15, U-16: pending, failed and refunded purchases are in no balance, and each is counted with its reason', async ({
    db,
  }) => {
    await saas()
      .user()
      .bought(10)
      .bought(20, { status: 'pending' })
      .bought(30, { status: 'failed' })
      .bought(40, { status: 'refunded' })
      .bought(50, { status: 'chargeback' })
      .bought(60, { status: null })
      .write(db);
    expect((await onlyUser(db, { policy: NO_FREE_CREDITS })).balance).toBe(10_000_000n);
    expect(Object.values(await outcomesOf(db, 'credit_purchases'))).toEqual([
      'carried',
      'excluded: pending',
      'excluded: failed',
      'excluded: refunded',
      'quarantined: status-unknown',
      'quarantined: status-unknown',
    ]);
    expect(await findingRows(db, 'purchase-pending')).toMatchObject([{ subject: 'purchase p2' }]);
    expect(await findingRows(db, 'purchase-not-counted')).toHaveLength(2);
    expect(await findingRows(db, 'row-unreadable')).toHaveLength(2);
  });

  test('U-16: a stored expiry is kept where policy says so, and is listed either way', async ({ db }) => {
    await saas().user().bought(10, { expires: '2026-05-01' }).bought(10, { expires: '2026-09-01' }).write(db);
    const expiries = async (carrying: object): Promise<unknown> =>
      (await onlyUser(db, { policy: { ...NO_FREE_CREDITS, carrying } })).lots.map(({ source, expires_at: at }) => [
        source,
        at?.toString().slice(0, 10) ?? null,
      ]);
    expect(await expiries({ purchaseExpiry: 'never' })).toEqual([
      ['credit_purchases:p1', null],
      ['credit_purchases:p2', null],
    ]);
    expect(await expiries({ purchaseExpiry: 'as-stored' })).toEqual([
      ['credit_purchases:p1', '2026-05-01'],
      ['credit_purchases:p2', '2026-09-01'],
    ]);
    expect(await findingRows(db, 'purchase-expired')).toMatchObject([{ subject: 'purchase p1' }]);
  });

  test('amounts that cannot be meant wait in quarantine', async ({ db }) => {
    await saas()
      .user()
      .bought(null)
      .bought(-5)
      .bought(0)
      .bought(1.000_000_5)
      .used(null)
      .used(-1)
      .used(0.000_000_5)
      .write(db);
    expect((await onlyUser(db, { policy: NO_FREE_CREDITS })).balance).toBe(0n);
    expect(Object.values(await outcomesOf(db, 'credit_purchases'))).toEqual([
      'quarantined: amount-missing',
      'quarantined: amount-not-positive',
      'quarantined: amount-not-positive',
      'quarantined: too-many-decimals',
    ]);
    expect(Object.values(await outcomesOf(db, 'credit_usage'))).toEqual([
      'quarantined: amount-missing',
      'quarantined: amount-not-positive',
      'quarantined: too-many-decimals',
    ]);
    expect(await findingRows(db, 'row-unreadable')).toHaveLength(7);
  });

  test('facts of users without an account wait in quarantine, summed per user', async ({ db }) => {
    await saas().user().about('ghost').bought(10).bought(20, { status: 'pending' }).used(3).stored(7).write(db);
    expect(Object.keys(await usersOf(db))).toEqual(['u1']);
    expect(await findingRows(db, 'user-without-account')).toEqual([
      { subject: 'user ghost', details: { purchases: 2, usage: 1, purchased: 10_000_000, used: 3_000_000 } },
    ]);
    expect(await outcomesOf(db, 'credit_balance')).toEqual({ 'credit_balance:ghost': 'quarantined: no-account' });
  });

  test("facts dated after the run's instant count at once and are listed", async ({ db }) => {
    await saas().user().bought(10, { created: '2026-08-01' }).used(3, { at: '2026-08-02' }).write(db);
    expect((await onlyUser(db, { policy: NO_FREE_CREDITS })).balance).toBe(7_000_000n);
    expect(await findingRows(db, 'dated-in-future')).toMatchObject([
      { subject: 'purchase p1' },
      { subject: 'usage c1' },
    ]);
  });
});

describe('the stored balance', () => {
  test('U-04: a database whose balance column has another name stops the run, and nothing is carried as zero', async ({
    db,
  }) => {
    await saas().user().bought(10).stored(10).write(db);
    await sql`alter table credit_balance rename column balance_dollars to amount`.execute(db.handle);
    await expect(sourceOf(db)).rejects.toThrow(/"credit_balance.balance_dollars" is missing/);
    const mapping = { credit_balance: { columns: { balance_dollars: 'amount' } } };
    expect((await onlyUser(db, { mapping, policy: NO_FREE_CREDITS })).balance).toBe(10_000_000n);
    expect(await findingRows(db, 'stored-balance-differs', { mapping })).toEqual([]);
  });

  test('U-16: a refunded purchase that the stored balance still has is listed with the difference', async ({ db }) => {
    await saas()
      .user()
      .bought(10)
      .bought(40, { status: 'refunded' })
      .used(4)
      .stored(46, { purchased: 50, used: 4 })
      .write(db);
    expect((await onlyUser(db, { policy: NO_FREE_CREDITS })).balance).toBe(6_000_000n);
    expect(await findingRows(db, 'stored-balance-differs')).toEqual([
      { subject: 'user u1', details: { stored: 46_000_000, rebuilt: 6_000_000, difference: 40_000_000 } },
    ]);
    expect(await findingRows(db, 'stored-totals-differ')).toMatchObject([
      { details: { stored_purchased: 50_000_000, purchased: 10_000_000 } },
    ]);
    expect(await outcomesOf(db, 'credit_balance')).toEqual({ 'credit_balance:u1': 'excluded: rebuilt' });
  });

  test('U-16: where policy trusts the stored balance, a correcting fact closes the gap either way', async ({ db }) => {
    await saas()
      .user('less')
      .bought(10)
      .stored(4)
      .user('more')
      .bought(10)
      .stored(46)
      .user('none')
      .bought(10)
      .user('only-stored')
      .stored(12)
      .user('right')
      .bought(10)
      .stored(10)
      .write(db);
    const policy = { ...NO_FREE_CREDITS, carrying: { trust: 'stored' } };
    const users = await usersOf(db, { policy });
    expect(Object.entries(users).map(([user, { balance }]) => [user, Number(balance) / 1e6])).toEqual([
      ['less', 4],
      ['more', 46],
      ['none', 10],
      ['only-stored', 12],
      ['right', 10],
    ]);
    expect(told(users['less']?.entries ?? [])).toEqual([
      ['credit_purchases:p1', 10],
      ['credit_balance:less', -6],
    ]);
    expect(await outcomesOf(db, 'credit_balance', { policy })).toEqual({
      'credit_balance:less': 'carried',
      'credit_balance:more': 'carried',
      'credit_balance:only-stored': 'carried',
      'credit_balance:right': 'excluded: rebuilt',
    });
  });

  test('U-16: whoever used more than was bought is carried below zero and listed', async ({ db }) => {
    await saas().user().bought(10).used(13).stored(0).write(db);
    expect((await onlyUser(db, { policy: NO_FREE_CREDITS })).balance).toBe(-3_000_000n);
    expect(await findingRows(db, 'rebuilt-balance-negative')).toMatchObject([{ details: { rebuilt: -3_000_000 } }]);
  });

  test('purchases and usage without a stored balance are listed', async ({ db }) => {
    await saas().user().bought(10).used(1).user().write(db);
    expect(await findingRows(db, 'balance-row-missing')).toEqual([
      { subject: 'user u1', details: { purchased: 10_000_000, used: 1_000_000 } },
    ]);
  });

  test('U-19: usage below a cent is carried to the micro-dollar and listed with what rounding would have made of it', async ({
    db,
  }) => {
    const builder = saas().user().bought(10);
    for (let row = 0; row < 30; row += 1) builder.used(0.0049);
    await builder.used(1.25).write(db);
    expect((await onlyUser(db, { policy: NO_FREE_CREDITS })).balance).toBe(8_603_000n);
    expect(await findingRows(db, 'sub-cent')).toEqual([
      { subject: 'user u1', details: { rows: 30, used: 147_000, as_cents: 0 } },
    ]);
  });
});

describe('older and renamed databases', () => {
  const OLDER = [
    'accounts.personal_account',
    'accounts.created_at',
    'billing_customers',
    'billing_subscriptions.created',
    'billing_subscriptions.quantity',
    'credit_purchases.completed_at',
    'credit_purchases.expires_at',
    'credit_purchases.stripe_payment_intent_id',
    'credit_purchases.description',
    'credit_balance.total_purchased',
    'credit_balance.total_used',
    'credit_balance.last_updated',
    'credit_usage.usage_type',
    'credit_usage.thread_id',
    'credit_usage.message_id',
    'credit_usage.description',
    'credit_usage.subscription_tier',
    'usage_messages',
  ];

  test('a database without any optional column or table is read, and every finding can be asked for', async ({
    db,
  }) => {
    await saas().user().subscribed('tier_2_20').bought(10).used(3).stored(7).user().write(db, { without: OLDER });
    const users = await usersOf(db);
    expect([users['u1']?.balance, users['u2']?.balance]).toEqual([32_000_000n, 5_000_000n]);
    const { billingSystem } = await import('../../../src/systems/billing/index.ts');
    for (const { code } of billingSystem.findings) await expect(findingRows(db, code), code).resolves.toBeDefined();
  });

  test('chunks of the walk hold together what the whole holds, whatever their bounds', async ({ db }) => {
    await saas()
      .user('a')
      .subscribed('tier_2_20')
      .metered(3)
      .bought(10)
      .user('b')
      .used(3)
      .stored(7)
      .team('c')
      .bought(4)
      .user('d')
      .subscribed('', { price: 'price_of_yore' })
      .about('zz')
      .bought(5)
      .used(1)
      .write(db);
    const bounds = [null, 'a', 'b', 'c', null];
    const ranges = bounds.slice(1).map((upTo, index) => ({ after: bounds[index] ?? null, upTo }));
    const parts = await Promise.all(ranges.map((range) => usersOf(db, { range })));
    expect(Object.assign({}, ...parts)).toEqual(await usersOf(db));
    for (const table of ['credit_purchases', 'credit_usage', 'billing_subscriptions', 'credit_balance']) {
      const outcomes = await Promise.all(ranges.map((range) => outcomesOf(db, table, { range })));
      const whole = await outcomesOf(db, table);
      expect(outcomes.flatMap((outcome) => Object.keys(outcome))).toHaveLength(Object.keys(whole).length);
      expect(Object.assign({}, ...outcomes)).toEqual(whole);
    }
  });
});
