import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PaymentAnswer } from '../../../src/systems/tuition/payments/payment-answer.ts';
import type { ReturnAnswer } from '../../../src/systems/tuition/payments/return-payment.ts';
import { Desk, SATURDAY, saturday, type Enrolled } from './desk.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await Desk.open();
});
afterAll(() => desk.close());

const pay = (pupil: Enrolled, amount: string, more: Readonly<Record<string, unknown>> = {}): Promise<PaymentAnswer> =>
  desk.pay<PaymentAnswer>(pupil, amount, more);
const giveBack = (input: object): Promise<ReturnAnswer> =>
  desk.run<ReturnAnswer>('refund-payment', { reason: 'asked for it', ...input });
const undo = (paymentId: string): Promise<ReturnAnswer> =>
  desk.run<ReturnAnswer>('void-payment', { paymentId, reason: 'a mistake' });

describe('recording a payment', () => {
  test('T-13: the first payment makes a new pupil returning, with the grace of one', async () => {
    const pupil = await desk.enrolled();
    expect(await desk.status(pupil)).toMatchObject({ isNewStudent: true, creditBalance: '0' });
    const { status } = await pay(pupil, '300.00');
    expect(status).toMatchObject({
      isNewStudent: false,
      creditBalance: '2',
      sessionsPaidFor: '4',
      remainingCredit: '6',
    });
  });

  test('a part of the fee buys whole sessions, and the rest of it stays as money', async () => {
    const pupil = await desk.enrolled();
    expect(await pay(pupil, '160.00')).toMatchObject({
      sessions: '2',
      moneyKept: '10.00',
      due: '300.00',
      received: '160.00',
    });
    expect(await pay(pupil, '65.00')).toMatchObject({ sessions: '1', moneyKept: '-10.00', received: '225.00' });
    expect(await desk.balance(pupil, 'money')).toBe(0n);
  });

  test('T-06: remainders of several months together buy a session', async () => {
    const pupil = await desk.enrolled();
    for (const month of ['2026-01', '2026-02', '2026-03']) await pay(pupil, '25.00', { month });
    expect(await desk.status(pupil)).toMatchObject({ sessionsPaidFor: '1', money: '0.00' });
  });

  test('T-02: more than the fee of a month buys no more sessions, and is kept', async () => {
    const pupil = await desk.enrolled();
    expect(await pay(pupil, '450.00')).toMatchObject({ sessions: '4', moneyKept: '150.00' });
  });

  test('T-32: amounts are exact, where floating point is not', async () => {
    const pupil = await desk.enrolled();
    for (const amount of ['0.10', '0.20', '74.70']) await pay(pupil, amount);
    expect(await desk.status(pupil)).toMatchObject({ sessionsPaidFor: '1', money: '0.00' });
    const last = (await desk.run<{ rows: { amount: string }[] }>('list-payments', only(pupil))).rows.map(
      ({ amount }) => amount,
    );
    expect(last).toEqual(['74.70', '0.20', '0.10']);
  });

  test('the receipt has the day of the school and the number of the payment', async () => {
    const pupil = await desk.enrolled();
    const lateEvening = SATURDAY.plusMillis(8.5 * 3_600_000);
    const { receipt, paymentId } = await pay(pupil, '300.00', { now: lateEvening });
    expect(receipt).toBe(`PAY-20260308-${paymentId}`);
  });

  test('T-31: a payment at the desk lifts the block of the door', async () => {
    const pupil = await desk.enrolled();
    await desk.scan(pupil);
    expect(await desk.status(pupil)).toMatchObject({ isBlocked: true });
    await pay(pupil, '75.00');
    expect(await desk.status(pupil)).toMatchObject({ isBlocked: false, blockReason: '' });
    expect(await desk.scan(pupil)).toMatchObject({ color: 'green' });
    expect(await actionsOf(pupil)).toEqual(
      expect.arrayContaining(['block_applied', 'block_removed', 'payment_recorded']),
    );
  });

  test('T-18: a payment that does not cover the next session lifts nothing', async () => {
    const pupil = await desk.enrolled();
    const { paymentId } = await pay(pupil, '300.00');
    for (const week of [0, 1, 2, 3, 4, 5]) await desk.scan(pupil, saturday(week));
    await desk.scan(pupil, saturday(6));
    await giveBack({ paymentId });
    expect(await desk.status(pupil)).toMatchObject({ debt: '6', isBlocked: true, blockReason: 'credit_exceeded_4' });
    expect((await pay(pupil, '300.00')).status).toMatchObject({ debt: '2', isBlocked: true, remainingCredit: '0' });
    expect((await pay(pupil, '75.00', { month: '2026-04' })).status).toMatchObject({ debt: '1', isBlocked: false });
  });

  test('T-01, T-09: who owes nothing gets the sessions of the month free and keeps the money', async () => {
    const pupil = await desk.enrolled({ terms: { financialStatus: 'symbolic' } });
    expect(await pay(pupil, '20.00')).toMatchObject({ due: '0.00', sessions: '4', moneyKept: '20.00' });
  });

  test('an own fee is what the month costs', async () => {
    const pupil = await desk.enrolled({ terms: { financialStatus: 'symbolic', customFee: '100.00' } });
    expect(await pay(pupil, '100.00')).toMatchObject({ due: '100.00', sessions: '4', moneyKept: '0.00' });
  });

  test('a group without a fee takes no payment', async () => {
    const pupil = await desk.enrolled({ groupId: await desk.group({ fee: null }) });
    await expect(pay(pupil, '10.00')).rejects.toMatchObject({ code: 'TUITION_FEE_UNKNOWN' });
  });

  test('amounts that no coin can pay are refused', async () => {
    const pupil = await desk.enrolled();
    await expect(pay(pupil, '0.00')).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await expect(pay(pupil, '1.005')).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await expect(pay(pupil, '-5.00')).rejects.toThrow(/amount/);
    await expect(pay(pupil, '5', { month: '2026-13' })).rejects.toThrow(/month/);
  });

  test('a payment of yesterday is dated yesterday, one of tomorrow is refused', async () => {
    const pupil = await desk.enrolled();
    const { paymentId, receipt } = await pay(pupil, '300.00', { paidAt: '2026-03-01T10:00:00Z' });
    expect(receipt).toBe(`PAY-20260301-${paymentId}`);
    await expect(pay(pupil, '300.00', { paidAt: '2026-03-08T10:00:00Z' })).rejects.toMatchObject({
      code: 'TUITION_INSTANT_OUT_OF_ORDER',
    });
  });
});

