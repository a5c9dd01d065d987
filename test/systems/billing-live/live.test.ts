import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Instant } from '../../../src/base/instant.ts';
import { createSampleSaas } from '../../../src/systems/billing/sample-saas/create-sample-saas.ts';
import { writeAsTheOldApp } from '../../../src/systems/billing/sample-saas/write-as-the-old-app.ts';
import { sampleRandom } from '../../../src/systems/sample-random.ts';
import { failureOf } from '../../support/failure-of.ts';
import { day, LiveSaas, running, saasInUse } from './live-saas.ts';

let live: LiveSaas;
afterEach(() => live.close());

const deduct = (userId: string, amount: string, sourceId: string): Promise<unknown> =>
  live.run('deduct', { userId, amount, sourceId });
const EVERYBODY = { policy: { purchases: { allowed: 'everybody' } } };

/** Tells legacy, and holds both sides against each other. */
async function told(entries: number, losses = 0n): Promise<void> {
  const { mirrored, drift, lag, sweep } = await live.watch();
  expect({ mirrored, drift, lag: lag.entries }).toMatchObject({
    mirrored: entries,
    drift: { drifted: 0n, named: [], losses },
    lag: 0n,
  });
  expect(sweep).toMatchObject({ different: 0n, unseen: [] });
}

/** A row of usage by ann. */
function use(id: string, type: string): Promise<void> {
  return live.app(sql`insert into credit_usage (id, user_id, amount_dollars, usage_type, created_at)
    values (${id}, 'ann', 2, ${type}, ${live.asOf})`);
}

/** Follows what was written, by marks alone: nothing may be left to the sweep. */
async function followed(): Promise<void> {
  expect((await live.follow()).sweep).toMatchObject({ different: 0n, inFlight: 0n, unseen: [], named: [] });
}

describe('U-14: the application, before and after users have gone over', () => {
  beforeEach(async () => {
    live = await LiveSaas.open();
  });

  test('its purchases, usage, messages and subscriptions are followed', async () => {
    await live.app(sql`update credit_purchases set status = 'completed' where user_id = 'bob' and status = 'pending'`);
    await live.app(sql`update credit_usage set amount_dollars = 20 where user_id = 'ann'`);
    await live.app(
      sql`update billing_subscriptions set price_id = 'price_tier_12_100_monthly' where account_id = 'cat'`,
    );
    await live.app(sql`update usage_messages set cost = 24 where user_id = 'ann'`);
    const { sweep } = await live.follow();
    expect(sweep).toMatchObject({ different: 0n, inFlight: 0n, unseen: [], named: [] });
    expect([await live.balance('ann'), await live.balance('bob'), await live.balance('cat')]).toEqual([31, 50, 130]);
    expect(await live.brokenInvariants()).toEqual([]);
  });

  test('its purchases and its usage are followed one by one, except for what changes the grant too', async () => {
    const marks = async (): Promise<readonly string[]> => {
      const { rows } = await sql<{ source: string | null }>`select source from ${sql.table('carryover_marks')}`.execute(
        live.database.handle,
      );
      return rows.map(({ source }) => source?.replace(/(purchases):.*/, '$1') ?? 'anything').toSorted();
    };
    await use('u-1', 'manual_deduction');
    await use('u-2', 'token_overage');
    await live.app(sql`update credit_usage set amount_dollars = 3 where id = 'u-1'`);
    await live.app(sql`update credit_purchases set status = 'completed' where user_id = 'bob' and status = 'pending'`);
    expect(await marks()).toEqual(['anything', 'credit_purchases', 'credit_usage:u-1', 'credit_usage:u-1']);
    await followed();
    await use('u-3', 'manual_deduction');
    await live.app(sql`update credit_usage set usage_type = 'token_overage' where id = 'u-1'`);
    expect(await marks()).toEqual(['anything', 'credit_usage:u-1', 'credit_usage:u-3']);
    await followed();
    await live.app(sql`delete from credit_usage where id in ('u-1', 'u-3')`);
    await followed();
    expect(await live.brokenInvariants()).toEqual([]);
  });

  test('its writes of credits are refused for users who have gone over, by a message that names the call, and for nobody else', async () => {
    await live.switch(['ann']);
    const refused = [
      sql`update credit_balance set balance_dollars = 1000 where user_id = 'ann'`,
      sql`insert into credit_usage (id, user_id, amount_dollars, created_at) values ('x', 'ann', 1, ${live.asOf})`,
      sql`delete from credit_purchases where user_id = 'ann'`,
      sql`update usage_messages set cost = 1 where user_id = 'ann'`,
      sql`delete from accounts where id = 'ann'`,
    ];
    for (const statement of refused) expect(String(await failureOf(live.app(statement)))).toMatch(/carryover billing/);
    await live.app(sql`update credit_balance set balance_dollars = 7 where user_id = 'bob'`);
    await live.app(sql`update billing_subscriptions set status = 'past_due' where account_id = 'ann'`);
    expect((await live.legacy('bob')).stored).toBe(7);
  });
});

