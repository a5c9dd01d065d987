import { describe, expect } from 'vitest';
import fc from 'fast-check';
import { Instant } from '../../../src/base/instant.ts';
import { anchorOf, endAfterRollOver, periodAt } from '../../../src/systems/billing/calendar/grant-periods.ts';
import { grantRows } from '../../../src/systems/billing/legacy-grants.ts';
import type { Database } from '../../../src/sql/database.ts';
import { test } from '../../sql/database-fixture.ts';
import { all, findingRows, onlyUser, sourceOf, told, usersOf, type RunOptions } from './legacy-queries.ts';
import { AS_OF, daysAgo, saas } from './saas.ts';

interface GrantSeen {
  readonly user_id: string;
  readonly tier: string;
  readonly starts_at: Instant;
  readonly ends_at: Instant;
  readonly expires_at: Instant;
  readonly credits: bigint;
  readonly used: bigint;
  readonly net: bigint;
  readonly exceeded: bigint;
}

async function grantsOf(db: Database, options: RunOptions = {}): Promise<readonly GrantSeen[]> {
  const rows = await all<GrantSeen>(db, grantRows(await sourceOf(db, options)) as never);
  return rows.toSorted((a, b) => (a.user_id < b.user_id ? -1 : 1));
}

describe('what is left of the running period', () => {
  test('U-07: who used 24.90 of 25 dollars this period is granted ten cents, not another 25', async ({ db }) => {
    await saas().user().subscribed('tier_2_20').metered(20, '2026-07-02').metered(4.9, '2026-07-15').write(db);
    const { balance, entries } = await onlyUser(db);
    expect(balance).toBe(100_000n);
    expect(told(entries)).toEqual([['grant:2026-07-01', 0.1]]);
    expect(await findingRows(db, 'allowance-used')).toEqual([
      { subject: 'user u1', details: { tier: 'tier_2_20', credits: 25_000_000, used: 24_900_000, granted: 100_000 } },
    ]);
  });

  test('U-07: usage before the period does not count, usage at its very beginning does', async ({ db }) => {
    await saas()
      .user()
      .subscribed('tier_2_20')
      .metered(7, '2026-06-30T23:59:59.999Z')
      .metered(3, '2026-07-01T00:00:00Z')
      .write(db);
    expect((await onlyUser(db)).balance).toBe(22_000_000n);
  });

  test('U-07: whoever used more than the period gives is granted nothing, and what went beyond is kept, not charged', async ({
    db,
  }) => {
    await saas().user().subscribed('tier_2_20').metered(31).bought(10).write(db);
    const { balance, entries } = await onlyUser(db);
    expect(balance).toBe(10_000_000n);
    expect(told(entries)).toEqual([['credit_purchases:p1', 10]]);
    expect(await findingRows(db, 'allowance-exceeded')).toMatchObject([{ details: { exceeded: 6_000_000 } }]);
  });

  test('U-07: usage that bought credits paid for is not charged against the allowance again', async ({ db }) => {
    // The old limit of the tier was 55 dollars, so five of these sixty were taken from what was bought.
    await saas().user().subscribed('tier_6_50').metered(60).bought(20).used(5, { at: '2026-07-12' }).write(db);
    const { balance, entries } = await onlyUser(db);
    expect(told(entries)).toEqual([
      ['credit_purchases:p1', 20],
      ['credit_usage:c1', -5],
      ['grant:2026-07-01', 10],
    ]);
    expect(balance).toBe(25_000_000n);
  });

  test('U-07: deductions by hand and overage of an earlier period say nothing about this allowance', async ({ db }) => {
    await saas()
      .user()
      .subscribed('tier_2_20')
      .metered(10)
      .bought(20)
      .used(4, { at: '2026-06-20' })
      .used(3, { at: '2026-07-05', type: 'manual_deduction' })
      .write(db);
    expect(told((await onlyUser(db)).entries).at(-1)).toEqual(['grant:2026-07-01', 15]);
  });

  test('U-07: the costs of the usage table count by a factor where it holds raw costs', async ({ db }) => {
    await saas().user().subscribed('tier_2_20').metered(10).write(db);
    const policy = { carrying: { usageMultiplierPerMille: 1500 } };
    expect((await onlyUser(db, { policy })).balance).toBe(10_000_000n);
  });

  test('U-07: without a table of usage the whole period is granted, and a finding says so', async ({ db }) => {
    await saas()
      .user()
      .subscribed('tier_2_20')
      .metered(10)
      .write(db, { without: ['usage_messages'] });
    expect((await onlyUser(db)).balance).toBe(25_000_000n);
    expect(await findingRows(db, 'allowance-unknown')).toHaveLength(1);
  });

  test('U-19: costs below a micro-dollar are summed before they are rounded', async ({ db }) => {
    const builder = saas().user().subscribed('tier_2_20');
    for (let message = 0; message < 100; message += 1) builder.metered(0.000_000_25);
    await builder.write(db);
    expect((await onlyUser(db)).balance).toBe(24_999_975n);
  });
});

