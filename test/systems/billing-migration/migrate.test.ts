import { sql } from 'kysely';
import { expect } from 'vitest';
import { Instant } from '../../../src/base/instant.ts';
import { verifyLedger } from '../../../src/ledger/verify/verify-ledger.ts';
import { test } from '../../sql/database-fixture.ts';
import { userDatabase } from '../../support/user-database.ts';
import { carry, change, entryCount, look, rowsOf, switchToLedger, takeBack, userOf } from './carry-saas.ts';
import { saas, type Saas } from './saas.ts';

/** One of each: paid, yearly, over the allowance, free with bought credits, in debt, with a pending purchase, a team. */
function mixedSaas(): Saas {
  return saas()
    .user('ann')
    .subscribed('tier_2_20')
    .metered(4)
    .bought(50)
    .bought(10)
    .used(12.5)
    .stored(47.5, { purchased: 60, used: 12.5 })
    .user('bob')
    .subscribed('', { price: 'price_tier_6_50_yearly', from: '2026-01-31', until: '2027-01-31', created: '2026-01-31' })
    .user('cat')
    .subscribed('tier_2_20', { status: 'past_due' })
    .metered(40)
    .user('dan')
    .bought(25)
    .bought(10, { status: 'pending' })
    .bought(99, { status: 'refunded' })
    .used(5)
    .stored(119)
    .user('eve')
    .used(2)
    .team('team')
    .subscribed('tier_200_1000');
}

test('U-03: looking makes nothing at all, and carrying makes the ledger without being told that it may', async ({
  db,
}) => {
  await mixedSaas().write(db);
  const before = await userDatabase(db);
  const tables = async (): Promise<readonly string[]> =>
    (await db.dialect.introspection.tables(db.handle)).map(({ name }) => name);
  const names = await tables();
  await look(db);
  expect(await tables()).toEqual(names);
  expect(await userDatabase(db)).toEqual(before);
  await carry(db);
  expect((await userOf(db, 'ann')).entries.length).toBeGreaterThan(0);
});

