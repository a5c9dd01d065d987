import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Instant } from '../../../src/base/instant.ts';
import { pruneJob } from '../../../src/app/jobs/prune-job.ts';
import { prunedTables } from '../../../src/app/jobs/pruned-tables.ts';
import { pruneTable } from '../../../src/app/jobs/prune-table.ts';
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
  const table = { table: REQUESTS, key: 'idempotency_key', at: 'made_at', retentionDays: 11 };
  expect(await pruneTable(database, table, { now: NOW, signal })).toBe(0);
  expect(await pruneTable(database, { ...table, retentionDays: 9 }, { now: NOW, signal })).toBe(1);
  expect(await pruneTable(database, { ...table, table: 'carryover_not_there' }, { now: NOW, signal })).toBe(0);
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
  expect(prunedTables.every(({ retentionDays }) => retentionDays >= 30)).toBe(true);
});
