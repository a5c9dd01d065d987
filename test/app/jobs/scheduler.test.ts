import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { CarryoverError } from '../../../src/base/errors.ts';
import { cronOf, lastTick } from '../../../src/app/jobs/due-tick.ts';
import { acquireJobLease } from '../../../src/app/jobs/job-lease.ts';
import { readJobRows, rowOf, type JobRow } from '../../../src/app/jobs/job-rows.ts';
import type { JobRun, ScheduledJob } from '../../../src/app/jobs/scheduled-job.ts';
import { startScheduler, type RunningScheduler, type SchedulerOptions } from '../../../src/app/jobs/scheduler.ts';
import { ServeMetrics } from '../../../src/app/metrics/serve-metrics.ts';
import type { ServedInstance } from '../../../src/app/served-instance.ts';
import { ledgerClosed } from '../../../src/ledger/ledger-errors.ts';
import { openTestInstance, type TestServer } from './open-test-instance.ts';

const EVERY_SECOND = '* * * * * *';
/** So seldom that no test meets two of its ticks. */
const EVERY_HOUR = '0 * * * *';

let on: TestServer;
const schedulers: RunningScheduler[] = [];
beforeEach(async () => {
  on = await openTestInstance();
});
afterEach(async () => {
  vi.useRealTimers();
  await Promise.all(schedulers.splice(0).map((scheduler) => scheduler.stop()));
  await on.close();
});

function start(
  service: ServedInstance,
  jobs: readonly ScheduledJob[],
  options: SchedulerOptions = {},
): RunningScheduler {
  const scheduler = startScheduler(service, { jobs, ...options });
  schedulers.push(scheduler);
  return scheduler;
}

function jobOf(run: (run: JobRun) => Promise<unknown>, pattern: string = EVERY_SECOND, name = 'count'): ScheduledJob {
  return { system: 'service', name, title: 'Count', schedule: { pattern, zone: 'UTC' }, run };
}

async function row(name = 'count'): Promise<JobRow> {
  const found = rowOf((await readJobRows(on.service.database)).rows, { system: 'service', name });
  if (found === undefined) throw new Error(`The job ${name} has no row.`);
  return found;
}

/** Resolves when it was called so many times. */
function times(count: number): { readonly reached: Promise<void>; hit(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  let left = count;
  return {
    reached: promise,
    hit: () => {
      left -= 1;
      if (left === 0) resolve();
    },
  };
}

test('ten servers run a job once per tick', async () => {
  const servers = await Promise.all(Array.from({ length: 10 }, () => on.another()));
  const ticks: string[] = [];
  const three = times(3);
  const job = jobOf(async () => {
    ticks.push((await row()).tick_at?.toString() ?? '');
    three.hit();
  });
  for (const server of servers) start(server, [job]);
  await three.reached;
  await Promise.all(schedulers.map((scheduler) => scheduler.stop()));
  expect(new Set(ticks).size).toBe(ticks.length);
  expect(await row()).toMatchObject({ runs: BigInt(ticks.length), failures: 0n, outcome: 'done', holder: null });
});

test('a job that overruns is not started twice, here or elsewhere, and the ticks it missed are not made up for', async () => {
  const gate = Promise.withResolvers<void>();
  const [looked, again] = [times(3), times(2)];
  let [running, most] = [0, 0];
  const slow = jobOf(
    async () => {
      running += 1;
      most = Math.max(most, running);
      again.hit();
      await gate.promise;
      running -= 1;
    },
    EVERY_SECOND,
    'slow',
  );
  const fast = jobOf(() => Promise.resolve(looked.hit()));
  const other = await on.another();
  start(on.service, [slow, fast]);
  start(other, [slow, fast]);
  await looked.reached;
  expect(await row('slow')).toMatchObject({ epoch: 1n, outcome: 'running' });
  const { now } = await readJobRows(on.service.database);
  gate.resolve();
  await again.reached;
  expect(most).toBe(1);
  expect((await row('slow')).tick_at?.isBefore(now)).toBe(false);
});

test('a job that fails says so in its row and in the figures, and is tried again at its next tick', async () => {
  const metrics = new ServeMetrics();
  const afterFailure: JobRow[] = [];
  const twice = times(2);
  let runs = 0;
  const job = jobOf(async () => {
    runs += 1;
    twice.hit();
    if (runs === 1) throw new CarryoverError(ledgerClosed, {});
    afterFailure.push(await row());
    return { counted: 7n };
  });
  const warn = vi.fn();
  const scheduler = start(on.service, [job], { metrics, logger: { info: () => undefined, warn } });
  await twice.reached;
  await scheduler.stop();
  expect(warn).toHaveBeenCalledWith(expect.objectContaining({ job: 'count', code: 'LEDGER_CLOSED' }), 'job not done');
  expect(afterFailure[0]).toMatchObject({ failures: 1n, runs: 1n, succeeded_at: null });
  expect(await row()).toMatchObject({ failures: 1n, outcome: 'done', error_code: null, result: '{"counted":"7"}' });
  const text = await metrics.text();
  expect(text).toContain('carryover_job_failures_total{system="service",job="count"} 1');
  expect(text).toContain('carryover_job_runs_total{system="service",job="count",outcome="failed"} 1');
});

test('the lease of a server that died passes to another, which runs the tick the dead one began', async () => {
  const { database } = on.service;
  const ran = times(1);
  const job = jobOf(() => Promise.resolve(ran.hit()), EVERY_HOUR);
  const { now } = await readJobRows(database);
  const tick = lastTick(cronOf(job.schedule), now) ?? now;
  const request = { system: 'service', name: 'count', holder: 'dead', ttlMs: 400, tick };
  expect((await acquireJobLease(database, request)).lease).toBeDefined();
  start(await on.another(), [job]);
  await ran.reached;
  await schedulers[0]?.stop();
  expect(await row()).toMatchObject({ epoch: 2n, outcome: 'done', runs: 1n, tick_at: tick });
});

test('a run whose lease was taken over is told to end, and does not end as if it held it', async () => {
  const { database } = on.service;
  const metrics = new ServeMetrics();
  const warn = vi.fn();
  const job = jobOf(async ({ signal }) => {
    // As if this server had stood still until another one took the job over.
    await database.write((trx) =>
      sql`update ${sql.table('carryover_job_leases')} set epoch = epoch + 1, holder = 'other'`.execute(trx),
    );
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
  }, EVERY_HOUR);
  const told = Promise.withResolvers<void>();
  warn.mockImplementation(() => told.resolve());
  start(on.service, [job], { leaseTtlMs: 300, metrics, logger: { info: () => undefined, warn } });
  await told.promise;
  expect(warn).toHaveBeenCalledWith(expect.objectContaining({ code: 'JOB_LEASE_LOST' }), 'job not done');
  expect(await row()).toMatchObject({ holder: 'other', outcome: 'running', runs: 0n });
  expect(await metrics.text()).toContain('carryover_job_runs_total{system="service",job="count",outcome="lost"} 1');
});

test('a long run keeps its lease by beating', async () => {
  const beaten = Promise.withResolvers<void>();
  const job = jobOf(async () => {
    const before = (await row()).expires_at;
    await vi.waitUntil(async () => before !== null && (await row()).expires_at?.compare(before) === 1, {
      timeout: 20_000,
    });
    beaten.resolve();
  }, EVERY_HOUR);
  const scheduler = start(on.service, [job], { leaseTtlMs: 600 });
  await beaten.promise;
  await scheduler.stop();
  expect(await row()).toMatchObject({ outcome: 'done', epoch: 1n });
});

test('stopping asks what runs to end and waits for it; another server then runs the same tick', async () => {
  const started = times(1);
  const first = jobOf(({ signal }) => {
    started.hit();
    return new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(new Error('stopped between two steps')), { once: true });
    });
  }, EVERY_HOUR);
  const controller = new AbortController();
  const scheduler = start(on.service, [first], { signal: controller.signal });
  await started.reached;
  expect(scheduler.isAlive()).toBe(true);
  controller.abort();
  expect(await scheduler.stop()).toEqual({ unfinished: [] });
  expect(scheduler.isAlive()).toBe(false);
  const stopped = await row();
  expect(stopped).toMatchObject({ outcome: 'stopped', failures: 0n, holder: null });

  const ran = times(1);
  const other = start(await on.another(), [jobOf(() => Promise.resolve(ran.hit()), EVERY_HOUR)]);
  await ran.reached;
  await other.stop();
  expect(await row()).toMatchObject({ outcome: 'done', runs: 2n });
});

