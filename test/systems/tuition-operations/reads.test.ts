import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CreditReport } from '../../../src/systems/tuition/operations/credit-report.ts';
import type { FamilyView } from '../../../src/systems/tuition/operations/family-view.ts';
import type { MonthlySettlement } from '../../../src/systems/tuition/operations/monthly-settlement.ts';
import type { RefusalPreview } from '../../../src/systems/tuition/operations/who-would-be-refused-today.ts';
import type { AttemptRow } from '../../../src/systems/tuition/operations/attempts.ts';
import type { AuditRow } from '../../../src/systems/tuition/operations/audit-log.ts';
import type { Page } from '../../../src/systems/tuition/queries/pages.ts';
import type { PupilRow } from '../../../src/systems/tuition/queries/pupil-row.ts';
import { Desk, SATURDAY, saturday, type Enrolled } from './desk.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await Desk.open();
});
afterAll(() => desk.close());

describe('the credit status', () => {
  test('has every field that the application knew, and says what the door would say', async () => {
    const pupil = await desk.returning();
    await desk.pay(pupil, '100.00');
    await desk.scan(pupil);
    expect(await desk.status(pupil)).toEqual({
      ...only(pupil),
      isActive: true,
      isNewStudent: false,
      financialStatus: 'normal',
      fee: '300.00',
      creditBalance: '2',
      sessionsAttended: '1',
      sessionsPaidFor: '1',
      debt: '0',
      remainingCredit: '2',
      isBlocked: false,
      blockReason: '',
      blockText: null,
      blockedAt: null,
      money: '25.00',
      makeUpSessions: '0',
      override: null,
      nextSession: { admitted: true, code: 'present' },
    });
  });

  test('of nobody is an error with the next step', async () => {
    await expect(desk.status({ studentId: '5', groupId: '6', code: '' })).rejects.toMatchObject({
      code: 'TUITION_ENROLMENT_UNKNOWN',
      hint: expect.stringContaining('enrol-student'),
    });
  });

  test('reading writes nothing, and the database enforces it', async () => {
    const pupil = await desk.returning();
    const { database } = desk;
    const before = await desk.rows('carryover_tuition_requests');
    await desk.status(pupil);
    expect(await desk.rows('carryover_tuition_requests')).toHaveLength(before.length);
    const write = database.read((trx) => sql`delete from ${sql.table('carryover_tuition_requests')}`.execute(trx));
    await expect(write).rejects.toThrow();
  });
});

describe('who would be refused today', () => {
  test('T-24: is told before anybody comes, by the decision of the door', async () => {
    const early = await desk.group({ day: 'Monday', time: '12:00:00' });
    const late = await desk.group({ day: 'Monday', time: '17:00:00' });
    const monday = SATURDAY.plusMillis(2 * 86_400_000);
    const unpaid = await desk.enrolled({ groupId: late });
    const paid = await desk.enrolled({ groupId: late });
    const blocked = await desk.enrolled({ groupId: late });
    await desk.pay(paid, '300.00');
    await desk.pay(blocked, '300.00');
    await desk.run('block-enrolment', { ...only(blocked), reason: 'talk first' });
    const owing = await desk.returning({ groupId: early });
    await desk.run('adjust-grace', { ...only(owing), newBalance: 0, reason: 'none' });
    const preview = await desk.run<RefusalPreview>('who-would-be-refused-today', {}, { now: monday });
    const mine = preview.groups.filter(({ groupId }) => [early, late].includes(groupId));
    expect(
      mine.map(({ groupId, start, expected, refused }) => [
        groupId,
        start,
        expected,
        refused.map(({ studentId, code }) => [studentId, code]),
      ]),
    ).toEqual([
      [early, '12:00', '1', [[owing.studentId, 'credit_exceeded']]],
      [
        late,
        '17:00',
        '3',
        [
          [unpaid.studentId, 'new_student_no_payment'],
          [blocked.studentId, 'blocked_by_hand'],
        ],
      ],
    ]);
    expect(preview.enforced).toBe(true);
    for (const pupil of [unpaid, blocked]) {
      expect(await desk.scan(pupil, monday.plusMillis(3_600_000))).toMatchObject({ color: 'yellow' });
    }
  });

  test('T-41: shows in the shadow period whom the door will refuse after it', async () => {
    const groupId = await desk.group({ day: 'Tuesday' });
    const pupil = await desk.enrolled({ groupId });
    const policy = { gate: { enforcedFrom: '2026-04-01T00:00:00+02:00' } };
    const preview = await desk.run<RefusalPreview>(
      'who-would-be-refused-today',
      { groupId, date: '2026-03-10' },
      { policy },
    );
    expect(preview).toMatchObject({
      enforced: false,
      total: '1',
      groups: [{ refused: [{ studentId: pupil.studentId }] }],
    });
  });

  test('leaves out who is in already, and sessions that are called off', async () => {
    const groupId = await desk.group();
    const pupil = await desk.returning({ groupId });
    await desk.run('adjust-grace', { ...only(pupil), newBalance: 1, reason: 'one' });
    await desk.scan(pupil);
    const preview = (): Promise<RefusalPreview> => desk.run<RefusalPreview>('who-would-be-refused-today', { groupId });
    expect(await preview()).toMatchObject({ total: '0', groups: [{ expected: '0' }] });
    await desk.run('cancel-session', { groupId, date: '2026-03-07', reason: 'rain' });
    expect(await preview()).toMatchObject({ groups: [] });
  });
});

