import { sql } from 'kysely';
import { expect } from 'vitest';
import type { WalkRange } from '../../../src/cutover/descriptor.ts';
import { tuitionSystem } from '../../../src/systems/tuition/index.ts';
import { test } from '../../sql/database-fixture.ts';
import { carry } from './carry-school.ts';
import { enrolmentsOf, findingRows, outcomesOf } from './legacy-queries.ts';
import { school, type School } from './school.ts';

const OPTIONAL = tuitionSystem.legacy.flatMap(({ name, columns }) =>
  columns.filter(({ required }) => !required).map((column) => `${name}.${column.name}`),
);

function somePupils(): School {
  return school()
    .pupil()
    .paid('2026-01', 150, { status: 'unpaid', counter: 9 })
    .attended(3)
    .attended(1, { letIn: false })
    .pupil({ financialStatus: 'exempt' })
    .paid('2026-01', 0, { due: 0 })
    .attended(2, { from: '2026-03-06', cancelled: true })
    .pupil({ customFee: 100, active: false })
    .paid('2026-02', 70)
    .in(4)
    .paid('2026-02', 70)
    .pupil({ days: 5 });
}

test('an early version without any of the optional columns is read: everybody is normal and active, and every scan was let in', async ({
  db,
}) => {
  await somePupils().write(db, { without: OPTIONAL });
  const enrolments = Object.values(await enrolmentsOf(db));
  expect(enrolments.map(({ sessions, status, floor }) => [sessions, status, floor])).toEqual([
    [-2n, 'open', -2n],
    [2n, 'open', -2n],
    [0n, 'open', -2n],
    [0n, 'open', 0n],
  ]);
  for (const { code } of tuitionSystem.findings) await expect(findingRows(db, code), code).resolves.toBeDefined();
  expect(await findingRows(db, 'status-disagrees')).toEqual([]);
  expect(await findingRows(db, 'sessions-counter')).toEqual([]);
  expect(await outcomesOf(db, 'payments')).toMatchObject({ 'payments:4': 'quarantined: no-enrolment' });
});

test('an early version without any of the optional columns is carried whole, with its views', async ({ db }) => {
  await somePupils().write(db, { without: OPTIONAL });
  const { verification } = await carry(db);
  expect(verification?.invariants.map(({ outcome }) => outcome)).not.toContain('different');
  const { rows } = await sql`select * from credit_status`.execute(db.handle);
  expect(rows).toHaveLength(4);
});

test("tables and columns under the school's own names are read and viewed", async ({ db }) => {
  await somePupils().write(db);
  const before = await enrolmentsOf(db);
  await sql`alter table payments rename to fees`.execute(db.handle);
  await sql`alter table fees rename column amount_paid to received`.execute(db.handle);
  await sql`alter table fees rename column payment_date to received_on`.execute(db.handle);
  await sql`alter table student_group_enrollments rename to places`.execute(db.handle);
  await sql`alter table places rename column student_id to pupil`.execute(db.handle);
  const mapping = {
    payments: { table: 'fees', columns: { amount_paid: 'received', payment_date: 'received_on' } },
    student_group_enrollments: { table: 'places', columns: { student_id: 'pupil' } },
  };
  expect(await enrolmentsOf(db, { mapping })).toEqual(before);
  await carry(db, { mapping });
  const { rows } = await sql<{ amount: string | null }>`
    select last_payment_amount as amount from credit_status order by student_id`.execute(db.handle);
  expect(rows.map(({ amount }) => (amount === null ? null : Number(amount)))).toEqual([150, null, 70, null]);
});

test('T-22: chunks of the walk hold together what the whole holds, whatever their bounds', async ({ db }) => {
  await somePupils().write(db);
  const bounds: readonly (bigint | null)[] = [null, 1n, 2n, 3n, null];
  const ranges: readonly WalkRange[] = bounds.slice(1).map((upTo, index) => ({ after: bounds[index] ?? null, upTo }));
  const parts = await Promise.all(ranges.map((range) => enrolmentsOf(db, { range })));
  expect(Object.assign({}, ...parts)).toEqual(await enrolmentsOf(db));
  for (const table of ['payments', 'attendances']) {
    const outcomes = await Promise.all(ranges.map((range) => outcomesOf(db, table, { range })));
    expect(outcomes.flatMap((outcome) => Object.keys(outcome))).toHaveLength(
      Object.keys(await outcomesOf(db, table)).length,
    );
    expect(Object.assign({}, ...outcomes)).toEqual(await outcomesOf(db, table));
  }
});
