import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { acquireLease, releaseLease } from '../../../src/cutover/record/lease.ts';
import { verifyLedger } from '../../../src/ledger/verify/verify-ledger.ts';
import { saas } from '../billing-migration/saas.ts';
import { ServedSaas } from './served-saas.ts';

let served: ServedSaas;
beforeEach(async () => {
  const rows = saas()
    .user('ann')
    .subscribed('tier_2_20')
    .bought(60)
    .used(12.5, { at: '2026-06-01' })
    .stored(99)
    .metered(24.9)
    .user('ben')
    .bought(10)
    .stored(10);
  served = await ServedSaas.open(rows);
});
afterEach(async () => {
  const { breaches } = await verifyLedger(served.app.service.database, {});
  expect(breaches).toEqual([]);
  await served.close();
});

/** Purchases of 60.00, of which 12.50 was used, and 0.10 left of the month's 25.00. */
const carried = {
  purchased: '60.000000',
  used: '12.500000',
  old_balance: '47.500000',
  grant: '0.100000',
  new_balance: '47.600000',
};

describe('migrate-user', () => {
  test('U-03: whether it is only a look must be said; a look moves nobody and tells what would be carried', async () => {
    await served.carry();
    expect(await served.move('ann', {})).toMatchObject({ status: 400, body: { code: 'INPUT_INVALID' } });
    const { status, body } = await served.move('ann', { dry_run: true });
    expect([status, body]).toMatchObject([
      200,
      {
        ...carried,
        user_id: 'ann',
        status: 'would-migrate',
        dry_run: true,
        stored_balance: '99.000000',
        switched_at: null,
        cohort: null,
        outcome_at: null,
      },
    ]);
    const gates = body['gates'] as readonly { name: string; open: boolean }[];
    expect(gates.map(({ name, open }) => [name, open])).toContainEqual(['equal', true]);
    expect(await served.authority('ann')).toBe('legacy');
  });

  test('U-07, U-14: one user goes over with what is theirs, at once, and nobody else does', async () => {
    await served.carry();
    const { status, body } = await served.move('ann', { dry_run: false });
    expect([status, body]).toMatchObject([
      200,
      { ...carried, status: 'migrated', dry_run: false, stored_balance: null, cohort: 'owner-ann', gates: [] },
    ]);
    expect(body['switched_at']).toEqual(expect.stringMatching(/Z$/));
    expect([await served.authority('ann'), await served.authority('ben')]).toEqual(['ledger', 'legacy']);
    const outcome = await served.app.ask(String(body['outcome_at']), { as: 'staff' });
    expect(outcome.body).toMatchObject({ action: 'switch', cohort: 'owner-ann', actor: 'person:super_admin-1' });
    const { rows } = await sql<{ actor: string }>`
      select actor from ${sql.table('carryover_audit')} where action = 'cutover_switch'`.execute(
      served.app.service.database.handle,
    );
    expect(rows).toEqual([{ actor: 'person:super_admin-1' }]);
  });

  test('U-06: who is over is told so, with what was carried then, whatever happened since', async () => {
    await served.carry();
    await served.move('ann', { dry_run: false });
    const spend = { user_id: 'ann', source_id: 'm-1', amount: '1.00' };
    const spent = await served.app.ask('/api/billing/v2/deduct', { method: 'POST', as: 'server', body: spend });
    expect(spent.body).toMatchObject({ status: 'charged' });
    for (const isDryRun of [true, false]) {
      expect(await served.move('ann', { dry_run: isDryRun })).toMatchObject({
        status: 200,
        body: { ...carried, status: 'already-migrated', dry_run: isDryRun, cohort: 'owner-ann' },
      });
    }
  });

  test('U-06: an account that was opened here was never anywhere else', async () => {
    await served.app.ask('/api/admin/billing/user/new/open', { method: 'POST', as: 'admin', body: {} });
    expect(await served.move('new', { dry_run: false })).toMatchObject({
      status: 200,
      body: { status: 'already-migrated', old_balance: '0.000000', new_balance: '0.000000', switched_at: null },
    });
  });

  test('the same key is answered by the same action, and other content under it is refused', async () => {
    await served.carry();
    const first = await served.move('ann', { dry_run: false }, { key: 'once' });
    const again = await served.move('ann', { dry_run: false }, { key: 'once' });
    expect(again.body).toEqual(first.body);
    expect(await served.move('ben', { dry_run: false }, { key: 'once' })).toMatchObject({
      status: 409,
      body: { code: 'CUTOVER_KEY_REUSED' },
    });
    expect(await served.authority('ben')).toBe('legacy');
  });

  test('U-17: a user who was taken back is told as legacy decides about, whatever the key says of the move', async () => {
    await served.carry();
    await served.move('ann', { dry_run: false }, { key: 'once' });
    await served.takeBack('ann');
    const told = await served.move('ann', { dry_run: false }, { key: 'once' });
    expect(told.body).toMatchObject({ status: 'migrated', authority: 'legacy', switched_at: null });
    const anew = await served.move('ann', { dry_run: false }, { key: 'anew' });
    expect(anew.body).toMatchObject({ ...carried, status: 'migrated', authority: 'ledger' });
  });

  test('U-18: a move that goes on is told as such to who asks again, and one that ended as failed', async () => {
    await served.carry();
    await served.move('ann', { dry_run: false }, { key: 'once' });
    await served.takeBack('ann');
    const retold = async (state: string): Promise<unknown> => {
      await served.app.service.database.write(async (trx) => {
        await sql`update ${sql.table('carryover_cutover_actions')} set state = ${state}`.execute(trx);
      });
      return (await served.move('ann', { dry_run: false }, { key: 'once' })).body['status'];
    };
    expect([await retold('running'), await retold('failed'), await retold('stopped')]).toEqual([
      'under-way',
      'failed',
      'failed',
    ]);
  });

  test('of two requests at the same moment one moves the user, and the other says so or is asked to come again', async () => {
    await served.carry();
    const answers = await Promise.all([served.move('ann', { dry_run: false }), served.move('ann', { dry_run: false })]);
    const told = answers.map(({ status, body }) => (status === 200 ? body['status'] : body['code']));
    expect(told.filter((word) => word === 'migrated')).toHaveLength(1);
    expect(['migrated', 'already-migrated', 'CUTOVER_LEASE_HELD', 'CUTOVER_GATE_CLOSED']).toEqual(
      expect.arrayContaining(told),
    );
    expect(await served.authority('ann')).toBe('ledger');
  });
});

