import { afterAll, beforeAll, expect, test } from 'vitest';
import type { MonthlySettlement } from '../../../src/systems/tuition/operations/monthly-settlement.ts';
import { Desk, SATURDAY } from './desk.ts';

/** Columns that an early version of the application lacked, or that nobody mapped. */
const without = [
  'students.student_code',
  'students.full_name',
  'students.parent_phone',
  'students.is_active',
  'groups.group_name',
  'groups.teacher_id',
  'groups.schedule_day',
  'groups.schedule_time',
  'groups.session_duration',
  'groups.center_percentage',
  'groups.is_active',
  'sessions.is_cancelled',
  'attendances.allow_entry',
];

let desk: Desk;
beforeAll(async () => {
  desk = await Desk.open({ variation: { without } });
});
afterAll(() => desk.close());

test('without codes and telephone numbers, what needs them says which column is missing', async () => {
  const missing = (column: string): object => ({ code: 'TUITION_LEGACY_COLUMN_MISSING', details: { column } });
  await expect(desk.scan({ code: 'C1' })).rejects.toMatchObject(missing('students.student_code'));
  await expect(desk.run('family-view', { phone: '01012345678' })).rejects.toMatchObject(
    missing('students.parent_phone'),
  );
});

test('without a schedule, a pupil whom the desk names is let in on any day, once', async () => {
  const { studentId, groupId } = await desk.returning();
  const scan = (now = SATURDAY): Promise<object> => desk.run<object>('check-in', { studentId }, { now });
  expect(await scan()).toMatchObject({ color: 'green', groupId, params: { start: '—' } });
  expect(await scan()).toMatchObject({ color: 'gray' });
  expect(await scan(SATURDAY.plusMillis(86_400_000))).toMatchObject({ color: 'green', sessionDate: '2026-03-08' });
  expect(await desk.run('who-would-be-refused-today', {})).toMatchObject({ groups: [{ groupId, start: null }] });
});

test('names that are not there are null, and the school’s share is that of policy', async () => {
  const pupil = await desk.returning();
  await desk.pay(pupil, '300.00');
  const report = await desk.run<{ rows: object[] }>('credit-report', { studentId: pupil.studentId });
  expect(report.rows).toMatchObject([{ studentCode: null, studentName: null, groupName: null, sessionsPaidFor: '4' }]);
  const settled = await desk.run<MonthlySettlement>('monthly-settlement', { month: '2026-03', groupId: pupil.groupId });
  expect(settled.groups).toMatchObject([
    { groupName: null, teacherId: null, centerPercent: '30.00', teacherShare: '210.00' },
  ]);
});