test('stopping waits no longer than its limit, and names what did not end', async () => {
  const started = times(1);
  const gate = Promise.withResolvers<void>();
  const ended = times(1);
  const job = jobOf(async () => {
    started.hit();
    await gate.promise;
  }, EVERY_HOUR);
  const metrics = new ServeMetrics();
  vi.spyOn(metrics, 'jobEnded').mockImplementation(() => ended.hit());
  const scheduler = start(on.service, [job], { stopMsMax: 30, metrics });
  await started.reached;
  expect(await scheduler.stop()).toEqual({ unfinished: ['service/count'] });
  gate.resolve();
  await ended.reached;
});

test("ticks are the database's, whatever this server's clock says", async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2019-05-01T00:00:00Z') });
  const ran = times(2);
  const ticks: string[] = [];
  const job = jobOf(async () => {
    ticks.push((await row()).tick_at?.toString() ?? '');
    ran.hit();
  });
  const { now } = await readJobRows(on.service.database);
  const scheduler = start(on.service, [job]);
  await ran.reached;
  await scheduler.stop();
  expect(ticks[0]?.slice(0, 4)).toBe(now.toString().slice(0, 4));
  expect(ticks[0]?.slice(0, 4)).not.toBe('2019');
});

test('a database that goes away and comes back does not end the scheduler', async () => {
  const { database } = on.service;
  const [before, after] = [times(1), times(1)];
  let isBack = false;
  const job = jobOf(() => Promise.resolve());
  const warn = vi.fn();
  start(on.service, [job], { lookEveryMsMax: 50, logger: { info: () => (isBack ? after : before).hit(), warn } });
  await before.reached;
  const [from, to] = [database.tableName('carryover_job_leases'), database.tableName('carryover_job_away')];
  const rename = (one: string, other: string): Promise<unknown> =>
    sql`alter table ${sql.raw(one)} rename to ${sql.raw(other)}`.execute(database.handle);
  await rename(from, to);
  await vi.waitUntil(() => warn.mock.calls.some(([, text]) => text === 'the jobs could not be looked at'), {
    timeout: 20_000,
  });
  await rename(to, from);
  isBack = true;
  await after.reached;
});
