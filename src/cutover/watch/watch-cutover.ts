import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import { countMarks } from '../capture/count-marks.ts';
import { drainMarks } from '../capture/drain-marks.ts';
import { requireTriggers } from '../capture/require-triggers.ts';
import { sweepAccounts, type Sweep } from '../capture/sweep.ts';
import { crashPoint } from '../crash-points.ts';
import type { CutoverContext } from '../cutover-context.ts';
import { withLiveRun } from '../run/live-run.ts';
import { giveWay } from '../run/give-way.ts';
import { patiently } from '../run/passing-failure.ts';
import { waitWhileHeld } from '../run/wait-while-held.ts';
import type { CutoverRun } from '../stages/define-stage.ts';
import { accountsBehind, mirrorAccounts, readMirrorLag, type MirrorLag } from './mirror-entries.ts';
import { reconcileSwitched, type Drift } from './reconcile-switched.ts';

/** How long a watch goes on. */
export interface WatchRequest {
  /** True: one round of everything, then the answer. */
  readonly once?: boolean;
  /** Pause between rounds that found nothing to do. */
  readonly pauseMs?: number;
  /** False: compares nothing, as between two steps that do; true unless told. */
  readonly compares?: boolean;
  /** Every account is compared so often. */
  readonly sweepEverySeconds?: number;
  readonly takeover?: boolean;
  readonly onRound?: (round: WatchRound) => void;
}

/** What one round did and found. */
export interface WatchRound {
  /** Entries that legacy was told of. */
  readonly mirrored: number;
  /** Legacy writes that the ledger followed, for accounts that legacy decides. */
  readonly followed: bigint;
  /** What was left when the round ended. */
  readonly lag: MirrorLag;
  readonly marksWaiting: bigint;
  /** Where everything was compared in this round. */
  readonly sweep?: Sweep;
  readonly drift?: Drift;
}

const PAUSE_MS = 500;
const SWEEP_EVERY_SECONDS = 300;

/**
 * Keeps both sides equal while accounts are on either: tells legacy what the ledger did, follows what legacy did, and compares everything now
 * and then. Ends after one round, or when the context's signal says so. Throws as `withLiveRun`, and `CUTOVER_MIRROR_WRONG`.
 */
export function watchCutover(context: CutoverContext, request: WatchRequest = {}): Promise<WatchRound> {
  const { once = false, compares = true, pauseMs = PAUSE_MS, sweepEverySeconds = SWEEP_EVERY_SECONDS } = request;
  const open = {
    doing: 'watch',
    stage: 'watch',
    after: 'verify',
    guards: false,
    takeover: request.takeover ?? false,
  } as const;
  return withLiveRun(context, open, async (run) => {
    let sweptMs = Number.NEGATIVE_INFINITY;
    for (;;) {
      const isSweep = compares && (once || performance.now() - sweptMs > sweepEverySeconds * 1000);
      const round = await watchRound(run, isSweep);
      if (isSweep) sweptMs = performance.now();
      request.onRound?.(round);
      run.log.write('watch', {
        mirrored: round.mirrored,
        followed: round.followed.toString(),
        lag: round.lag.entries.toString(),
      });
      if (once || context.signal?.aborted === true) return round;
      if (round.mirrored === 0 && round.followed === 0n) await pause(pauseMs, context.signal);
    }
  });
}

/**
 * Everything once: legacy is told first, because its readers wait for that. Guards must stand from the first account on that was switched; the
 * first switch makes them, and until then there is nobody to guard. Throws `CUTOVER_CAPTURE_BROKEN`.
 */
export async function watchRound(run: CutoverRun, isSweep: boolean): Promise<WatchRound> {
  await requireTriggers(run, await hasSwitched(run));
  const mirrored = await mirrorAll(run);
  const { marks } = await drainMarks(run, 'watch');
  const checks = isSweep ? { sweep: await sweepAccounts(run, 'watch'), drift: await reconcileSwitched(run) } : {};
  const { database, system } = run.context;
  return {
    mirrored,
    followed: marks,
    lag: await readMirrorLag(run),
    marksWaiting: await countMarks(database.handle, system.name),
    ...checks,
  };
}

/** Tells legacy what it was behind on when this began. What is posted meanwhile is for the next round, or this one might never end. */
export async function mirrorAll(run: CutoverRun): Promise<number> {
  const { database } = run.context;
  const behind = Number((await readMirrorLag(run)).entries);
  let mirrored = 0;
  for (let after = 0n; ;) {
    await waitWhileHeld(run, 'watch');
    const ids = await accountsBehind(run, after);
    const last = ids.at(-1);
    if (last === undefined || mirrored >= behind) return mirrored;
    // Where the entries did not fit one transaction, the rest of these accounts comes before the next ones.
    for (let isAll = false; !isAll && mirrored < behind;) {
      const startedMs = performance.now();
      const told = await patiently(run, 'watch', () => database.write((trx) => mirrorAccounts(run, trx, ids)));
      crashPoint('mirror:after-commit');
      mirrored += told.entries;
      isAll = told.isAll;
      await giveWay(run, { waitedForMs: performance.now() - startedMs });
    }
    after = last;
  }
}

async function hasSwitched({ context: { database, system } }: CutoverRun): Promise<boolean> {
  const { rows } = await sql`select account_id from ${sql.table('carryover_switched')}
    where system_name = ${system.name} limit 1`.execute(database.handle);
  return rows.length > 0;
}

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await delay(ms, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
}
