import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Instant } from '../../../src/base/instant.ts';
import type { CancelSessionAnswer } from '../../../src/systems/tuition/operations/cancel-session.ts';
import type { FamilyView } from '../../../src/systems/tuition/operations/family-view.ts';
import type { MonthlySettlement } from '../../../src/systems/tuition/operations/monthly-settlement.ts';
import type { PaymentAnswer } from '../../../src/systems/tuition/payments/payment-answer.ts';
import type { ReturnAnswer } from '../../../src/systems/tuition/payments/return-payment.ts';
import { carry } from '../tuition-migration/carry-school.ts';
import { school, type School } from '../tuition-migration/school.ts';
import { Desk, switchToLedger, type Enrolled } from './desk.ts';

/** Friday, 3 July 2026, ten minutes before the groups of these schools meet at 16:00 in Cairo. */
const FRIDAY: Instant = Instant.parse('2026-07-03T12:50:00Z');
const friday = (weeks: number): Instant => FRIDAY.plusMillis(weeks * 7 * 86_400_000);
const reason = 'as agreed';

/** Pupils in the order of their ids. */
function carriedSchool(): School {
  return school()
    .pupil() // 1: four paid, two attended in June.
    .paid('2026-06', 300)
    .attended(2, { from: '2026-06-19' })
    .pupil() // 2: three attended and nothing paid: over the limit.
    .attended(3, { from: '2026-06-12' })
    .pupil() // 3: 150 of 300, and 60 of another month.
    .paid('2026-05', 450)
    .paid('2026-06', 60)
    .pupil({ days: 10 }) // 4: new, nothing paid.
    .pupil({ active: false }) // 5: gone, with a debt.
    .attended(2, { from: '2026-06-19' })
    .pupil() // 6: two groups.
    .attended(1, { from: '2026-06-26' })
    .alsoIn(2)
    .paid('2026-06', 300)
    .pupil({ financialStatus: 'exempt' }) // 7: exempt with nine attended.
    .attended(4, { from: '2026-06-05' });
}

let desk: Desk;
const pupil = (id: number, group = 1): Enrolled => ({ studentId: `${id}`, groupId: `${group}`, code: `${id}` });
const only = ({ studentId, groupId }: Enrolled): { studentId: string; groupId: string } => ({ studentId, groupId });

async function open(): Promise<Desk> {
  return Desk.open({
    prepare: async (database) => {
      await carriedSchool().write(database);
      await carry(database);
    },
  });
}

describe('before the switch', () => {
  beforeAll(async () => {
    desk = await open();
  });
  afterAll(() => desk.close());

  test('every operation that writes refuses while legacy decides, and says what to do', async () => {
    const one = only(pupil(1));
    const refusal = { code: 'LEDGER_AUTHORITY_LEGACY', hint: expect.stringContaining('carryover switch') };
    const calls: readonly (readonly [string, object])[] = [
      ['check-in', { code: '1' }],
      ['record-payment', { ...one, amount: '300.00' }],
      ['refund-payment', { ...one, month: '2026-06', reason }],
      ['reverse-attendance', { ...one, date: '2026-06-19', reason }],
      ['cancel-session', { groupId: '1', date: '2026-06-19', reason }],
      ['adjust-grace', { ...one, newBalance: 5, reason }],
      ['set-financial-status', { ...one, financialStatus: 'exempt', reason }],
      ['block-enrolment', { ...one, reason }],
      ['unblock-enrolment', { ...one, reason }],
      ['freeze-enrolment', { ...one, until: '2026-09-01T00:00:00Z', reason }],
      ['unfreeze-enrolment', { ...one, reason }],
      ['grant-make-up', { ...one, sessions: 1, reason }],
      ['change-enrolment', { ...one, action: 'leave', reason }],
    ];
    for (const [name, input] of calls)
      await expect(desk.run(name, input, { now: FRIDAY }), name).rejects.toMatchObject(refusal);
    await expect(desk.run('enrol-student', { studentId: '1', groupId: '2' })).rejects.toMatchObject(refusal);
    const bulk = await desk.run<{ payments: unknown[]; skipped: { why: string }[] }>(
      'record-bulk-payment',
      { groupId: '1' },
      { now: FRIDAY },
    );
    expect(bulk.payments).toEqual([]);
    expect(new Set(bulk.skipped.map(({ why }) => why))).toEqual(new Set(['legacy-authority']));
    expect(await desk.rows('carryover_entries', sql`source is null`)).toEqual([]);
  });

  test('reading works, whoever decides', async () => {
    expect(await desk.status(pupil(2), FRIDAY)).toMatchObject({
      debt: '3',
      isBlocked: true,
      blockReason: 'credit_exceeded_1',
      remainingCredit: '-1',
    });
    expect(await desk.status(pupil(3), FRIDAY)).toMatchObject({ sessionsPaidFor: '4', money: '210.00' });
    const preview = await desk.run<{ groups: { refused: { studentId: string }[] }[] }>(
      'who-would-be-refused-today',
      {},
      { now: FRIDAY },
    );
    expect(preview.groups.flatMap(({ refused }) => refused.map(({ studentId }) => studentId))).toEqual(['2', '4']);
    const settled = await desk.run<MonthlySettlement>('monthly-settlement', { month: '2026-06' }, { now: FRIDAY });
    expect(settled).toMatchObject({ received: '660.00', groups: [{ groupId: '1' }, { groupId: '2' }] });
  });
});

