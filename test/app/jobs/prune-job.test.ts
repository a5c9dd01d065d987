import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Instant } from '../../../src/base/instant.ts';
import { endAction, insertAction, listActions } from '../../../src/app/cutover/action-rows.ts';
import { pruneJob } from '../../../src/app/jobs/prune-job.ts';
import { prunedTables } from '../../../src/app/jobs/pruned-tables.ts';
import { pruneTable } from '../../../src/app/jobs/prune-table.ts';
import { enqueueNotices } from '../../../src/notices/outbox.ts';
import { migrateSchema } from '../../../src/sql/schema-migrator.ts';
import { coreMigrations } from '../../../src/cutover/index.ts';
import { billingSystem } from '../../../src/systems/billing/index.ts';
import { openTestInstance, type TestServer } from './open-test-instance.ts';

const NOW = Instant.parse('2026-11-22T02:15:00Z');
const { signal } = new AbortController();
const REQUESTS = 'carryover_billing_requests';

let on: TestServer;
beforeEach(async () => {
  on = await openTestInstance();
  await migrateSchema(on.service.database, [...coreMigrations, ...billingSystem.schemaMigrations], '0.0.0-test');
});
afterEach(() => on.close());

const prune = (): Promise<unknown> => pruneJob.run(on.service, { now: NOW, signal });

async function requests(made: readonly (readonly [key: string, daysAgo: number])[]): Promise<void> {
  const { database } = on.service;
  await database.dialect.statements.insertRows(database.handle, REQUESTS, {
    columns: { idempotency_key: 'text', operation: 'text', content_hash: 'int64', made_at: 'instant' },
    rows: made.map(([key, daysAgo]) => [key, 'deduct', 1n, NOW.plusMillis(-daysAgo * 86_400_000)]),
  });
}

async function keys(): Promise<readonly string[]> {
  const { rows } = await sql<{ key: string }>`select idempotency_key as ${sql.ref('key')} from ${sql.table(REQUESTS)}
    order by idempotency_key`.execute(on.service.database.handle);
  return rows.map(({ key }) => key);
}

test('answers that nobody asks for again go, younger ones stay, and a second run finds nothing', async () => {
  await requests([
    ['a-old', 91],
    ['b-young', 89],
    ['c-older', 400],
    ['d-new', 0],
  ]);
  expect(await prune()).toEqual({ deleted: { [REQUESTS]: 2 } });
  expect(await keys()).toEqual(['b-young', 'd-new']);
  expect(await prune()).toEqual({ deleted: {} });
});

test('a table of more rows than one look takes is walked to its end', async () => {
  const made = Array.from({ length: 2_500 }, (_, n) => [`k${n}`, n % 2 === 0 ? 100 : 1] as const);
  await requests(made);
  expect(await prune()).toEqual({ deleted: { [REQUESTS]: 1_250 } });
  expect(await keys()).toHaveLength(1_250);
});

test('how long rows are kept is told per table, and a table that is not there is passed over', async () => {
  await requests([['a', 10]]);
  const { database } = on.service;
  const table = { table: REQUESTS, key: 'idempotency_key', at: 'made_at' };
  expect(await pruneTable(database, table, { now: NOW, signal, keptDays: 11 })).toBe(0);
  const missing = { ...table, table: 'carryover_not_there' };
  expect(await pruneTable(database, missing, { now: NOW, signal, keptDays: 9 })).toBe(0);
  expect(await pruneTable(database, table, { now: NOW, signal, keptDays: 9 })).toBe(1);
});

test('rows of jobs that nobody has run for long go, those at work stay', async () => {
  const { database } = on.service;
  const old = NOW.plusMillis(-91 * 86_400_000);
  await database.dialect.statements.insertRows(database.handle, 'carryover_job_leases', {
    columns: {
      system_name: 'text',
      job: 'text',
      epoch: 'int64',
      holder: 'text',
      started_at: 'instant',
      runs: 'int64',
      failures: 'int64',
    },
    rows: [
      ['gone', 'old', 1n, null, old, 1n, 0n],
      ['gone', 'at-work', 1n, 'one', old, 1n, 0n],
      ['service', 'sweep', 1n, null, NOW, 1n, 0n],
    ],
  });
  expect(await prune()).toEqual({ deleted: { carryover_job_leases: 1 } });
});

