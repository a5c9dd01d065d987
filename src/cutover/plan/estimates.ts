import type { Database } from '../../sql/database.ts';
import { factRows, type Analysis } from '../analyze/analysis.ts';
import type { CutoverPlan, PlannedStep } from './cutover-plan.ts';

/**
 * Entries a second that a backfill is assumed to post until the rehearsal measures it. Deliberately low: too high a guess plans
 * too short a window, too low a one only surprises pleasantly.
 */
const ENTRIES_PER_SECOND_ASSUMED = 15_000;
/** Bytes of an entry with its two indexes, and of an account with its own. */
const ENTRY_BYTES_ASSUMED = 330n;
const ACCOUNT_BYTES_ASSUMED = 400n;
/** What a backup and its restored copy are assumed to move a second. */
const BACKUP_BYTES_PER_SECOND_ASSUMED = 20_000_000;

type Estimates = Pick<CutoverPlan, 'steps' | 'seconds' | 'bytes' | 'estimatedBy'>;

/** Seconds and disk before anything was tried: rows counted by analyze, at assumed rates. */
export async function estimateSteps(
  database: Database,
  planned: { readonly analysis: Analysis; readonly statements: number },
): Promise<Estimates> {
  const { analysis } = planned;
  const entries = analysis.entries.reduce((sum, kind) => sum + kind.entries, 0n);
  const accounts = analysis.accounts.reduce((sum, kind) => sum + kind.accounts, 0n);
  const backupBytes = await database.dialect.backup.estimateBytes(database.handle);
  const ledgerBytes = entries * ENTRY_BYTES_ASSUMED + accounts * ACCOUNT_BYTES_ASSUMED;
  const backfillSeconds = Number(entries) / ENTRIES_PER_SECOND_ASSUMED;
  const backupSeconds = (2 * Number(backupBytes)) / BACKUP_BYTES_PER_SECOND_ASSUMED;
  const steps: readonly PlannedStep[] = [
    { stage: 'analyze', step: 'read legacy', rows: factRows(analysis), seconds: analysis.seconds },
    { stage: 'backup', step: 'take and restore', seconds: backupSeconds, bytes: backupBytes * 2n },
    { stage: 'rehearse', step: 'expand, backfill and verify a copy', seconds: backfillSeconds + analysis.seconds },
    { stage: 'expand', step: `${planned.statements} statements`, seconds: planned.statements * 0.05 },
    { stage: 'backfill', step: 'post entries', rows: entries, seconds: backfillSeconds, bytes: ledgerBytes },
    { stage: 'verify', step: 'compare every account', rows: accounts, seconds: analysis.seconds },
  ];
  const estimatedBy =
    `analyze, backfill and verify by the ${analysis.seconds.toFixed(1)} s that analyze took and ` +
    `${ENTRIES_PER_SECOND_ASSUMED} entries/s assumed; disk by ${ENTRY_BYTES_ASSUMED} bytes an entry assumed; ` +
    'the rehearsal replaces these by measured times';
  return { steps, ...totals(steps), estimatedBy };
}

/** What a rehearsal measured. */
export interface MeasuredTimes {
  readonly backupSeconds: number;
  readonly restoreSeconds: number;
  readonly expandSeconds: number;
  readonly backfillSeconds: number;
  readonly verifySeconds: number;
  /** Growth of the ledger's tables, where the engine tells. */
  readonly ledgerBytes?: bigint;
}

/** The plan with measured times in place of the estimates. Its hash stays: times decide nothing about the result. */
export function withMeasuredTimes(plan: CutoverPlan, measured: MeasuredTimes): CutoverPlan {
  const seconds: Readonly<Record<string, number>> = {
    backup: measured.backupSeconds + measured.restoreSeconds,
    rehearse: measured.expandSeconds + measured.backfillSeconds + measured.verifySeconds,
    expand: measured.expandSeconds,
    backfill: measured.backfillSeconds,
    verify: measured.verifySeconds,
  };
  const steps = plan.steps.map((step) => ({
    ...step,
    seconds: seconds[step.stage] ?? step.seconds,
    ...(step.stage === 'backfill' && measured.ledgerBytes !== undefined ? { bytes: measured.ledgerBytes } : {}),
  }));
  return { ...plan, steps, ...totals(steps), estimatedBy: 'measured in the rehearsal on a restored copy' };
}

function totals(steps: readonly PlannedStep[]): { readonly seconds: number; readonly bytes: bigint } {
  return {
    seconds: steps.reduce((sum, step) => sum + step.seconds, 0),
    bytes: steps.reduce((sum, step) => sum + (step.bytes ?? 0n), 0n),
  };
}
