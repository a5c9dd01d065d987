import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { acquireJobLease, finishJobLease } from '../../../src/app/jobs/job-lease.ts';
import { gaugeCollector } from '../../../src/app/metrics/collect-gauges.ts';
import { checkReadiness } from '../../../src/app/metrics/check-readiness.ts';
import { ServeMetrics } from '../../../src/app/metrics/serve-metrics.ts';
import { startScheduler } from '../../../src/app/jobs/scheduler.ts';
import type { Instant } from '../../../src/base/instant.ts';
import { enqueueNotices, type NewNotice } from '../../../src/notices/outbox.ts';
import { createLedger } from '../../../src/ledger/ledger.ts';
import { openTestInstance, type TestServer } from '../jobs/open-test-instance.ts';

let on: TestServer;
let metrics: ServeMetrics;
beforeEach(async () => {
  on = await openTestInstance();
  metrics = new ServeMetrics();
});
afterEach(() => on.close());

/** The value of a figure as a scrape shows it; undefined where the scrape does not have it. */
async function figure(name: string): Promise<number | undefined> {
  const line = (await metrics.text()).split('\n').find((each) => each.startsWith(`${name} `));
  return line === undefined ? undefined : Number(line.slice(name.length + 1));
}

/** As if a job had just run and said so. */
async function ended(name: string, result: object | string, outcome: 'done' | 'failed' = 'done'): Promise<void> {
  const { database } = on.service;
  const { lease } = await acquireJobLease(database, { system: 'service', name, holder: 'one', ttlMs: 60_000 });
  if (lease === undefined) throw new Error('The lease was not given.');
  const text = typeof result === 'string' ? result : JSON.stringify(result);
  await finishJobLease(database, lease, { outcome, result: text });
}

async function notices(times: readonly (readonly [createdAt: Instant, notBefore?: Instant])[]): Promise<void> {
  const { database } = on.service;
  const notice = { system: 'test', type: 'told', mandatory: false, payload: {}, status: 'pending' } as const;
  const all = times.map(([createdAt, notBefore], index): NewNotice => {
    const own = { ...notice, dedupeKey: `n${index}`, recipient: `student:${index}`, createdAt };
    return notBefore === undefined ? own : { ...own, notBefore };
  });
  await database.write((trx) => enqueueNotices(database, trx, all));
}

function now(): Promise<Instant> {
  const { dialect, handle } = on.service.database;
  return dialect.statements.serverNow(handle);
}