test('nothing that proves a balance is ever pruned', () => {
  const kept = /_(?:accounts|entries|audit|holds|lots|lot_draws|marks|mirrors|journal|schema_migrations)$/;
  expect(prunedTables.filter(({ table }) => kept.test(table))).toEqual([]);
});

const DAY_MS = 86_400_000;
const ACTIONS = 'carryover_cutover_actions';

test('what was done to cutovers goes after a year, what has no end stays', async () => {
  const { database } = on.service;
  for (const [id, daysAgo] of [
    ['1', 366],
    ['2', 364],
    ['3', undefined],
  ] as const) {
    const asked = { id, key: id, system: 'billing', action: 'switch', actor: { kind: 'person', id: '1' } } as const;
    const rest = { contentHash: '', selection: null, cohort: null, role: 'admin', ipAddress: '::1', shown: {} };
    await database.write((trx) => insertAction(database, trx, { ...asked, ...rest }));
    if (daysAgo === undefined) continue;
    await endAction(database, id, { state: 'done', outcome: {} });
    const at = database.dialect.expressions.instant(NOW.plusMillis(-daysAgo * DAY_MS));
    await sql`update ${sql.table(ACTIONS)} set ended_at = ${at} where id = ${id}`.execute(database.handle);
  }
  expect(await prune()).toEqual({ deleted: { [ACTIONS]: 1 } });
  expect((await listActions(database.handle, 'billing', { limit: 9 })).map(({ id }) => id)).toEqual(['3', '2']);
});

test('webhooks and notices go by the days of the configuration, and a webhook that comes again finds its row', async () => {
  const { database } = on.service;
  const at = (days: number): Instant => NOW.plusMillis(-days * DAY_MS);
  await database.dialect.statements.insertRows(database.handle, 'carryover_stripe_events', {
    columns: {
      event_id: 'text',
      type: 'text',
      payload: 'text',
      status: 'text',
      attempts: 'int64',
      occurred_at: 'instant',
      received_at: 'instant',
      finished_at: 'instant',
    },
    rows: [31, 44, 46].map((days) => [`evt_${days}`, 'a.b', '{}', 'processed', 1n, at(days), at(days), at(days)]),
  });
  await database.write((trx) =>
    enqueueNotices(database, trx, [
      {
        system: 'billing',
        type: 'credits_low',
        dedupeKey: 'billing:credits_low:1:2:3',
        recipient: 'one',
        mandatory: false,
        payload: {},
        status: 'suppressed',
        createdAt: at(100),
      },
    ]),
  );
  expect(await prune()).toEqual({ deleted: { carryover_stripe_events: 1 } });
  const shorter = await openTestInstance({ url: on.url, jobs: { prune: { noticesDays: 99, paymentEventsDays: 31 } } });
  try {
    const deleted = await pruneJob.run(shorter.service, { now: NOW, signal });
    expect(deleted).toEqual({ deleted: { carryover_outbox: 1, carryover_stripe_events: 2 } });
  } finally {
    await shorter.close();
  }
});

test.each([
  ['requestsDays', 29],
  ['cutoverActionsDays', 29],
  ['noticesDays', 34],
  ['mandatoryNoticesDays', 179],
  ['paymentEventsDays', 30],
])('less than what repetitions need is refused: %s of %d days', async (name, days) => {
  const other = await openTestInstance({ url: on.url, jobs: { prune: { [name]: days } } });
  try {
    const failure = pruneJob.run(other.service, { now: NOW, signal });
    await expect(failure).rejects.toMatchObject({ code: 'CONFIG_INVALID', details: { path: `jobs.prune.${name}` } });
  } finally {
    await other.close();
  }
});
