import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { acquireJobLease, finishJobLease } from '../../src/app/jobs/job-lease.ts';
import { openDatabase, type Database } from '../../src/sql/database.ts';
import { freshDatabase, type FreshDatabase } from '../support/fresh-database.ts';
import { jsonLines, runCli, type CliResult } from '../support/run-cli.ts';

let fresh: FreshDatabase;
let folder: string;

const run = (...args: readonly string[]): Promise<CliResult> => runCli(folder, args, { SAAS_URL: fresh.url });

beforeAll(async () => {
  fresh = await freshDatabase();
  folder = mkdtempSync(join(tmpdir(), 'carryover-cli-'));
  const config = { instances: { dev: { urlEnv: 'SAAS_URL' } }, systems: { tuition: {}, billing: {} } };
  writeFileSync(join(folder, 'carryover.config.json'), JSON.stringify(config));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await fresh.drop();
});

async function onDatabase<Result>(work: (database: Database) => Promise<Result>): Promise<Result> {
  const database = await openDatabase(fresh.url);
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

interface Listed {
  readonly system: string;
  readonly name: string;
  readonly outcome: string | null;
  readonly lastRunAt: string | null;
  readonly nextRunAt: string | null;
}

async function listed(...args: readonly string[]): Promise<readonly Listed[]> {
  const result = await run('jobs', 'list', '--json', ...args);
  expect({ exitCode: result.exitCode, stderr: result.stderr }).toEqual({ exitCode: 0, stderr: '' });
  return jsonLines(result)[0]?.['jobs'] as readonly Listed[];
}

test('jobs are listed on a database that none ever ran on, which is left as it is', async () => {
  const jobs = await listed();
  expect(jobs.map(({ system, name }) => `${system}/${name}`)).toEqual(
    expect.arrayContaining(['tuition/reminders', 'billing/grants', 'service/sweep', 'service/mirror', 'service/prune']),
  );
  for (const job of jobs) expect(job).toMatchObject({ outcome: null, lastRunAt: null, nextRunAt: expect.any(String) });
  expect((await listed('--system', 'service')).every(({ system }) => system === 'service')).toBe(true);
  await onDatabase(async (database) => {
    expect(await database.dialect.introspection.table(database.handle, 'carryover_job_leases')).toBeUndefined();
  });
});

test('a job of the service is run by its name, and the list says when and how it ended', async () => {
  const result = await run('jobs', 'run', 'sweep', '--json');
  expect(result.stderr).toBe('');
  expect(result.exitCode).toBe(0);
  expect(jsonLines(result)).toEqual([
    { instance: 'dev', job: 'sweep', result: { looked: 0, touched: 0, expiries: 0, holdsExpired: 0 } },
  ]);
  const sweep = (await listed()).find(({ name }) => name === 'sweep');
  expect(sweep).toMatchObject({ outcome: 'done', lastRunAt: expect.stringMatching(/^\d{4}-/) });
  expect((await run('jobs', 'list')).stdout).toMatch(
    /service +sweep +Write down .+ +\d{4}-\d\d-\d\d \d\d:\d\d +done +\d{4}/,
  );
});

test('while another process runs a job, it is refused for now with exit code 5', async () => {
  const request = { system: 'service', name: 'prune', holder: 'another-server', ttlMs: 60_000 };
  const { lease } = await onDatabase((database) => acquireJobLease(database, request));
  const { exitCode, stderr } = await run('jobs', 'run', 'prune', '--now', '2026-11-22T02:15:00Z');
  expect(exitCode).toBe(5);
  expect(stderr).toContain('JOB_LEASE_HELD');
  expect(stderr).toContain('another-server');
  if (lease !== undefined) await onDatabase((database) => finishJobLease(database, lease, { outcome: 'done' }));
  expect((await run('jobs', 'run', 'prune')).exitCode).toBe(0);
});

test('a run that died is told as such', async () => {
  await onDatabase(async (database) => {
    await acquireJobLease(database, { system: 'service', name: 'verify', holder: 'dead', ttlMs: 60_000 });
    await database.write((trx) =>
      sql`update ${sql.table('carryover_job_leases')} set expires_at = started_at where job = 'verify'`.execute(trx),
    );
  });
  expect((await listed()).find(({ name }) => name === 'verify')?.outcome).toBe('died');
});

test('a name that no job has is told with those there are', async () => {
  const { exitCode, stderr } = await run('jobs', 'run', 'nothing', '--system', 'billing');
  expect(stderr).toContain('CLI_JOB_UNKNOWN');
  expect(stderr).toContain('grants, top-ups, stale-purchases');
  expect(exitCode).not.toBe(0);
});
