import { sql } from 'kysely';
import type { Instant } from '../../../base/instant.ts';
import type { Database } from '../../../sql/database.ts';
import type { Trx } from '../../../sql/engine.ts';
import { insertSampleRows, type SampleValue } from '../../sample-tables.ts';
import type { SampleRandom } from '../../sample-random.ts';
import { boundaryAfter } from '../calendar/grant-periods.ts';
import { freshId, saasId, saasNumber } from './saas-ids.ts';
import { saasTable } from './saas-tables.ts';
import { DOLLAR, SAAS_DECIMALS } from './sample-credits.ts';

/** What the old application did, and about whom. */
export interface OldAppWrite {
  readonly action:
    'purchase-started' | 'purchase-completed' | 'credits-used' | 'message' | 'subscription-changed' | 'signed-up';
  readonly userId: string;
}

interface AppWrite {
  readonly database: Database;
  readonly trx: Trx;
  readonly random: SampleRandom;
  readonly now: Instant;
}

const PACKAGES = [10n, 25n, 50n] as const;
const PRICES = ['price_tier_2_20_monthly', 'price_tier_6_50_monthly', 'price_tier_12_100_monthly'] as const;

/**
 * One write as the old application makes it, in a transaction of its own, about an account of the sample: a purchase that begins or is completed,
 * credits that are used where there are enough, a message, a change of subscription, or somebody new. Throws what the database
 * throws, such as the refusal of an account that was switched.
 */
export async function writeAsTheOldApp(database: Database, random: SampleRandom, now: Instant): Promise<OldAppWrite> {
  return database.write(async (trx) => {
    const write = { database, trx, random, now };
    const userId = await someUser(write);
    const dice = random.below(100);
    if (dice < 10) return startPurchase(write, userId);
    if (dice < 20) return completePurchase(write, userId);
    if (dice < 50) return useCredits(write, userId);
    if (dice < 90) return sendMessage(write, userId);
    if (dice < 98) return changeSubscription(write, userId);
    return signUp(write);
  });
}

async function someUser({ trx, random }: AppWrite): Promise<string> {
  const last = await sql<{
    id: string | null;
  }>`select max(id) as id from accounts where id < ${saasId(2 ** 40)}`.execute(trx);
  const from = saasId(1 + random.below(Math.max(1, saasNumber(last.rows[0]?.id ?? ''))));
  const { rows } = await sql<{ id: string }>`select id from accounts where id >= ${from} order by id limit 1`.execute(
    trx,
  );
  const [user] = rows;
  if (user === undefined) throw new Error('The sample has no account.');
  return user.id;
}

async function startPurchase(write: AppWrite, userId: string): Promise<OldAppWrite> {
  await insertPurchase(write, userId);
  return { action: 'purchase-started', userId };
}

async function insertPurchase(write: AppWrite, userId: string): Promise<string> {
  const id = freshId(write.random);
  const amount = write.random.pick(PACKAGES) * DOLLAR;
  await insert(write, 'credit_purchases', [
    id,
    userId,
    amount,
    `pi_${id}`,
    'pending',
    'Credits',
    write.now,
    null,
    null,
  ]);
  return id;
}

/** The payment came: the purchase is completed and the balance raised, the two writes of the application's own function. */
async function completePurchase(write: AppWrite, userId: string): Promise<OldAppWrite> {
  const { trx } = write;
  const pending = await sql<{ id: string }>`
    select id from credit_purchases where user_id = ${userId} and status = 'pending' order by created_at limit 1`.execute(
    trx,
  );
  const id = pending.rows[0]?.id ?? (await insertPurchase(write, userId));
  await sql`update credit_purchases set status = 'completed', completed_at = ${stamp(write)} where id = ${id}`.execute(
    trx,
  );
  const { numAffectedRows } = await sql`
    update credit_balance set balance_dollars = balance_dollars + (select p.amount_dollars from credit_purchases p where p.id = ${id}),
      total_purchased = total_purchased + (select p.amount_dollars from credit_purchases p where p.id = ${id}), last_updated = ${stamp(write)}
    where user_id = ${userId}`.execute(trx);
  if (numAffectedRows === 0n) {
    await sql`insert into credit_balance (user_id, balance_dollars, total_purchased, total_used, last_updated)
      select p.user_id, p.amount_dollars, p.amount_dollars, 0, ${stamp(write)} from credit_purchases p where p.id = ${id}`.execute(
      trx,
    );
  }
  return { action: 'purchase-completed', userId };
}

/** Whoever has too little sends a message instead, as the application let them. */
async function useCredits(write: AppWrite, userId: string): Promise<OldAppWrite> {
  const cents = 1 + write.random.below(60);
  const amount = sql`cast(${`0.${String(cents).padStart(2, '0')}`} as decimal(12, 4))`;
  const { numAffectedRows } = await sql`
    update credit_balance set balance_dollars = balance_dollars - ${amount}, total_used = total_used + ${amount}, last_updated = ${stamp(write)}
    where user_id = ${userId} and balance_dollars >= ${amount}`.execute(write.trx);
  if (numAffectedRows !== 1n) return sendMessage(write, userId);
  const id = freshId(write.random);
  const stored = BigInt(cents) * (DOLLAR / 100n);
  await insert(write, 'credit_usage', [id, userId, stored, null, id, 'Usage', 'token_overage', write.now, null]);
  return { action: 'credits-used', userId };
}

async function sendMessage(write: AppWrite, userId: string): Promise<OldAppWrite> {
  const cost = BigInt(1 + write.random.below(4_000));
  await insert(write, 'usage_messages', [freshId(write.random), userId, cost, write.now]);
  return { action: 'message', userId };
}

/** An upgrade or downgrade of who has a subscription; a first one for who has none. */
async function changeSubscription(write: AppWrite, userId: string): Promise<OldAppWrite> {
  const { trx, random, now } = write;
  const price = random.pick(PRICES);
  const { numAffectedRows } =
    await sql`update billing_subscriptions set price_id = ${price} where account_id = ${userId}`.execute(trx);
  if (numAffectedRows === 0n) {
    const id = freshId(random);
    const row = [`sub_${id}`, userId, null, 'active', price, 1n, 0n, now, now, boundaryAfter(now, 1)];
    await insert(write, 'billing_subscriptions', row);
  }
  return { action: 'subscription-changed', userId };
}

async function signUp(write: AppWrite): Promise<OldAppWrite> {
  const userId = freshId(write.random);
  await insert(write, 'accounts', [userId, 1n, userId, write.now]);
  return { action: 'signed-up', userId };
}

async function insert({ database, trx }: AppWrite, table: string, row: readonly SampleValue[]): Promise<void> {
  const shape = saasTable(table);
  if (shape === undefined) throw new Error(`The sample lacks the table ${table}.`);
  await insertSampleRows(database, trx, { shape, rows: [row], decimals: SAAS_DECIMALS });
}

/** A file keeps points in time as texts, in the form that `insertSampleRows` writes. */
function stamp({ database, now }: AppWrite): Instant | string {
  return database.dialect.traits.embedded ? now.toString().replace('T', ' ').replace('Z', '') : now;
}