describe('lists', () => {
  test('debts of a group, page by page, without the exempt and those who left', async () => {
    const groupId = await desk.group();
    const owing: Enrolled[] = [];
    for (let count = 0; count < 3; count += 1) owing.push(await desk.returning({ groupId }));
    const exempt = await desk.enrolled({ groupId, terms: { financialStatus: 'exempt' } });
    const left = await desk.returning({ groupId });
    for (const pupil of [...owing, exempt, left]) await desk.scan(pupil);
    await desk.run('change-enrolment', { ...only(left), action: 'leave', reason: 'moved' });
    const page = (after?: string): Promise<Page<PupilRow>> =>
      desk.run<Page<PupilRow>>('students-with-debt', { groupId, limit: 2, ...(after === undefined ? {} : { after }) });
    const first = await page();
    const second = await page(first.next ?? '');
    expect([...first.rows, ...second.rows].map(({ studentId }) => studentId)).toEqual(
      owing.map(({ studentId }) => studentId),
    );
    expect(second.next).toBeNull();
    expect(first.rows[0]).toMatchObject({ studentName: `Pupil ${owing[0]?.studentId}`, debt: '1' });
    const all = await desk.run<Page<PupilRow>>('students-with-debt', { groupId, includeInactive: true });
    expect(all.rows).toHaveLength(4);
    await expect(page('nonsense')).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  });

  test('T-42: a family is every group of every child, whatever way the number was typed', async () => {
    const one = await desk.enrolled({ student: { phone: '01012345678' } });
    const two = await desk.returning({ student: { phone: '+20 101 234 5678' } });
    const stranger = await desk.returning({ student: { phone: '01012345679' } });
    const second = { studentId: one.studentId, groupId: await desk.group() };
    await desk.run('enrol-student', second);
    await desk.pay(one, '450.00');
    await desk.scan(two);
    for (const phone of ['01012345678', '00201012345678', '(0101) 234-5678']) {
      const family = await desk.run<FamilyView>('family-view', { phone });
      expect(family.children.map(({ studentId, enrolments }) => [studentId, enrolments.length])).toEqual([
        [one.studentId, 2],
        [two.studentId, 1],
      ]);
      expect(family).toMatchObject({ totalDebt: '1', totalMoney: '150.00' });
      expect(JSON.stringify(family)).not.toContain('2345678');
    }
    expect(JSON.stringify(await desk.run('family-view', { phone: '01012345678' }))).not.toContain(
      `"${stranger.studentId}"`,
    );
    expect(await desk.run<FamilyView>('family-view', { phone: '1' })).toMatchObject({ children: [] });
  });

  test('the credit report counts what it lists', async () => {
    const groupId = await desk.group();
    const pupils = [
      await desk.enrolled({ groupId }),
      await desk.returning({ groupId }),
      await desk.returning({ groupId }),
    ] as const;
    for (const pupil of pupils) await desk.scan(pupil);
    await desk.run('block-enrolment', { ...only(pupils[2]), reason: 'talk' });
    const report = await desk.run<CreditReport>('credit-report', { groupId, limit: 1 });
    expect(report.totals).toEqual({ enrolments: '3', new: '1', returning: '2', blocked: '2', withDebt: '2' });
    expect(report.rows.map(({ studentId }) => studentId)).toEqual([pupils[0].studentId]);
    expect(report.next).not.toBeNull();
  });

  test('T-41: scans of the shadow period are told apart from refusals', async () => {
    const pupil = await desk.enrolled();
    const policy = { gate: { enforcedFrom: '2026-03-10T00:00:00+02:00' } };
    await desk.scan(pupil, saturday(0), { policy });
    await desk.scan(pupil, saturday(1), { policy });
    const list = (shadow: boolean): Promise<Page<AttemptRow>> =>
      desk.run<Page<AttemptRow>>('attempts', { studentId: pupil.studentId, shadow });
    expect((await list(true)).rows.map(({ sessionDate }) => sessionDate)).toEqual(['2026-03-07']);
    expect((await list(false)).rows).toMatchObject([
      { sessionDate: '2026-03-14', code: 'new_student_no_payment', color: 'yellow' },
    ]);
    expect((await list(false)).rows[0]?.text.en).toContain('fees');
  });
});

