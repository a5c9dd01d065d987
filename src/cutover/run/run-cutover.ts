import { CarryoverError, isError } from '../../base/errors.ts';
import type { Analysis } from '../analyze/analysis.ts';
import type { ProvenBackup } from '../backup-gate.ts';
import { limitsOf, reopen, subjectOf, type CutoverContext } from '../cutover-context.ts';
import { cutoverGateClosed, cutoverLeaseLost, cutoverStopped } from '../cutover-errors.ts';
import { CutoverLog } from '../cutover-log.ts';
import { isStageBefore, type StageName } from '../cutover-state.ts';
import type { CutoverPlan } from '../plan/cutover-plan.ts';
import { findCutoverRow, type CutoverRow } from '../record/cutover-row.ts';
import { releaseLease, withHeartbeat } from '../record/lease.ts';
import { takeLease } from '../record/take-lease.ts';
import { analyzeStage } from '../stages/analyze.ts';
import { backfillStage } from '../stages/backfill.ts';
import { backupStage } from '../stages/backup.ts';
import { captureStage } from '../stages/capture.ts';
import type { CutoverRun, Stage } from '../stages/define-stage.ts';
import { expandStage } from '../stages/expand.ts';
import { planStage } from '../stages/plan.ts';
import { rehearseStage, type Rehearsal } from '../stages/rehearse.ts';
import { verifyStage } from '../stages/verify.ts';
import type { Verification } from '../verify/verification.ts';
import { endFailedRun } from './end-failed-run.ts';
import { withThrottle } from './live-run.ts';
import { runStages, StageFailure } from './run-stages.ts';

/** The stages this release runs, in order. */
export const STAGES: readonly Stage[] = [
  analyzeStage,
  planStage,
  backupStage,
  rehearseStage,
  expandStage,
  captureStage,
  backfillStage,
  verifyStage,
];

/** Which stages to run. Analyze and plan always run, because every later stage stands on them; they write nothing. */
export interface CutoverSpan {
  /** Absent: the beginning, or where a run under way has to go on. */
  readonly from?: StageName;
  /** Absent: verify. */
  readonly to?: StageName;
  /** Takes a run over from a living runner. */
  readonly takeover?: boolean;
}

/** What a run found and did, as far as it went. */
export interface CutoverReport {
  readonly analysis: Analysis;
  readonly plan: CutoverPlan;
  readonly backup?: ProvenBackup;
  readonly rehearsal?: Rehearsal;
  readonly verification?: Verification;
  /** Seconds by stage. */
  readonly seconds: Readonly<Record<string, number>>;
}

/**
 * Runs a cutover, or goes on with one that was stopped or killed: `carryover migrate` is all of it, `plan` and the like a part.
 * A run that was verified before gets another pass, which posts only what changed since.
 *
 * Errors, in the order they can come: `CUTOVER_GATE_CLOSED` (a rollback is unfinished), `CUTOVER_LEASE_HELD`,
 * `CUTOVER_LEGACY_MISMATCH`, `CUTOVER_PLAN_CHANGED`, `CUTOVER_GATE_CLOSED` (findings), `CUTOVER_QUARANTINE_FULL`, errors of the backup.
 * Until then nothing was changed. A failure from `expand` on removes what the run made and throws `CUTOVER_ROLLED_BACK` with the
 * failure as its cause, or `CUTOVER_ROLLBACK_FAILED`. `CUTOVER_STOPPED` and `CUTOVER_LEASE_LOST` leave the run as it is.
 */
export async function runCutover(context: CutoverContext, span: CutoverSpan = {}): Promise<CutoverReport> {
  const row = await findCutoverRow(context.database, context.system.name);
  const underWay = row?.state === 'rolled-back' ? undefined : row;
  refuseUnfinishedRollback(context, underWay);
  const run = await openRun(context, underWay);
  try {
    const stages = chosenStages(span, underWay, context.system.live !== undefined);
    // A look at a run under way writes nothing, a lease neither: it works beside the runner and on a read-only session.
    const looksOnly = stages.every(({ name }) => name === 'analyze' || name === 'plan');
    if (underWay !== undefined && !looksOnly) {
      run.lease = await takeLease(context, { stage: resumedAt(stages), takeover: span.takeover ?? false });
      await context.onLease?.();
    }
    const seconds = await runChosen(run, stages);
    return reportOf(run, seconds);
  } catch (error) {
    if (!(error instanceof StageFailure)) throw error;
    throw await afterFailure(run, error, span);
  } finally {
    await closeRun(run);
  }
}

/** The stages to run, and of those the ones that may change the database. */
function chosenStages(span: CutoverSpan, underWay: CutoverRow | undefined, isLive: boolean): readonly Stage[] {
  const from = span.from ?? (underWay === undefined ? 'analyze' : resumeAt(underWay, isLive));
  const to = span.to ?? 'verify';
  return STAGES.filter(({ name }) => {
    if (name === 'capture' && !isLive) return false;
    if (name === 'analyze') return true;
    if (name === 'plan') return to !== 'analyze';
    return !isStageBefore(name, from) && !isStageBefore(to, name);
  });
}

