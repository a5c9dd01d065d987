import { sql } from 'kysely';
import { afterEach, describe, expect, test } from 'vitest';
import { Instant } from '../../../src/base/instant.ts';
import { jobsOf } from '../../../src/app/jobs/jobs-of.ts';
import type { ScheduledJob } from '../../../src/app/jobs/scheduled-job.ts';
import { cronOf, nextTick } from '../../../src/app/jobs/due-tick.ts';
import { prunedTables } from '../../../src/app/jobs/pruned-tables.ts';
import type { ServedInstance } from '../../../src/app/served-instance.ts';
import { runCutover } from '../../../src/cutover/index.ts';
import { assumedBackup } from '../../support/assumed-backup.ts';
import { saasInUse } from '../../systems/billing-live/live-saas.ts';
import { friday, LiveSchool, pupil } from '../../systems/tuition-live/live-school.ts';
import { school, type School } from '../../systems/tuition-migration/school.ts';
import { Desk, saturday } from '../../systems/tuition-operations/desk.ts';
import { openTestInstance, type TestServer } from './open-test-instance.ts';

const { signal } = new AbortController();

/** Two pupils of group 1: four sessions paid and two attended; half a month paid and three attended. */
function schoolInUse(): School {
  return school()
    .pupil()
    .paid('2026-06', 300)
    .attended(2, { from: '2026-06-19' })
    .pupil()
    .paid('2026-06', 150)
    .attended(3, { from: '2026-06-12' });
}

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of opened.splice(0).toReversed()) await each.close();
});

function keep<Opened extends { close(): Promise<void> }>(one: Opened): Opened {
  opened.push(one);
  return one;
}

async function serve(url?: string): Promise<TestServer> {
  return keep(await openTestInstance({ systems: { tuition: {}, billing: {} }, ...(url === undefined ? {} : { url }) }));
}

function jobOf(service: ServedInstance, name: string): ScheduledJob {
  const job = jobsOf(service).find((one) => one.name === name);
  if (job === undefined) throw new Error(`There is no job ${name}.`);
  return job;
}

test('each job has a name of its own in its system, and a schedule that there is', async () => {
  const { service } = await serve();
  const jobs = jobsOf(service);
  expect(new Set(jobs.map(({ system, name }) => `${system}/${name}`)).size).toBe(jobs.length);
  const now = Instant.parse('2026-11-22T00:00:00Z');
  for (const { schedule } of jobs) expect(nextTick(cronOf(schedule), now)).toBeDefined();
  expect(new Set(jobs.map(({ system }) => system))).toEqual(new Set(['tuition', 'billing', 'service']));
  expect(new Set(prunedTables.map(({ table }) => table)).size).toBe(prunedTables.length);
});

test('jobs of a system that was never carried over here have nothing to do', async () => {
  const { service } = await serve();
  for (const job of jobsOf(service).filter(({ system }) => system !== 'service')) {
    expect(await job.run({ signal })).toEqual({ skipped: `${job.system} has no tables here yet` });
  }
});

describe('reminders', () => {
  test('are due at 18:00 by the clocks of the school, summer and winter', async () => {
    const { service } = await serve();
    const { schedule } = jobOf(service, 'reminders');
    const next = (after: string): string | undefined => nextTick(cronOf(schedule), Instant.parse(after))?.toString();
    expect(next('2026-01-10T00:00:00Z')).toBe('2026-01-10T16:00:00.000000Z');
    expect(next('2026-07-10T00:00:00Z')).toBe('2026-07-10T15:00:00.000000Z');
  });

  test('go once a day to the parents of who owes one session, however often the job runs', async () => {
    const desk = keep(await Desk.open());
    const one = await desk.returning();
    await desk.scan(one);
    const { service } = await serve(desk.url);
    const job = jobOf(service, 'reminders');
    const evening = saturday(0).plusMillis(3_600_000);
    const [first, second] = await Promise.all([job.run({ signal, now: evening }), job.run({ signal, now: evening })]);
    expect(first).toEqual({ date: '2026-03-07', pupils: '1' });
    expect(second).toEqual(first);
    expect(await job.run({ signal, now: evening.plusMillis(1_000) })).toEqual(first);
    expect(await desk.notices(sql`type = 'payment_reminder'`)).toHaveLength(1);
    await job.run({ signal, now: evening.plusMillis(86_400_000) });
    expect(await desk.notices(sql`type = 'payment_reminder'`)).toHaveLength(2);
  });
});

