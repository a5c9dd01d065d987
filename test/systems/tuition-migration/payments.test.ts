import { expect } from 'vitest';
import { test } from '../../sql/database-fixture.ts';
import { enrolmentsOf, findingRows, onlyEnrolment, outcomesOf } from './legacy-queries.ts';
import { school } from './school.ts';

test('T-01: a month that owes nothing stops no run and gives its sessions free', async ({ db }) => {
  await school().pupil().paid('2026-04', 0, { due: 0, status: 'partial' }).paid('2026-05', 300).write(db);
  expect(await onlyEnrolment(db)).toMatchObject({ sessions: 8n, money: 0n });
  expect(await findingRows(db, 'free-month')).toEqual([
    { subject: 'enrolment 1:1, month 2026-04', details: { received: 0, plan_sessions: 4 } },
  ]);
});

test('T-01: a month that owes nothing gives no sessions where policy says so, and keeps what was paid for it', async ({
  db,
}) => {
  await school().pupil().paid('2026-04', 50, { due: 0 }).write(db);
  const policy = { freeMonths: 'grant-none' } as const;
  expect(await onlyEnrolment(db, { policy })).toMatchObject({ sessions: 0n, money: 5_000n });
  expect(await onlyEnrolment(db)).toMatchObject({ sessions: 4n, money: 5_000n });
});

test('T-01: a symbolic pupil without a fee owes nothing and is never refused for money', async ({ db }) => {
  await school()
    .pupil({ financialStatus: 'symbolic' })
    .paid('2026-04', 0, { due: 0, status: 'partial' })
    .attended(9)
    .write(db);
  expect(await onlyEnrolment(db)).toMatchObject({ sessions: -5n, floor: null });
  expect(await findingRows(db, 'owes-nothing')).toHaveLength(1);
  expect(await findingRows(db, 'refused-at-the-door')).toEqual([]);
});

test('T-02: more than was due buys no more than the sessions of the month; the surplus is kept as money and reported', async ({
  db,
}) => {
  await school().pupil().paid('2026-04', 300, { due: 200, status: 'partial' }).write(db);
  expect(await onlyEnrolment(db)).toMatchObject({ sessions: 4n, money: 10_000n });
  expect(await findingRows(db, 'surplus')).toEqual([
    { subject: 'enrolment 1:1, month 2026-04', details: { due: 20_000, received: 30_000, surplus: 10_000 } },
  ]);
  expect(await findingRows(db, 'money-kept')).toEqual([
    { subject: 'enrolment 1:1', details: { money: 10_000, received: 30_000 } },
  ]);
});

test('T-03: negative amounts, a missing month or amount, and parts the currency lacks wait in quarantine and move nothing', async ({
  db,
}) => {
  await school()
    .pupil()
    .paid('2026-01', -150, { status: 'partial' })
    .paid('2026-02', 300, { due: -300 })
    .paid(null, 300)
    .paid('2026-03', null)
    .paid('2026-04', 300, { due: null })
    .paid('2026-05', 299.995)
    .paid('2026-06', 300)
    .write(db, { decimals: 3 });
  expect(await onlyEnrolment(db)).toMatchObject({ sessions: 4n, money: 0n });
  expect(await outcomesOf(db, 'payments')).toEqual({
    'payments:1': 'quarantined: negative-amount',
    'payments:2': 'quarantined: negative-due',
    'payments:3': 'quarantined: month-invalid',
    'payments:4': 'quarantined: amount-missing',
    'payments:5': 'quarantined: amount-missing',
    'payments:6': 'quarantined: too-many-decimals',
    'payments:7': 'carried',
  });
  expect((await findingRows(db, 'negative-amount')).map(({ subject }) => subject)).toEqual(['payment 1', 'payment 2']);
  expect((await findingRows(db, 'unreadable-payment')).map(({ subject }) => subject)).toEqual([
    'payment 3',
    'payment 4',
    'payment 5',
    'payment 6',
  ]);
});

test('T-03: a quarantined row of a month neither raises what the month owes nor takes its free sessions', async ({
  db,
}) => {
  await school()
    .pupil()
    .paid('2026-04', 300)
    .paid('2026-04-15', -10, { due: 600 })
    .pupil()
    .paid('2026-04', -1, { due: 0, at: '2026-04-01T00:00:00Z' })
    .paid('2026-04-15', 0, { due: 0 })
    .write(db);
  const enrolments = await enrolmentsOf(db);
  expect(enrolments['1:1']).toMatchObject({ sessions: 4n, money: 0n });
  expect(enrolments['2:1']).toMatchObject({ sessions: 4n, money: 0n });
  expect(await outcomesOf(db, 'payments')).toMatchObject({ 'payments:4': 'carried' });
});