/** Where a run goes on. A verified one, and one that verify found different, begin another pass, behind a look at the triggers. */
function resumeAt({ stage, state }: CutoverRow, isLive: boolean): StageName {
  const isVerified = isStageBefore('verify', stage) || (stage === 'verify' && state !== 'running');
  if (isVerified) return isLive ? 'capture' : 'backfill';
  if (state !== 'done') return stage;
  // The stage after one that is done; capture is passed over where nothing is captured.
  return STAGES[STAGES.findIndex(({ name }) => name === stage) + 1]?.name ?? 'verify';
}

function refuseUnfinishedRollback(context: CutoverContext, row: CutoverRow | undefined): void {
  if (row?.state !== 'rolling-back') return;
  const { instance, system } = subjectOf(context);
  throw new CarryoverError(cutoverGateClosed, {
    instance,
    system,
    stage: 'migrate',
    found: `a rollback of ${row.stage} is unfinished`,
    expected: 'a run that is whole or gone',
    nextStep: `Run "carryover rollback --instance ${instance} --system ${system}" to finish it.`,
  });
}

async function openRun(context: CutoverContext, underWay: CutoverRow | undefined): Promise<CutoverRun> {
  const { database, folder, instance, system } = context;
  const reader = await reopen(database, { access: 'read-only', poolMax: 2 });
  try {
    const asOf = context.asOf ?? underWay?.as_of ?? (await database.dialect.statements.serverNow(reader.handle));
    const log = new CutoverLog({ folder, instance, system: system.name, target: database.target });
    const emit: CutoverRun['emit'] = (event) => context.onProgress?.(event);
    return { context: withThrottle(context), limits: limitsOf(context), log, asOf, reader, isRehearsal: false, emit };
  } catch (error) {
    await reader.close();
    throw error;
  }
}

/** The first stage that writes. */
function resumedAt(stages: readonly Stage[]): StageName {
  return stages.find(({ name }) => name !== 'analyze' && name !== 'plan')?.name ?? 'analyze';
}

/** Analyze and plan may take longer than the lease lives, so they are run under a heartbeat where there is a lease. */
async function runChosen(run: CutoverRun, stages: readonly Stage[]): Promise<Readonly<Record<string, number>>> {
  const reading = stages.filter(({ name }) => name === 'analyze' || name === 'plan');
  const rest = stages.filter((stage) => !reading.includes(stage));
  const { lease } = run;
  const read =
    lease === undefined
      ? await runStages(run, reading)
      : await withHeartbeat(run.context.database, { lease, ttlMs: run.limits.leaseTtlMs }, () =>
          runStages(run, reading),
        );
  await findBackup(run, rest);
  return { ...read, ...(await runStages(run, rest)) };
}

/** A run that begins at expand by itself stands on the newest proven backup, if that is young enough. */
async function findBackup(run: CutoverRun, stages: readonly Stage[]): Promise<void> {
  const { context, limits, plan } = run;
  const [first] = stages;
  if (first === undefined || first.name === 'backup' || plan === undefined || run.lease !== undefined) return;
  const purpose = { system: context.system.name, planHash: plan.hash };
  const backup = await context.backup.latestProven({ database: context.database, instance: context.instance, purpose });
  if (backup === undefined) return;
  const now = await context.database.dialect.statements.serverNow(run.reader.handle);
  const isYoung = now.epochMicros - backup.takenAt.epochMicros <= BigInt(limits.backupAgeMinutesMax) * 60_000_000n;
  if (isYoung) run.backup = backup;
}

async function afterFailure(run: CutoverRun, failure: StageFailure, span: CutoverSpan): Promise<unknown> {
  const error = run.context.database.explain(failure.error);
  if (run.lease === undefined || isStageBefore(failure.stage, 'expand')) return error;
  if (error instanceof CarryoverError && (isError(error, cutoverLeaseLost) || isError(error, cutoverStopped)))
    return error;
  const lease = run.lease;
  delete run.lease;
  // Verify asked for by itself is a question, and its answer must not remove the run.
  const keeps = run.limits.onFailure === 'keep' || span.from === 'verify';
  return endFailedRun(run, { stage: failure.stage, error, lease, keeps });
}

async function closeRun(run: CutoverRun): Promise<void> {
  const { lease, context, reader } = run;
  // A lease that cannot be given back runs out by itself.
  if (lease !== undefined) await releaseLease(context.database, lease).catch(() => undefined);
  await context.backup.release();
  await reader.close();
}

function reportOf(run: CutoverRun, seconds: Readonly<Record<string, number>>): CutoverReport {
  const { analysis, plan, backup, rehearsal, verification } = run;
  return {
    analysis: analysis as Analysis,
    plan: plan as CutoverPlan,
    ...(backup === undefined ? {} : { backup }),
    ...(rehearsal === undefined ? {} : { rehearsal }),
    ...(verification === undefined ? {} : { verification }),
    seconds,
  };
}