describe('kept money', () => {
  test('pays another month, and no money is made or lost by it', async () => {
    const pupil = await desk.enrolled();
    await pay(pupil, '450.00');
    const spent = await pay(pupil, '150.00', { month: '2026-04', from: 'kept-money' });
    expect(spent).toMatchObject({
      sessions: '2',
      moneyKept: '-150.00',
      status: { money: '0.00', sessionsPaidFor: '6' },
    });
    expect(spent.receipt).toMatch(/^KEPT-/);
  });

  test('no more can be spent than is kept, and not on a month that is paid', async () => {
    const pupil = await desk.enrolled();
    await pay(pupil, '450.00');
    await expect(pay(pupil, '150.01', { month: '2026-04', from: 'kept-money' })).rejects.toMatchObject({
      code: 'TUITION_MONEY_SHORT',
      details: { available: '150.00' },
    });
    await expect(pay(pupil, '10.00', { from: 'kept-money' })).rejects.toMatchObject({ code: 'TUITION_MONTH_PAID' });
  });

  test('is kept again when the spending is voided', async () => {
    const pupil = await desk.enrolled();
    await pay(pupil, '450.00');
    const { paymentId } = await pay(pupil, '150.00', { month: '2026-04', from: 'kept-money' });
    await expect(giveBack({ paymentId })).rejects.toMatchObject({ code: 'TUITION_PAYMENT_NOT_REVERSIBLE' });
    expect(await undo(paymentId)).toMatchObject({
      sessions: '-2',
      moneyKept: '150.00',
      status: { isNewStudent: false },
    });
    const again = await pay(pupil, '150.00', { month: '2026-05', from: 'kept-money' });
    expect(again).toMatchObject({ sessions: '2', status: { money: '0.00' } });
  });
});

