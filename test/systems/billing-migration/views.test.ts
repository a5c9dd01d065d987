import { sql } from 'kysely';
import { expect } from 'vitest';
import { Ledger } from '../../../src/ledger/ledger.ts';
import type { Database } from '../../../src/sql/database.ts';
import { test } from '../../sql/database-fixture.ts';
import { testEngine } from '../../support/fresh-database.ts';
import { carry, switchToLedger } from './carry-saas.ts';
import { saas } from './saas.ts';

type ViewRow = Record<string, unknown>;

async function rowsOf(db: Database, query: string): Promise<readonly ViewRow[]> {
  return (await sql.raw<ViewRow>(query).execute(db.handle)).rows;
}

async function carriedSaas(db: Database): Promise<void> {
  await saas()
    .user('ann')
    .subscribed('tier_2_20')
    .metered(4)
    .bought(50)
    .used(12.5)
    .user('eve')
    .used(20)
    .team('team')
    .write(db);
  await carry(db);
}

test("the document's query for negative balances runs as it stands, and finds a carried debt", async ({ db }) => {
  await carriedSaas(db);
  const rows = await rowsOf(db, 'SELECT * FROM credit_accounts WHERE balance < 0;');
  expect(rows.map(({ user_id: id, balance }) => [id, Number(balance)])).toEqual([['eve', -15]]);
});

test("the document's query for failed deductions runs as it stands where the engine knows its interval", async ({
  db,
}) => {
  await carriedSaas(db);
  const query = `SELECT COUNT(*) FROM credit_ledger
    WHERE type = 'usage'
    AND created_at > NOW() - INTERVAL '1 hour'
    AND amount = 0;`;
  if (testEngine() === 'postgres') expect(await rowsOf(db, query)).toHaveLength(1);
  const everywhere = "SELECT COUNT(*) AS n FROM credit_ledger WHERE type = 'usage' AND amount = 0";
  expect(await rowsOf(db, everywhere)).toEqual([{ n: 0n }]);
});

test('U-05: lifetime sums are sums of the entries, beside tier and next grant', async ({ db }) => {
  await carriedSaas(db);
  const [ann] = await rowsOf(db, "SELECT * FROM credit_accounts WHERE user_id = 'ann'");
  const numbers = ['balance', 'lifetime_granted', 'lifetime_purchased', 'lifetime_used'].map((name) =>
    Number(ann?.[name]),
  );
  expect(numbers).toEqual([58.5, 21, 50, 12.5]);
  expect(ann).toMatchObject({ tier: 'tier_2_20', stripe_subscription_id: 's1' });
  expect(String(ann?.['next_credit_grant'])).toMatch(/^2026-08-01/);
});

test('U-22: entries are typed by what they are, with their running balance and what they refer to', async ({ db }) => {
  await carriedSaas(db);
  const rows = await rowsOf(db, "SELECT * FROM credit_ledger WHERE user_id = 'ann' ORDER BY created_at");
  expect(
    rows.map((row) => [
      row['type'],
      Number(row['amount']),
      Number(row['balance_after']),
      row['reference_id'],
      row['reference_type'],
    ]),
  ).toEqual([
    ['purchase', 50, 50, 'credit_purchases:p1', 'legacy'],
    ['usage', -12.5, 37.5, 'credit_usage:c1', 'legacy'],
    ['tier_grant', 21, 58.5, 'grant:2026-07-01', 'legacy'],
  ]);
});

test('grants stand with their period', async ({ db }) => {
  await carriedSaas(db);
  const [grant] = await rowsOf(db, "SELECT * FROM credit_grants WHERE user_id = 'ann'");
  expect(grant).toMatchObject({ tier: 'tier_2_20', tier_price_id: 'price_tier_2_20_monthly' });
  expect([String(grant?.['period_start']), String(grant?.['period_end'])].map((text) => text.slice(0, 10))).toEqual([
    '2026-07-01',
    '2026-08-01',
  ]);
});

test('U-37: what has expired is no longer in the balance, before anybody has touched the account', async ({ db }) => {
  await carriedSaas(db);
  const ledger = new Ledger(db);
  const [account] = await ledger.findAccounts([{ system: 'billing', kind: 'credits', owner: 'ann' }]);
  const balance = async (): Promise<number> =>
    Number((await rowsOf(db, "SELECT balance FROM credit_accounts WHERE user_id = 'ann'"))[0]?.['balance']);
  // Legacy never takes credits away, so nothing expires while it decides.
  await sql`update ${sql.table('carryover_lots')} set expires_at = ${db.dialect.expressions.now()} where account_id = ${account} and expires_at is not null`.execute(
    db.handle,
  );
  expect(await balance()).toBe(58.5);
  await switchToLedger(db);
  expect(await balance()).toBe(37.5);
  await ledger.close();
});