test('T-04: sessions come from the amounts, and a status that says otherwise is flagged', async ({ db }) => {
  await school()
    .pupil()
    .paid('2026-01', 150, { status: 'paid' })
    .pupil()
    .paid('2026-01', 150, { status: 'unpaid' })
    .pupil()
    .paid('2026-01', 0, { status: 'partial' })
    .pupil()
    .paid('2026-01', 300, { status: 'partial' })
    .pupil()
    .paid('2026-01', 150, { status: 'Settled' })
    .pupil()
    .paid('2026-01', 150, { status: 'partial' })
    .write(db);
  const enrolments = await enrolmentsOf(db);
  expect(Object.values(enrolments).map(({ sessions }) => sessions)).toEqual([2n, 2n, 0n, 4n, 2n, 2n]);
  expect(
    (await findingRows(db, 'status-disagrees')).map(({ subject, details }) => [subject, details['status']]),
  ).toEqual([
    ['payment 1', 'paid'],
    ['payment 2', 'unpaid'],
    ['payment 3', 'partial'],
    ['payment 4', 'partial'],
    ['payment 5', 'Settled'],
  ]);
});

test('T-05: a group that meets twice a week has a number of its own, and groups that differ are listed', async ({
  db,
}) => {
  const days = [
    '2026-01-02',
    '2026-01-05',
    '2026-01-09',
    '2026-01-12',
    '2026-01-16',
    '2026-01-19',
    '2026-01-23',
    '2026-01-26',
  ];
  await school()
    .pupil({ group: 7 })
    .held(...days)
    .paid('2026-01', 300)
    .pupil({ group: 8 })
    .held(...days.slice(0, 4))
    .paid('2026-01', 300)
    .write(db);
  const policy = { sessionsPerMonth: { groups: { '7': 8 } } };
  const [seven, eight] = Object.values(await enrolmentsOf(db, { policy }));
  expect([seven?.sessions, eight?.sessions]).toEqual([8n, 4n]);
  expect(await findingRows(db, 'sessions-per-month')).toEqual([
    { subject: 'group 7', details: { plan_sessions: 4, months_with_more: 1, months_with_fewer: 0, held_most: 8 } },
  ]);
  expect(await findingRows(db, 'sessions-per-month', { policy })).toEqual([]);
});

test('T-05: counted from the sessions held, a month buys those that were not cancelled, or the number where none was held', async ({
  db,
}) => {
  const policy = { sessionsPerMonth: { from: 'counted' } } as const;
  const built = school().pupil().held('2026-01-02', '2026-01-09', '2026-01-16', '2026-01-23', '2026-01-30');
  built.session('2026-02-06', true);
  await built.paid('2026-01', 300).paid('2026-02', 300).paid('2026-03', 300).write(db);
  expect((await onlyEnrolment(db, { policy })).sessions).toBe(5n + 4n + 4n);
  expect((await onlyEnrolment(db)).sessions).toBe(12n);
});

test('T-05: counted from the sessions held, a month that is not over gives no less than the number', async ({ db }) => {
  const policy = { sessionsPerMonth: { from: 'counted' } } as const;
  await school()
    .pupil()
    .held('2026-06-05', '2026-06-12', '2026-07-01')
    .paid('2026-06', 300)
    .paid('2026-07', 300)
    .write(db);
  expect((await onlyEnrolment(db, { policy })).sessions).toBe(2n + 4n);
});

test('T-05: a key among the groups that is no group id is refused rather than passed over', async ({ db }) => {
  await school().pupil().write(db);
  const policy = { sessionsPerMonth: { groups: { 'group 7': 8 } } };
  await expect(enrolmentsOf(db, { policy })).rejects.toThrow(/sessionsPerMonth.groups: found "group 7"/);
});

test('T-06: thirds of three months buy the four sessions they pay for together, not three times one', async ({
  db,
}) => {
  await school().pupil().paid('2026-01', 100).paid('2026-02', 100).paid('2026-03', 100).write(db);
  const enrolment = await onlyEnrolment(db);
  expect(enrolment).toMatchObject({ sessions: 4n, money: 0n });
  expect(enrolment.entries.map(({ source, account_kind: kind, amount }) => [source, kind, amount])).toEqual([
    ['payments:1', 'sessions', 1n],
    ['payments:1', 'money', 2_500n],
    ['payments:2', 'sessions', 1n],
    ['payments:2', 'money', 2_500n],
    ['payments:3', 'sessions', 2n],
    ['payments:3', 'money', -5_000n],
  ]);
});

test('T-06: months of different fees are not summed with each other, and each remainder is kept', async ({ db }) => {
  await school().pupil().paid('2026-01', 60).paid('2026-02', 60, { due: 240 }).paid('2026-03', 30).write(db);
  // 90 of 300s buy one session of 75; 60 of 240 buys one of 60.
  expect(await onlyEnrolment(db)).toMatchObject({ sessions: 2n, money: 1_500n });
});