describe('taking a payment back', () => {
  test('T-35: a void undoes it wholly, and the pupil is new again', async () => {
    const pupil = await desk.enrolled();
    const { paymentId } = await pay(pupil, '310.00');
    const undone = await undo(paymentId);
    expect(undone).toMatchObject({ amount: '310.00', sessions: '-4', moneyKept: '-10.00' });
    expect(undone.status).toMatchObject({
      isNewStudent: true,
      creditBalance: '0',
      sessionsPaidFor: '0',
      money: '0.00',
      isBlocked: false,
    });
    await expect(undo(paymentId)).rejects.toMatchObject({ code: 'TUITION_PAYMENT_NOT_REVERSIBLE' });
  });

  test('a void leaves a pupil returning whom another payment or the time made so', async () => {
    const twice = await desk.enrolled();
    await pay(twice, '300.00', { month: '2026-02' });
    expect((await undo((await pay(twice, '300.00')).paymentId)).status).toMatchObject({ isNewStudent: false });
    const longAgo = await desk.returning();
    expect((await undo((await pay(longAgo, '300.00')).paymentId)).status).toMatchObject({ isNewStudent: false });
  });

  test('T-35: a mistake can be corrected also when its sessions were attended; the block follows', async () => {
    const pupil = await desk.enrolled();
    const { paymentId } = await pay(pupil, '300.00');
    for (const week of [0, 1, 2]) await desk.scan(pupil, saturday(week));
    const { status } = await undo(paymentId);
    expect(status).toMatchObject({
      debt: '3',
      isNewStudent: true,
      isBlocked: true,
      blockReason: 'new_student_no_payment',
    });
    const [passed] = (
      await desk.run<{ rows: { action: string; reason: string }[] }>('audit-log', {
        ...only(pupil),
        action: 'set-floor',
      })
    ).rows;
    expect(passed?.reason).toContain('voided');
  });

  test('T-35: a refund in part takes money that bought nothing first, then sessions', async () => {
    const pupil = await desk.enrolled();
    const { paymentId } = await pay(pupil, '450.00');
    expect(await giveBack({ paymentId, amount: '150.00' })).toMatchObject({ sessions: '0', moneyKept: '-150.00' });
    expect(await giveBack({ paymentId, amount: '80.00' })).toMatchObject({ sessions: '-2', moneyKept: '70.00' });
    await expect(giveBack({ paymentId, amount: '220.01' })).rejects.toMatchObject({ code: 'TUITION_MONEY_SHORT' });
    expect(await giveBack({ paymentId })).toMatchObject({
      amount: '220.00',
      status: { sessionsPaidFor: '0', money: '0.00', isNewStudent: false },
    });
    await expect(giveBack({ paymentId, amount: '1.00' })).rejects.toMatchObject({
      code: 'TUITION_PAYMENT_NOT_REVERSIBLE',
    });
    await expect(undo(paymentId)).rejects.toMatchObject({ code: 'TUITION_PAYMENT_NOT_REVERSIBLE' });
  });

  test('a refund names a payment, or pupil, group and month', async () => {
    const pupil = await desk.enrolled();
    await expect(giveBack({})).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await expect(giveBack({ ...only(pupil) })).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    await expect(giveBack({ paymentId: '999999' })).rejects.toMatchObject({ code: 'TUITION_UNKNOWN' });
  });

  test('a month paid here cannot be refunded a second time as one paid before the cutover', async () => {
    const pupil = await desk.enrolled();
    await pay(pupil, '300.00');
    await expect(giveBack({ ...only(pupil), month: '2026-03' })).rejects.toMatchObject({
      code: 'TUITION_MONEY_SHORT',
      details: { available: '0.00' },
    });
  });

  test('payments, voids and refunds are kept with their days, and nothing is deleted', async () => {
    const pupil = await desk.enrolled();
    const first = await pay(pupil, '300.00');
    await undo(first.paymentId);
    const second = await pay(pupil, '300.00');
    await giveBack({ paymentId: second.paymentId, amount: '75.00' });
    const rows = await desk.rows<{ student_id: bigint; kind: string; amount: bigint; sessions: bigint }>(
      'carryover_tuition_refunds',
    );
    expect(
      rows
        .filter(({ student_id }) => student_id.toString() === pupil.studentId)
        .map(({ kind, amount, sessions }) => [kind, amount, sessions]),
    ).toEqual([
      ['void', 30000n, -4n],
      ['refund', 7500n, -1n],
    ]);
  });
});