describe('the gates of the switch', () => {
  test('are closed before anything was carried: nobody is known, and nobody moved', async () => {
    expect(await served.move('ann', { dry_run: true })).toMatchObject({
      status: 404,
      body: { code: 'BILLING_USER_UNKNOWN' },
    });
    await served.carry();
    expect(await served.move('nobody', { dry_run: false })).toMatchObject({
      status: 404,
      body: { code: 'BILLING_USER_UNKNOWN' },
    });
  });

  test('are closed while a person has the run stand still, which a look shows and a move is refused by', async () => {
    await served.carry();
    const { database } = served.app.service;
    await database.write(async (trx) => {
      await sql`update ${sql.table('carryover_cutovers')} set paused = 1, pause_reason = 'lunch'`.execute(trx);
    });
    const shown = await served.move('ann', { dry_run: true });
    expect(shown.body).toMatchObject({ status: 'blocked' });
    expect(shown.body['gates']).toContainEqual(expect.objectContaining({ name: 'paused', open: false }));
    expect(await served.move('ann', { dry_run: false })).toMatchObject({
      status: 409,
      body: { code: 'CUTOVER_GATE_CLOSED' },
    });
    expect(await served.authority('ann')).toBe('legacy');
  });

  test('U-14: are closed by an account that differs, also that of somebody else', async () => {
    await served.carry();
    const { database } = served.app.service;
    await database.write(async (trx) => {
      const { triggers } = database.dialect;
      // A write that no trigger sees.
      await triggers.letPass(trx, 'carryover_mirroring');
      await sql`update credit_purchases set amount_dollars = 11 where user_id = 'ben'`.execute(trx);
      await triggers.endPass(trx, 'carryover_mirroring');
    });
    expect((await served.move('ann', { dry_run: true })).body).toMatchObject({ status: 'blocked' });
    expect(await served.move('ann', { dry_run: false })).toMatchObject({
      status: 409,
      body: { code: 'CUTOVER_GATE_CLOSED', detail: expect.stringContaining('1 accounts differ') },
    });
    expect(await served.authority('ann')).toBe('legacy');
  });

  test('are those of the lease: while another run holds it, nothing is moved', async () => {
    await served.carry();
    const { database } = served.app.service;
    const lease = await acquireLease(database, {
      instance: 'test',
      system: 'billing',
      holder: 'somebody:1',
      ttlMs: 60_000,
    });
    expect(await served.move('ann', { dry_run: false })).toMatchObject({
      status: 409,
      body: { code: 'CUTOVER_LEASE_HELD', retryable: true },
    });
    await releaseLease(database, lease);
    expect((await served.move('ann', { dry_run: false })).body).toMatchObject({ status: 'migrated' });
  });

  test('open to super admins alone', async () => {
    for (const as of ['server', 'user', 'staff', 'admin'] as const) {
      expect(await served.move('ann', { dry_run: true }, { as })).toMatchObject({
        status: 403,
        body: { code: 'HTTP_FORBIDDEN' },
      });
    }
  });
});
