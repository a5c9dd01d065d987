import { CarryoverError, happeningOf } from '../../base/errors.ts';
import { subjectOf } from '../cutover-context.ts';
import { cutoverRollbackFailed, cutoverRolledBack } from '../cutover-errors.ts';
import type { StageName } from '../cutover-state.ts';
import { changeState } from '../record/change-state.ts';
import { releaseLease, type Lease } from '../record/lease.ts';
import { countLedgerAuthority, rollbackCutover } from '../rollback/rollback-cutover.ts';
import type { CutoverRun } from '../stages/define-stage.ts';
import { patiently } from './passing-failure.ts';

/** A run that failed from `expand` on. */
export interface FailedRun {
  readonly stage: StageName;
  readonly error: unknown;
  readonly lease: Lease;
  /** True when the run is left as it is, for a person to look at. */
  readonly keeps: boolean;
}

/** Rolls a failed run back by itself, or marks it where it is kept; returns the error to throw. */
export async function endFailedRun(run: CutoverRun, failed: FailedRun): Promise<unknown> {
  const { context } = run;
  const { database } = context;
  const reason = happeningOf(failed.error);
  // Once accounts were switched there is no way back to before, so such a run is left to a person as well.
  if (failed.keeps || (await countLedgerAuthority(database, context.system.name).catch(() => 0n)) > 0n) {
    await markFailed(run, failed, reason);
    return failed.error;
  }
  const { stage } = failed;
  try {
    // What made the run fail may stand in the way of its rollback for a while: a lock, or a server that is not back yet.
    await patiently(run, 'rollback', () => rollbackCutover(context, { reason }));
  } catch (rollbackError) {
    await releaseLease(database, failed.lease).catch(() => undefined);
    const both = new AggregateError([failed.error, rollbackError], 'a stage failed, and so did its rollback');
    const why = `${happeningOf(rollbackError)} The run itself had failed: ${reason}`;
    return new CarryoverError(cutoverRollbackFailed, { ...subjectOf(context), stage, reason: why }, both);
  }
  const code = failed.error instanceof CarryoverError ? failed.error.code : 'UNKNOWN';
  return new CarryoverError(cutoverRolledBack, { ...subjectOf(context), stage, reason, code }, failed.error);
}

/** Best effort: a database that is gone cannot be told, and then the run stays `running` without a living holder. */
async function markFailed(run: CutoverRun, { stage, lease }: FailedRun, reason: string): Promise<void> {
  const { database } = run.context;
  try {
    await database.write((trx) =>
      changeState(database, { trx, lease }, { stage, state: 'failed', set: { failure: reason } }),
    );
    await releaseLease(database, lease);
  } catch (error) {
    run.log.write('mark-failed', { reason: error instanceof Error ? error.message : String(error) });
  }
}
