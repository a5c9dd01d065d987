import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { school, type School } from '../tuition-migration/school.ts';
import { friday, LiveSchool, pupil } from './live-school.ts';

/** Pupils in the order of their ids, all of group 1; 2 is in group 2 as well. */
function schoolInUse(): School {
  return school()
    .pupil() // 1: four paid, two attended.
    .paid('2026-06', 300)
    .attended(2, { from: '2026-06-19' })
    .pupil() // 2
    .paid('2026-06', 150)
    .alsoIn(2)
    .attended(1, { from: '2026-06-20' })
    .pupil() // 3
    .attended(3, { from: '2026-06-12' });
}

let live: LiveSchool;
afterEach(() => live.close());

/** Follows what was written and holds every account against legacy, by triggers alone. */
async function followed(): Promise<void> {
  const { sweep } = await live.follow();
  expect(sweep).toMatchObject({ different: 0n, inFlight: 0n, unseen: [], named: [] });
  expect(sweep.compared).toBeGreaterThan(0n);
}

describe('a school that is carried while its application writes', () => {
  beforeEach(async () => {
    live = await LiveSchool.open(schoolInUse());
    await live.migrate();
  });

  test('has payments followed: new, added to, corrected, deleted', async () => {
    const { app } = live;
    await app.pay([3, 1], '2026-06', 22_500);
    await followed();
    expect(await live.balances('3:1')).toEqual({ sessions: 0n, money: 0n });
    await app.pay([3, 1], '2026-06', 5_000);
    await app.run(sql`update payments set amount_due = 200 where student_id = 1`);
    await followed();
    expect(await live.balances('3:1')).toEqual({ sessions: 0n, money: 5_000n });
    expect(await live.balances('1:1')).toEqual({ sessions: 2n, money: 10_000n });
    await app.run(sql`delete from payments where student_id = 1`);
    await followed();
    expect(await live.balances('1:1')).toEqual({ sessions: -2n, money: 0n });
  });

  test('has attendances and sessions followed: let in, corrected, taken away, cancelled, moved to another group', async () => {
    const { app } = live;
    await app.attend(1, 1, '2026-07-03');
    await followed();
    expect(await live.balances('1:1')).toMatchObject({ sessions: 1n });
    await app.run(sql`update attendances set status = 'absent' where student_id = 3`);
    await followed();
    expect(await live.balances('3:1')).toMatchObject({ sessions: 0n });
    await app.run(
      sql`update sessions set is_cancelled = ${sql.raw('true')} where session_id = ${await app.sessionOf(1, '2026-06-19')}`,
    );
    await followed();
    expect(await live.balances('1:1')).toMatchObject({ sessions: 2n });
    await app.run(sql`update sessions set group_id = 1 where session_id = ${await app.sessionOf(2, '2026-06-20')}`);
    await followed();
    expect([await live.balances('2:1'), await live.balances('2:2')]).toMatchObject([
      { sessions: 1n },
      { sessions: 0n },
    ]);
    await app.run(sql`delete from attendances where student_id = 1`);
    await followed();
    expect(await live.balances('1:1')).toMatchObject({ sessions: 4n });
  });

  test('has enrolments followed: begun, moved to another group, ended', async () => {
    const { app } = live;
    await app.enrol(3, 2);
    await app.pay([3, 2], '2026-06', 30_000);
    await followed();
    expect(await live.balances('3:2')).toEqual({ sessions: 4n, money: 0n });
    await app.run(sql`update student_group_enrollments set group_id = 2 where student_id = 1`);
    await followed();
    expect(await live.account('1:1')).toMatchObject({ balance: 0n, status: 'closed' });
    expect(await live.account('1:2')).toMatchObject({ balance: 0n, status: 'open' });
    await app.run(sql`delete from student_group_enrollments where student_id = 2 and group_id = 1`);
    await followed();
    expect(await live.account('2:1')).toMatchObject({ balance: 0n, status: 'closed' });
    expect(await live.account('2:2')).toMatchObject({ balance: -1n, status: 'open' });
  });

  test('has floors and activity followed: of a pupil, of a group and its fee', async () => {
    const { app } = live;
    await app.run(sql`update students set is_active = ${sql.raw('false')} where student_id = 2`);
    await followed();
    expect([await live.account('2:1'), await live.account('2:2')]).toMatchObject([
      { status: 'frozen' },
      { status: 'frozen' },
    ]);
    await app.run(sql`update groups set standard_fee = 0 where group_id = 1`);
    await app.run(sql`update student_group_enrollments set financial_status = 'exempt' where student_id = 2`);
    await followed();
    expect([await live.account('1:1'), await live.account('2:2')]).toMatchObject([{ floor: null }, { floor: null }]);
  });

  test('keeps its invariants while pupils are written to, and after some have gone over', async () => {
    const { app } = live;
    const equal = async (): Promise<readonly string[]> => {
      const lines = await live.invariants();
      for (const line of lines) expect(line).toMatch(/: (-?\d+) \1$/);
      return lines;
    };
    const before = await equal();
    expect(before).toContain('sessions-bought group 1: 6 6');
    await app.hold(1, '2026-07-03');
    await live.follow();
    await app.attend(3, 1, '2026-07-03');
    await app.pay([3, 1], '2026-06', 30_000);
    // Pupil 3 is left out until it is followed.
    expect(await equal()).toContain('accounts-per-kind sessions accounts: 3 3');
    await live.switch(['1:1']);
    await live.desk.pay(pupil(1), '300.00', { now: friday() });
    expect(await equal()).toContain('sessions-bought group 1: 6 6');
    await app.pay([2, 1], '2026-07', 30_000);
    expect(await equal()).toContain('accounts-per-kind money accounts: 1 1');
    await live.watch();
    await live.takeBack('all');
    expect(await equal()).toContain('sessions-bought group 1: 18 18');
  });
});

test('where policy counts sessions, each one is followed for its whole group', async () => {
  live = await LiveSchool.open(schoolInUse(), { policy: { sessionsPerMonth: { from: 'counted' } } });
  await live.migrate();
  for (const day of ['2026-06-05', '2026-06-06', '2026-06-07']) await live.app.hold(1, day);
  await followed();
  expect(await live.balances('1:1')).toEqual({ sessions: 4n, money: 0n });
});
