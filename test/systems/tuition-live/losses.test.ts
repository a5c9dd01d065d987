import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { failureOf } from '../../support/failure-of.ts';
import { school } from '../tuition-migration/school.ts';
import { clerk } from '../tuition-operations/desk.ts';
import { friday, LiveSchool, pupil } from './live-school.ts';

const reason = 'as agreed';
const LATER = '2100-01-01T00:00:00Z';
const one = { studentId: '1', groupId: '1' };

let live: LiveSchool;
beforeEach(async () => {
  live = await LiveSchool.open(school().pupil().paid('2026-06', 60).attended(1, { from: '2026-06-19' }).pupil());
  await live.migrate();
  await live.switch('all');
});
afterEach(() => live.close());

async function accountId(kind: string): Promise<bigint> {
  const rows = await live.rows(sql<{ id: bigint }>`select a.id from ${sql.table('carryover_accounts')} a
    where a.system_name = 'tuition' and a.kind = ${kind} and a.owner = '1:1'`);
  return rows[0]?.id ?? 0n;
}

/** Has a return refused for exactly these, each `kind owner name`, and then accepted with the list that was given. */
async function lost(...names: readonly string[]): Promise<void> {
  expect((await live.watch()).drift).toMatchObject({ drifted: 0n, losses: BigInt(names.length) });
  const error = await failureOf(live.takeBack('all'));
  expect(error).toMatchObject({ code: 'CUTOVER_RETURN_REFUSED' });
  const { accounts } = (error as { details: { accounts: readonly string[] } }).details;
  expect(accounts.map((loss) => loss.split(' ').slice(0, 3).join(' '))).toEqual(names);
  expect(await live.losses()).toEqual(accounts);
  expect((await live.account('1:1'))?.authority).toBe('ledger');
  const returned = await live.takeBack('all', accounts);
  expect(returned.losses).toEqual(accounts);
  expect((await live.account('1:1'))?.authority).toBe('legacy');
  expect((await live.follow()).sweep).toMatchObject({ different: 0n, unseen: [] });
}