describe('the settlement of a month', () => {
  test('T-32: revenue is what came in minus what went back, and shares add up to the last coin', async () => {
    const groupId = await desk.group({ center: 33.33, teacher: 7 });
    const pupil = await desk.enrolled({ groupId });
    await desk.pay(pupil, '100.01');
    const { paymentId } = await desk.pay(pupil, '50.00');
    await desk.run('refund-payment', { paymentId, amount: '20.00', reason: 'agreed' });
    const settled = await settle({ groupId });
    expect(settled.groups).toEqual([
      {
        groupId,
        groupName: `Group ${groupId}`,
        teacherId: '7',
        received: '150.01',
        refunded: '20.00',
        revenue: '130.01',
        centerPercent: '33.33',
        teacherShare: '86.67',
        centerShare: '43.34',
      },
    ]);
    expect(await settle({ teacherId: '7' })).toMatchObject({
      revenue: '130.01',
      teacherShare: '86.67',
      centerShare: '43.34',
    });
  });

  test('the month is the school’s, and a refund counts where it is made', async () => {
    const groupId = await desk.group();
    const pupil = await desk.enrolled({ groupId });
    await desk.pay(pupil, '300.00', { paidAt: '2026-02-28T22:30:00Z' });
    const { paymentId } = await desk.pay(pupil, '300.00', { paidAt: '2026-02-28T21:30:00Z', month: '2026-02' });
    await desk.run('void-payment', { paymentId, reason: 'twice' });
    expect(await settle({ groupId, month: '2026-02' })).toMatchObject({
      received: '300.00',
      refunded: '0.00',
      revenue: '300.00',
    });
    expect(await settle({ groupId })).toMatchObject({ received: '300.00', refunded: '300.00', revenue: '0.00' });
  });

  test('kept money that is spent, or kept again, is no revenue', async () => {
    const groupId = await desk.group();
    const pupil = await desk.enrolled({ groupId });
    await desk.pay(pupil, '450.00');
    const { paymentId } = await desk.pay(pupil, '100.00', { month: '2026-04', from: 'kept-money' });
    await desk.run('void-payment', { paymentId, reason: 'wrong month' });
    expect(await settle({ groupId })).toMatchObject({ received: '450.00', refunded: '0.00' });
  });

  test('a group without a share of its own uses that of policy, and payments of the old tables count', async () => {
    const groupId = await desk.group({ center: null });
    const studentId = BigInt(await desk.student());
    const rows = [
      ['2026-03-01', 30000n, '2026-03-31T22:30:00Z'],
      ['2026-04-01', 20000n, '2026-03-31T21:30:00Z'],
      ['2026-03-02', 10001n, null],
      ['2026-03-03', -500n, '2026-03-05T10:00:00Z'],
    ] as const;
    for (const [index, [month, paid, at]] of rows.entries()) {
      const paidAt = at === null ? null : SATURDAY.plusMillis(Date.parse(at) - Number(SATURDAY.epochMicros / 1000n));
      await desk.legacyRow('payments', [
        BigInt(7000 + index),
        studentId,
        BigInt(groupId),
        month,
        30000n,
        paid,
        paidAt,
        0n,
        'paid',
        '',
      ]);
    }
    expect(await settle({ groupId })).toMatchObject({
      received: '300.01',
      teacherShare: '210.00',
      centerShare: '90.01',
    });
  });

  const settle = (more: object): Promise<MonthlySettlement> =>
    desk.run<MonthlySettlement>('monthly-settlement', { month: '2026-03', ...more });
});

