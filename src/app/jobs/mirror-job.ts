import { isError } from '../../base/errors.ts';
import { cutoverGateClosed, cutoverLeaseHeld, type CutoverContext } from '../../cutover/index.ts';
import { isStageBefore } from '../../cutover/cutover-state.ts';
import { findCutoverRow, type CutoverRow } from '../../cutover/record/cutover-row.ts';
import { withLiveRun } from '../../cutover/run/live-run.ts';
import { watchRound, type WatchRound } from '../../cutover/watch/watch-cutover.ts';
import type { ServedInstance } from '../served-instance.ts';
import { jobHolder } from './job-lease.ts';
import type { JobRun, InstanceJob } from './scheduled-job.ts';

/** What a pass over one system did and left. Amounts of rows as numbers: they are counted, not kept. */
export interface MirrorPass {
  readonly system: string;
  /** True where `carryover watch`, a switch or another pass is at work on it, which does the same. */
  readonly held?: true;
  readonly mirrored?: number;
  readonly followed?: number;
  /** Entries that legacy was not told of when the pass ended, and writes of legacy not followed. */
  readonly lagEntries?: number;
  readonly marksWaiting?: number;
  /** Accounts that differ, on either side of the switch; absent where the pass compared nothing. */
  readonly differing?: number;
  readonly compared?: number;
}

/** What the mirror and compare jobs did, by system; none where no cutover is live. */
export interface MirrorRun {
  readonly systems: readonly MirrorPass[];
}

/** Tells legacy what the ledger did and follows what legacy did, once for each system whose cutover is live. */
export const mirrorJob: InstanceJob = {
  name: 'mirror',
  title: 'Tell legacy what the ledger did, and follow what legacy did',
  pattern: '* * * * *',
  run: (service, run) => passOverSystems(service, run, false),
};

/** The same, and compares every account of both sides: as long as a pass of `carryover watch`, so once an hour. */
export const compareJob: InstanceJob = {
  name: 'compare',
  title: 'Compare every account of live cutovers with legacy',
  pattern: '30 * * * *',
  run: (service, run) => passOverSystems(service, run, true),
};

/** One system's failure keeps no other from its pass; the first is thrown at the end. */
async function passOverSystems(service: ServedInstance, run: JobRun, compares: boolean): Promise<MirrorRun> {
  const systems: MirrorPass[] = [];
  const failures: unknown[] = [];
  for (const name of service.app.systemNames) {
    run.signal.throwIfAborted();
    const context = contextOf(service, name, run.signal);
    if (!isLive(context, await findCutoverRow(service.database, context.system.name))) continue;
    try {
      systems.push(summarise(name, await passOver(context, compares)));
    } catch (error) {
      if (isError(error, cutoverLeaseHeld)) systems.push({ system: name, held: true });
      // Ended by a run between the look and the lease.
      else if (!isError(error, cutoverGateClosed)) failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0] as Error;
  return { systems };
}

function contextOf({ app, instance, database }: ServedInstance, name: string, signal: AbortSignal): CutoverContext {
  const context = app.cutoverContext(instance, database, app.system(name)) as unknown as CutoverContext;
  // A holder may take its own lease anew, and both jobs may run in this process, so each pass is a holder of its own.
  return { ...context, signal, holder: jobHolder(), holderKind: 'job' };
}

/** True where accounts may be on either side and a way back is open. A cutover that a person paused stays as it is. */
function isLive(context: CutoverContext, row: CutoverRow | undefined): boolean {
  if (context.system.live === undefined || row === undefined || row.paused === 1n) return false;
  if (row.state === 'rolled-back' || row.state === 'rolling-back' || row.stage === 'contract') return false;
  return isStageBefore('verify', row.stage) || (row.stage === 'verify' && row.state === 'done');
}

function passOver(context: CutoverContext, compares: boolean): Promise<WatchRound> {
  const open = { doing: 'watch', stage: 'watch', after: 'verify', guards: false } as const;
  return withLiveRun(context, open, (run) => watchRound(run, compares));
}

function summarise(system: string, round: WatchRound): MirrorPass {
  const { sweep, drift } = round;
  const compared = (sweep?.compared ?? 0n) + (drift?.compared ?? 0n);
  const differing = (sweep?.different ?? 0n) + (drift?.drifted ?? 0n);
  return {
    system,
    mirrored: round.mirrored,
    followed: Number(round.followed),
    lagEntries: Number(round.lag.entries),
    marksWaiting: Number(round.marksWaiting),
    ...(sweep === undefined ? {} : { compared: Number(compared), differing: Number(differing) }),
  };
}
