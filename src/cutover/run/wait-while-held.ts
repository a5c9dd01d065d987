import { setTimeout as delay } from 'node:timers/promises';
import { CarryoverError } from '../../base/errors.ts';
import { subjectOf } from '../cutover-context.ts';
import { cutoverStopped } from '../cutover-errors.ts';
import type { StageName } from '../cutover-state.ts';
import { readCutoverRow } from '../record/cutover-row.ts';
import { checkLease } from '../record/lease.ts';
import { patiently } from './passing-failure.ts';
import { left, type CutoverRun } from '../stages/define-stage.ts';

/** How often a run that stands still looks again. */
const LOOK_AGAIN_MS = 500;

/** Stands still while a person paused the run or the throttle gives a reason; stops when asked to. */
export async function waitWhileHeld(run: CutoverRun, stage: StageName): Promise<void> {
  const { database, system, signal, throttle } = run.context;
  const lease = left('the lease', run.lease);
  for (;;) {
    if (signal?.aborted === true) {
      throw new CarryoverError(cutoverStopped, { ...subjectOf(run.context), stage });
    }
    const row = await patiently(run, stage, () => readCutoverRow(database.handle, system.name));
    const reason =
      row?.paused === 1n ? `paused${row.pause_reason === null ? '' : `: ${row.pause_reason}`}` : await throttle?.();
    if (reason === undefined) return;
    run.emit({ type: 'waiting', stage, reason });
    // Whoever waits is still alive, and must notice when it was replaced.
    await patiently(run, stage, () => database.write((trx) => checkLease(database, trx, lease)));
    await delay(LOOK_AGAIN_MS);
  }
}