describe('the figures of the database', () => {
  test('mirror lag, drift and breaches are what the jobs found last', async () => {
    const systems = [
      { system: 'tuition', lagEntries: 7, marksWaiting: 2 },
      { system: 'billing', held: true },
    ];
    await ended('mirror', { systems });
    await ended('compare', { systems: [{ system: 'tuition', differing: 3, compared: 90 }] });
    await ended('verify', { accounts: 4, entries: 9, breaches: 1, rules: ['seq-without-gaps'] });
    await gaugeCollector(on.service, metrics)();
    expect(await figure('carryover_mirror_lag_entries{system="tuition"}')).toBe(7);
    expect(await figure('carryover_mirror_marks{system="tuition"}')).toBe(2);
    expect(await figure('carryover_mirror_lag_entries{system="billing"}')).toBeUndefined();
    expect(await figure('carryover_drift_accounts{system="tuition"}')).toBe(3);
    expect(await figure('carryover_ledger_breaches')).toBe(1);
    expect(await figure('carryover_database_up')).toBe(1);
  });

  test('a job says when it last ended well on any server, and 0 where it only ever failed', async () => {
    await ended('sweep', {});
    await ended('prune', {}, 'failed');
    await gaugeCollector(on.service, metrics)();
    const last = await figure('carryover_job_last_success_timestamp_seconds{system="service",job="sweep"}');
    expect(Math.abs((last ?? 0) - Number((await now()).epochMicros) / 1e6)).toBeLessThan(60);
    expect(await figure('carryover_job_last_success_timestamp_seconds{system="service",job="prune"}')).toBe(0);
    expect(await figure('carryover_job_last_success_timestamp_seconds{system="service",job="mirror"}')).toBeUndefined();
    expect(await figure('carryover_job_interval_seconds{system="service",job="mirror"}')).toBe(60);
  });

  test('the outbox is as old as its oldest notice that is due; one for later does not count', async () => {
    const present = await now();
    const ago = (seconds: number): Instant => present.plusMillis(-seconds * 1000);
    const collect = gaugeCollector(on.service, metrics);
    await notices([[ago(5_000), present.plusMillis(3_600_000)], [ago(400)], [ago(9_000), ago(700)]]);
    await collect();
    const seconds = (await figure('carryover_outbox_oldest_seconds')) ?? 0;
    expect(seconds).toBeGreaterThanOrEqual(700);
    expect(seconds).toBeLessThan(800);
  });

  test('deliveries and received events count with them: what is due, and what was given up', async () => {
    const present = await now();
    const ago = (seconds: number): Instant => present.plusMillis(-seconds * 1000);
    const { database } = on.service;
    const { statements } = database.dialect;
    await statements.insertRows(database.handle, 'carryover_notice_deliveries', {
      columns: {
        notice_id: 'int64',
        system_name: 'text',
        type: 'text',
        recipient: 'text',
        channel: 'text',
        reference: 'text',
        mandatory: 'int64',
        priority: 'int64',
        zone: 'text',
        address_key: 'text',
        status: 'text',
        noticed_at: 'instant',
        next_attempt_at: 'instant',
        updated_at: 'instant',
      },
      rows: (['pending', 'dead', 'dead', 'sent'] as const).map((status, n) => [
        BigInt(n),
        'test',
        'told',
        'student:1',
        'email',
        `r${n}`,
        0n,
        1n,
        'UTC',
        'a',
        status,
        ago(9_000),
        ago(600),
        ago(600),
      ]),
    });
    await statements.insertRows(database.handle, 'carryover_stripe_events', {
      columns: {
        event_id: 'text',
        type: 'text',
        payload: 'text',
        status: 'text',
        attempts: 'int64',
        due_at: 'instant',
        occurred_at: 'instant',
        received_at: 'instant',
      },
      rows: [
        ['evt_1', 'charge.refunded', '{}', 'failed', 2n, ago(300), ago(900), ago(900)],
        ['evt_2', 'charge.refunded', '{}', 'dead', 9n, null, ago(9_000), ago(9_000)],
        ['evt_3', 'charge.refunded', '{}', 'processed', 1n, null, ago(9_000), ago(9_000)],
      ],
    });
    await gaugeCollector(on.service, metrics)();
    expect(await figure('carryover_outbox_failed')).toBe(2);
    expect(await figure('carryover_outbox_oldest_seconds')).toBeCloseTo(600, -2);
    expect(await figure('carryover_inbox_failed')).toBe(1);
    expect(await figure('carryover_inbox_oldest_seconds')).toBeCloseTo(300, -2);
  });

  test('what another release wrote into a job row is left out', async () => {
    await ended('verify', 'not json');
    await gaugeCollector(on.service, metrics)();
    expect(await figure('carryover_database_up')).toBe(1);
    expect(await figure('carryover_ledger_breaches')).toBe(0);
  });

  test('a system whose cutover has ended is not told of any more, and a scheduler is told where it lives', async () => {
    await ended('mirror', { systems: [{ system: 'tuition', lagEntries: 7, marksWaiting: 2 }] });
    await gaugeCollector(on.service, metrics)();
    expect(await figure('carryover_scheduler_alive')).toBe(0);
    await ended('mirror', { systems: [] });
    await gaugeCollector(on.service, metrics, { scheduler: { isAlive: () => true } })();
    expect(await figure('carryover_mirror_lag_entries{system="tuition"}')).toBeUndefined();
    expect(await figure('carryover_scheduler_alive')).toBe(1);
  });

  test('a storm of scrapes reads once', async () => {
    const serverNow = vi.spyOn(on.service.database.dialect.expressions, 'now');
    const collect = gaugeCollector(on.service, metrics);
    await Promise.all(Array.from({ length: 50 }, () => collect()));
    await collect();
    expect(serverNow).toHaveBeenCalledTimes(1);
    serverNow.mockRestore();
  });

  test('a database that cannot be read is told, and the scrape is answered', async () => {
    const { database } = on.service;
    const [from, to] = [database.tableName('carryover_job_leases'), database.tableName('carryover_job_away')];
    await sql`alter table ${sql.raw(from)} rename to ${sql.raw(to)}`.execute(database.handle);
    await gaugeCollector(on.service, metrics)();
    expect(await figure('carryover_database_up')).toBe(0);
  });
});