describe('after the switch', () => {
  beforeAll(async () => {
    desk = await open();
    await switchToLedger(desk.database);
  });
  afterAll(() => desk.close());

  test('T-13: a carried pupil goes on where legacy stood', async () => {
    expect(await desk.scan(pupil(1), FRIDAY)).toMatchObject({
      color: 'green',
      attended: '3',
      paid: '4',
      debt: '-1',
      remaining: '3',
    });
    const paid = await desk.pay<PaymentAnswer>(pupil(1), '300.00', { now: FRIDAY });
    expect(paid).toMatchObject({ sessions: '4', status: { sessionsPaidFor: '8' } });
  });

  test('T-16: who was carried is not enrolled a second time, and who was not can be', async () => {
    const enrol = (groupId: string): Promise<unknown> =>
      desk.run('enrol-student', { studentId: '1', groupId }, { now: FRIDAY });
    await expect(enrol('1')).rejects.toMatchObject({ code: 'TUITION_ENROLMENT_EXISTS' });
    expect(await enrol('2')).toMatchObject({ isNewStudent: true, debt: '0' });
  });

  test('T-18: a carried block stays until the next session is covered', async () => {
    expect(await desk.scan(pupil(2), FRIDAY)).toMatchObject({
      color: 'yellow',
      code: 'credit_exceeded',
      params: { number: '1' },
    });
    const part = await desk.pay<PaymentAnswer>(pupil(2), '75.00', { now: FRIDAY });
    expect(part.status).toMatchObject({ isBlocked: true, debt: '2' });
    const more = await desk.pay<PaymentAnswer>(pupil(2), '75.00', { now: FRIDAY });
    expect(more.status).toMatchObject({ isBlocked: false, debt: '1' });
    expect(await desk.scan(pupil(2), FRIDAY)).toMatchObject({ color: 'green' });
  });

  test('a payment adds to the month that legacy began, at its price', async () => {
    const paid = await desk.pay<PaymentAnswer>(pupil(3), '15.00', { month: '2026-06', now: FRIDAY });
    expect(paid).toMatchObject({ due: '300.00', received: '75.00', sessions: '1', moneyKept: '-60.00' });
    const kept = await desk.pay<PaymentAnswer>(pupil(3), '150.00', {
      month: '2026-07',
      from: 'kept-money',
      now: FRIDAY,
    });
    expect(kept).toMatchObject({ sessions: '2', status: { money: '0.00', sessionsPaidFor: '7' } });
  });

  test('T-35: a month that legacy received can be refunded, once and no further than it was', async () => {
    const refund = (amount?: string): Promise<ReturnAnswer> =>
      desk.run<ReturnAnswer>(
        'refund-payment',
        { ...only(pupil(6, 2)), month: '2026-06', ...(amount === undefined ? {} : { amount }), reason },
        { now: FRIDAY },
      );
    expect(await refund('75.00')).toMatchObject({ paymentId: null, sessions: '-1' });
    expect(await refund()).toMatchObject({
      amount: '225.00',
      sessions: '-3',
      status: { sessionsPaidFor: '0', isNewStudent: false },
    });
    await expect(refund('0.01')).rejects.toMatchObject({ code: 'TUITION_MONEY_SHORT' });
  });

  test('T-35, T-36: an attendance of legacy counts as being in, and can be given back', async () => {
    const day = Instant.parse('2026-06-26T12:55:00Z');
    expect(await desk.scan(pupil(6), day)).toMatchObject({ color: 'gray', code: 'already_in', groupId: '1' });
    const reversed = await desk.run(
      'reverse-attendance',
      { ...only(pupil(6)), date: '2026-06-26', reason },
      { now: FRIDAY },
    );
    expect(reversed).toMatchObject({ sessionsAttended: '0', debt: '0' });
    await expect(
      desk.run('reverse-attendance', { ...only(pupil(6)), date: '2026-06-26', reason }),
    ).rejects.toMatchObject({ code: 'TUITION_UNKNOWN' });
    expect(await desk.scan(pupil(6), day)).toMatchObject({ color: 'green' });
  });

  test('T-35: calling off a session of legacy gives every pupil one session back, the inactive too, once', async () => {
    const cancel = (): Promise<CancelSessionAnswer> =>
      desk.run<CancelSessionAnswer>('cancel-session', { groupId: '1', date: '2026-06-19', reason }, { now: FRIDAY });
    const before = await desk.status(pupil(7), FRIDAY);
    expect(await cancel()).toMatchObject({ returned: '4', returnedInAll: '4', leftToLegacy: '0' });
    expect(await desk.status(pupil(5), FRIDAY)).toMatchObject({ sessionsAttended: '1', isActive: false });
    expect(Number(before.sessionsAttended) - Number((await desk.status(pupil(7), FRIDAY)).sessionsAttended)).toBe(1);
    expect(await cancel()).toMatchObject({ returned: '0' });
    const frozen = await desk.rows<{ status: string }>('carryover_accounts', sql`owner = '5:1'`);
    expect(frozen.map(({ status }) => status)).toEqual(['frozen', 'frozen']);
  });

  test('T-10: a pupil who was inactive is neither let in nor blocked', async () => {
    expect(await desk.scan(pupil(5), FRIDAY)).toMatchObject({ color: 'white', code: 'inactive_student' });
    expect(await desk.status(pupil(5), FRIDAY)).toMatchObject({ isBlocked: false });
    expect(await desk.rows('carryover_outbox', sql`recipient = 'student:5'`)).toEqual([]);
  });

  test('T-09: the exempt pupil in debt is let in', async () => {
    expect(await desk.scan(pupil(7), FRIDAY)).toMatchObject({ color: 'green', remaining: null });
  });

  test('T-12: a new pupil is refused at the first attempt, and not before', async () => {
    expect(await desk.status(pupil(4), FRIDAY)).toMatchObject({ isNewStudent: true, isBlocked: false });
    expect(await desk.scan(pupil(4), FRIDAY)).toMatchObject({ code: 'new_student_no_payment' });
    expect(await desk.status(pupil(4), FRIDAY)).toMatchObject({ isBlocked: true });
  });

  test('T-41: a school that goes over in shadow refuses nobody for money, and knows whom it would', async () => {
    const policy = { gate: { enforcedFrom: '2026-08-01T00:00:00+03:00' } };
    for (const id of [2, 4]) expect((await desk.scan(pupil(id), friday(1), { policy })).admitted).toBe(true);
    const { rows } = await desk.run<{ rows: { studentId: string }[] }>('attempts', { shadow: true });
    expect(rows.map(({ studentId }) => studentId)).toContain('4');
  });

  test('T-42: one parent, two groups, two accounts', async () => {
    await desk.database.write((trx) =>
      sql`update students set parent_phone = '0100 555 0100' where student_id = 6`.execute(trx),
    );
    const family = await desk.run<FamilyView>('family-view', { phone: '+201005550100' }, { now: FRIDAY });
    expect(family.children).toHaveLength(1);
    expect(family.children[0]?.enrolments.map(({ groupId }) => groupId)).toEqual(['1', '2']);
  });

  test('the view that reports read agrees with the operation, for every enrolment', async () => {
    const rows = await desk.rows<ViewRow>('credit_status');
    expect(rows.length).toBeGreaterThanOrEqual(8);
    for (const row of rows) {
      const status = await desk.status(pupil(Number(row.student_id), Number(row.group_id)), FRIDAY);
      expect({
        creditBalance: row.credit_balance.toString(),
        sessionsAttended: row.sessions_attended.toString(),
        sessionsPaidFor: row.sessions_paid_for.toString(),
        debt: row.debt.toString(),
        blockReason: row.block_reason,
      }).toEqual({
        creditBalance: status.creditBalance,
        sessionsAttended: status.sessionsAttended,
        sessionsPaidFor: status.sessionsPaidFor,
        debt: status.debt,
        blockReason: status.blockReason,
      });
    }
  });

  test('the view of the log tells each payment, refund and adjustment once', async () => {
    const refunded = { studentId: '6', groupId: '1' };
    const { paymentId } = await desk.pay<PaymentAnswer>({ ...refunded, code: '6' }, '310.00', { now: FRIDAY });
    await desk.run('refund-payment', { paymentId, amount: '85.00', reason }, { now: FRIDAY });
    await desk.run('adjust-grace', { ...refunded, newBalance: 5, reason }, { now: FRIDAY });
    const rows = await desk.rows<LogRow>('payment_audit_logs', sql`student_id = 6 and group_id = 1`);
    const told = rows
      .filter(({ action }) => ['payment_recorded', 'payment_refunded', 'credit_adjustment'].includes(action))
      .map((row) => [row.action, row.amount === null ? null : Number(row.amount), row.sessions_count]);
    expect(told.toSorted((one, other) => (String(one[0]) < String(other[0]) ? -1 : 1))).toEqual([
      ['credit_adjustment', null, null],
      ['payment_recorded', 310, 4n],
      ['payment_refunded', 85, -1n],
    ]);
  });
});

interface ViewRow {
  readonly student_id: bigint;
  readonly group_id: bigint;
  readonly credit_balance: bigint;
  readonly sessions_attended: bigint;
  readonly sessions_paid_for: bigint;
  readonly debt: bigint;
  readonly block_reason: string;
}

interface LogRow {
  readonly action: string;
  readonly amount: string | number | null;
  readonly sessions_count: bigint | null;
}