describe('what the ledger does goes back into the old tables', () => {
  beforeEach(async () => {
    live = await LiveSaas.open();
    await live.switch(['ann', 'bob']);
  });

  test('usage of the carried period becomes the cost of a message, so that the old allowance goes down by it', async () => {
    await deduct('ann', '6.00', 'm-1');
    await told(1);
    expect(await live.legacy('ann')).toEqual({ bought: 50, used: 12.5, stored: 37.5, messages: 10 });
    expect(await live.balance('ann')).toBe(52.5);
  });

  test('usage of bought credits becomes a row of usage, and the stored balance follows', async () => {
    await deduct('ann', '21.00', 'm-1');
    await deduct('ann', '7.50', 'm-2');
    await told(2);
    expect(await live.legacy('ann')).toEqual({ bought: 50, used: 20, stored: 30, messages: 25 });
  });

  test('usage of both is a cost and a row of usage', async () => {
    await deduct('ann', '30.00', 'm-1');
    await told(1);
    expect(await live.legacy('ann')).toEqual({ bought: 50, used: 21.5, stored: 28.5, messages: 25 });
  });

  test('U-15: a purchase that legacy had as pending is completed there, one that began here is a row of its own', async () => {
    await live.run('settle-purchase', { paymentReference: 'pi_p3' });
    const { purchaseId } = await live.run<{ purchaseId: string }>(
      'start-purchase',
      { userId: 'bob', amount: '100.00', paymentReference: 'pi_new' },
      EVERYBODY,
    );
    await live.run('settle-purchase', { purchaseId });
    await told(2);
    expect(await live.legacy('bob')).toEqual({ bought: 135, used: 10, stored: 125, messages: 0 });
    const { rows } = await sql<{
      status: string;
    }>`select status from credit_purchases where stripe_payment_intent_id = 'pi_new'`.execute(live.database.handle);
    expect(rows).toEqual([{ status: 'completed' }]);
  });

  test('adjustments, grants by hand and refunds become rows that come to the same', async () => {
    const admin = { role: 'super_admin', actor: { kind: 'person', id: 'boss' } } as const;
    await live.run('adjust-credits', { userId: 'ann', amount: '5.00', reason: 'late' }, admin);
    await live.run('adjust-credits', { userId: 'ann', amount: '-2.00', reason: 'too much' }, admin);
    await live.run('refund-money', { paymentReference: 'pi_p1', amount: '10.00', reason: 'outage' }, admin);
    const [pending] = await live.losses();
    expect(pending).toMatch(/^credits ann refunds /);
    await live.run('resolve-refund', { refundId: '1', outcome: 'succeeded' });
    const { mirrored, drift } = await live.watch();
    expect([mirrored, drift?.drifted]).toEqual([4, 0n]);
    expect(await live.balance('ann')).toBe(51.5);
    const { bought, used, stored } = await live.legacy('ann');
    expect([bought - used, stored]).toEqual([30.5, 30.5]);
  });

  test('U-19: what is less than a cent is carried from row to row, and what is left is a loss by name', async () => {
    for (let message = 1; message <= 3; message += 1) await deduct('ann', '0.004', `m-${message}`);
    await told(3, 1n);
    expect((await live.legacy('ann')).messages).toBe(4.01);
    expect(await live.losses()).toEqual([expect.stringMatching(/^credits ann sub-cent \{"micros": ?-2000\}$/)]);
  });

  test('U-17: users go back with what happened since, and a later switch posts what changed', async () => {
    await deduct('ann', '6.00', 'm-1');
    await live.run('settle-purchase', { paymentReference: 'pi_p3' });
    await deduct('bob', '30.00', 'm-1');
    const entries = async (): Promise<number> => (await live.office.rows('carryover_entries')).length;
    const before = await entries();
    await live.takeBack('all');
    expect(await live.office.rows('carryover_accounts', sql`authority = 'ledger'`)).toEqual([]);
    expect([await live.legacy('ann'), await live.legacy('bob')]).toEqual([
      { bought: 50, used: 12.5, stored: 37.5, messages: 10 },
      { bought: 35, used: 15, stored: 20, messages: 25 },
    ]);
    // The application may write again, and is followed.
    await live.app(sql`update credit_usage set amount_dollars = 13.5 where id = 'c1'`);
    await live.follow();
    expect([await live.balance('ann'), await live.balance('bob')]).toEqual([51.5, 20]);
    expect(await live.brokenInvariants()).toEqual([]);
    await live.switch(['ann', 'bob'], 'second');
    // One for what ann's row says now, and two for bob, whose one entry became two rows: they undo each other.
    expect(await entries()).toBe(before + 3);
    expect([await live.balance('ann'), await live.balance('bob')]).toEqual([51.5, 20]);
    await deduct('ann', '1.00', 'm-9');
    await told(1);
  });

  test('a rollback names what legacy cannot hold and takes back exactly what was agreed to', async () => {
    await live.run('authorize', { userId: 'ann', sourceId: 'job', amount: '5.00' });
    await deduct('bob', '0.005', 'm-1');
    const rule = {
      userId: 'ann',
      enabled: true,
      threshold: '1.00',
      amount: '10.00',
      monthMax: '50.00',
      dayCountMax: 1,
    };
    await live.run('set-top-up-rule', rule, EVERYBODY);
    expect(String(await failureOf(live.takeBack(['ann'])))).toMatch(/legacy has no place for what the ledger knows/);
    const losses = (await live.losses()).filter((loss) => loss.startsWith('credits ann'));
    expect(losses.map((loss) => loss.split(' ').slice(0, 3).join(' ')).toSorted()).toEqual([
      'credits ann holds',
      'credits ann top-up-rules',
    ]);
    await live.takeBack(['ann'], losses);
    expect(await live.office.rows('carryover_accounts', sql`authority = 'ledger'`)).toHaveLength(1);
  });

  test('a grant of a later period has no row, since legacy grants by itself, and is a loss by name', async () => {
    const { grantDue } = await import('../../../src/systems/billing/grants/grant-due.ts');
    const later = Instant.parse(day(27));
    const told27 = {
      id: 's1',
      status: 'active',
      created: seconds(day(-5)),
      current_period_start: seconds(day(25.5)),
      current_period_end: seconds(day(55)),
      items: { data: [{ price: { id: 'price_tier_2_20_monthly' } }] },
    };
    await live.run('sync-subscription', { userId: 'ann', subscription: told27 }, { now: later });
    await grantDue(await live.office.context({ now: later }));
    const { drift } = await live.watch();
    expect(drift?.drifted).toBe(0n);
    expect((await live.losses()).filter((loss) => loss.startsWith('credits ann'))).toEqual([
      expect.stringMatching(/^credits ann later-periods \{"amount": ?25000000\}$/),
    ]);
    expect(await live.legacy('ann')).toMatchObject({ bought: 50, messages: 4 });
  });
});