describe('whose period and which', () => {
  test('an account without any row is free, and its period is the calendar month', async ({ db }) => {
    await saas().user().user('quiet').metered(2, '2026-07-02').metered(1, '2026-06-30').write(db);
    expect(await grantsOf(db)).toMatchObject([
      { user_id: 'quiet', tier: 'free', net: 3_000_000n, starts_at: Instant.parse('2026-07-01T00:00:00Z') },
      { user_id: 'u1', tier: 'free', net: 5_000_000n, ends_at: Instant.parse('2026-08-01T00:00:00Z') },
    ]);
  });

  test('the free period can begin with the account instead', async ({ db }) => {
    await saas().user('u1', { created: '2025-01-31T08:00:00Z' }).write(db);
    const [grant] = await grantsOf(db, { policy: { freePeriods: 'account-opened' } });
    expect(grant).toMatchObject({
      starts_at: Instant.parse('2026-06-30T08:00:00Z'),
      ends_at: Instant.parse('2026-07-31T08:00:00Z'),
    });
    expect((await usersOf(db, { policy: { freePeriods: 'account-opened' } }))['u1']?.balance).toBe(5_000_000n);
  });

  test('U-21: a yearly plan is granted the running month of it, not the year', async ({ db }) => {
    await saas()
      .user()
      .subscribed('', {
        price: 'price_tier_2_20_yearly',
        from: '2025-10-31T09:00:00Z',
        until: '2026-10-31T09:00:00Z',
        created: '2025-10-31T09:00:00Z',
      })
      .metered(2, '2026-06-30T08:59:00Z')
      .metered(4, '2026-06-30T09:00:00Z')
      .write(db);
    expect(await grantsOf(db)).toMatchObject([
      {
        tier: 'tier_2_20',
        net: 21_000_000n,
        starts_at: Instant.parse('2026-06-30T09:00:00Z'),
        ends_at: Instant.parse('2026-07-31T09:00:00Z'),
      },
    ]);
    expect(await findingRows(db, 'yearly-plan')).toHaveLength(1);
    expect(await findingRows(db, 'month-end-anchor')).toMatchObject([{ details: { day: 31, next: '2026-07-31' } }]);
  });

  test('U-13: in December the period ends in January of the next year', async ({ db }) => {
    await saas()
      .user()
      .subscribed('tier_2_20', { from: '2026-12-10', until: '2027-01-10', created: '2026-06-10' })
      .write(db);
    const [grant] = await grantsOf(db, { asOf: Instant.parse('2026-12-24T18:00:00Z') });
    expect(grant).toMatchObject({
      starts_at: Instant.parse('2026-12-10T00:00:00Z'),
      ends_at: Instant.parse('2027-01-10T00:00:00Z'),
    });
  });

  test('U-37: what is left expires with its period, or rolls over for as many as policy says', async ({ db }) => {
    await saas().user().subscribed('tier_2_20').bought(10).write(db);
    const expiries = async (policy: object): Promise<unknown> =>
      (await onlyUser(db, { policy })).lots.map(({ funding, expires_at: at }) => [
        funding,
        at?.toString().slice(0, 10) ?? null,
      ]);
    expect(await expiries({})).toEqual(
      expect.arrayContaining([
        ['granted', '2026-08-01'],
        ['paid', null],
      ]),
    );
    expect(await expiries({ grants: { unused: 'roll-over', rollOverPeriods: 2 } })).toEqual(
      expect.arrayContaining([['granted', '2026-10-01']]),
    );
  });

  test('U-13, U-21: any subscription has the period that the calendar says, by both paths', async ({ db }) => {
    const moments = fc.sample(
      fc.record({
        created: fc.integer({ min: Date.UTC(2023, 0, 1), max: Date.UTC(2026, 5, 1) }),
        months: fc.integer({ min: 0, max: 40 }),
        strays: fc.boolean(),
      }),
      { numRuns: 60, seed: 11 },
    );
    const builder = saas();
    const anchors = moments.map(({ created, months, strays }, index) => {
      const createdAt = Instant.fromEpochMillis(created);
      const added = Instant.fromZoned(createdAt.inZone('UTC').add({ months }));
      const startsAt = strays ? added.plusMillis(86_400_000) : added;
      builder
        .user(`user-${index}`)
        .subscribed('tier_2_20', {
          created: createdAt.toString(),
          from: startsAt.toString(),
          until: '2040-01-01T00:00:00Z',
        })
        .metered(1, daysAgo(3 + (index % 20)));
      return anchorOf(createdAt, startsAt);
    });
    await builder.write(db);
    for (const now of [AS_OF, Instant.parse('2028-02-29T12:00:00Z'), Instant.parse('2026-12-31T23:59:59Z')]) {
      const policy = { grants: { unused: 'roll-over', rollOverPeriods: 1 } };
      const grants = await grantsOf(db, { asOf: now, policy });
      const seen = new Map(grants.map((grant) => [grant.user_id, grant]));
      for (const [index, anchor] of anchors.entries()) {
        const period = periodAt(anchor, now);
        expect(seen.get(`user-${index}`), `${anchor.toString()} at ${now.toString()}`).toMatchObject({
          starts_at: period.start,
          ends_at: period.end,
          expires_at: endAfterRollOver(anchor, period, 1),
        });
      }
      await usersOf(db, { asOf: now, policy });
    }
  });
});
