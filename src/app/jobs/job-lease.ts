import { hostname } from 'node:os';
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Instant } from '../../base/instant.ts';
import { CarryoverError } from '../../base/errors.ts';
import type { RetryPolicy } from '../../base/retry.ts';
import type { Database } from '../../sql/database.ts';
import { jobLeaseLost } from './job-errors.ts';
import { readJobRows, rowOf, type JobOutcome, type JobRow } from './job-rows.ts';

/** The right to run a job; whoever has a lower epoch than the row lost it. */
export interface JobLease {
  readonly system: string;
  readonly name: string;
  readonly holder: string;
  readonly epoch: bigint;
  readonly ttlMs: number;
}

/** What a lease is asked for. */
export interface JobLeaseRequest {
  readonly system: string;
  readonly name: string;
  readonly holder: string;
  readonly ttlMs: number;
  /** The tick to run for; absent for a run that a person starts, which takes no tick from the scheduler. */
  readonly tick?: Instant;
}

/** A lease, or what stands against it: somebody holds it (`heldBy`), or, with neither member, the tick has had its run. */
export interface JobLeaseAnswer {
  readonly lease?: JobLease;
  readonly heldBy?: { readonly holder: string; readonly expiresAt: Instant };
}

/** A name for this process that no other has, also after its process id was given out again. */
export function jobHolder(): string {
  return `${hostname().slice(0, 100)}:${process.pid}:${randomUUID().slice(0, 8)}`;
}

/** True while a run has the lease by the database's clock. A holder that died keeps it until it has run out. */
export function isHeld(row: JobRow, now: Instant): boolean {
  return row.holder !== null && row.expires_at !== null && now.isBefore(row.expires_at);
}

/** True where this tick, or a later one, has had its run; a run that died or was stopped does not count. */
export function isTickDone(row: JobRow, tick: Instant): boolean {
  if (row.tick_at === null || row.tick_at.isBefore(tick)) return false;
  return row.tick_at.compare(tick) > 0 || (row.outcome !== 'running' && row.outcome !== 'stopped');
}

/**
 * Takes the lease of a job by compare-and-set on its epoch: of any number who try at once, one gets it. Time is the database's, so
 * that servers whose clocks differ agree on who is alive.
 */
export async function acquireJobLease(database: Database, request: JobLeaseRequest): Promise<JobLeaseAnswer> {
  const { system, name, holder, ttlMs, tick } = request;
  const { expressions } = database.dialect;
  await ensureRow(database, request);
  const answer = await database.write(async (trx): Promise<JobLeaseAnswer | undefined> => {
    const { now, rows } = await readJobRows(database, trx);
    const row = rowOf(rows, request);
    if (row === undefined) throw new Error(`The job ${name} of ${system} has no row to lease.`);
    if (isHeld(row, now)) return { heldBy: { holder: row.holder ?? '', expiresAt: row.expires_at ?? now } };
    if (tick !== undefined && isTickDone(row, tick)) return {};
    const tickAt = tick === undefined ? sql`tick_at` : expressions.instant(tick);
    const { numAffectedRows } = await sql`update ${sql.table('carryover_job_leases')}
      set epoch = epoch + 1, holder = ${holder}, expires_at = ${expressions.instant(now.plusMillis(ttlMs))},
        tick_at = ${tickAt}, started_at = ${expressions.instant(now)}, outcome = 'running', error_code = null
      where system_name = ${system} and job = ${name} and epoch = ${row.epoch}`.execute(trx);
    return numAffectedRows === 1n ? { lease: { system, name, holder, epoch: row.epoch + 1n, ttlMs } } : undefined;
  });
  // Somebody else was quicker, so the next look finds another epoch: every turn of this is a turn that another run got.
  return answer ?? acquireJobLease(database, request);
}

/** In a transaction of its own: an insert that finds its row may lock it, and two who then update it would deadlock. */
async function ensureRow(database: Database, { system, name }: JobLeaseRequest): Promise<void> {
  if (rowOf((await readJobRows(database)).rows, { system, name }) !== undefined) return;
  const { statements } = database.dialect;
  const row = statements.rows('j', { columns: { system_name: 'text', job: 'text' }, rows: [[system, name]] });
  await database.write((trx) =>
    statements.insertIfAbsent(trx, {
      table: 'carryover_job_leases',
      columns: ['system_name', 'job', 'epoch', 'runs', 'failures'],
      source: sql`select j.system_name, j.job, 0, 0, 0 from ${row}`,
      conflict: ['system_name', 'job'],
    }),
  );
}

/** A beat that meets a lock is skipped, and the next one comes soon. */
const once: RetryPolicy = { attemptsMax: 1, budgetMs: 0, pauseMs: 0, pauseMsMax: 0 };

/** Keeps a lease for its time from now on. Throws `JOB_LEASE_LOST` when another run has it. */
export async function prolongJobLease(database: Database, lease: JobLease): Promise<void> {
  await database.write(async (trx) => {
    const { now, rows } = await readJobRows(database, trx);
    // The epoch is asked for beforehand, because an engine may count an update that changes nothing as none.
    if (rowOf(rows, lease)?.epoch !== lease.epoch) throw leaseLost(lease);
    const expiresAt = database.dialect.expressions.instant(now.plusMillis(lease.ttlMs));
    await sql`update ${sql.table('carryover_job_leases')} set expires_at = ${expiresAt}
      where system_name = ${lease.system} and job = ${lease.name} and epoch = ${lease.epoch}`.execute(trx);
  }, once);
}

/** How a run ended. */
export interface JobEnd {
  readonly outcome: Exclude<JobOutcome, 'running'>;
  readonly errorCode?: string;
  /** JSON of what it did; absent keeps what the last success left. */
  readonly result?: string;
  /** The newest tick that has passed: it is taken as run, because this run saw what it would have seen. */
  readonly tickPassed?: Instant;
}

/**
 * Writes down how a run ended and gives the lease back, in one statement on the epoch: a run that was taken over writes nothing and
 * gets `JOB_LEASE_LOST`.
 */
export async function finishJobLease(database: Database, lease: JobLease, end: JobEnd): Promise<void> {
  const { expressions } = database.dialect;
  const isDone = end.outcome === 'done';
  const column = (name: string, value: ReturnType<typeof sql>, isSet: boolean): ReturnType<typeof sql> =>
    isSet ? value : sql.ref(name);
  const passed = end.tickPassed === undefined ? sql`tick_at` : expressions.instant(end.tickPassed);
  await database.write(async (trx) => {
    const { numAffectedRows } = await sql`update ${sql.table('carryover_job_leases')}
      set holder = null, expires_at = null, finished_at = ${expressions.now()}, outcome = ${end.outcome},
        error_code = ${end.errorCode ?? null}, runs = runs + 1, failures = failures + ${end.outcome === 'failed' ? 1n : 0n},
        succeeded_at = ${column('succeeded_at', expressions.now(), isDone)},
        result = ${column('result', sql`${end.result ?? null}`, isDone && end.result !== undefined)},
        tick_at = case when tick_at < ${passed} then ${passed} else tick_at end
      where system_name = ${lease.system} and job = ${lease.name} and epoch = ${lease.epoch}`.execute(trx);
    if (numAffectedRows !== 1n) throw leaseLost(lease);
  });
}

function leaseLost({ system, name, epoch }: JobLease): CarryoverError<{ system: string; job: string; epoch: string }> {
  return new CarryoverError(jobLeaseLost, { system, job: name, epoch: epoch.toString() });
}