describe('other shapes of legacy', () => {
  test('without a table of costs, usage of the grant is a row of usage, and the stored balance stays at zero', async () => {
    live = await LiveSaas.open(saasInUse(), { variation: { decimals: 2, without: ['usage_messages'] } });
    await live.switch(['cat']);
    await deduct('cat', '6.00', 'm-1');
    await told(1);
    const { rows } = await sql<{ n: bigint }>`select count(*) as n from credit_usage where user_id = 'cat'`.execute(
      live.database.handle,
    );
    expect(rows[0]?.n).toBe(1n);
    await live.takeBack('all');
    await live.follow();
    expect(await live.balance('cat')).toBe(59);
  });

  test('where stored balances are trusted, usage that was not taken from one yet changes nothing, and later does', async () => {
    live = await LiveSaas.open(saasInUse(), { policy: { carrying: { trust: 'stored' } } });
    await use('u-1', 'manual_deduction');
    await followed();
    expect(await live.balance('ann')).toBe(58.5);
    await live.app(sql`update credit_balance set balance_dollars = 35.5 where user_id = 'ann'`);
    await followed();
    expect(await live.balance('ann')).toBe(56.5);
  });

  test('where stored balances are trusted, they are kept to the cent both ways', async () => {
    live = await LiveSaas.open(
      saasInUse()
        .user('dan')
        .subscribed('tier_2_20', running())
        .bought(10, { created: day(-9) })
        .stored(4),
      { policy: { carrying: { trust: 'stored' } } },
    );
    await live.switch(['ann', 'dan']);
    await deduct('dan', '27.00', 'm-1');
    await live.run('start-purchase', { userId: 'dan', amount: '10.00', checkoutReference: 'cs' }, EVERYBODY);
    await live.run('settle-purchase', { checkoutReference: 'cs' });
    await told(2);
    await live.takeBack('all');
    await live.follow();
    expect(await live.balance('dan')).toBe(12);
    expect(await live.brokenInvariants()).toEqual([]);
  });
});

