import { sql } from 'kysely';
import { expect } from 'vitest';
import { Instant } from '../../../src/base/instant.ts';
import { test } from '../../sql/database-fixture.ts';
import { accountOf, carry, change, entryCount, rowsOf, takeBack } from './carry-school.ts';
import { school, type School } from './school.ts';

interface EnrolmentRow {
  readonly student_id: bigint;
  readonly standing: string;
  readonly financial_status: string;
  readonly custom_fee: bigint | null;
  readonly started_at: Instant;
  readonly active: bigint;
  readonly block_code: string | null;
  readonly blocked_at: Instant | null;
}

/** One of each: in order, blocked, exempt in debt, left, with money kept, new. */
function mixedSchool(): School {
  return school()
    .pupil()
    .paid('2026-04', 300)
    .paid('2026-05', 300)
    .attended(6, { from: '2026-04-03' })
    .pupil()
    .paid('2026-01', 300)
    .attended(8)
    .pupil({ financialStatus: 'exempt' })
    .attended(9)
    .pupil({ active: false })
    .attended(5)
    .pupil()
    .paid('2026-05', 450)
    .paid('2026-06', 60)
    .pupil({ days: 10 });
}

const enrolments = (db: Parameters<typeof rowsOf>[0]): Promise<readonly EnrolmentRow[]> =>
  rowsOf<EnrolmentRow>(db, 'carryover_tuition_enrolments', 'student_id, group_id');

test('T-25: after the run every invariant was compared on both sides and is equal', async ({ db }) => {
  await mixedSchool().write(db);
  const { verification } = await carry(db);
  expect(verification?.accounts).toMatchObject({ compared: 12n, different: 0n });
  const invariants = Object.fromEntries(
    (verification?.invariants ?? []).map(({ name, outcome, rows }) => [name, { outcome, rows }]),
  );
  expect(Object.values(invariants).map(({ outcome }) => outcome)).toEqual(Array.from({ length: 8 }, () => 'equal'));
  const numbers = Object.values(invariants).flatMap(({ rows }) =>
    rows.map(({ label, legacy_value: value }) => [label, value]),
  );
  expect(Object.fromEntries(numbers)).toEqual({
    'sessions accounts': '6',
    'money accounts': '6',
    egp: '141000',
    due: '150000',
    received: '141000',
    'group 1': '28',
    returning: '5',
    'sessions of grace': '8',
    'credit exceeded': '1',
    exempt: '0',
    inactive: '0',
    'without attendance': '0',
    'frozen sessions accounts': '1',
  });
});

test('each payment and attendance becomes an entry with its own date and running balance', async ({ db }) => {
  await school().pupil().paid('2026-01', 300, { at: '2026-01-05T09:00:00Z' }).attended(2).write(db);
  await carry(db);
  const { balance, entries } = await accountOf(db, 'sessions', '1:1');
  expect(balance).toBe(2n);
  expect(entries).toEqual([
    { source: 'attendances:1', kind: 'attendance', amount: -1n, balance_after: -1n },
    { source: 'payments:1', kind: 'payment', amount: 4n, balance_after: 3n },
    { source: 'attendances:2', kind: 'attendance', amount: -1n, balance_after: 2n },
  ]);
});

test('T-15, T-24: a pupil below the floor is blocked since the entry that went below it, and nobody else is', async ({
  db,
}) => {
  await mixedSchool().write(db);
  await carry(db);
  const rows = await enrolments(db);
  expect(rows.map(({ block_code: code }) => code)).toEqual([null, 'credit_exceeded', null, null, null, null]);
  // Four sessions paid and two of grace: the seventh of the weekly sessions since the second of January.
  expect(rows[1]?.blocked_at).toEqual(Instant.parse('2026-02-13T14:00:00Z'));
});

