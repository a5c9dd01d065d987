import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CancelSessionAnswer } from '../../../src/systems/tuition/operations/cancel-session.ts';
import type { MonthlySettlement } from '../../../src/systems/tuition/operations/monthly-settlement.ts';
import { failureOf } from '../../support/failure-of.ts';
import { school, type School } from '../tuition-migration/school.ts';
import { dayOf, friday, LiveSchool, pupil } from './live-school.ts';

const reason = 'as agreed';

/** Pupils in the order of their ids, all of group 1. */
function schoolInUse(): School {
  return school()
    .pupil() // 1: four paid, two attended in June.
    .paid('2026-06', 300)
    .attended(2, { from: '2026-06-19' })
    .pupil() // 2: half a month paid, and one session owed.
    .paid('2026-06', 150)
    .attended(3, { from: '2026-06-12' })
    .pupil() // 3: an unpaid row, as the application makes them beforehand.
    .paid('2026-07', 0)
    .attended(1, { from: '2026-06-19' })
    .pupil({ financialStatus: 'exempt' }) // 4
    .attended(2, { from: '2026-06-12' });
}

let live: LiveSchool;

/** Tells legacy, and holds both sides against each other. */
async function told(entries: number, losses = 0n): Promise<void> {
  const { mirrored, drift, lag, sweep } = await live.watch();
  expect({ mirrored, drift, lag: lag.entries }).toMatchObject({
    mirrored: entries,
    drift: { drifted: 0n, named: [], losses },
    lag: 0n,
  });
  expect(drift?.compared).toBeGreaterThan(0n);
  expect(sweep).toMatchObject({ different: 0n, unseen: [] });
}

/** The payment rows of a pupil, oldest number first: day, owed and paid in cents, status. */
async function paymentRows(student: number): Promise<readonly string[]> {
  const { dateOf, minorUnits } = live.database.dialect.expressions;
  const rows = await live.rows(sql<{ day: string; due: bigint; paid: bigint; status: string }>`
    select ${dateOf(sql`p.month`)} as day, ${minorUnits(sql`p.amount_due`, 2)} as due, ${minorUnits(sql`p.amount_paid`, 2)} as paid, p.status as status
    from payments p where p.student_id = ${student} order by p.payment_id`);
  return rows.map(({ day, due, paid, status }) => `${day} ${paid}/${due} ${status}`);
}

/** The attendances of a pupil by day. */
async function attendanceRows(student: number): Promise<readonly string[]> {
  const { dateOf, isTrue } = live.database.dialect.expressions;
  const rows = await live.rows(sql<{ day: string; status: string; let_in: bigint; cancelled: bigint }>`
    select ${dateOf(sql`s.session_date`)} as day, a.status as status, case when ${isTrue(sql`a.allow_entry`)} then 1 else 0 end as let_in,
      case when ${isTrue(sql`s.is_cancelled`)} then 1 else 0 end as cancelled
    from attendances a join sessions s on s.session_id = a.session_id where a.student_id = ${student} order by 1`);
  return rows.map(
    ({ day, status, let_in: letIn, cancelled }) =>
      `${day} ${status}${letIn === 1n ? '' : ' refused'}${cancelled === 1n ? ' cancelled' : ''}`,
  );
}

