import { sql } from 'kysely';
import { expect } from 'vitest';
import { Instant } from '../../../src/base/instant.ts';
import type { Database } from '../../../src/sql/database.ts';
import { test } from '../../sql/database-fixture.ts';
import { Desk, switchToLedger } from '../tuition-operations/desk.ts';
import { carry, change } from './carry-school.ts';
import { school } from './school.ts';

type ViewRow = Record<string, unknown>;

async function creditStatus(db: Database): Promise<readonly ViewRow[]> {
  const { rows } = await sql<ViewRow>`select * from credit_status order by student_id, group_id`.execute(db.handle);
  // Engines without a type for instants give the text itself.
  return rows.map((row) => Object.assign(row, { last_payment_date: row['last_payment_date']?.toString() ?? null }));
}

test("T-25: the columns of the application's own migration and of its credit status can be read per enrolment", async ({
  db,
}) => {
  await school()
    .pupil()
    .paid('2026-01', 300)
    .attended(8)
    .pupil({ financialStatus: 'exempt' })
    .attended(3)
    .pupil({ days: 10 })
    .write(db);
  await carry(db);
  const [blocked, exempt, fresh] = await creditStatus(db);
  expect(blocked).toMatchObject({
    student_id: 1n,
    group_id: 1n,
    credit_balance: 2n,
    sessions_attended: 8n,
    sessions_paid_for: 4n,
    debt: 4n,
    remaining_credit: -2n,
    financial_block_reason: 'credit_exceeded_2',
    block_reason: 'credit_exceeded_2',
    last_payment_date: '2026-01-03T12:00:00.000000Z',
  });
  expect(truths(blocked)).toEqual({
    is_new_student: false,
    is_financially_blocked: true,
    is_blocked: true,
    is_active: true,
  });
  expect(Number(blocked?.['last_payment_amount'])).toBe(300);
  expect(exempt).toMatchObject({ credit_balance: 2n, sessions_attended: 3n, debt: 3n, financial_block_reason: '' });
  expect(truths(exempt)).toMatchObject({ is_financially_blocked: false });
  expect(fresh).toMatchObject({
    credit_balance: 0n,
    sessions_attended: 0n,
    sessions_paid_for: 0n,
    debt: 0n,
    last_payment_date: null,
  });
  expect(truths(fresh)).toMatchObject({ is_new_student: true, is_blocked: false });
});

test("the seed's own query for blocked pupils runs as it stands", async ({ db }) => {
  await school().pupil().attended(5).pupil().attended(2).write(db);
  await carry(db);
  const { rows } =
    await sql<ViewRow>`select student_id, financial_block_reason from credit_status where is_financially_blocked`.execute(
      db.handle,
    );
  expect(rows).toEqual([{ student_id: 1n, financial_block_reason: 'credit_exceeded_3' }]);
});

test('T-17: the number in the reason is of the moment it is read', async ({ db }) => {
  await school().pupil().attended(5).paid('2026-02', 0).write(db);
  await carry(db);
  expect(await creditStatus(db)).toMatchObject([{ block_reason: 'credit_exceeded_3' }]);
  await change(db, sql`update payments set amount_paid = 150 where payment_id = 1`);
  await carry(db);
  expect(await creditStatus(db)).toMatchObject([{ block_reason: 'credit_exceeded_1' }]);
});

test('T-20, T-21: the last payment is the newest with a date, whatever has none, and its amount is all that was paid for that month', async ({
  db,
}) => {
  await school()
    .pupil()
    .paid('2026-03', 100, { at: '2026-03-20T10:00:00Z' })
    .paid('2026-04', 200, { at: '2026-04-20T10:00:00Z' })
    .paid('2026-05', 50, { at: null })
    .pupil()
    .paid('2026-05', 70, { at: null })
    .write(db);
  await carry(db);
  const [dated, undated] = await creditStatus(db);
  expect(dated).toMatchObject({ last_payment_date: '2026-04-20T10:00:00.000000Z' });
  expect(Number(dated?.['last_payment_amount'])).toBe(200);
  expect(undated).toMatchObject({ last_payment_date: null });
  expect(Number(undated?.['last_payment_amount'])).toBe(70);
});

test('T-23: the log of payments tells each carried payment with its amount and sessions, and who wrote it down', async ({
  db,
}) => {
  await school().pupil().paid('2026-04', 300).paid('2026-05', 60).attended(1).write(db);
  await carry(db, { context: { runId: 'run-1' } });
  const { rows } =
    await sql<ViewRow>`select * from payment_audit_logs where student_id = 1 order by occurred_at`.execute(db.handle);
  expect(
    rows.map((row) => [
      row['action'],
      Number(row['amount']),
      row['sessions_count'],
      row['performed_by'],
      row['group_id'],
    ]),
  ).toEqual([
    ['payment_recorded', 300, 4n, 'migration:run-1', 1n],
    ['payment_recorded', 60, 0n, 'migration:run-1', 1n],
  ]);
});

test('the log of payments tells a deleted payment as a reversal, and a later difference without the amount again', async ({
  db,
}) => {
  await school().pupil().paid('2026-04', 300).paid('2026-05', 300).write(db);
  await carry(db);
  await change(db, sql`update payments set amount_paid = 150 where payment_id = 1`);
  await change(db, sql`delete from payments where payment_id = 2`);
  await carry(db);
  const { rows } = await sql<ViewRow>`select * from payment_audit_logs where student_id = 1 order by log_id`.execute(
    db.handle,
  );
  const told = rows.map((row) => [
    row['action'],
    row['amount'] === null ? null : Number(row['amount']),
    row['sessions_count'],
  ]);
  expect(told).toEqual(
    expect.arrayContaining([
      ['payment_recorded', 300, 4n],
      ['payment_recorded', 300, 4n],
      ['payment_recorded', null, -2n],
      ['payment_reversed', null, -4n],
    ]),
  );
  expect(told).toHaveLength(4);
});

test('T-23: a payment taken after the switch is the last payment, and is told once with amount, sessions and who took it', async () => {
  const desk = await Desk.open({
    prepare: async (empty) => {
      await school().pupil().paid('2026-04', 300).attended(4).write(empty);
      await carry(empty);
    },
  });
  try {
    await switchToLedger(desk.database);
    const paid = { studentId: '1', groupId: '1', month: '2026-06', amount: '150.00' };
    await desk.run('record-payment', paid, { now: Instant.parse('2026-07-02T09:00:00Z') });
    const [status] = await creditStatus(desk.database);
    expect(status).toMatchObject({
      sessions_paid_for: 6n,
      debt: -2n,
      last_payment_date: '2026-07-02T09:00:00.000000Z',
    });
    expect(Number(status?.['last_payment_amount'])).toBe(150);
    const { rows } = await sql<ViewRow>`
      select * from payment_audit_logs where action = 'payment_recorded' order by occurred_at`.execute(
      desk.database.handle,
    );
    expect(
      rows.map((row) => [Number(row['amount']), row['sessions_count'], row['student_id'], row['performed_by']]),
    ).toEqual([
      [300, 4n, 1n, expect.stringMatching(/^migration:/)],
      [150, 2n, 1n, 'person:clerk-7'],
    ]);
  } finally {
    await desk.close();
  }
});

function truths(row: ViewRow | undefined): Record<string, boolean> {
  const flags = ['is_new_student', 'is_financially_blocked', 'is_blocked', 'is_active'];
  return Object.fromEntries(flags.map((flag) => [flag, row?.[flag] === true || row?.[flag] === 1n]));
}
