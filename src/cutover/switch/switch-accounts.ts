import { CarryoverError, isError } from '../../base/errors.ts';
import { readCopyColumns } from '../backfill/run-copies.ts';
import { guardTriggers } from '../capture/legacy-triggers.ts';
import { brokenTriggers } from '../capture/require-triggers.ts';
import { recentSweep, sweepOnRecord } from '../capture/recent-sweep.ts';
import type { Sweep } from '../capture/sweep.ts';
import { drainMarks } from '../capture/drain-marks.ts';
import { crashPoint } from '../crash-points.ts';
import { subjectOf, type CutoverContext } from '../cutover-context.ts';
import { cutoverSwitchHalted } from '../cutover-errors.ts';
import { withLockLadder } from '../expand/lock-ladder.ts';
import { runDdl } from '../expand/run-ddl.ts';
import { changeState } from '../record/change-state.ts';
import { journaledStep } from '../record/journaled-step.ts';
import { dropTriggers } from '../rollback/inverses.ts';
import { withLiveRun } from '../run/live-run.ts';
import { left, type CutoverRun } from '../stages/define-stage.ts';
import { selectedOwners, type Selection } from './cohort.ts';
import { Slices } from './slices.ts';
import { countSwitched, switchSlice } from './switch-slice.ts';

/** What is to be switched. */
export interface SwitchRequest {
  readonly selection: Selection;
  /** What the accounts are called together, to be taken back together. */
  readonly cohort: string;
  /** Asked between slices: a reason to stop for good, such as errors of the application. */
  readonly halt?: () => Promise<string | undefined>;
}

/** What a switch did. */
export interface SwitchResult {
  readonly cohort: string;
  /** Accounts that the cohort has under ledger authority now. */
  readonly switched: bigint;
  /** The comparison of every account that let it begin. */
  readonly sweep: Sweep;
  /** How old that comparison was when the switch began; 0 where it was made for this switch. */
  readonly sweepAgeSeconds: number;
  /** Milliseconds of the longest transaction: how long a writer of one of its owners may have waited. */
  readonly slowestSliceMs: number;
  readonly seconds: number;
}

/**
 * Gives the authority over the accounts of a selection to the ledger while the application goes on. First the guards are made; then every
 * account is compared, without trusting the marks, unless that was done just now; then slice by slice the accounts are locked, followed,
 * compared again and switched. What is switched stays switched when it stops. Throws as `withLiveRun`, then `CUTOVER_SWITCH_HALTED`.
 */
export function switchAccounts(context: CutoverContext, request: SwitchRequest): Promise<SwitchResult> {
  return withLiveRun(context, { doing: 'switch', stage: 'switch', after: 'verify', guards: false }, async (run) => {
    const startedMs = performance.now();
    await makeGuards(run);
    await setState(run, 'running');
    await drainMarks(run, 'switch');
    const recent = await recentSweep(run, run.limits.sweepValidSeconds);
    let sweep = recent?.sweep ?? (await requireClean(run, request));
    const slices = new Slices(run, 'switch');
    const copyColumns = await readCopyColumns({ database: context.database, system: context.system });
    const { selection, cohort } = request;
    const kind = selection.who === 'kind' ? { kind: selection.kind } : {};
    const from = { system: context.system.name, authority: 'legacy', selection } as const;
    for await (const owners of selectedOwners(context.database, from)) {
      await slices.each(owners, async (slice) => {
        await refuseHalted(run, request);
        const switchOnce = (): Promise<bigint> =>
          context.database.write((trx) => switchSlice(run, trx, { owners: slice, cohort, copyColumns, ...kind }));
        await switchOnce().catch(async (error: unknown) => {
          // What differs may have been written past the triggers since: a comparison of now tells, and mends that.
          if (sweep !== recent?.sweep || !isError(error, cutoverSwitchHalted)) throw error;
          sweep = await requireClean(run, request);
          await switchOnce();
        });
        crashPoint('switch:slice:after-commit');
      });
    }
    crashPoint('switch:before-done');
    await setState(run, 'done');
    const switched = await context.database.read((trx) => countSwitched(run, trx, cohort));
    const seconds = (performance.now() - startedMs) / 1000;
    const sweepAgeSeconds = sweep === recent?.sweep ? recent.ageSeconds : 0;
    return { cohort, switched, sweep, sweepAgeSeconds, slowestSliceMs: slices.slowestMs, seconds };
  });
}

async function setState(run: CutoverRun, state: 'running' | 'done'): Promise<void> {
  const { database } = run.context;
  const lease = left('the lease', run.lease);
  await database.write((trx) => changeState(database, { trx, lease }, { stage: 'switch', state }));
}

/** Makes the guards that are missing. While one is, nobody may be switched: its table could be written for them. */
async function makeGuards(run: CutoverRun): Promise<void> {
  const { database } = run.context;
  const broken = await brokenTriggers(run, true);
  for (const guard of guardTriggers(run.context, left('the legacy schema', run.legacy).schema)) {
    const names = database.dialect.triggers.triggerNames(guard.name, 'guard');
    if (!names.some((name) => broken.includes(`${guard.table}.${name}`))) continue;
    const statements = database.dialect.triggers.guard(guard);
    const inverse = dropTriggers(guard.name, guard.table);
    crashPoint('switch:before-guard');
    await journaledStep(run, { stage: 'switch', step: `guard ${guard.table}`, statements, inverse }, async () => {
      const request = {
        ...subjectOf(run.context),
        step: `make the guards on ${guard.table}`,
        budgetMs: run.limits.lockLadderBudgetMs,
        onWait: (reason: string): void => run.emit({ type: 'waiting', stage: 'switch', reason }),
      };
      await withLockLadder(database, request, (limited) => runDdl(limited, statements));
      crashPoint('switch:guard-made');
    });
  }
}

/** Two sweeps at most: what no trigger saw is repaired by the first, and must not happen again. */
async function requireClean(run: CutoverRun, request: SwitchRequest): Promise<Sweep> {
  let sweep = await sweepOnRecord(run, 'switch');
  if (sweep.different === 0n && sweep.unseen.length > 0) sweep = await sweepOnRecord(run, 'switch');
  if (sweep.different > 0n)
    throw await halted(run, request, { reason: `${sweep.different} accounts differ`, accounts: sweep.named });
  if (sweep.unseen.length > 0)
    throw await halted(run, request, { reason: 'writes go past the triggers', accounts: sweep.unseen });
  return sweep;
}

async function refuseHalted(run: CutoverRun, request: SwitchRequest): Promise<void> {
  const reason = await request.halt?.();
  if (reason !== undefined) throw await halted(run, request, { reason });
}

async function halted(
  run: CutoverRun,
  { cohort }: SwitchRequest,
  found: { readonly reason: string; readonly accounts?: readonly { readonly kind: string; readonly owner: string }[] },
): Promise<CarryoverError<object>> {
  const { reason, accounts = [] } = found;
  const switched = await run.context.database.read((trx) => countSwitched(run, trx, cohort));
  return new CarryoverError(cutoverSwitchHalted, {
    ...subjectOf(run.context),
    reason,
    accounts: accounts.slice(0, 5).map(({ kind, owner }) => `${kind} ${owner}`),
    switched: switched.toString(),
  });
}