describe('the application, after pupils have gone over', () => {
  beforeAll(async () => {
    live = await LiveSchool.open(schoolInUse());
    await live.migrate();
    await live.switch(['1:1']);
  });
  afterAll(() => live.close());

  const refusals: readonly (readonly [string, string, () => Promise<void>])[] = [
    ['a payment', 'record-payment', () => live.app.pay([1, 1], '2026-07', 30_000)],
    ['more money for a month', 'record-payment', () => live.app.pay([1, 1], '2026-06', 100)],
    ['deleting a payment', 'record-payment', () => live.app.run(sql`delete from payments where student_id = 1`)],
    ['letting the pupil in', 'check-in', () => live.app.attend(1, 1, dayOf())],
    [
      'correcting an attendance',
      'check-in',
      () => live.app.run(sql`update attendances set status = 'absent' where student_id = 1`),
    ],
    [
      'cancelling a session the pupil came to',
      'cancel-session',
      () => live.app.run(sql`update sessions set is_cancelled = ${sql.raw('true')}`),
    ],
    [
      'ending the enrolment',
      'change-enrolment',
      () => live.app.run(sql`delete from student_group_enrollments where student_id = 1`),
    ],
    [
      'moving the enrolment',
      'change-enrolment',
      () => live.app.run(sql`update student_group_enrollments set group_id = 2 where student_id = 1`),
    ],
    ['deleting the pupil', 'change-enrolment', () => live.app.run(sql`delete from students where student_id = 1`)],
    ['deleting the group', 'change-enrolment', () => live.app.run(sql`delete from groups where group_id = 1`)],
  ];
  test.each(refusals)('is refused %s, and told to call %s', async (_what, operation, write) => {
    const failure = await failureOf(write());
    expect(live.app.database.classify(failure)?.kind).toBe('guard');
    expect(String(failure)).toContain(`carryover tuition ${operation}`);
  });

  test('still edits names, telephones, schedules and fees, and works with everybody else', async () => {
    const { app } = live;
    await app.run(sql`update students set full_name = 'Another', parent_phone = '0100 555 0101' where student_id = 1`);
    await app.run(sql`update groups set schedule_time = '17:00:00', standard_fee = 320 where group_id = 1`);
    await app.run(sql`update sessions set cancellation_reason = 'none' where group_id = 1`);
    await app.pay([2, 1], '2026-07', 30_000);
    await app.attend(2, 1, dayOf());
    await app.hold(1, dayOf(1));
    expect((await live.follow()).sweep).toMatchObject({ different: 0n, unseen: [] });
    expect(await live.balances('2:1')).toMatchObject({ sessions: 2n });
  });
});