describe('the mirror', () => {
  test('has nothing to do where no cutover is live', async () => {
    const { service } = await serve();
    expect(await jobOf(service, 'mirror').run({ signal })).toEqual({ systems: [] });
  });

  test('tells legacy what the ledger did and follows legacy, once, and a second pass changes nothing', async () => {
    const live = keep(await LiveSchool.open(schoolInUse()));
    await live.migrate();
    await live.switch(['1:1']);
    const { service } = await serve(live.desk.url);
    const mirror = jobOf(service, 'mirror');
    await live.desk.pay(pupil(1), '300.00', { month: '2026-07', now: friday() });
    await live.app.pay([2, 1], '2026-07', 30_000);
    const [pass] = ((await mirror.run({ signal })) as { systems: readonly object[] }).systems;
    expect(pass).toMatchObject({ system: 'tuition', lagEntries: 0, marksWaiting: 0 });
    expect(pass).not.toHaveProperty('differing');
    const { dateOf } = live.database.dialect.expressions;
    const july = sql<{ student_id: bigint }>`select p.student_id as student_id from payments p
      where ${dateOf(sql`p.month`)} = '2026-07-01' order by 1`;
    expect(await live.rows(july)).toEqual([{ student_id: 1n }, { student_id: 2n }]);
    expect(await mirror.run({ signal })).toMatchObject({ systems: [{ mirrored: 0, followed: 0, lagEntries: 0 }] });
    expect(await jobOf(service, 'compare').run({ signal })).toMatchObject({ systems: [{ differing: 0 }] });
  });

  test('follows legacy before anybody was switched', async () => {
    const live = keep(await LiveSchool.open(schoolInUse()));
    await live.migrate();
    const { service } = await serve(live.desk.url);
    await live.app.pay([2, 1], '2026-07', 30_000);
    expect(await jobOf(service, 'mirror').run({ signal })).toMatchObject({
      systems: [{ mirrored: 0, lagEntries: 0, marksWaiting: 0 }],
    });
  });

  test('passes over several systems of one instance, again and again on the same connection', async () => {
    const live = keep(
      await LiveSchool.open(async (database) => {
        await schoolInUse().write(database);
        await saasInUse().write(database, { decimals: 2 });
      }),
    );
    await live.migrate();
    const { service } = await serve(live.desk.url);
    const billing = service.app.cutoverContext('test', service.database, service.app.system('billing'));
    await runCutover({ ...billing, backup: assumedBackup() }, { from: 'expand' });
    for (const month of ['2026-07', '2026-08', '2026-09']) {
      await live.app.pay([2, 1], month, 30_000);
      await sql`update credit_usage set amount_dollars = amount_dollars + 1`.execute(live.database.handle);
      const passes = (await jobOf(service, 'mirror').run({ signal })) as { systems: readonly { followed: number }[] };
      expect(passes).toMatchObject({
        systems: [
          { system: 'tuition', marksWaiting: 0 },
          { system: 'billing', marksWaiting: 0 },
        ],
      });
      expect(passes.systems.filter(({ followed }) => followed > 0)).toHaveLength(2);
    }
    expect(await jobOf(service, 'compare').run({ signal })).toMatchObject({
      systems: [{ differing: 0 }, { differing: 0 }],
    });
  });

  test('leaves a system alone that another runner is at work on', async () => {
    const live = keep(await LiveSchool.open(schoolInUse()));
    await live.migrate();
    const { service } = await serve(live.desk.url);
    await live.database.write((trx) =>
      sql`update ${sql.table('carryover_cutovers')} set holder = 'watcher', heartbeat_at = ${live.database.dialect.expressions.now()},
        lease_ttl_ms = 60000`.execute(trx),
    );
    expect(await jobOf(service, 'mirror').run({ signal })).toEqual({ systems: [{ system: 'tuition', held: true }] });
  });

  test('leaves a paused cutover as it is', async () => {
    const live = keep(await LiveSchool.open(schoolInUse()));
    await live.migrate();
    const { service } = await serve(live.desk.url);
    await live.database.write((trx) => sql`update ${sql.table('carryover_cutovers')} set paused = 1`.execute(trx));
    expect(await jobOf(service, 'mirror').run({ signal })).toEqual({ systems: [] });
  });
});