test('the ledger of a service is counted where it is given the observer', async () => {
  const { database } = on.service;
  const ledger = createLedger(database, { observer: metrics.ledgerObserver });
  const ref = { system: 'test', kind: 'wallet', owner: 'ann' };
  const [account] = await ledger.openAccounts([{ ref, unit: 'point', floor: 0n, lotted: false, authority: 'ledger' }]);
  const actor = { kind: 'system', id: 'test' } as const;
  const post = { type: 'post', accountId: account?.id ?? 0n, kind: 'grant', contra: 'grants', actor } as const;
  await ledger.execute([
    { ...post, key: 'a', amount: 5n },
    { ...post, key: 'b', amount: -9n },
  ]);
  await database.write((trx) => ledger.within(trx).execute([{ ...post, key: 'c', amount: 1n }]));
  await ledger.close();
  await expect(ledger.execute([{ ...post, key: 'd', amount: 1n }])).rejects.toMatchObject({ code: 'LEDGER_CLOSED' });
  expect(await figure('carryover_posts_total{outcome="posted"}')).toBe(2);
  expect(await figure('carryover_refusals_total{code="LEDGER_FLOOR_BREACHED"}')).toBe(1);
  expect(await figure('carryover_batch_commands_sum')).toBe(2);
  expect(await figure('carryover_post_seconds_count')).toBe(2);
  expect(await figure('carryover_post_failures_total{code="LEDGER_CLOSED"}')).toBe(1);
});

describe('readiness', () => {
  test('holds where the database answers, its tables are of this release and jobs are started', async () => {
    const scheduler = startScheduler(on.service, { jobs: [] });
    const { ready, checks } = await checkReadiness(on.service, { scheduler, limitMs: 20_000 });
    expect(checks.map(({ name, ok }) => [name, ok])).toEqual([
      ['database', true],
      ['schema', true],
      ['scheduler', true],
    ]);
    expect(ready).toBe(true);
    await scheduler.stop();
    const stopped = await checkReadiness(on.service, { scheduler, limitMs: 20_000 });
    expect(stopped).toMatchObject({ ready: false, checks: [{}, {}, { name: 'scheduler', ok: false }] });
  });

  test('fails where a migration is still to be applied, without a scheduler too', async () => {
    const { database } = on.service;
    await sql`delete from ${sql.table('carryover_schema_migrations')} where component = 'jobs'`.execute(
      database.handle,
    );
    const { ready, checks } = await checkReadiness(on.service, { limitMs: 20_000 });
    expect(ready).toBe(false);
    expect(checks).toContainEqual({ name: 'schema', ok: false, detail: '1 migrations are still to be applied' });
  });

  test('fails in time where the database does not answer, and names neither address nor user', async () => {
    const never = { statements: { serverNow: () => new Promise(() => undefined) } };
    const silent = {
      database: Object.create(on.service.database, { dialect: { value: never } }) as TestServer['service']['database'],
    };
    const { ready, checks } = await checkReadiness(silent, { limitMs: 10 });
    expect(ready).toBe(false);
    expect(checks[0]).toEqual({ name: 'database', ok: false, detail: 'no answer within 10 ms' });
    expect(checks[1]?.ok).toBe(false);
    const broken = await on.another();
    await broken.close();
    const gone = await checkReadiness(broken, { limitMs: 20_000 });
    expect(gone.checks[0]?.ok).toBe(false);
    expect(JSON.stringify(gone)).not.toContain('carryover-db');
    expect(JSON.stringify(gone)).not.toContain('127.0.0.1');
  });
});