describe('what desk and door do after the switch', () => {
  beforeEach(async () => {
    live = await LiveSchool.open(schoolInUse());
    await live.migrate();
    await live.switch('all');
  });
  afterEach(() => live.close());

  const one = { studentId: '1', groupId: '1' };

  test('a payment becomes a row of its month, dated when it was paid', async () => {
    await live.desk.pay(pupil(1), '300.00', { month: '2026-07', now: friday() });
    await told(1);
    expect(await paymentRows(1)).toEqual(['2026-06-01 30000/30000 paid', '2026-07-01 30000/30000 paid']);
    await live.desk.pay(pupil(1), '310.00', { month: '2026-08', now: friday() });
    await told(2);
    expect(await paymentRows(1)).toContain('2026-08-01 31000/30000 paid');
  });

  test('a second payment for a month takes another day of it, and an unpaid row is paid', async () => {
    await live.desk.pay(pupil(2), '75.00', { month: '2026-06', now: friday() });
    await live.desk.pay(pupil(2), '70.00', { month: '2026-06', now: friday() });
    await live.desk.pay(pupil(3), '100.00', { month: '2026-07', now: friday() });
    await told(4);
    expect(await paymentRows(2)).toEqual([
      '2026-06-01 15000/30000 partial',
      '2026-06-02 7500/30000 partial',
      '2026-06-03 7000/30000 partial',
    ]);
    expect(await paymentRows(3)).toEqual(['2026-07-01 10000/30000 partial']);
  });

  test('a refund lessens the row of its payment, a void takes it away, in one go or later', async () => {
    const first = await live.desk.pay(pupil(1), '300.00', { month: '2026-07', now: friday() });
    await told(1);
    await live.desk.run('refund-payment', { paymentId: first.paymentId, amount: '85.00', reason }, { now: friday() });
    await told(2);
    expect(await paymentRows(1)).toContain('2026-07-01 21500/30000 partial');
    const mistake = await live.desk.pay(pupil(1), '300.00', { month: '2026-08', now: friday() });
    await told(1);
    await live.desk.run('void-payment', { paymentId: mistake.paymentId, reason }, { now: friday() });
    await told(1);
    expect(await paymentRows(1)).toEqual(['2026-06-01 30000/30000 paid', '2026-07-01 21500/30000 partial']);
    const again = await live.desk.pay(pupil(1), '300.00', { month: '2026-09', now: friday() });
    await live.desk.run('void-payment', { paymentId: again.paymentId, reason }, { now: friday() });
    await told(2);
    expect(await paymentRows(1)).toHaveLength(2);
  });

  test('a month that legacy received is refunded in its row, and settles as it was settled', async () => {
    const settle = (month: string): Promise<MonthlySettlement> =>
      live.desk.run('monthly-settlement', { month }, { now: friday() });
    const before = await settle('2026-06');
    expect(before).toMatchObject({ received: '450.00', refunded: '0.00' });
    await live.desk.run('refund-payment', { ...one, month: '2026-06', amount: '75.00', reason }, { now: friday() });
    await live.desk.pay(pupil(2), '75.00', { month: '2026-06', now: friday() });
    await live.desk.pay(pupil(3), '300.00', { month: '2026-07', now: friday() });
    const july = await settle('2026-07');
    expect(july).toMatchObject({ received: '375.00', refunded: '75.00' });
    await told(3);
    expect(await paymentRows(1)).toEqual(['2026-06-01 22500/30000 partial']);
    expect(await settle('2026-06')).toEqual(before);
    expect(await settle('2026-07')).toEqual(july);
    await live.takeBack('all');
    expect(await settle('2026-06')).toEqual(before);
    expect(await settle('2026-07')).toEqual(july);
  });

  test('kept money that is spent moves from row to row, and one that is given back lies on a paid month', async () => {
    await live.desk.pay(pupil(1), '150.00', { month: '2026-06', now: friday() });
    const spent = await live.desk.pay(pupil(1), '150.00', { month: '2026-07', from: 'kept-money', now: friday() });
    await told(3);
    expect(await paymentRows(1)).toEqual([
      '2026-06-01 30000/30000 paid',
      '2026-06-02 0/30000 unpaid',
      '2026-07-01 15000/30000 partial',
    ]);
    await live.desk.run('void-payment', { paymentId: spent.paymentId, reason }, { now: friday() });
    await told(2);
    expect(await live.balances('1:1')).toEqual({ sessions: 2n, money: 15_000n });
    await live.takeBack('all');
    expect(await live.balances('1:1')).toEqual({ sessions: 2n, money: 15_000n });
  });

  test('a free month keeps the sessions it gives', async () => {
    const paid = await live.desk.pay(pupil(4), '20.00', { month: '2026-07', now: friday() });
    await told(2);
    expect(await live.balances('4:1')).toEqual({ sessions: 2n, money: 2_000n });
    await live.desk.run('void-payment', { paymentId: paid.paymentId, reason }, { now: friday() });
    await told(1);
    expect(await paymentRows(4)).toEqual(['2026-07-01 0/0 paid']);
  });

  test('a scan becomes an attendance, with the session of the day; one that is given back counts no more', async () => {
    expect(await live.desk.scan(pupil(1), friday())).toMatchObject({ color: 'green' });
    expect(await live.desk.scan(pupil(4), friday())).toMatchObject({ color: 'green' });
    await told(2);
    expect(await attendanceRows(1)).toContain(`${dayOf()} present`);
    await live.desk.run('reverse-attendance', { ...one, date: dayOf(), reason }, { now: friday() });
    expect(await live.desk.scan(pupil(1), friday())).toMatchObject({ color: 'green' });
    await live.desk.run('reverse-attendance', { ...one, date: '2026-06-19', reason }, { now: friday() });
    await told(3);
    expect(await attendanceRows(1)).toEqual(['2026-06-19 absent refused', '2026-06-26 present', `${dayOf()} present`]);
    await live.desk.run('reverse-attendance', { ...one, date: dayOf(), reason }, { now: friday() });
    await told(1);
    expect(await attendanceRows(1)).toContain(`${dayOf()} absent refused`);
    expect(await live.desk.scan(pupil(1), friday())).toMatchObject({ color: 'green' });
    await told(1);
  });

  test('a scan that was taken and given back before legacy heard of it counts no more', async () => {
    await live.desk.scan(pupil(1), friday());
    await live.desk.run('reverse-attendance', { ...one, date: dayOf(), reason }, { now: friday() });
    await told(2);
    expect(await attendanceRows(1)).toContain(`${dayOf()} absent refused`);
  });

  test('a session that is called off is cancelled in legacy, and its rows stay', async () => {
    await live.desk.scan(pupil(1), friday());
    const cancel = (date: string): Promise<CancelSessionAnswer> =>
      live.desk.run('cancel-session', { groupId: '1', date, reason }, { now: friday() });
    expect(await cancel(dayOf())).toMatchObject({ returned: '1' });
    expect(await cancel('2026-06-19')).toMatchObject({ returned: '4' });
    await told(6);
    expect(await attendanceRows(1)).toEqual([
      '2026-06-19 present cancelled',
      '2026-06-26 present',
      `${dayOf()} present cancelled`,
    ]);
    expect(await live.desk.scan(pupil(1), friday())).toMatchObject({ code: 'session_cancelled' });
  });

  test('goes back with what happened since, and a later switch posts only what changed', async () => {
    await live.desk.pay(pupil(1), '300.00', { month: '2026-07', now: friday() });
    await live.desk.scan(pupil(1), friday());
    await live.desk.run('reverse-attendance', { ...one, date: '2026-06-19', reason }, { now: friday() });
    const [before, seq] = [await live.balances('1:1'), (await live.account('1:1'))?.seq ?? 0n];
    expect(before).toEqual({ sessions: 6n, money: 0n });
    expect(await live.takeBack(['1:1'])).toMatchObject({ returned: 2n, losses: [] });
    expect(await live.account('1:1')).toMatchObject({ authority: 'legacy', balance: 6n, seq });
    expect((await live.account('2:1'))?.authority).toBe('ledger');
    await live.app.pay([1, 1], '2026-07', 7_500);
    await live.app.attend(1, 1, dayOf(1));
    await live.switch(['1:1'], 'second');
    expect(await live.account('1:1')).toMatchObject({ authority: 'ledger', balance: 5n, seq: seq + 1n });
    expect(await live.balances('1:1')).toEqual({ sessions: 5n, money: 7_500n });
    await live.desk.scan(pupil(1), friday(2));
    await told(1);
  });
});