test('T-10, T-13: enrolments are carried with standing, fee, start and whether they are active', async ({ db }) => {
  await mixedSchool().pupil({ financialStatus: 'symbolic', customFee: 50 }).write(db);
  await carry(db);
  const rows = await enrolments(db);
  expect(
    rows.map(({ standing, active, financial_status: status, custom_fee: fee }) => [standing, active, status, fee]),
  ).toEqual([
    ['returning', 1n, 'normal', null],
    ['returning', 1n, 'normal', null],
    ['returning', 1n, 'exempt', null],
    ['returning', 0n, 'normal', null],
    ['returning', 1n, 'normal', null],
    ['new', 1n, 'normal', null],
    ['returning', 1n, 'symbolic', 5_000n],
  ]);
  expect(rows[1]?.started_at).toEqual(Instant.parse('2026-01-02T14:00:00Z'));
});

test('months of fees are carried with what they owed, received and count', async ({ db }) => {
  await school()
    .pupil()
    .paid('2026-04', 450)
    .paid('2026-05', 100)
    .paid('2026-05-15', 100, { due: 250 })
    .paid('2026-06', 0)
    .write(db);
  await carry(db);
  const months = await rowsOf<Record<string, unknown>>(db, 'carryover_tuition_months', 'plan');
  expect(
    months.map(({ plan, due, received, counted, plan_sessions: sessions }) => [plan, due, received, counted, sessions]),
  ).toEqual([
    ['2026-04', 30_000n, 45_000n, 30_000n, 4n],
    ['2026-05', 30_000n, 20_000n, 20_000n, 4n],
    ['2026-06', 30_000n, 0n, 0n, 4n],
  ]);
});

test('T-07: where each row is a plan, each has a month row of its own', async ({ db }) => {
  await school().pupil().paid('2026-05', 300).paid('2026-05-15', 300).write(db);
  const { verification } = await carry(db, { policy: { duplicateMonths: 'each-row' } });
  expect(verification?.accounts.different).toBe(0n);
  const months = await rowsOf<{ plan: string; month: string }>(db, 'carryover_tuition_months', 'plan');
  expect(months.map(({ plan, month }) => [plan, month])).toEqual([
    ['2026-05#1', '2026-05'],
    ['2026-05#2', '2026-05'],
  ]);
});

test('T-16: carrying again without a change posts nothing and changes no row', async ({ db }) => {
  await mixedSchool().write(db);
  await carry(db);
  const before = {
    entries: await entryCount(db),
    enrolments: await enrolments(db),
    months: await rowsOf(db, 'carryover_tuition_months', 'student_id, plan'),
  };
  await carry(db);
  expect(await entryCount(db)).toBe(before.entries);
  expect(await enrolments(db)).toEqual(before.enrolments);
  expect(await rowsOf(db, 'carryover_tuition_months', 'student_id, plan')).toEqual(before.months);
});

test('T-15: a payment after the run clears the block at the next one, and posts only what it brings', async ({
  db,
}) => {
  await school().pupil().attended(3).paid('2026-02', 0).write(db);
  await carry(db);
  expect((await enrolments(db))[0]).toMatchObject({ block_code: 'credit_exceeded' });
  const entries = await entryCount(db);
  await change(
    db,
    sql`update payments set amount_paid = 150, status = 'partial', payment_date = '2026-02-20 10:00:00' where payment_id = 1`,
  );
  await carry(db);
  expect((await accountOf(db, 'sessions', '1:1')).balance).toBe(-1n);
  expect((await enrolments(db))[0]).toMatchObject({ block_code: null, blocked_at: null });
  expect(await entryCount(db)).toBe(entries + 1n);
});

test('a changed payment posts its difference and a deleted one its reversal, on both accounts', async ({ db }) => {
  await school().pupil().paid('2026-04', 300).paid('2026-05', 60).write(db);
  await carry(db);
  await change(db, sql`update payments set amount_paid = 220 where payment_id = 1`);
  await change(db, sql`delete from payments where payment_id = 2`);
  await carry(db);
  const [sessions, money] = [await accountOf(db, 'sessions', '1:1'), await accountOf(db, 'money', '1:1')];
  expect([sessions.balance, money.balance]).toEqual([2n, 7_000n]);
  expect(sessions.entries.map(({ source, amount }) => [source, amount])).toEqual([
    ['payments:1', 4n],
    ['payments:1', -2n],
  ]);
  expect(money.entries.map(({ source, amount, kind }) => [source, amount, kind])).toEqual(
    expect.arrayContaining([
      ['payments:2', 6_000n, 'payment'],
      ['payments:1', 7_000n, 'payment'],
      ['payments:2', -6_000n, 'reversal'],
    ]),
  );
  const months = await rowsOf<Record<string, unknown>>(db, 'carryover_tuition_months', 'plan');
  expect(months.map(({ plan, due, received }) => [plan, due, received])).toEqual([
    ['2026-04', 30_000n, 22_000n],
    ['2026-05', 0n, 0n],
  ]);
});

