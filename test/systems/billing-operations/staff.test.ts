import { sql } from 'kysely';
import { describe, expect } from 'vitest';
import type { Actor } from '../../../src/base/actor.ts';
import { Instant } from '../../../src/base/instant.ts';
import { billingOperations } from '../../../src/systems/billing/operations/index.ts';
import type { BulkGrantAnswer } from '../../../src/systems/billing/operations/bulk-grant.ts';
import { test } from './office-test.ts';
import { admin, NOW, superAdmin, type CallOptions, type Office } from './office.ts';

const second: Actor = { kind: 'person', id: 'admin-2' };
const HOUR_MS = 3_600_000;

const adjust = (
  office: Office,
  amount: string,
  options: CallOptions & { reason?: string } = {},
): Promise<{ readonly adjustmentId: string; readonly status: string }> =>
  office.staff('adjust-credits', { userId: 'ann', amount, reason: options.reason ?? 'complaint 17' }, options);
const decide = (
  office: Office,
  adjustmentId: string,
  options: CallOptions & { decision?: string } = {},
): Promise<unknown> =>
  office.staff(
    'decide-adjustment',
    { adjustmentId, decision: options.decision ?? 'approve', reason: 'seen' },
    { actor: second, ...options },
  );

describe('adjustments', () => {
  test('credits are given and taken by hand, typed by what they are, with who and why in the audit (U-22)', async ({
    office,
  }) => {
    await office.user('ann', { credits: false });
    await adjust(office, '50.00', { ipAddress: '192.0.2.7' });
    await adjust(office, '-20.00', { reason: 'given twice' });
    await office.staff('grant-credits', { userId: 'ann', amount: '5.00', reason: 'launch week' });
    expect(await office.entries('ann')).toEqual([
      ['adjustment', 50],
      ['adjustment', -20],
      ['admin-grant', 5],
    ]);
    expect(await office.rows('carryover_audit', sql`action like 'credit_%'`)).toMatchObject([
      {
        action: 'credit_adjustment',
        subject: 'user:ann',
        actor: 'person:admin-1',
        role: 'admin',
        ip_address: '192.0.2.7',
        reason: 'complaint 17',
      },
      { action: 'credit_adjustment', reason: 'given twice' },
      { action: 'credit_grant', reason: 'launch week' },
    ]);
  });

  test('U-32: an adjustment of nothing, without words for a reason, or of more than there is, changes nothing', async ({
    office,
  }) => {
    await office.user('ann', { credits: false });
    await expect(adjust(office, '0.00')).rejects.toThrow(/an amount other than zero/);
    await expect(adjust(office, '5.00', { reason: '   ' })).rejects.toThrow(/found blanks, against words/);
    await expect(adjust(office, '-5.00')).rejects.toThrow(/found 5.000000 dollars asked for, against 0.000000 at most/);
    await expect(office.staff('grant-credits', { userId: 'ann', amount: '-5.00', reason: 'x' })).rejects.toThrow(
      /amount is "-5.00"/,
    );
    expect(await office.entries('ann')).toEqual([]);
    expect(await office.rows('carryover_billing_adjustments')).toEqual([]);
  });

  test('U-33: nobody adjusts, grants, refunds or approves credits of their own', async ({ office }) => {
    await office.user('admin-1');
    const own = { userId: 'admin-1', amount: '5.00', reason: 'thirsty' };
    await expect(office.staff('adjust-credits', own)).rejects.toThrow(/own credits/);
    await expect(office.staff('grant-credits', own)).rejects.toThrow(/own credits/);
    await expect(office.staff('refund-credits', own, { role: 'super_admin', actor: admin })).rejects.toThrow(
      /own credits/,
    );
    const bulk = await office.staff<BulkGrantAnswer>('bulk-grant', {
      userIds: ['admin-1'],
      amount: '5.00',
      reason: 'all',
    });
    expect(bulk.items).toEqual([{ userId: 'admin-1', status: 'refused', code: 'own-credits' }]);
    const asked = await office.staff('adjust-credits', { ...own, amount: '600.00' }, { role: 'super_admin' });
    await expect(decide(office, asked.adjustmentId, { actor: admin })).rejects.toThrow(/own credits/);
  });

  test('U-33: a role has a limit for one action and one for the rolling window, so that it cannot be passed in parts', async ({
    office,
  }) => {
    await office.user('ann', { credits: false });
    await expect(adjust(office, '1000.01')).rejects.toThrow(
      /found 1000.010000 dollars at once, against 1000.000000 at most/,
    );
    await adjust(office, '400.00');
    await adjust(office, '-400.00');
    await expect(adjust(office, '200.01')).rejects.toThrow(/within 24 hours, against 1000.000000/);
    await adjust(office, '200.00');
    await adjust(office, '300.00', { actor: second });
    const tomorrow = NOW.plusMillis(24 * HOUR_MS);
    await adjust(office, '400.00', { now: tomorrow });
    await adjust(office, '500.00', { role: 'super_admin' });
  });

  test('U-33: two calls of one person at once do not both pass the window', async ({ office }) => {
    await office.user('ann', { credits: false });
    await office.user('bob', { credits: false });
    const policy = { limits: { admin: { maxPerAction: '400.00', maxPerWindow: '500.00' } } };
    const other = await office.another();
    const answers = await Promise.allSettled([
      office.staff('adjust-credits', { userId: 'ann', amount: '300.00', reason: 'a' }, { policy }),
      office.staff('adjust-credits', { userId: 'bob', amount: '300.00', reason: 'b' }, { policy, other }),
    ]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });

  test('U-33: above the threshold another person approves, who is neither whoever asked nor whoever gets it', async ({
    office,
  }) => {
    await office.user('ann', { credits: false });
    const asked = await adjust(office, '500.01');
    expect(asked).toMatchObject({ status: 'pending' });
    expect((await office.balance('ann')).available).toBe('0.000000');
    await expect(decide(office, asked.adjustmentId, { actor: admin })).rejects.toThrow(/own credits/);
    await expect(decide(office, asked.adjustmentId, { role: 'staff' })).rejects.toThrow(/found the role "staff"/);
    expect(await decide(office, asked.adjustmentId)).toMatchObject({
      adjustments: [{ status: 'applied', decidedBy: 'person:admin-2' }],
    });
    expect((await office.balance('ann')).available).toBe('500.010000');
    await expect(decide(office, asked.adjustmentId)).rejects.toThrow(/found it applied, against pending/);
  });

  test('U-33: what is rejected never moves, and an approval that comes too late is refused', async ({ office }) => {
    await office.user('ann', { credits: false });
    const first = await adjust(office, '600.00');
    await decide(office, first.adjustmentId, { decision: 'reject' });
    // Rejected, so it does not count within the window.
    const later = await adjust(office, '700.00');
    const tooLate = NOW.plusMillis(73 * HOUR_MS);
    await expect(decide(office, later.adjustmentId, { now: tooLate })).rejects.toThrow(/asked for too long ago/);
    await decide(office, later.adjustmentId, { decision: 'reject', now: tooLate });
    expect(await office.entries('ann')).toEqual([]);
    const list = await office.staff<{ rows: readonly { status: string }[] }>('list-adjustments', { userId: 'ann' });
    expect(list.rows.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  test('U-38: the same reason twice is two adjustments, the same key once is one', async ({ office }) => {
    await office.user('ann', { credits: false });
    await adjust(office, '5.00');
    await adjust(office, '5.00');
    const call = { key: 'k-1', userId: 'ann', amount: '5.00', reason: 'complaint 17' };
    const answers = [
      await office.staff('adjust-credits', call),
      await office.staff('adjust-credits', { ...call, reason: 'worded otherwise' }),
    ];
    expect(answers[1]).toEqual(answers[0]);
    await expect(office.staff('adjust-credits', { ...call, amount: '6.00' })).rejects.toThrow(
      /its key taken by other content/,
    );
    expect(await office.entries('ann')).toHaveLength(3);
  });
});

describe('bulk grants', () => {
  const bulk = (
    office: Office,
    grant: { readonly userIds: readonly string[]; readonly amount: string },
    options: CallOptions = {},
  ): Promise<BulkGrantAnswer> =>
    office.staff<BulkGrantAnswer>('bulk-grant', { ...grant, reason: 'outage of July' }, options);

  test('U-31: each user gets it once, duplicates and unknown users are named, and each grant is in the audit', async ({
    office,
  }) => {
    for (const user of ['ann', 'bob']) await office.user(user, { credits: false });
    const answer = await bulk(office, { userIds: ['ann', 'bob', 'ann', 'nobody'], amount: '10.00' });
    expect(answer).toMatchObject({ granted: 2, total: '20.000000' });
    expect(answer.items.map(({ userId, status, code }) => `${userId} ${status} ${code}`)).toEqual([
      'ann granted null',
      'bob granted null',
      'ann duplicate null',
      'nobody refused unknown-user',
    ]);
    expect(await office.entries('ann')).toEqual([['admin-grant', 10]]);
    expect(await office.rows('carryover_audit', sql`action = 'credit_grant'`)).toHaveLength(2);
  });

  test('U-31: the total has a limit over the window, and above the threshold a second person approves all of it', async ({
    office,
  }) => {
    const users = ['ann', 'bob', 'cat', 'dan'] as const;
    for (const user of users) await office.user(user, { credits: false });
    const policy = { limits: { bulk: { maxTotal: '3000.00' } } };
    await expect(bulk(office, { userIds: users, amount: '800.00' }, { policy })).rejects.toThrow(
      /found 3200.000000 dollars in bulk within 24 hours/,
    );
    await expect(bulk(office, { userIds: users, amount: '1000.01' }, { policy })).rejects.toThrow(
      /for one user, against 1000.000000/,
    );
    const asked = await bulk(office, { userIds: users, amount: '150.00' }, { policy });
    expect(asked).toMatchObject({ granted: 0, total: '0.000000', items: [{ status: 'pending' }, {}, {}, {}] });
    await office.staff(
      'decide-adjustment',
      { batch: asked.batch, decision: 'approve', reason: 'agreed' },
      { actor: second },
    );
    for (const user of users) expect((await office.balance(user)).available, user).toBe('150.000000');
  });
});

describe('who may do what', () => {
  const ALLOWED: Readonly<Record<string, readonly string[]>> = {
    check: ['server', 'user', 'staff', 'admin', 'super_admin'],
    authorize: ['server'],
    settle: ['server'],
    release: ['server'],
    deduct: ['server'],
    'open-user': ['server', 'admin', 'super_admin'],
    'sync-subscription': ['server', 'admin', 'super_admin'],
    'start-purchase': ['server', 'user', 'staff', 'admin', 'super_admin'],
    'settle-purchase': ['server'],
    'fail-purchase': ['server', 'admin', 'super_admin'],
    'adjust-credits': ['admin', 'super_admin'],
    'grant-credits': ['admin', 'super_admin'],
    'bulk-grant': ['admin', 'super_admin'],
    'decide-adjustment': ['admin', 'super_admin'],
    'refund-credits': ['super_admin'],
    'refund-money': ['super_admin'],
    'resolve-refund': ['server', 'super_admin'],
    'record-refund': ['server'],
    'set-top-up-rule': ['server', 'user', 'staff', 'admin', 'super_admin'],
    balance: ['server', 'user', 'staff', 'admin', 'super_admin'],
    summary: ['server', 'user', 'staff', 'admin', 'super_admin'],
    transactions: ['server', 'user', 'staff', 'admin', 'super_admin'],
    'usage-history': ['server', 'user', 'staff', 'admin', 'super_admin'],
    'list-adjustments': ['staff', 'admin', 'super_admin'],
    'search-users': ['staff', 'admin', 'super_admin'],
    alerts: ['server', 'staff', 'admin', 'super_admin'],
    'credit-balance': ['server', 'user', 'staff', 'admin', 'super_admin'],
    'use-credits': ['server'],
    'available-models': ['server', 'user', 'staff', 'admin', 'super_admin'],
    'project-limits': ['server', 'user', 'staff', 'admin', 'super_admin'],
    'subscription-commitment': ['server', 'user', 'staff', 'admin', 'super_admin'],
  };

  test('U-26: every operation lets in exactly the roles of this table, and nobody charges themselves', async ({
    office,
  }) => {
    expect(billingOperations.map(({ name }) => name).toSorted()).toEqual(Object.keys(ALLOWED).toSorted());
    const input = {
      userId: 'ann',
      userIds: ['ann'],
      key: 'k',
      sourceId: 's',
      amount: '1.00',
      reason: 'r',
      refundId: '1',
      adjustmentId: '1',
      paymentReference: 'p',
    };
    for (const operation of billingOperations) {
      for (const role of ['server', 'user', 'staff', 'admin', 'super_admin', 'root']) {
        const actor: Actor = { kind: 'person', id: role === 'user' ? 'ann' : 'somebody' };
        const context = await office.context(role === 'server' ? {} : { role, actor });
        const failure = await Promise.resolve()
          .then(() => operation.run(context, input as never))
          .then(
            () => undefined,
            (error: unknown) => (error as { code?: string }).code,
          );
        const isAllowed = failure !== 'ROLE_INSUFFICIENT';
        expect(isAllowed, `${operation.name} as ${role}`).toBe(ALLOWED[operation.name]?.includes(role));
      }
    }
  });

  test('a user reads and buys for themselves only', async ({ office }) => {
    await office.user();
    await office.user('bob');
    const asAnn = { role: 'user', actor: { kind: 'person', id: 'ann' } } as const;
    expect(await office.run('balance', { userId: 'ann' }, asAnn)).toMatchObject({ available: '5.000000' });
    for (const operation of [
      'balance',
      'summary',
      'transactions',
      'usage-history',
      'check',
      'available-models',
      'project-limits',
    ])
      await expect(office.run(operation, { userId: 'bob' }, asAnn), operation).rejects.toThrow(
        /another userId than the caller's own/,
      );
    await expect(office.run('start-purchase', { userId: 'bob', amount: '10.00' }, asAnn)).rejects.toThrow(
      /another userId than the caller's own/,
    );
  });

  test('users are found by how their id begins, by tier and by who decides, page by page', async ({ office }) => {
    for (const userId of ['anna', 'annika', 'bob', 'an_x']) await office.user(userId);
    const found = async (input: object): Promise<{ ids: readonly string[]; next: string | null }> => {
      const { rows, next } = await office.staff<{ rows: readonly { userId: string }[]; next: string | null }>(
        'search-users',
        input,
      );
      return { ids: rows.map(({ userId }) => userId), next };
    };
    expect(await found({ query: 'ann' })).toEqual({ ids: ['anna', 'annika'], next: null });
    expect(await found({ query: 'an_' })).toEqual({ ids: ['an_x'], next: null });
    const first = await found({ limit: 3 });
    expect(first.ids).toEqual(['anna', 'annika', 'bob']);
    expect(await found({ limit: 3, after: first.next })).toEqual({ ids: ['an_x'], next: null });
    expect((await found({ tier: 'tier_2_20' })).ids).toEqual([]);
    expect((await found({ authority: 'legacy' })).ids).toEqual([]);
  });

  test('U-45: no setting of the environment makes work free', async ({ office }) => {
    await office.user('ann', { credits: false });
    for (const name of ['ENV_MODE', 'NODE_ENV']) {
      const before = process.env[name];
      process.env[name] = 'LOCAL';
      try {
        expect(await office.balance('ann')).toMatchObject({ canRun: false, available: '0.000000' });
      } finally {
        if (before === undefined) delete process.env[name];
        else process.env[name] = before;
      }
    }
  });
});

test('what staff did stands in the view of the document', async ({ office }) => {
  await office.user('ann', { credits: false });
  await adjust(office, '50.00');
  await office.staff(
    'grant-credits',
    { userId: 'ann', amount: '1.00', reason: 'x' },
    { role: 'super_admin', actor: superAdmin, now: Instant.parse('2031-07-16T11:00:00Z') },
  );
  const { billingViews } = await import('../../../src/systems/billing/views.ts');
  const { physicalNames } = await import('../../../src/cutover/plan/planned-views.ts');
  const view = billingViews(physicalNames({ database: office.database, mapping: {} })).find(
    ({ name }) => name === 'admin_actions_log',
  );
  const { rows } = await sql
    .raw<Record<string, unknown>>(`select * from (${view?.select}) v`)
    .execute(office.database.handle);
  expect(
    rows.map((row) => [row['admin_user_id'], row['action_type'], row['target_user_id'], row['admin_role']]),
  ).toEqual(
    expect.arrayContaining([
      ['person:admin-1', 'credit_adjustment', 'ann', 'admin'],
      ['person:boss-1', 'credit_grant', 'ann', 'super_admin'],
    ]),
  );
});
