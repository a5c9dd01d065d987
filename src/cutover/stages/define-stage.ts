import type { Instant } from '../../base/instant.ts';
import type { Database } from '../../sql/database.ts';
import type { Analysis } from '../analyze/analysis.ts';
import type { FoundInLegacy } from '../analyze/analyze-legacy.ts';
import type { InspectedLegacy } from '../analyze/inspect-legacy.ts';
import type { ProvenBackup } from '../backup-gate.ts';
import type { CutoverContext } from '../cutover-context.ts';
import type { CutoverLimits } from '../cutover-limits.ts';
import type { CutoverLog } from '../cutover-log.ts';
import type { StageName } from '../cutover-state.ts';
import type { CutoverPlan } from '../plan/cutover-plan.ts';
import type { ProgressEvent } from '../progress.ts';
import type { Lease } from '../record/lease.ts';
import type { Verification } from '../verify/verification.ts';
import type { Rehearsal } from './rehearse.ts';

/** What the stages of one run leave for each other. What must outlive the process is in the database, not here. */
export interface CutoverRun {
  readonly context: CutoverContext;
  readonly limits: CutoverLimits;
  readonly log: CutoverLog;
  readonly asOf: Instant;
  /** The same database, held to reading by the database itself. */
  readonly reader: Database;
  /** True on a scratch copy, where nobody waits and nothing is kept. */
  readonly isRehearsal: boolean;
  /** How legacy is read; every stage but a look at the status needs it. */
  legacy?: InspectedLegacy;
  analysis?: Analysis;
  found?: FoundInLegacy;
  plan?: CutoverPlan;
  backup?: ProvenBackup;
  rehearsal?: Rehearsal;
  lease?: Lease;
  verification?: Verification;
  emit(event: ProgressEvent): void;
}

/**
 * One stage of a cutover. `start` may be killed anywhere and started again: it takes up what it finds. Only `complete` says that the
 * stage is done, and `rollback` removes what `start` made, however far it came, once or twice.
 */
export interface Stage {
  readonly name: StageName;
  /** Throws `CUTOVER_GATE_CLOSED` (or a more exact error) while the stage may not start. Changes nothing. */
  gate(run: CutoverRun): Promise<void>;
  start(run: CutoverRun): Promise<void>;
  complete(run: CutoverRun): Promise<void>;
  rollback(run: CutoverRun): Promise<void>;
}

/** True where legacy is followed while it is written to. A rehearsal's copy stands still. */
export function isLive(run: CutoverRun): boolean {
  return run.context.system.live !== undefined && !run.isRehearsal;
}

/** Declares a stage. */
export function defineStage(stage: Stage): Stage {
  return Object.freeze(stage);
}

/** What an earlier stage of the same run left. A missing one is a mistake in the order of stages, not of the user. */
export function left<T>(what: string, value: T | undefined): T {
  if (value === undefined) throw new Error(`A stage ran before ${what} was there.`);
  return value;
}