test('T-43: a quarantined payment is carried by the run after its enrolment was added', async ({ db }) => {
  await school().pupil().in(2).paid('2026-04', 300).write(db);
  await carry(db);
  expect(await rowsOf<{ reason: string }>(db, 'carryover_quarantine', 'source')).toMatchObject([
    { source: 'payments:1', reason: 'no-enrolment' },
  ]);
  await change(
    db,
    sql`insert into student_group_enrollments (id, student_id, group_id, financial_status, enrolled_at, is_active)
    select 2, student_id, 2, financial_status, enrolled_at, is_active from student_group_enrollments where id = 1`,
  );
  await carry(db);
  expect(await rowsOf(db, 'carryover_quarantine', 'source')).toEqual([]);
  expect((await accountOf(db, 'sessions', '1:2')).balance).toBe(4n);
});

test('an enrolment that legacy no longer has is closed at zero, inactive, and every invariant still holds', async ({
  db,
}) => {
  await school().pupil().paid('2026-04', 300).attended(7).pupil().paid('2026-04', 300).write(db);
  await carry(db);
  await change(db, sql`delete from student_group_enrollments where student_id = 1`);
  const { verification } = await carry(db);
  expect(verification?.invariants.map(({ outcome }) => outcome)).not.toContain('different');
  expect(await accountOf(db, 'sessions', '1:1')).toMatchObject({ balance: 0n, status: 'closed' });
  expect(await enrolments(db)).toMatchObject([
    { student_id: 1n, active: 0n, block_code: null },
    { student_id: 2n, active: 1n },
  ]);
});

test('T-24: the analysis that every run begins with tells how many are refused today, with the reason of each', async ({
  db,
}) => {
  await mixedSchool().write(db);
  const { analysis } = await carry(db);
  const refused = analysis.findings.find(({ code }) => code === 'refused-at-the-door');
  expect(refused).toMatchObject({ rows: 2n, treatment: expect.stringContaining('gate.enforcedFrom') });
  expect(
    refused?.samples.map(({ subject, details }) => [subject, (JSON.parse(details) as { reason: string }).reason]),
  ).toEqual([
    ['enrolment 2:1', 'credit_exceeded_2'],
    ['enrolment 6:1', 'new_student_no_payment'],
  ]);
  const all = await rowsOf<{ code: string; subject: string }>(db, 'carryover_findings', 'id');
  expect(all.filter(({ code }) => code === 'refused-at-the-door')).toHaveLength(2);
});

test('T-26: a rollback removes what the run made and nothing else, and the school can be carried again', async ({
  db,
}) => {
  await mixedSchool().write(db);
  await sql`alter table students add column qr_code_base64 varchar(255)`.execute(db.handle);
  const legacy = async (): Promise<unknown> => ({
    students: await rowsOf(db, 'students', 'student_id'),
    payments: await rowsOf(db, 'payments', 'payment_id'),
    attendances: await rowsOf(db, 'attendances', 'attendance_id'),
    enrolments: await rowsOf(db, 'student_group_enrollments', 'id'),
  });
  const before = await legacy();
  await carry(db);
  expect(await takeBack(db)).toMatchObject({ status: 'rolled-back', accountsErased: 12n });
  expect(await legacy()).toEqual(before);
  const names = (await db.dialect.introspection.tables(db.handle)).map(({ name }) => name);
  expect(
    names.filter(
      (name) => name.startsWith('carryover_tuition') || ['credit_status', 'payment_audit_logs'].includes(name),
    ),
  ).toEqual([]);
  expect((await carry(db)).verification?.accounts).toMatchObject({ compared: 12n, different: 0n });
});
