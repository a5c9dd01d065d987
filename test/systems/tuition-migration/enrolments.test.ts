import { expect } from 'vitest';
import { Instant } from '../../../src/base/instant.ts';
import { test } from '../../sql/database-fixture.ts';
import { enrolmentsOf, findingRows, onlyEnrolment } from './legacy-queries.ts';
import { AS_OF, school } from './school.ts';

test('T-09: an exempt pupil may come without limit, is never refused, and the debt the application would see is reported', async ({
  db,
}) => {
  await school().pupil({ financialStatus: 'exempt', customFee: 200 }).attended(9).write(db);
  expect(await onlyEnrolment(db)).toMatchObject({ sessions: -9n, floor: null, status: 'open' });
  expect(await findingRows(db, 'refused-at-the-door')).toEqual([]);
  expect(await findingRows(db, 'exempt-with-debt')).toEqual([
    { subject: 'enrolment 1:1', details: { financial_status: 'exempt', attended: 9, bought: 0 } },
  ]);
});

test('T-09: a symbolic pupil owes the fee of the enrolment', async ({ db }) => {
  await school().pupil({ financialStatus: 'symbolic', customFee: 50 }).attended(3).write(db);
  expect((await onlyEnrolment(db)).floor).toBe(-2n);
  expect(await findingRows(db, 'refused-at-the-door')).toHaveLength(1);
});

test('T-09: a financial status nobody knows counts as normal and is flagged', async ({ db }) => {
  await school().pupil({ financialStatus: 'Exempted' }).pupil({ financialStatus: null }).write(db);
  expect(Object.values(await enrolmentsOf(db)).map(({ floor }) => floor)).toEqual([-2n, -2n]);
  expect((await findingRows(db, 'financial-status-unknown')).map(({ subject }) => subject)).toEqual([
    'enrolment 1:1',
    'enrolment 2:1',
  ]);
});

test('a fee of its own on a normal enrolment is owed, is flagged where it differs, and 0 is none', async ({ db }) => {
  await school()
    .pupil({ customFee: 250 })
    .pupil({ customFee: 300 })
    .pupil({ customFee: 0 })
    .group(2, { fee: 0 })
    .pupil({ group: 2 })
    .write(db);
  expect(Object.values(await enrolmentsOf(db)).map(({ floor }) => floor)).toEqual([-2n, -2n, -2n, null]);
  expect(await findingRows(db, 'two-fee-answers')).toEqual([
    { subject: 'enrolment 1:1', details: { custom_fee: 25_000, standard_fee: 30_000 } },
  ]);
  expect((await findingRows(db, 'owes-nothing')).map(({ subject }) => subject)).toEqual(['enrolment 4:2']);
});

test('a fee that is negative, missing or too fine is none, is flagged, and lets nobody in for free', async ({ db }) => {
  await school()
    .pupil({ customFee: -1 })
    .pupil({ customFee: 0.005 })
    .group(2, { fee: null })
    .pupil({ group: 2 })
    .write(db, { decimals: 3 });
  expect(Object.values(await enrolmentsOf(db)).map(({ floor }) => floor)).toEqual([-2n, -2n, -2n]);
  expect((await findingRows(db, 'fee-unusable')).map(({ subject, details }) => [subject, details['flaw']])).toEqual([
    ['enrolment 1:1', 'negative'],
    ['enrolment 2:1', 'too-many-decimals'],
    ['group 2', 'missing'],
  ]);
});

test('T-10: where enrolment, pupil or group is inactive the history is carried onto frozen accounts and nobody is refused', async ({
  db,
}) => {
  await school()
    .pupil({ enrolmentActive: false })
    .attended(5)
    .pupil({ active: false })
    .attended(5)
    .group(2, { active: false })
    .pupil({ group: 2 })
    .attended(5)
    .pupil()
    .attended(5)
    .write(db);
  const enrolments = Object.values(await enrolmentsOf(db));
  expect(enrolments.map(({ status, sessions }) => [status, sessions])).toEqual([
    ['frozen', -5n],
    ['frozen', -5n],
    ['frozen', -5n],
    ['open', -5n],
  ]);
  expect((await findingRows(db, 'refused-at-the-door')).map(({ subject }) => subject)).toEqual(['enrolment 4:1']);
  expect(await findingRows(db, 'inactive-with-balance')).toHaveLength(3);
});

test('T-10: an enrolment whose pupil is gone is carried frozen and flagged', async ({ db }) => {
  const built = school().pupil().attended(1);
  await built.write(db);
  await db.handle.withTables<{ students: { student_id: bigint } }>().deleteFrom('students').execute();
  expect(await onlyEnrolment(db)).toMatchObject({ status: 'frozen', sessions: -1n });
  expect(await findingRows(db, 'enrolment-without-master')).toEqual([
    { subject: 'enrolment 1:1', details: { missing: 'student' } },
  ]);
});