describe('the audit', () => {
  test('T-39: says who, in which role, from where, why, and what it was before and after', async () => {
    const pupil = await desk.enrolled();
    const by = { actor: { kind: 'person', id: 'head-1' }, role: 'admin', ipAddress: '192.0.2.7' } as const;
    await desk.run('adjust-grace', { ...only(pupil), newBalance: 4, reason: 'a brother pays' }, by);
    const { rows } = await log({ ...only(pupil), action: 'credit_adjustment' });
    expect(rows).toMatchObject([
      {
        subject: `enrolment:${pupil.studentId}:${pupil.groupId}`,
        actor: 'person:head-1',
        role: 'admin',
        ipAddress: '192.0.2.7',
        reason: 'a brother pays',
        before: { creditBalance: '0' },
        after: { creditBalance: '4' },
      },
    ]);
  });

  test('T-23, T-39: records every change of a pupil, and finds it by pupil, by action and by actor', async () => {
    const pupil = await desk.enrolled();
    const { paymentId } = await desk.pay(pupil, '300.00');
    await desk.run('void-payment', { paymentId, reason: 'wrong pupil' });
    await desk.scan(pupil);
    await desk.run('set-financial-status', { ...only(pupil), financialStatus: 'exempt', reason: 'orphan' });
    const { rows } = await log(only(pupil));
    const told = rows
      .map(({ action }) => action)
      .filter((action) => !['set-floor', 'unfreeze', 'freeze'].includes(action));
    expect(told.toReversed()).toEqual([
      'enrolled',
      'payment_recorded',
      'payment_voided',
      'block_applied',
      'block_removed',
      'status_changed',
    ]);
    expect((await log({ studentId: pupil.studentId, action: 'payment_voided' })).rows).toHaveLength(1);
    expect((await log({ studentId: pupil.studentId, by: 'person:nobody' })).rows).toEqual([]);
    expect((await log({ studentId: pupil.studentId, by: 'person:clerk-7' })).rows).toHaveLength(rows.length);
  });

  test('T-39: stays when the pupil is deleted, and cannot be changed', async () => {
    const pupil = await desk.enrolled();
    const { database } = desk;
    const audit = sql.table('carryover_audit');
    await database.write((trx) => sql`delete from students where student_id = ${BigInt(pupil.studentId)}`.execute(trx));
    expect((await log({ studentId: pupil.studentId })).rows).toHaveLength(1);
    await expect(database.write((trx) => sql`update ${audit} set reason = 'x'`.execute(trx))).rejects.toThrow();
    await expect(database.write((trx) => sql`delete from ${audit}`.execute(trx))).rejects.toThrow();
  });

  test('T-39: is dated by the clock of the database, whatever present a call was given', async () => {
    const pupil = await desk.enrolled();
    const { rows } = await log(only(pupil));
    const now = await desk.database.dialect.statements.serverNow(desk.database.handle);
    const ageMs = Number(now.epochMicros / 1000n) - Date.parse(rows[0]?.recordedAt ?? '');
    expect(ageMs).toBeGreaterThanOrEqual(0);
    expect(ageMs).toBeLessThan(3_600_000);
  });

  test('of a group has its pupils, its sessions and what was done to it at once', async () => {
    const groupId = await desk.group();
    const pupil = await desk.enrolled({ groupId });
    await desk.run('record-bulk-payment', { groupId });
    await desk.run('cancel-session', { groupId, date: '2026-03-07', reason: 'rain' });
    const subjects = (await log({ groupId })).rows.map(({ action, subject }) => [action, subject]);
    expect(subjects).toEqual(
      expect.arrayContaining([
        ['enrolled', `enrolment:${pupil.studentId}:${groupId}`],
        ['bulk_payment', `group:${groupId}`],
        ['session_cancelled', `session:${groupId}:2026-03-07`],
      ]),
    );
  });

  test('is read newest first, page by page', async () => {
    const pupil = await desk.enrolled();
    for (const newBalance of [1, 2, 3])
      await desk.run('adjust-grace', { ...only(pupil), newBalance, reason: `${newBalance}` });
    const query = { ...only(pupil), action: 'credit_adjustment', limit: 2 };
    const first = await log(query);
    const second = await log({ ...query, after: first.next });
    expect([...first.rows, ...second.rows].map(({ reason }) => reason)).toEqual(['3', '2', '1']);
    expect(second.next).toBeNull();
  });

  const log = (query: object): Promise<Page<AuditRow>> => desk.run<Page<AuditRow>>('audit-log', query);
});

function only({ studentId, groupId }: Enrolled): { studentId: string; groupId: string } {
  return { studentId, groupId };
}
