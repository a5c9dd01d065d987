import { sql } from 'kysely';
import { afterEach, describe, expect, test } from 'vitest';
import { failureOf } from '../../support/failure-of.ts';
import { school } from '../tuition-migration/school.ts';
import { dayOf, friday, LiveSchool, pupil } from './live-school.ts';
import { paymentRow, writeStrictSchool } from './strict-school.ts';

const reason = 'as agreed';

let live: LiveSchool;
afterEach(() => live.close());

/** Tells legacy, and holds both sides against each other. */
async function told(entries: number): Promise<void> {
  const round = await live.watch();
  expect(round).toMatchObject({
    mirrored: entries,
    lag: { entries: 0n },
    drift: { drifted: 0n, losses: 0n },
    sweep: { different: 0n },
  });
}

describe('a school whose tables number themselves, refuse null and delete by cascade', () => {
  test('is told by rows that it takes, and goes on numbering', async () => {
    live = await LiveSchool.open(writeStrictSchool);
    await live.migrate();
    await live.switch(['1:1', '2:1']);
    await live.desk.pay(pupil(1), '300.00', { month: '2026-07', now: friday() });
    await live.desk.pay(pupil(2), '100.00', { month: '2026-07', now: friday() });
    await live.desk.scan(pupil(1), friday());
    await live.desk.scan(pupil(2), friday());
    await told(5);
    await live.app.run(sql.raw(paymentRow(3, '2026-07-01')));
    await live.app.run(
      sql.raw(`insert into attendances (student_id, session_id, scan_time, status, color_code, allow_entry)
      values (3, ${await live.app.sessionOf(1, dayOf())}, '2026-07-03 13:00:00', 'present', 'green', true)`),
    );
    await told(0);
    expect(await live.balances('3:1')).toEqual({ sessions: 6n, money: 0n });
    const rows = await live.rows(
      sql<{
        notes: string;
        copies: bigint;
      }>`select notes, copies from payments where student_id = 1 order by payment_id`,
    );
    expect(rows.map(({ notes, copies }) => [notes, Number(copies)])).toEqual([
      ['', 1],
      ['', 0],
    ]);
  });

  test('has a deleted pupil followed with everything that goes along, and refused for one who went over', async () => {
    live = await LiveSchool.open(writeStrictSchool);
    await live.migrate();
    await live.switch(['1:1']);
    const remove = (id: number): Promise<void> => live.app.run(sql`delete from students where student_id = ${id}`);
    expect(live.app.database.classify(await failureOf(remove(1)))?.kind).toBe('guard');
    await remove(3);
    expect((await live.follow()).sweep).toMatchObject({ different: 0n, unseen: [] });
    expect(await live.account('3:1')).toMatchObject({ balance: 0n, status: 'closed' });
    await told(0);
  });
});

test('a school whose early version lacked statuses, entries and cancellations is told by what it has', async () => {
  const without = [
    'attendances.allow_entry',
    'sessions.is_cancelled',
    'payments.status',
    'student_group_enrollments.is_active',
  ];
  const early = school().pupil().paid('2026-06', 300).attended(1, { from: '2026-06-19' });
  live = await LiveSchool.open(early, { variation: { without } });
  await live.migrate();
  await live.switch('all');
  await live.desk.pay(pupil(1), '300.00', { month: '2026-07', now: friday() });
  await live.desk.scan(pupil(1), friday());
  await live.desk.run('cancel-session', { groupId: '1', date: '2026-06-19', reason }, { now: friday() });
  await told(3);
  await live.takeBack('all');
  expect(await live.balances('1:1')).toEqual({ sessions: 7n, money: 0n });
  const rows = await live.rows(sql<{ status: string }>`select status from attendances order by attendance_id`);
  expect(rows.map(({ status }) => status)).toEqual(['absent', 'present']);
});

test('a school under names of its own is followed, guarded and told under them', async () => {
  live = await LiveSchool.open(school().pupil().paid('2026-06', 300).attended(1, { from: '2026-06-19' }), {
    renamed: { payments: { table: 'fees', columns: { amount_paid: 'received' } }, attendances: { table: 'visits' } },
  });
  await live.migrate();
  await live.app.run(sql`update fees set received = 225`);
  expect((await live.follow()).sweep).toMatchObject({ different: 0n, unseen: [] });
  await live.switch('all');
  expect(live.app.database.classify(await failureOf(live.app.run(sql`delete from visits`)))?.kind).toBe('guard');
  await live.desk.pay(pupil(1), '75.00', { month: '2026-06', now: friday() });
  await live.desk.scan(pupil(1), friday());
  await told(2);
  expect(await live.balances('1:1')).toEqual({ sessions: 2n, money: 0n });
  const rows = await live.rows(sql<{ n: bigint }>`select count(*) as n from visits`);
  expect(rows[0]?.n).toBe(2n);
});
