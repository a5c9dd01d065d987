import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CreditReport } from '../../../src/systems/tuition/operations/credit-report.ts';
import { Desk, saturday } from './desk.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await Desk.open();
});
afterAll(() => desk.close());

describe('the checklist of the school', () => {
  test('new pupils cannot attend without a payment', async () => {
    const pupil = await desk.enrolled();
    expect(await desk.scan(pupil)).toMatchObject({ color: 'yellow', code: 'new_student_no_payment', admitted: false });
    await desk.pay(pupil, '300.00');
    expect(await desk.scan(pupil)).toMatchObject({ color: 'green', code: 'present', admitted: true });
  });

  test('returning pupils can attend up to 2 sessions without a payment', async () => {
    const pupil = await desk.returning();
    const colors = [];
    for (const week of [0, 1, 2]) colors.push((await desk.scan(pupil, saturday(week))).color);
    expect(colors).toEqual(['green', 'green', 'yellow']);
  });

  test('T-14: the third unpaid session triggers the automatic block, with credit_exceeded_1', async () => {
    const pupil = await desk.returning();
    await desk.scan(pupil, saturday(0));
    await desk.scan(pupil, saturday(1));
    expect(await desk.status(pupil, saturday(1))).toMatchObject({ isBlocked: false, remainingCredit: '0', debt: '2' });
    await desk.scan(pupil, saturday(2));
    expect(await desk.status(pupil, saturday(2))).toMatchObject({
      isBlocked: true,
      blockReason: 'credit_exceeded_1',
      debt: '2',
    });
  });

  test('the yellow answer of a financial block has what the screen shows', async () => {
    const pupil = await desk.returning();
    for (const week of [0, 1]) await desk.scan(pupil, saturday(week));
    const refused = await desk.scan(pupil, saturday(2));
    expect(refused).toMatchObject({ color: 'yellow', attended: '2', paid: '0', debt: '2', remaining: '0' });
    expect(refused.params).toMatchObject({ debt: '2', number: '1' });
    expect(refused.text.en).toContain('2 sessions are unpaid');
  });

  test('the balance follows a payment', async () => {
    const pupil = await desk.returning();
    await desk.scan(pupil);
    const { status } = await desk.pay(pupil, '300.00');
    expect(status).toMatchObject({
      sessionsPaidFor: '4',
      sessionsAttended: '1',
      debt: '-3',
      remainingCredit: '5',
      isNewStudent: false,
    });
    expect(await desk.status(pupil)).toEqual(status);
  });

  test('notices go out for blocks and warnings', async () => {
    const pupil = await desk.returning();
    for (const week of [0, 1, 2]) await desk.scan(pupil, saturday(week));
    const rows = await desk.rows<{ id: bigint; type: string; recipient: string; status: string }>('carryover_outbox');
    const own = rows
      .filter(({ recipient }) => recipient === `student:${pupil.studentId}`)
      .toSorted((a, b) => Number(a.id - b.id));
    expect(own.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['credit_warning', 'credit_final_warning', 'payment_block_3rd']),
    );
    expect(own.every(({ status }) => status === 'pending')).toBe(true);
  });

  test('the audit log records all changes', async () => {
    const pupil = await desk.returning();
    const one = { studentId: pupil.studentId, groupId: pupil.groupId };
    for (const week of [0, 1, 2]) await desk.scan(pupil, saturday(week));
    await desk.pay(pupil, '300.00');
    await desk.run('adjust-grace', { ...one, newBalance: 5, reason: 'Special case - extra credit granted' });
    await desk.run('set-financial-status', {
      ...one,
      financialStatus: 'symbolic',
      customFee: '50.00',
      reason: 'two brothers',
    });
    const { rows } = await desk.run<{ rows: { action: string }[] }>('audit-log', one);
    const told = [
      'enrolled',
      'block_applied',
      'payment_recorded',
      'block_removed',
      'credit_adjustment',
      'status_changed',
      'fee_changed',
    ];
    expect(rows.map(({ action }) => action)).toEqual(expect.arrayContaining(told));
  });

  test('staff see the credit of everybody', async () => {
    const groupId = await desk.group();
    const pupil = await desk.enrolled({ groupId });
    await desk.scan(pupil);
    const report = await desk.run<CreditReport>('credit-report', { groupId });
    expect(report.totals).toMatchObject({ enrolments: '1', new: '1', blocked: '1' });
    expect(report.rows).toMatchObject([
      { studentCode: pupil.code, isNewStudent: true, isBlocked: true, blockReason: 'new_student_no_payment' },
    ]);
  });
});
