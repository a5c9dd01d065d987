import { crashPoint } from '../crash-points.ts';
import type { CutoverContext } from '../cutover-context.ts';
import { changeState } from '../record/change-state.ts';
import { findCutoverRow } from '../record/cutover-row.ts';
import { ownMarks } from '../run/give-way.ts';
import { lookAtRun, requireLive, withLiveRun } from '../run/live-run.ts';
import { left } from '../stages/define-stage.ts';
import { drainMarks } from '../capture/drain-marks.ts';
import { mirrorAll } from '../watch/watch-cutover.ts';
import { readLosses } from '../watch/reconcile-switched.ts';
import { selectedOwners, type Selection } from './cohort.ts';
import { nameOfLoss, returnSlice } from './return-slice.ts';
import { Slices } from './slices.ts';

/** What is to go back to legacy. */
export interface ReturnRequest {
  readonly selection: Selection;
  /** Losses a person has agreed to, each as `nameOfLoss` writes it: exactly those there are. */
  readonly acceptedLosses?: readonly string[];
  readonly takeover?: boolean;
}

/** What went back. */
export interface ReturnResult {
  readonly returned: bigint;
  /** Entries that legacy was told of on the way. */
  readonly mirrored: number;
  /** What was lost, with consent. */
  readonly losses: readonly string[];
  readonly seconds: number;
}

/**
 * Takes accounts of a selection back to legacy while the application goes on, and keeps what happened since the switch: legacy is told first.
 * What went back stays back when it stops; it can be run again. Throws as `withLiveRun`, then `CUTOVER_RETURN_REFUSED`, `CUTOVER_MIRROR_WRONG`.
 */
export function returnAccounts(context: CutoverContext, request: ReturnRequest): Promise<ReturnResult> {
  const open = {
    doing: 'take accounts back for',
    stage: 'switch',
    after: 'verify',
    guards: true,
    takeover: request.takeover ?? false,
  } as const;
  return withLiveRun(context, open, async (run) => {
    const startedMs = performance.now();
    const { database, system } = context;
    const lease = left('the lease', run.lease);
    // Most of it is told before anybody has to wait for a lock.
    const mirrored = await mirrorAll(run);
    const accepted = new Set(request.acceptedLosses ?? []);
    const losses = (await readLosses(run)).map(nameOfLoss).filter((loss) => accepted.has(loss));
    const { selection } = request;
    const slices = new Slices(run, 'switch');
    const kind = selection.who === 'kind' ? { kind: selection.kind } : {};
    let returned = 0n;
    for await (const owners of selectedOwners(database, { system: system.name, authority: 'ledger', selection })) {
      await slices.each(owners, async (slice) => {
        const asked = describeSelection(selection);
        const back = await database.write((trx) => returnSlice(run, trx, { owners: slice, accepted, asked, ...kind }));
        returned += back.accounts;
        ownMarks(run, back.marks);
        crashPoint('return:slice:after-commit');
      });
    }
    await drainMarks(run, 'switch');
    crashPoint('return:before-done');
    await database.write((trx) => changeState(database, { trx, lease }, { stage: 'switch', state: 'running' }));
    await database.write((trx) => changeState(database, { trx, lease }, { stage: 'switch', state: 'done' }));
    return { returned, mirrored, losses, seconds: (performance.now() - startedMs) / 1000 };
  });
}

/**
 * What legacy could not hold of the accounts under ledger authority, were they taken back now; each as an accepted loss is written. It only
 * reads, also beside a runner. Throws `CUTOVER_GATE_CLOSED`, `CUTOVER_LEGACY_MISMATCH`.
 */
export async function listLosses(context: CutoverContext): Promise<readonly string[]> {
  const row = await findCutoverRow(context.database, context.system.name);
  const open = requireLive(context, row, { doing: 'list the losses of', after: 'verify' });
  return lookAtRun(context, open, async (run) => (await readLosses(run)).map(nameOfLoss));
}

/** A selection in a few words. */
export function describeSelection(selection: Selection): string {
  switch (selection.who) {
    case 'all':
      return 'all';
    case 'percent':
      return `${selection.percent} %`;
    case 'owners':
      return `${selection.owners.length} owners`;
    case 'kind':
      return `kind ${selection.kind}`;
    case 'cohort':
      return `cohort ${selection.cohort}`;
  }
}