describe('a group of which some have gone over', () => {
  beforeEach(async () => {
    live = await LiveSchool.open(schoolInUse());
    await live.migrate();
    await live.switch(['1:1', '4:1']);
  });
  afterEach(() => live.close());

  test('has a session called off for everybody, once the ledger has called it off', async () => {
    const before = await live.balances('2:1');
    const answer = await live.desk.run<CancelSessionAnswer>(
      'cancel-session',
      { groupId: '1', date: '2026-06-19', reason },
      { now: friday() },
    );
    expect(answer).toMatchObject({ returned: '2', leftToLegacy: '2' });
    const round = await live.watch();
    expect(round).toMatchObject({ mirrored: 2, drift: { drifted: 0n }, sweep: { different: 0n, unseen: [] } });
    expect(await live.balances('2:1')).toMatchObject({ sessions: (before.sessions ?? 0n) + 1n });
    await live.switch('all', 'rest');
    await told(0);
  });

  test('has a pupil whom the ledger decides enrolled elsewhere by legacy, which decides about that', async () => {
    await live.app.enrol(1, 2);
    await live.app.pay([1, 2], '2026-07', 30_000);
    await told(0);
    expect(await live.account('1:2')).toMatchObject({ authority: 'legacy', balance: 4n });
    expect((await live.account('1:1'))?.authority).toBe('ledger');
    await live.switch('all', 'rest');
    expect((await live.account('1:2'))?.authority).toBe('ledger');
    await told(0);
  });

  test('has both doors let their own pupils into one session', async () => {
    await live.app.attend(2, 1, dayOf());
    await live.desk.scan(pupil(1), friday());
    await live.watch();
    await live.app.attend(3, 1, dayOf());
    await live.desk.scan(pupil(4), friday());
    await told(1);
    const sessions = await live.rows(
      sql<{ n: bigint }>`select count(*) as n from sessions where session_id = ${await live.app.sessionOf(1, dayOf())}`,
    );
    expect(sessions[0]?.n).toBe(1n);
    expect(await attendanceRows(4)).toContain(`${dayOf()} present`);
  });
});