test('T-06: where the fee does not divide, whole sessions cost their share rounded up once, and nothing is lost', async ({
  db,
}) => {
  await school().pupil().paid('2026-01', 100, { due: 100.03 }).write(db);
  // 3 sessions cost 75.0225, so 75.03; 24.97 remain.
  expect(await onlyEnrolment(db)).toMatchObject({ sessions: 3n, money: 2_497n });
  expect(await findingRows(db, 'uneven-price')).toEqual([
    { subject: 'group 1, due 10003', details: { due: 10_003, plan_sessions: 4, months: 1 } },
  ]);
});

test('T-07: two rows of one calendar month are one plan that owes the larger due, and are flagged', async ({ db }) => {
  await school()
    .pupil()
    .paid('2026-01', 150, { due: 200 })
    .paid('2026-01-15', 150, { due: 300 })
    .paid('2026-02', 300)
    .write(db);
  expect(await onlyEnrolment(db)).toMatchObject({ sessions: 8n, money: 0n });
  expect(await findingRows(db, 'duplicate-month')).toEqual([
    {
      subject: 'enrolment 1:1, month 2026-01',
      details: { rows: 2, received: 30_000, largest_due: 30_000, all_dues: 50_000 },
    },
  ]);
});

test('T-07: where each row counts, two rows of one calendar month are two plans', async ({ db }) => {
  await school().pupil().paid('2026-01', 150, { due: 200 }).paid('2026-01-15', 150, { due: 300 }).write(db);
  const policy = { duplicateMonths: 'each-row' } as const;
  expect(await onlyEnrolment(db, { policy })).toMatchObject({ sessions: 3n + 2n, money: 0n });
});

test('T-07: the last day of a month and the first of the next are two months, whatever the zone', async ({ db }) => {
  await school().pupil().paid('2026-01-31', 300).paid('2026-02-01', 300).write(db);
  for (const zone of ['Africa/Cairo', 'America/Los_Angeles', 'Pacific/Auckland']) {
    expect((await onlyEnrolment(db, { policy: { zone } })).sessions).toBe(8n);
  }
});

test('a payment tells what it brought, and its month, beside the amounts of its entries', async ({ db }) => {
  await school().pupil().paid('2026-04', 100).write(db);
  const { entries } = await onlyEnrolment(db);
  const shape = entries.map(({ entry_kind: kind, contra, source, occurred_at: at }) => ({
    kind,
    contra,
    source,
    at: at.toString(),
  }));
  const same = { kind: 'payment', contra: 'payments', source: 'payments:1', at: '2026-04-03T12:00:00.000000Z' };
  expect(shape).toEqual([same, same]);
  const details = entries.map((entry) =>
    typeof entry.details === 'string' ? (JSON.parse(entry.details) as unknown) : entry.details,
  );
  const expected = { month: '2026-04', received: 10_000, due: 30_000, sessions: 1, money: 2_500 };
  expect(details).toEqual([expected, expected]);
});

test('T-20: money without a payment date is dated to its month, reported, and takes its place in order', async ({
  db,
}) => {
  await school().pupil().paid('2026-04', 100, { at: null }).paid('2026-03', 100).write(db);
  const { entries } = await onlyEnrolment(db);
  expect(entries.map(({ source, occurred_at: at }) => [source, at.toString()])).toEqual([
    ['payments:2', '2026-03-03T12:00:00.000000Z'],
    ['payments:2', '2026-03-03T12:00:00.000000Z'],
    ['payments:1', '2026-04-01T00:00:00.000000Z'],
    ['payments:1', '2026-04-01T00:00:00.000000Z'],
  ]);
  expect(await findingRows(db, 'payment-date-missing')).toEqual([
    { subject: 'payment 1', details: { student: 1, group: 1, month: '2026-04', paid: 10_000 } },
  ]);
});

test('every payment row is carried, left out with a reason, or quarantined', async ({ db }) => {
  await school()
    .pupil()
    .paid('2026-01', 300)
    .paid('2026-02', 0)
    .paid('2026-03', 0, { due: 0 })
    .in(9)
    .paid('2026-01', 0)
    .write(db);
  expect(await outcomesOf(db, 'payments')).toEqual({
    'payments:1': 'carried',
    'payments:2': 'excluded: nothing-received',
    'payments:3': 'carried',
    'payments:4': 'quarantined: no-enrolment',
  });
  const free = { policy: { freeMonths: 'grant-none' } } as const;
  expect(await outcomesOf(db, 'payments', free)).toMatchObject({ 'payments:3': 'excluded: nothing-received' });
});