describe('a group at once', () => {
  test('T-33: each pupil pays what the month still owes and gets the plan’s sessions, once', async () => {
    const groupId = await desk.group();
    const [none, part, full, free] = [
      await desk.enrolled({ groupId }),
      await desk.enrolled({ groupId }),
      await desk.enrolled({ groupId }),
      await desk.enrolled({ groupId, terms: { financialStatus: 'exempt' } }),
    ];
    await pay(part, '100.00');
    await pay(full, '300.00');
    for (const week of [0, 1, 2, 3, 4]) await desk.scan(free, saturday(week));
    const bulk = await desk.run<BulkAnswer>('record-bulk-payment', { groupId });
    expect(bulk.payments.map(({ studentId, amount, sessions }) => [studentId, amount, sessions])).toEqual([
      [none.studentId, '300.00', '4'],
      [part.studentId, '200.00', '3'],
    ]);
    expect(bulk.total).toBe('500.00');
    expect(bulk.skipped).toEqual([
      { studentId: full.studentId, why: 'paid' },
      { studentId: free.studentId, why: 'nothing-owed' },
    ]);
    const again = await desk.run<BulkAnswer>('record-bulk-payment', { groupId });
    expect(again).toMatchObject({ payments: [], total: '0.00' });
    expect(await desk.status(part)).toMatchObject({ sessionsPaidFor: '4', money: '0.00' });
  });

  test('only the pupils named pay, and one who is not enrolled is told', async () => {
    const groupId = await desk.group();
    const [wanted, other] = [await desk.enrolled({ groupId }), await desk.enrolled({ groupId })];
    const stranger = await desk.student();
    const bulk = await desk.run<BulkAnswer>('record-bulk-payment', {
      groupId,
      studentIds: [wanted.studentId, stranger],
    });
    expect(bulk.payments.map(({ studentId }) => studentId)).toEqual([wanted.studentId]);
    expect(bulk.skipped).toEqual([{ studentId: stranger, why: 'not-enrolled' }]);
    expect(await desk.status(other)).toMatchObject({ sessionsPaidFor: '0' });
  });
});

describe('how many sessions a month buys', () => {
  test('T-05: by group, as policy says', async () => {
    const groupId = await desk.group();
    const pupil = await desk.enrolled({ groupId });
    const policy = { sessionsPerMonth: { groups: { [groupId]: 8 } } };
    const answer = await desk.run<PaymentAnswer>('record-payment', { ...only(pupil), amount: '300.00' }, { policy });
    expect(answer).toMatchObject({ sessions: '8' });
  });

  test('T-05: counted from the sessions held, here and in the school’s own list, without those called off', async () => {
    const policy = { sessionsPerMonth: { from: 'counted' as const } };
    const groupId = await desk.group();
    const pupil = await desk.enrolled({ groupId, daysAgo: 100 });
    const held = ['2026-02-03', '2026-02-05', '2026-02-07', '2026-02-10', '2026-02-12', '2026-02-14'];
    for (const [index, day] of held.entries()) {
      await desk.legacyRow('sessions', [
        BigInt(8000 + index),
        BigInt(groupId),
        day,
        1n,
        day === '2026-02-12' ? 1n : 0n,
        '',
      ]);
    }
    await desk.scan(pupil, saturday(-1));
    await desk.run('cancel-session', { groupId, date: '2026-02-10', reason: 'no teacher' });
    const paid = await desk.run<PaymentAnswer>(
      'record-payment',
      { ...only(pupil), amount: '300.00', month: '2026-02' },
      { policy },
    );
    expect(paid).toMatchObject({ sessions: '5' });
    const running = await desk.run<PaymentAnswer>('record-payment', { ...only(pupil), amount: '300.00' }, { policy });
    expect(running).toMatchObject({ sessions: '4' });
  });

  test('T-07: where each row counts, every payment is a plan of its own', async () => {
    const policy = { duplicateMonths: 'each-row' as const };
    const pupil = await desk.enrolled();
    const twice = async (): Promise<PaymentAnswer> =>
      desk.run<PaymentAnswer>('record-payment', { ...only(pupil), amount: '300.00' }, { policy });
    expect(await twice()).toMatchObject({ sessions: '4' });
    expect(await twice()).toMatchObject({ sessions: '4', status: { sessionsPaidFor: '8' } });
  });
});

interface BulkAnswer {
  readonly payments: readonly { studentId: string; amount: string; sessions: string }[];
  readonly total: string;
  readonly skipped: readonly { studentId: string; why: string }[];
}

function only({ studentId, groupId }: Enrolled): { studentId: string; groupId: string } {
  return { studentId, groupId };
}

async function actionsOf(pupil: Enrolled): Promise<readonly string[]> {
  const { rows } = await desk.run<{ rows: { action: string }[] }>('audit-log', only(pupil));
  return rows.map(({ action }) => action);
}