describe('what legacy has no place for is named before accounts go back', () => {
  test('money that belongs to no month, where every month would buy a session with it', async () => {
    const paid = await live.desk.pay(pupil(1), '390.00', { month: '2026-06', now: friday() });
    const spent = await live.desk.pay(pupil(1), '150.00', { month: '2026-07', from: 'kept-money', now: friday() });
    await live.desk.run('void-payment', { paymentId: spent.paymentId, reason }, { now: friday() });
    expect((await live.watch()).drift).toMatchObject({ drifted: 0n, losses: 0n });
    await live.desk.run('refund-payment', { paymentId: paid.paymentId, amount: '300.00', reason }, { now: friday() });
    expect(await live.balances('1:1')).toEqual({ sessions: -1n, money: 15_000n });
    await lost('money 1:1 money-kept');
    expect(await live.balances('1:1')).toEqual({ sessions: -1n, money: 0n });
  });

  test('but none where it is too little for a session', async () => {
    const spent = await live.desk.pay(pupil(1), '60.00', { month: '2026-07', from: 'kept-money', now: friday() });
    await live.desk.run('void-payment', { paymentId: spent.paymentId, reason }, { now: friday() });
    await live.desk.scan(pupil(1), friday());
    expect((await live.watch()).drift).toMatchObject({ drifted: 0n, losses: 0n });
    expect(await live.takeBack('all')).toMatchObject({ losses: [] });
    expect(await live.balances('1:1')).toEqual({ sessions: -2n, money: 6_000n });
  });

  test('make-up credits that are left', async () => {
    await live.desk.run('grant-make-up', { ...one, sessions: 2, expiresAt: LATER, reason }, { now: friday() });
    await lost('sessions 1:1 make-up-credits');
  });

  test('make-up credits that were used are no loss, nor is the session that they paid for', async () => {
    await live.desk.run('grant-make-up', { ...one, sessions: 1, expiresAt: LATER, reason }, { now: friday() });
    expect(await live.desk.scan(pupil(1), friday())).toMatchObject({ color: 'green', makeUp: true });
    expect((await live.watch()).drift).toMatchObject({ drifted: 0n, losses: 0n });
    expect(await live.takeBack('all')).toMatchObject({ losses: [] });
  });

  test('blocks, passes and freezes, until they are ended', async () => {
    await live.desk.run('block-enrolment', { ...one, reason }, { now: friday() });
    await live.desk.run('freeze-enrolment', { ...one, until: LATER, reason }, { now: friday() });
    expect((await live.losses()).map((loss) => loss.split(' ')[2])).toEqual(['freezes', 'overrides']);
    await live.desk.run('unfreeze-enrolment', { ...one, reason }, { now: friday() });
    await lost('sessions 1:1 overrides');
  });

  test('grace that was set by hand', async () => {
    await live.desk.run('adjust-grace', { ...one, newBalance: 5, reason }, { now: friday() });
    await lost('sessions 1:1 grace');
    expect((await live.account('1:1'))?.floor).toBe(-2n);
  });

  test('fee, status and activity that were changed', async () => {
    await live.desk.run(
      'set-financial-status',
      { ...one, financialStatus: 'symbolic', customFee: '50.00', reason },
      { now: friday() },
    );
    await live.desk.run(
      'change-enrolment',
      { studentId: '2', groupId: '1', action: 'leave', reason },
      { now: friday() },
    );
    await lost('sessions 1:1 terms', 'sessions 2:1 terms');
    expect(await live.account('2:1')).toMatchObject({ status: 'open' });
  });

  test('holds', async () => {
    const id = await accountId('sessions');
    await live.desk.ledger.executeOrThrow([{ type: 'hold', accountId: id, amount: 1n, key: 'kept', actor: clerk }]);
    const [loss] = await live.losses();
    expect(loss).toMatch(/^sessions 1:1 holds /);
    await live.desk.ledger.executeOrThrow([
      { type: 'release', accountId: id, holdKey: 'kept', key: 'free', actor: clerk },
    ]);
    expect(await live.losses()).toEqual([]);
  });

  test('entries that no operation made, and none once they were taken back', async () => {
    const accountIdOfMoney = await accountId('money');
    const entry = { type: 'post', accountId: accountIdOfMoney, kind: 'gift', contra: 'gifts', actor: clerk } as const;
    const [first] = await live.desk.ledger.executeOrThrow([{ ...entry, amount: 500n, key: 'gift-1' }]);
    await live.watch();
    const seq = first?.after[0]?.seq ?? 0n;
    await live.desk.ledger.executeOrThrow([
      { type: 'reverse', accountId: accountIdOfMoney, seq, key: 'undo', actor: clerk },
    ]);
    expect((await live.watch()).drift).toMatchObject({ drifted: 0n, losses: 0n });
    await live.desk.ledger.executeOrThrow([{ ...entry, amount: 700n, key: 'gift-2' }]);
    await lost('money 1:1 entries-by-hand');
    expect(await live.balances('1:1')).toMatchObject({ money: 6_000n });
  });

  test('enrolments that began with the ledger, which stay there', async () => {
    await live.app.run(sql`update student_group_enrollments set group_id = group_id where student_id = 1`);
    await live.desk.group();
    await live.desk.run('enrol-student', { studentId: '1', groupId: '101' }, { now: friday() });
    await live.desk.pay(pupil(1, 101), '300.00', { now: friday() });
    expect(await live.losses()).toEqual([expect.stringMatching(/^sessions 1:101 enrolments /)]);
    expect(await live.takeBack('all')).toMatchObject({ returned: 4n, losses: [] });
    expect(await live.account('1:101')).toMatchObject({ authority: 'ledger', balance: 4n });
    for (const line of await live.invariants()) expect(line).toMatch(/: (-?\d+) \1$/);
  });
});

test('where policy counts sessions, a month that was sold with fewer than are held by now is named', async () => {
  await live.close();
  live = await LiveSchool.open(school().pupil(), { policy: { sessionsPerMonth: { from: 'counted', standard: 2 } } });
  await live.migrate();
  await live.switch('all');
  await live.desk.pay(pupil(1), '300.00', { month: '2026-07', now: friday() });
  expect((await live.watch()).drift).toMatchObject({ drifted: 0n, losses: 0n });
  for (const week of [0, 1, 2]) await live.app.hold(1, friday(week).toString().slice(0, 10));
  expect((await live.watch()).drift).toMatchObject({ drifted: 0n, losses: 1n });
  await lost('sessions 1:1 plan-sessions');
  expect(await live.balances('1:1')).toEqual({ sessions: 3n, money: 0n });
});
