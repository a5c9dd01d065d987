import { sql } from 'kysely';
import { expect } from 'vitest';
import { test } from '../../sql/database-fixture.ts';
import { testEngine } from '../../support/fresh-database.ts';
import { carry, rowsOf, userOf } from './carry-saas.ts';

/** As the seed's application made them: uuids, an enumeration, and a schema of their own for accounts and subscriptions. */
const TABLES = `
  create schema basejump;
  create type basejump.subscription_status as enum ('trialing', 'active', 'canceled', 'incomplete', 'incomplete_expired', 'past_due', 'unpaid');
  create table basejump.accounts (id uuid primary key, primary_owner_user_id uuid not null, personal_account boolean not null default false, created_at timestamptz);
  create table basejump.billing_customers (id text primary key, account_id uuid not null, email text, active boolean);
  create table basejump.billing_subscriptions (id text primary key, account_id uuid not null, billing_customer_id text, status basejump.subscription_status,
    price_id text, quantity integer, cancel_at_period_end boolean, created timestamptz not null, current_period_start timestamptz not null, current_period_end timestamptz not null);
  create table credit_purchases (id uuid primary key, user_id uuid not null, amount_dollars decimal(10, 2) not null check (amount_dollars > 0),
    stripe_payment_intent_id varchar(255) unique, stripe_charge_id varchar(255), status varchar(50) not null default 'pending', description text,
    metadata jsonb default '{}', created_at timestamptz default now(), completed_at timestamptz, expires_at timestamptz);
  create table credit_balance (user_id uuid primary key, balance_dollars decimal(10, 2) not null default 0 check (balance_dollars >= 0),
    total_purchased decimal(10, 2) not null default 0, total_used decimal(10, 2) not null default 0, last_updated timestamptz default now(), metadata jsonb);
  create table credit_usage (id uuid primary key, user_id uuid not null, amount_dollars decimal(10, 2) not null, thread_id uuid, message_id uuid,
    description text, usage_type varchar(50) default 'token_overage', created_at timestamptz default now(), subscription_tier varchar(50), metadata jsonb);
  create table messages (message_id uuid primary key, user_id uuid not null, cost numeric(14, 8) not null, created_at timestamptz not null);
  insert into basejump.accounts values ('00000000-0000-0000-0000-00000000000a', '00000000-0000-0000-0000-00000000000a', true, '2026-01-05'),
    ('00000000-0000-0000-0000-00000000000b', '00000000-0000-0000-0000-00000000000a', false, '2026-01-06');
  insert into basejump.billing_subscriptions values ('sub_1', '00000000-0000-0000-0000-00000000000a', 'cus_1', 'trialing', 'price_tier_2_20_monthly', 1, false,
    '2026-01-01', '2026-07-01', '2026-08-01');
  insert into credit_purchases (id, user_id, amount_dollars, status, completed_at) values
    ('00000000-0000-0000-0000-0000000000f1', '00000000-0000-0000-0000-00000000000a', 10, 'completed', '2026-03-01');
  insert into credit_usage (id, user_id, amount_dollars, created_at) values
    ('00000000-0000-0000-0000-0000000000f2', '00000000-0000-0000-0000-00000000000a', 2.5, '2026-04-01');
  insert into credit_balance (user_id, balance_dollars) values ('00000000-0000-0000-0000-00000000000a', 7.5);
  insert into messages values ('00000000-0000-0000-0000-0000000000f3', '00000000-0000-0000-0000-00000000000a', 0.12345678, '2026-07-02')`;

const MAPPING = {
  accounts: { table: 'basejump.accounts' },
  billing_customers: { table: 'basejump.billing_customers' },
  billing_subscriptions: { table: 'basejump.billing_subscriptions' },
  usage_messages: { table: 'messages' },
};

const name = "tables in another schema, with uuids and an enumeration as the seed's application had them, are carried";

if (testEngine() === 'postgres')
  test(name, async ({ db }) => {
    for (const statement of TABLES.split(';')) await sql.raw(statement).execute(db.handle);
    const { verification } = await carry(db, { mapping: MAPPING });
    expect(verification?.accounts).toMatchObject({ compared: 1n, different: 0n });
    expect(verification?.invariants.map(({ outcome }) => outcome)).not.toContain('different');
    const { balance, entries } = await userOf(db, '00000000-0000-0000-0000-00000000000a');
    // Rounded once, from the sum of the costs.
    expect(balance).toBe(7_500_000n + 25_000_000n - 123_457n);
    expect(entries.map(({ source }) => source)).toEqual([
      'credit_purchases:00000000-0000-0000-0000-0000000000f1',
      'credit_usage:00000000-0000-0000-0000-0000000000f2',
      'grant:2026-07-01',
    ]);
    expect(await rowsOf(db, 'carryover_billing_users', 'user_id')).toMatchObject([
      { tier: 'tier_2_20', subscription_status: 'trialing', subscription_id: 'sub_1' },
    ]);
  });
else test.skip(`${name} (skipped: the engine keeps one schema per database)`, () => undefined);

test('a table that is mapped and missing stops the run with the closest name', async ({ db }) => {
  await sql`create table acounts (id varchar(36) not null primary key)`.execute(db.handle);
  await expect(carry(db)).rejects.toThrow(/table "accounts" is missing \(the closest is "acounts"\)/);
});
