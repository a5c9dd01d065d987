import { CarryoverError } from '../../base/errors.ts';
import type { Database } from '../../sql/database.ts';
import { inspectLegacy } from '../analyze/inspect-legacy.ts';
import { requireTriggers } from '../capture/require-triggers.ts';
import { limitsOf, reopen, subjectOf, type CutoverContext } from '../cutover-context.ts';
import { cutoverGateClosed } from '../cutover-errors.ts';
import { CutoverLog } from '../cutover-log.ts';
import { isStageBefore, type StageName } from '../cutover-state.ts';
import { findCutoverRow, type CutoverRow } from '../record/cutover-row.ts';
import { releaseLease, withHeartbeat } from '../record/lease.ts';
import { takeLease } from '../record/take-lease.ts';
import type { CutoverRun } from '../stages/define-stage.ts';
import { Throttle } from './throttle.ts';

/** What a live step is opened for. */
export interface LiveRequest {
  /** Completes "Cannot ..." in messages: `switch`. */
  readonly doing: string;
  /** The stage that its progress is told under. */
  readonly stage: StageName;
  /** The stage the cutover must have completed, or be behind. */
  readonly after: StageName;
  /** True where the guards must stand too. */
  readonly guards: boolean;
  readonly takeover?: boolean;
}

/**
 * Opens a cutover that was verified for work on accounts while legacy is in use: takes the lease, looks at the legacy schema and at the
 * triggers, and beats while the work runs. Throws `CUTOVER_GATE_CLOSED` where there is no such cutover or its system cannot be followed,
 * `CUTOVER_LEASE_HELD`, `CUTOVER_LEGACY_MISMATCH`, `CUTOVER_CAPTURE_BROKEN`.
 */
export async function withLiveRun<T>(
  context: CutoverContext,
  request: LiveRequest,
  work: (run: CutoverRun) => Promise<T>,
): Promise<T> {
  const { database, system } = context;
  const row = await findCutoverRow(database, system.name);
  requireLive(context, row, request);
  const limits = limitsOf(context);
  const lease = await takeLease(context, { stage: request.stage, takeover: request.takeover ?? false });
  const reader = await reopen(database, { access: 'read-only', poolMax: 2 });
  try {
    // Once more: while this one waited for the lease, another run may have had it.
    const open = requireLive(context, await findCutoverRow(database, system.name), request);
    const run: CutoverRun = { ...(await openRun(context, open, reader)), lease };
    if (request.doing !== 'contract') await requireTriggers(run, request.guards);
    return await withHeartbeat(database, { lease, ttlMs: limits.leaseTtlMs }, async () => {
      await context.onLease?.();
      return work(run);
    });
  } finally {
    // A lease that cannot be given back runs out by itself.
    await releaseLease(database, lease).catch(() => undefined);
    await reader.close();
  }
}

/**
 * Looks at a cutover as a step on it would, without the lease and without a write: beside whoever is at work. `row` is the cutover's. Throws
 * `CUTOVER_LEGACY_MISMATCH`.
 */
export async function lookAtRun<T>(
  context: CutoverContext,
  row: CutoverRow,
  work: (run: CutoverRun) => Promise<T>,
): Promise<T> {
  const reader = await reopen(context.database, { access: 'read-only', poolMax: 2 });
  try {
    return await work(await openRun(context, row, reader));
  } finally {
    await reader.close();
  }
}

async function openRun(context: CutoverContext, row: CutoverRow, reader: Database): Promise<CutoverRun> {
  const { database, folder, instance, system } = context;
  const existing = await database.dialect.introspection.tables(reader.handle);
  const asOf = context.asOf ?? row.as_of;
  return {
    context: withThrottle(context),
    limits: limitsOf(context),
    log: new CutoverLog({ folder, instance, system: system.name, target: database.target }),
    asOf,
    reader,
    isRehearsal: false,
    emit: (event) => context.onProgress?.(event),
    legacy: inspectLegacy(context, { existing, dialect: database.dialect, asOf }),
  };
}

/** The application must not feel a run that works beside it, so it is throttled unless the caller does that himself. */
export function withThrottle(context: CutoverContext): CutoverContext {
  if (context.throttle !== undefined || context.system.live === undefined) return context;
  const throttle = new Throttle(context.database, context.system.name, context.limits?.throttle);
  return { ...context, throttle: () => throttle.reason() };
}

/** The row of a cutover on which the step may be done. Throws `CUTOVER_GATE_CLOSED` with what keeps it from that. */
export function requireLive(
  context: CutoverContext,
  row: CutoverRow | undefined,
  request: Pick<LiveRequest, 'doing' | 'after'>,
): CutoverRow {
  const { instance, system } = subjectOf(context);
  const refuse = (found: string, expected: string, nextStep: string): CarryoverError<object> =>
    new CarryoverError(cutoverGateClosed, { instance, system, stage: request.doing, found, expected, nextStep });
  if (context.system.live === undefined) {
    throw refuse(
      'the system does not say how its legacy tables are followed',
      'a description with "live"',
      'Stop the application and migrate it as a whole, or describe how its tables are followed.',
    );
  }
  const migrate = `Run "carryover migrate --instance ${instance} --system ${system}".`;
  if (row === undefined || row.state === 'rolled-back') throw refuse('no run is under way', 'a verified run', migrate);
  if (row.state === 'rolling-back') {
    throw refuse(
      'a rollback is unfinished',
      'a verified run',
      `Run "carryover rollback --instance ${instance} --system ${system}".`,
    );
  }
  if (row.stage === 'contract' && request.doing !== 'contract') {
    const restore = `Run "carryover backups --instance ${instance}": the backup of the contract is the only way back.`;
    throw refuse('the cutover was ended by a contract', 'one that still has a way back', restore);
  }
  const isBehind = isStageBefore(request.after, row.stage) || (row.stage === request.after && row.state === 'done');
  if (!isBehind) throw refuse(`${row.stage} is ${row.state}`, `${request.after} to be done`, migrate);
  return row;
}