test('a sample SaaS in use: the application writes on, users go over, spend, and come back, and nothing is lost', async () => {
  const asOf = Instant.fromEpochMillis(Date.now());
  live = await LiveSaas.open(
    async (database) => {
      await createSampleSaas(database, { users: 106, seed: 3, asOf });
    },
    { limits: { quarantineRowsMax: 100n } },
  );
  const random = sampleRandom(5);
  const changed = new Set<string>();
  const writes = async (count: number): Promise<number> => {
    let refused = 0;
    for (let write = 0; write < count; write += 1) {
      const done = await writeAsTheOldApp(live.database, random, Instant.fromEpochMillis(Date.now())).catch(
        (error: unknown) => String(error),
      );
      if (typeof done !== 'string') {
        if (done.action === 'subscription-changed') changed.add(done.userId);
        continue;
      }
      expect(done).toMatch(/carryover billing/);
      refused += 1;
    }
    return refused;
  };
  expect(await writes(40)).toBe(0);
  await live.follow();
  const users = await live.office.rows<{ user_id: string }>('carryover_billing_users');
  const some = users.map(({ user_id: id }) => id).filter((_id, index) => index % 3 === 0);
  await live.switch(some);
  for (const userId of some) await deduct(userId, '1.37', 'm-1');
  changed.clear();
  expect(await writes(60)).toBeGreaterThan(0);
  // Subscriptions go on being written there; the ledger is told by the call.
  for (const userId of some.filter((id) => changed.has(id))) await live.syncFromLegacy(userId);
  const { drift, lag, sweep } = await live.watch();
  expect({ drift, lag: lag.entries, sweep }).toMatchObject({
    drift: { drifted: 0n, named: [] },
    lag: 0n,
    sweep: { different: 0n },
  });
  await live.takeBack('all', await live.losses());
  await live.follow();
  expect(await live.brokenInvariants()).toEqual([]);
}, 240_000);

function seconds(text: string): number {
  return Number(Instant.parse(text).epochMicros / 1_000_000n);
}