test('U-04, U-05: what was bought, used and granted is the same on both sides, and every invariant was compared', async ({
  db,
}) => {
  await mixedSaas().write(db);
  const { verification } = await carry(db);
  expect(verification?.accounts).toMatchObject({ compared: 5n, different: 0n });
  const invariants = verification?.invariants ?? [];
  expect(invariants.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual([
    'accounts equal',
    'purchased equal',
    'used equal',
    'balances-kept equal',
    'granted-per-tier equal',
  ]);
  const numbers = Object.fromEntries(
    invariants.flatMap(({ rows }) => rows.map(({ label, legacy_value: value }) => [label, value])),
  );
  expect(numbers).toMatchObject({
    accounts: '5',
    bought: '85000000',
    'settled purchases': '3',
    'pending amount': '10000000',
    'refunded amount': '99000000',
    used: '19500000',
    kept: '65500000',
    'users of free': '2',
    'users of tier_2_20': '2',
    'granted to tier_2_20': '21000000',
    'granted to tier_6_50': '65000000',
    'users of tier_200_1000': '0',
  });
});

test('U-05: each purchase is a lot of its own, used up oldest first, and the grant is whole beside them', async ({
  db,
}) => {
  await mixedSaas().write(db);
  await carry(db);
  const { balance, entries, lots } = await userOf(db, 'ann');
  expect(balance).toBe(68_500_000n);
  expect(entries.map(({ source, amount, balance_after: after }) => [source, amount, after])).toEqual([
    ['credit_purchases:p1', 50_000_000n, 50_000_000n],
    ['credit_purchases:p2', 10_000_000n, 60_000_000n],
    ['credit_usage:c1', -12_500_000n, 47_500_000n],
    ['grant:2026-07-01', 21_000_000n, 68_500_000n],
  ]);
  expect(
    lots.map(({ funding, remaining, expires_at: at }) => [funding, remaining, at?.toString().slice(0, 10)]),
  ).toEqual([
    ['paid', 37_500_000n, undefined],
    ['paid', 10_000_000n, undefined],
    ['granted', 21_000_000n, '2026-08-01'],
  ]);
});

test('U-16: where the stored balance is trusted, a correction takes bought credits and leaves the grant alone', async ({
  db,
}) => {
  await mixedSaas().write(db);
  await change(db, sql`update credit_balance set balance_dollars = 30 where user_id = 'ann'`);
  const { verification } = await carry(db, { policy: { carrying: { trust: 'stored' } } });
  expect(verification?.invariants.map(({ outcome }) => outcome)).not.toContain('different');
  const { lots } = await userOf(db, 'ann');
  expect(lots.map(({ funding, remaining }) => `${funding} ${remaining}`)).toEqual([
    'paid 20000000',
    'paid 10000000',
    'granted 21000000',
  ]);
});

test('U-16: a debt is carried below zero, and the grant makes it good first', async ({ db }) => {
  await mixedSaas().write(db);
  await carry(db);
  const { balance, lots } = await userOf(db, 'eve');
  expect(balance).toBe(3_000_000n);
  expect(lots.map(({ funding, remaining }) => `${funding} ${remaining}`)).toEqual(['granted 3000000']);
});

test('U-08, U-21: users are carried with tier, anchor and the instant of the next grant', async ({ db }) => {
  await mixedSaas().write(db);
  await carry(db);
  const users = await rowsOf<Record<string, unknown>>(db, 'carryover_billing_users', 'user_id');
  expect(
    users.map(({ user_id: id, tier, subscription_status: status, anchor_at: anchor, next_grant_at: next }) => [
      id,
      tier,
      status,
      String(anchor).slice(0, 10),
      String(next).slice(0, 10),
    ]),
  ).toEqual([
    ['ann', 'tier_2_20', 'active', '2026-01-01', '2026-08-01'],
    ['bob', 'tier_6_50', 'active', '2026-01-31', '2026-07-31'],
    ['cat', 'tier_2_20', 'past_due', '2026-01-01', '2026-08-01'],
    ['dan', 'free', null, '2026-07-01', '2026-08-01'],
    ['eve', 'free', null, '2026-07-01', '2026-08-01'],
  ]);
});

test('U-07: the running period is carried with what was used of it, so that it is not granted again', async ({
  db,
}) => {
  await mixedSaas().write(db);
  await carry(db);
  const grants = await rowsOf<Record<string, unknown>>(db, 'carryover_billing_grants', 'user_id');
  expect(
    grants.map(({ user_id: id, credits, used, exceeded, granted }) => [id, credits, used, exceeded, granted]),
  ).toEqual([
    ['ann', 25_000_000n, 4_000_000n, 0n, 21_000_000n],
    ['bob', 65_000_000n, 0n, 0n, 65_000_000n],
    ['cat', 25_000_000n, 40_000_000n, 15_000_000n, 0n],
    ['dan', 5_000_000n, 0n, 0n, 5_000_000n],
    ['eve', 5_000_000n, 0n, 0n, 5_000_000n],
  ]);
});

test('U-15: purchases are carried with their state and what a payment finds them by', async ({ db }) => {
  await mixedSaas().write(db);
  await carry(db);
  const purchases = await rowsOf<Record<string, unknown>>(db, 'carryover_billing_purchases', 'purchase_key');
  expect(
    purchases.map(({ purchase_key: key, user_id: id, status, amount, payment_reference: payment, settled_at: at }) => [
      key,
      id,
      status,
      amount,
      payment,
      at === null,
    ]),
  ).toEqual([
    ['credit_purchases:p1', 'ann', 'settled', 50_000_000n, 'pi_p1', false],
    ['credit_purchases:p2', 'ann', 'settled', 10_000_000n, 'pi_p2', false],
    ['credit_purchases:p3', 'dan', 'settled', 25_000_000n, 'pi_p3', false],
    ['credit_purchases:p4', 'dan', 'pending', 10_000_000n, 'pi_p4', true],
    ['credit_purchases:p5', 'dan', 'refunded', 99_000_000n, 'pi_p5', false],
  ]);
});

test('carrying again without a change posts nothing and changes no row', async ({ db }) => {
  await mixedSaas().write(db);
  await carry(db);
  const state = async (): Promise<unknown> => ({
    entries: await entryCount(db),
    users: await rowsOf(db, 'carryover_billing_users', 'user_id'),
    grants: await rowsOf(db, 'carryover_billing_grants', 'user_id'),
    purchases: await rowsOf(db, 'carryover_billing_purchases', 'purchase_key'),
    lots: await rowsOf(db, 'carryover_lots', 'account_id, seq'),
  });
  const before = await state();
  await carry(db);
  expect(await state()).toEqual(before);
});

test('U-14: what the old application did since the run is carried by the next, difference by difference', async ({
  db,
}) => {
  await mixedSaas().write(db);
  await carry(db);
  await change(db, sql`update credit_purchases set status = 'completed' where id = 'p4'`);
  await change(db, sql`update credit_purchases set status = 'refunded' where id = 'p2'`);
  await change(db, sql`update credit_usage set amount_dollars = 15 where id = 'c1'`);
  await change(db, sql`update billing_subscriptions set price_id = 'price_tier_12_100_monthly' where id = 's1'`);
  await change(db, sql`delete from usage_messages where user_id = 'cat'`);
  const { verification } = await carry(db);
  expect(verification?.accounts.different).toBe(0n);
  expect(verification?.invariants.map(({ outcome }) => outcome)).not.toContain('different');
  expect((await userOf(db, 'ann')).balance).toBe(161_000_000n);
  expect((await userOf(db, 'cat')).balance).toBe(25_000_000n);
  expect((await userOf(db, 'dan')).balance).toBe(35_000_000n);
  expect(await rowsOf(db, 'carryover_billing_purchases', 'purchase_key')).toMatchObject([
    { status: 'settled' },
    { status: 'refunded' },
    { status: 'settled' },
    { status: 'settled' },
    { status: 'refunded' },
  ]);
  const { breaches } = await verifyLedger(db, {});
  expect(breaches).toEqual([]);
});

test('U-07: a run in the next period grants that one, less what was used of it', async ({ db }) => {
  await saas()
    .user('ann')
    .subscribed('tier_2_20', { until: '2026-09-01' })
    .metered(4)
    .metered(6, '2026-08-02')
    .write(db);
  await carry(db);
  await takeBack(db);
  const { verification } = await carry(db, { asOf: Instant.parse('2026-08-10T00:00:00Z') });
  expect(verification?.accounts.different).toBe(0n);
  const { balance, entries } = await userOf(db, 'ann');
  expect(balance).toBe(19_000_000n);
  expect(entries.map(({ source }) => source)).toEqual(['grant:2026-08-01']);
});

test('U-09: a quarantined subscription is carried by the run after its price was corrected', async ({ db }) => {
  await saas().user('ann').subscribed('', { price: 'price_of_yore' }).write(db);
  await carry(db);
  expect(await rowsOf(db, 'carryover_quarantine', 'source')).toMatchObject([{ reason: 'price-unknown' }]);
  expect((await userOf(db, 'ann')).balance).toBe(5_000_000n);
  await change(db, sql`update billing_subscriptions set price_id = 'price_tier_12_100_monthly'`);
  await carry(db);
  expect(await rowsOf(db, 'carryover_quarantine', 'source')).toEqual([]);
  expect((await userOf(db, 'ann')).balance).toBe(130_000_000n);
});

test('U-06: accounts that an earlier attempt has made are not taken for migrated ones', async ({ db }) => {
  await mixedSaas().write(db);
  await sql`create table credit_accounts (user_id varchar(64) not null primary key, balance decimal(12, 4))`.execute(
    db.handle,
  );
  await change(db, sql`insert into credit_accounts select id, 5 from accounts`);
  await expect(carry(db)).rejects.toThrow(/view-name-taken/);
  const { verification } = await carry(db, { context: { viewNames: { credit_accounts: 'carried_accounts' } } });
  expect(verification?.accounts.compared).toBe(5n);
  expect((await userOf(db, 'bob')).balance).toBe(65_000_000n);
});

test('a rollback removes what the run made and nothing else, and the SaaS can be carried again', async ({ db }) => {
  await mixedSaas().write(db);
  const legacy = async (): Promise<unknown> =>
    Promise.all(
      ['accounts', 'billing_subscriptions', 'credit_purchases', 'credit_usage', 'usage_messages'].map((table) =>
        rowsOf(db, table, 'id'),
      ),
    );
  const before = await legacy();
  await carry(db);
  expect(await takeBack(db)).toMatchObject({ status: 'rolled-back', accountsErased: 5n });
  expect(await legacy()).toEqual(before);
  const names = (await db.dialect.introspection.tables(db.handle)).map(({ name }) => name);
  expect(names.filter((name) => /^carryover_billing|^credit_(?:accounts|ledger|grants)$|^admin_/.test(name))).toEqual(
    [],
  );
  expect((await carry(db)).verification?.accounts).toMatchObject({ compared: 5n, different: 0n });
});

test('a user whom legacy no longer has is closed at zero, and every invariant still holds', async ({ db }) => {
  await mixedSaas().write(db);
  await carry(db);
  for (const table of ['credit_purchases', 'credit_usage', 'credit_balance'])
    await change(db, sql`delete from ${sql.table(table)} where user_id = 'dan'`);
  await change(db, sql`delete from accounts where id = 'dan'`);
  const { verification } = await carry(db);
  expect(verification?.invariants.filter(({ outcome }) => outcome === 'different')).toEqual([]);
  expect(await userOf(db, 'dan')).toMatchObject({ balance: 0n, status: 'closed' });
  const kept = await rowsOf<{ user_id: string; status: string }>(db, 'carryover_billing_purchases', 'purchase_key');
  expect(kept.filter(({ user_id: id }) => id === 'dan').map(({ status }) => status)).toEqual([
    'withdrawn',
    'withdrawn',
    'withdrawn',
  ]);
});

test('an account under ledger authority keeps its tier, grant and purchases, whatever legacy says', async ({ db }) => {
  await mixedSaas().write(db);
  await carry(db);
  await switchToLedger(db);
  const users = await rowsOf(db, 'carryover_billing_users', 'user_id');
  await change(db, sql`update billing_subscriptions set status = 'unpaid'`);
  await carry(db).catch(() => undefined);
  expect(await rowsOf(db, 'carryover_billing_users', 'user_id')).toEqual(users);
});
