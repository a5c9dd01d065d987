import { sql } from 'kysely';
import type { Instant } from '../../base/instant.ts';
import { CarryoverError } from '../../base/errors.ts';
import type { Database } from '../../sql/database.ts';
import type { Trx } from '../../sql/engine.ts';
import { cutoverLeaseHeld, cutoverLeaseLost, type CutoverSubject } from '../cutover-errors.ts';
import type { CutoverTables, HolderKind } from '../tables.ts';
import { isAlive } from './cutover-row.ts';

/** The right to write for one system of one database: the epoch that every writing transaction names. */
export interface Lease extends CutoverSubject {
  readonly holder: string;
  readonly epoch: bigint;
}

/** What a lease is asked for. */
export interface LeaseRequest extends CutoverSubject {
  readonly holder: string;
  /** What asks. Absent: a run. */
  readonly kind?: HolderKind;
  readonly ttlMs: number;
  /** Takes the lease from a living holder too; its next write then fails, so nothing is written twice. */
  readonly takeover?: boolean;
}

/**
 * Takes the lease of a cutover whose row exists, by compare-and-set on epoch and heartbeat, judged by the database's clock.
 * Raising the epoch is what stops an earlier holder: a paused process that wakes finds its epoch gone. Waits for the transaction
 * the earlier holder has open, which is one chunk at most. Throws `CUTOVER_LEASE_HELD`.
 */
export async function acquireLease(database: Database, request: LeaseRequest): Promise<Lease> {
  const { instance, system, holder, kind = 'run', ttlMs } = request;
  const { expressions } = database.dialect;
  const taken = await database.write(async (trx): Promise<Lease | undefined> => {
    const { rows } = await sql<{
      holder: string | null;
      holder_kind: HolderKind | null;
      epoch: bigint;
      heartbeat_at: Instant;
      lease_ttl_ms: bigint;
      now_at: Instant;
    }>`select holder, holder_kind, epoch, heartbeat_at, lease_ttl_ms, ${expressions.now()} as now_at
       from ${sql.table('carryover_cutovers')} where system_name = ${system}`.execute(trx);
    const [row] = rows;
    if (row === undefined) throw new Error(`The cutover of ${system} has no row to lease.`);
    const ageMicros = row.now_at.epochMicros - row.heartbeat_at.epochMicros;
    if (row.holder !== null && row.holder !== holder && isAlive(row, row.now_at) && request.takeover !== true) {
      throw new CarryoverError(cutoverLeaseHeld, {
        instance,
        system,
        holder: row.holder,
        holderKind: row.holder_kind ?? 'run',
        heartbeatAgeSeconds: Math.max(0, Math.floor(Number(ageMicros) / 1e6)),
      });
    }
    // A holder that beats between our look and our update is alive after all.
    const asSeen =
      request.takeover === true ? sql`1 = 1` : sql`heartbeat_at = ${expressions.instant(row.heartbeat_at)}`;
    const { numAffectedRows } = await sql`update ${sql.table('carryover_cutovers')}
      set holder = ${holder}, holder_kind = ${kind}, epoch = epoch + 1, heartbeat_at = ${expressions.now()}, lease_ttl_ms = ${BigInt(ttlMs)}
      where system_name = ${system} and epoch = ${row.epoch} and ${asSeen}`.execute(trx);
    return numAffectedRows === 1n ? { instance, system, holder, epoch: row.epoch + 1n } : undefined;
  });
  // Somebody was quicker, or is alive after all: only another look, in a transaction that sees it, can say whether that is a run or a job.
  return taken ?? acquireLease(database, request);
}

/**
 * Locks the cutover's row for this transaction, beats, and throws `CUTOVER_LEASE_LOST` when the epoch is another's. Every
 * transaction that writes for a run begins with it, or with a journal line, which does the same.
 */
export async function checkLease(database: Database, trx: Trx, lease: Lease): Promise<void> {
  const { numAffectedRows } = await sql`update ${sql.table('carryover_cutovers')}
    set heartbeat_at = ${database.dialect.expressions.now()}
    where system_name = ${lease.system} and epoch = ${lease.epoch}`.execute(trx);
  if (numAffectedRows === 1n) return;
  // An engine that counts changed rows says 0 when two beats fall on one tick of its clock, so the epoch decides.
  const row = await trx
    .withTables<CutoverTables>()
    .selectFrom('carryover_cutovers')
    .select('epoch')
    .where('system_name', '=', lease.system)
    .executeTakeFirst();
  if (row?.epoch !== lease.epoch) throw leaseLost(lease);
}

/** The error of a runner that was replaced. */
export function leaseLost(lease: Lease): CarryoverError<CutoverSubject & { epoch: string }> {
  const { instance, system, epoch } = lease;
  return new CarryoverError(cutoverLeaseLost, { instance, system, epoch: epoch.toString() });
}

/** Gives the lease back, with a last sign of life: when that was is how long nobody has had it. Does nothing when it was taken over. */
export async function releaseLease(database: Database, lease: Lease): Promise<void> {
  await database.write(async (trx) => {
    await sql`update ${sql.table('carryover_cutovers')} set holder = null, holder_kind = null, heartbeat_at = ${database.dialect.expressions.now()}
      where system_name = ${lease.system} and epoch = ${lease.epoch}`.execute(trx);
  });
}

/**
 * Beats every quarter of the lease's life while the work runs, for work whose statements outlast it. A beat that finds no lock is
 * skipped: on an engine with one writer nobody can take the lease over meanwhile either. Throws `CUTOVER_LEASE_LOST` after the work.
 */
export async function withHeartbeat<T>(
  database: Database,
  leased: { readonly lease: Lease; readonly ttlMs: number },
  work: () => Promise<T>,
): Promise<T> {
  let beating: Promise<void> = Promise.resolve();
  let lost: unknown;
  const timer = setInterval(() => {
    beating = beating
      .then(() => beat(database, leased.lease))
      .catch((error: unknown) => {
        if (error instanceof CarryoverError && error.code === cutoverLeaseLost.code) lost = error;
      });
  }, leased.ttlMs / 4);
  try {
    const result = await work();
    await beating;
    if (lost !== undefined) throw lost as Error;
    return result;
  } finally {
    clearInterval(timer);
    await beating;
  }
}

async function beat(database: Database, lease: Lease): Promise<void> {
  await database.write((trx) => checkLease(database, trx, lease), {
    attemptsMax: 1,
    budgetMs: 0,
    pauseMs: 0,
    pauseMsMax: 0,
  });
}
