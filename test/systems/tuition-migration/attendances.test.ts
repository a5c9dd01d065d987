import { expect } from 'vitest';
import { test } from '../../sql/database-fixture.ts';
import { findingRows, onlyEnrolment, outcomesOf } from './legacy-queries.ts';
import { school } from './school.ts';

test('T-08: only a pupil let in, with a counted status, to a session that took place uses up a session; the rest is told by reason', async ({
  db,
}) => {
  await school()
    .pupil()
    .attended(2)
    .attended(1, { status: 'late' })
    .attended(2, { status: 'absent', letIn: false })
    .attended(1, { status: 'blocked_payment', letIn: false })
    .attended(1, { status: 'absent', letIn: true })
    .attended(1, { cancelled: true })
    .attended(1, { letIn: null })
    .attended(1, { status: null })
    .write(db);
  expect((await onlyEnrolment(db)).sessions).toBe(-3n);
  const outcomes = Object.values(await outcomesOf(db, 'attendances'));
  expect(outcomes).toEqual([
    'carried',
    'carried',
    'carried',
    'excluded: not-let-in',
    'excluded: not-let-in',
    'excluded: not-let-in',
    'excluded: status-not-counted',
    'excluded: session-cancelled',
    'excluded: not-let-in',
    'excluded: status-not-counted',
  ]);
  expect((await findingRows(db, 'attendance-not-counted')).map(({ details }) => details)).toEqual(
    expect.arrayContaining([
      { reason: 'not-let-in', attendances: 4 },
      { reason: 'status-not-counted', attendances: 2 },
      { reason: 'session-cancelled', attendances: 1 },
    ]),
  );
});

test('T-08: which statuses count is a policy, and letters of another case are another status', async ({ db }) => {
  await school().pupil().attended(1, { status: 'absent' }).attended(1, { status: 'Present' }).attended(1).write(db);
  expect((await onlyEnrolment(db)).sessions).toBe(-1n);
  const policy = { countedStatuses: ['present', 'absent'] };
  expect((await onlyEnrolment(db, { policy })).sessions).toBe(-2n);
  expect(await findingRows(db, 'attendance-status-unknown')).toEqual([
    { subject: 'attendance status Present', details: { attendances: 1 } },
  ]);
  expect((await onlyEnrolment(db, { policy: { countedStatuses: [] } })).sessions).toBe(0n);
});

test('an attendance is dated to its scan, or to the day of its session where the scan has no time', async ({ db }) => {
  await school().pupil().attended(1, { from: '2026-03-06' }).attended(1, { at: null }).write(db);
  const { entries } = await onlyEnrolment(db);
  expect(entries).toMatchObject([
    {
      account_kind: 'sessions',
      source: 'attendances:1',
      amount: -1n,
      entry_kind: 'attendance',
      contra: 'attendance',
      details: null,
    },
    { account_kind: 'sessions', source: 'attendances:2', amount: -1n },
  ]);
  expect(entries.map(({ occurred_at: at }) => at.toString())).toEqual([
    '2026-03-06T14:00:00.000000Z',
    '2026-03-13T00:00:00.000000Z',
  ]);
});

test('T-43: payments and attendances without an enrolment are quarantined and reported, not passed over', async ({
  db,
}) => {
  await school().pupil().in(2).paid('2026-04', 300).attended(2).attended(1, { letIn: false }).write(db);
  expect(await onlyEnrolment(db)).toMatchObject({ sessions: 0n, money: 0n });
  expect(await outcomesOf(db, 'payments')).toEqual({ 'payments:1': 'quarantined: no-enrolment' });
  expect(Object.values(await outcomesOf(db, 'attendances'))).toEqual([
    'quarantined: no-enrolment',
    'quarantined: no-enrolment',
    'excluded: not-let-in',
  ]);
  expect(await findingRows(db, 'no-enrolment')).toEqual([
    { subject: 'student 1, group 2', details: { payments: 1, received: 30_000, attendances: 2 } },
  ]);
});

test('T-43: an attendance whose session is gone is quarantined', async ({ db }) => {
  await school().pupil().scan(99n, { at: null, status: 'present', letIn: 1n }).write(db);
  expect(await outcomesOf(db, 'attendances')).toEqual({ 'attendances:1': 'quarantined: no-session' });
});

test('T-44: the monthly counter of a payment is compared with the attendances, which decide', async ({ db }) => {
  await school()
    .pupil()
    .paid('2026-01', 300, { counter: 4 })
    .paid('2026-02', 300, { counter: 4 })
    .paid('2026-03', 300, { counter: null })
    .attended(4)
    .attended(3, { from: '2026-02-06' })
    .attended(1, { from: '2026-02-27', letIn: false })
    .write(db);
  expect((await onlyEnrolment(db)).sessions).toBe(12n - 7n);
  expect(await findingRows(db, 'sessions-counter')).toEqual([
    { subject: 'enrolment 1:1, month 2026-02', details: { counter: 4, attended: 3 } },
  ]);
});

test('a pupil counted twice for one session is flagged', async ({ db }) => {
  const built = school().pupil();
  const session = built.session('2026-03-06');
  const scan = { at: null, status: 'present', letIn: 1n };
  await built.scan(session, scan).scan(session, scan).write(db, { withoutUniqueKeys: true });
  expect(await findingRows(db, 'duplicate-attendance')).toEqual([
    { subject: 'student 1, session 1', details: { attendances: 2 } },
  ]);
});

test("T-38: facts dated after the run's instant count and are flagged", async ({ db }) => {
  await school()
    .pupil()
    .paid('2026-04', 300, { at: '2027-01-01T00:00:00Z' })
    .attended(1, { from: '2026-08-07' })
    .write(db);
  expect((await onlyEnrolment(db)).sessions).toBe(3n);
  expect(await findingRows(db, 'dated-in-future')).toEqual([
    { subject: 'attendance 1', details: { student: 1, group: 1, day: '2026-08-07' } },
    { subject: 'payment 1', details: { student: 1, group: 1, day: '2027-01-01' } },
  ]);
});