test('T-11: two calendar months back make a pupil returning: 61 days here, 60 are not, and the instant of the run decides', async ({
  db,
}) => {
  await school().pupil({ days: 61 }).pupil({ days: 60 }).write(db);
  expect(Object.values(await enrolmentsOf(db)).map(({ floor }) => floor)).toEqual([-2n, 0n]);
  const aMomentBefore = { asOf: AS_OF.plusMillis(-1) };
  expect(Object.values(await enrolmentsOf(db, aMomentBefore)).map(({ floor }) => floor)).toEqual([0n, 0n]);
  const aDayLater = { asOf: AS_OF.plusMillis(86_400_000) };
  expect(Object.values(await enrolmentsOf(db, aDayLater)).map(({ floor }) => floor)).toEqual([-2n, -2n]);
});

test('T-12: after an import the first scan or payment tells when a pupil began, and the day is flagged', async ({
  db,
}) => {
  const built = school();
  for (let pupil = 0; pupil < 12; pupil += 1) built.pupil({ days: 10 });
  await built
    .attended(1, { from: '2026-03-06' })
    .pupil({ days: 10 })
    .paid('2026-03', 100)
    .pupil({ days: 10 })
    .attended(1, { from: '2026-02-06', letIn: false })
    .write(db);
  const enrolments = await enrolmentsOf(db);
  expect(enrolments['11:1']).toMatchObject({ floor: 0n });
  expect(enrolments['12:1']).toMatchObject({ floor: -2n, openedAt: Instant.parse('2026-03-06T14:00:00Z') });
  expect(enrolments['13:1']).toMatchObject({ floor: -2n, openedAt: Instant.parse('2026-03-03T12:00:00Z') });
  expect(enrolments['14:1']).toMatchObject({ floor: -2n, openedAt: Instant.parse('2026-02-06T14:00:00Z') });
  expect(await findingRows(db, 'enrolments-on-one-day')).toEqual([
    { subject: 'day 2026-06-21', details: { enrolments: 14, of_all: 14 } },
  ]);
  expect(await findingRows(db, 'enrolments-on-one-day', { policy: { sameDayEnrolmentsPercentMax: 100 } })).toEqual([]);
});

test('T-13: a new pupil who has paid anything is returning, as at the desk; one who has not is new', async ({ db }) => {
  await school()
    .pupil({ days: 5 })
    .paid('2026-06', 10)
    .pupil({ days: 5 })
    .paid('2026-06', 0)
    .pupil({ days: 5 })
    .attended(1, { from: '2026-06-26' })
    .write(db);
  expect(Object.values(await enrolmentsOf(db)).map(({ floor }) => floor)).toEqual([-2n, 0n, 0n]);
  expect(await findingRows(db, 'standing-differs')).toEqual([
    { subject: 'enrolment 1:1', details: { application: 'new', standing: 'returning' } },
  ]);
});

test('T-13: the grace of new and returning pupils is a policy', async ({ db }) => {
  await school().pupil({ days: 5 }).pupil({ days: 90 }).write(db);
  const policy = { graceSessions: { new: 1, returning: 5 } };
  expect(Object.values(await enrolmentsOf(db, { policy })).map(({ floor }) => floor)).toEqual([-1n, -5n]);
});

test('T-14, T-24, T-41: the list of pupils refused today tells the reason and who is blocked already', async ({
  db,
}) => {
  await school()
    .pupil({ days: 5 })
    .pupil({ days: 5 })
    .attended(1, { from: '2026-06-26' })
    .pupil()
    .attended(1)
    .pupil()
    .attended(2)
    .pupil()
    .attended(5)
    .pupil()
    .paid('2026-04', 300)
    .write(db);
  const rows = await findingRows(db, 'refused-at-the-door');
  expect(
    rows.map(({ subject, details }) => [subject, details['reason'], details['state'], details['balance']]),
  ).toEqual([
    ['enrolment 1:1', 'new_student_no_payment', 'open', 0],
    ['enrolment 2:1', 'credit_exceeded_1', 'blocked', -1],
    ['enrolment 4:1', 'credit_exceeded_1', 'open', -2],
    ['enrolment 5:1', 'credit_exceeded_3', 'blocked', -5],
  ]);
});

test('T-42: each group of a pupil has accounts of its own, and credit beside debt is reported', async ({ db }) => {
  await school()
    .pupil()
    .paid('2026-04', 300)
    .attended(1)
    .alsoIn(2)
    .attended(3)
    .pupil()
    .paid('2026-04', 300)
    .alsoIn(2)
    .write(db);
  const enrolments = await enrolmentsOf(db);
  expect(Object.entries(enrolments).map(([owner, { sessions }]) => [owner, sessions])).toEqual(
    expect.arrayContaining([
      ['1:1', 3n],
      ['1:2', -3n],
    ]),
  );
  expect(await findingRows(db, 'credit-beside-debt')).toEqual([
    { subject: 'student 1', details: { groups: 2, sessions_left: 3, sessions_short: 3 } },
  ]);
});

test('an enrolment that is there twice stops the cutover', async ({ db }) => {
  await school().pupil().alsoIn(1).write(db, { withoutUniqueKeys: true });
  expect(await findingRows(db, 'duplicate-enrolment')).toEqual([{ subject: 'enrolment 1:1', details: { rows: 2 } }]);
});
