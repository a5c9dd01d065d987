import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Instant } from '../../../src/base/instant.ts';
import {
  acquireJobLease,
  finishJobLease,
  prolongJobLease,
  type JobLease,
  type JobLeaseAnswer,
} from '../../../src/app/jobs/job-lease.ts';
import { readJobRows, type JobRow } from '../../../src/app/jobs/job-rows.ts';
import type { Database } from '../../../src/sql/database.ts';
import { failureOf } from '../../support/failure-of.ts';
import { openTestInstance, type TestServer } from './open-test-instance.ts';

const TICK = Instant.parse('2026-11-22T10:00:00Z');
const NEXT_TICK = TICK.plusMillis(60_000);
const done = { outcome: 'done' } as const;

let on: TestServer;
let database: Database;
beforeEach(async () => {
  on = await openTestInstance();
  ({ database } = on.service);
});
afterEach(() => on.close());

function ask(holder: string, tick?: Instant, at: Database = database): Promise<JobLeaseAnswer> {
  const request = { system: 'service', name: 'count', holder, ttlMs: 60_000 };
  return acquireJobLease(at, tick === undefined ? request : { ...request, tick });
}

async function take(holder: string, tick?: Instant): Promise<JobLease> {
  const { lease } = await ask(holder, tick);
  if (lease === undefined) throw new Error(`${holder} did not get the lease.`);
  return lease;
}

async function row(): Promise<JobRow> {
  const [only] = (await readJobRows(database)).rows;
  if (only === undefined) throw new Error('The job has no row.');
  return only;
}

/** As if the time of the lease had passed: what a server that stands still or died leaves. */
async function letRunOut(): Promise<void> {
  const { now } = await readJobRows(database);
  const past = database.dialect.expressions.instant(now.plusMillis(-1));
  await database.write((trx) => sql`update ${sql.table('carryover_job_leases')} set expires_at = ${past}`.execute(trx));
}

test('of ten servers that ask for a tick at once, one gets it', async () => {
  const servers = await Promise.all(Array.from({ length: 10 }, () => on.another()));
  const answers = await Promise.all(servers.map((server, index) => ask(`server-${index}`, TICK, server.database)));
  const taken = answers.filter(({ lease }) => lease !== undefined);
  expect(taken).toHaveLength(1);
  expect(await row()).toMatchObject({ epoch: 1n, outcome: 'running', holder: taken[0]?.lease?.holder, runs: 0n });
});

test('while one runs it, others are told who and until when', async () => {
  await take('one', TICK);
  const { heldBy, lease } = await ask('other', NEXT_TICK);
  expect(lease).toBeUndefined();
  expect(heldBy?.holder).toBe('one');
  const { now } = await readJobRows(database);
  expect(Number(heldBy?.expiresAt.epochMicros) - Number(now.epochMicros)).toBeGreaterThan(30_000_000);
});

test('a tick that had its run is not run again, whatever became of it; the next one is', async () => {
  await finishJobLease(database, await take('one', TICK), { outcome: 'failed', errorCode: 'SQL_UNREACHABLE' });
  expect(await ask('other', TICK)).toEqual({});
  expect(await ask('other', TICK.plusMillis(-60_000))).toEqual({});
  expect(await row()).toMatchObject({ outcome: 'failed', error_code: 'SQL_UNREACHABLE', failures: 1n, runs: 1n });
  await finishJobLease(database, await take('other', NEXT_TICK), done);
  expect(await row()).toMatchObject({ outcome: 'done', error_code: null, failures: 1n, runs: 2n, tick_at: NEXT_TICK });
});

test('a run by hand leaves the ticks to the scheduler', async () => {
  await finishJobLease(database, await take('one', TICK), done);
  await finishJobLease(database, await take('person'), done);
  expect((await row()).tick_at).toEqual(TICK);
  expect((await ask('one', NEXT_TICK)).lease).toBeDefined();
});

test('ticks that passed while it ran are run with it', async () => {
  await finishJobLease(database, await take('one', TICK), { outcome: 'done', tickPassed: NEXT_TICK });
  expect(await ask('other', NEXT_TICK)).toEqual({});
});

test('what a run did stays until the next one that ends well', async () => {
  await finishJobLease(database, await take('one', TICK), { outcome: 'done', result: '{"n":1}' });
  const { succeeded_at: succeededAt } = await row();
  await finishJobLease(database, await take('one', NEXT_TICK), { outcome: 'failed', errorCode: 'UNEXPECTED' });
  expect(await row()).toMatchObject({ result: '{"n":1}', succeeded_at: succeededAt });
});

describe('a server that died or stands still', () => {
  test('loses the lease after its time, and another runs the same tick', async () => {
    const dead = await take('dead', TICK);
    expect((await ask('other', TICK)).heldBy?.holder).toBe('dead');
    await letRunOut();
    expect(await take('other', TICK)).toMatchObject({ holder: 'other', epoch: dead.epoch + 1n });
  });

  test('that wakes cannot finish or beat as if it held the lease', async () => {
    const paused = await take('paused', TICK);
    await letRunOut();
    const other = await take('other', TICK);
    expect(await failureOf(finishJobLease(database, paused, done))).toMatchObject({ code: 'JOB_LEASE_LOST' });
    expect(await failureOf(prolongJobLease(database, paused))).toMatchObject({ code: 'JOB_LEASE_LOST' });
    expect(await row()).toMatchObject({ holder: 'other', outcome: 'running', runs: 0n, finished_at: null });
    await finishJobLease(database, other, done);
    expect(await row()).toMatchObject({ outcome: 'done', runs: 1n });
    expect(await failureOf(finishJobLease(database, paused, done))).toMatchObject({ code: 'JOB_LEASE_LOST' });
  });

  test('keeps the lease where it wakes before anybody asked', async () => {
    const paused = await take('paused', TICK);
    await letRunOut();
    await prolongJobLease(database, paused);
    expect((await ask('other', TICK)).heldBy?.holder).toBe('paused');
    await finishJobLease(database, paused, done);
    expect(await row()).toMatchObject({ outcome: 'done', holder: null, expires_at: null });
  });

  test('and was asked to stop leaves its tick to the next', async () => {
    await finishJobLease(database, await take('one', TICK), { outcome: 'stopped', errorCode: 'CUTOVER_STOPPED' });
    expect((await row()).failures).toBe(0n);
    expect((await ask('other', TICK)).lease).toBeDefined();
  });
});
