import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from '../../sql/database.ts';
import { crashPoint } from '../crash-points.ts';
import { CarryoverError, happeningOf } from '../../base/errors.ts';
import { reopen, subjectOf, type CutoverContext } from '../cutover-context.ts';
import { cutoverRehearsalFailed } from '../cutover-errors.ts';
import { CutoverLog } from '../cutover-log.ts';
import { withMeasuredTimes, type MeasuredTimes } from '../plan/estimates.ts';
import { runStages, StageFailure } from '../run/run-stages.ts';
import type { Verification } from '../verify/verification.ts';
import { backupRequest } from './backup.ts';
import { backfillStage } from './backfill.ts';
import { defineStage, left, type CutoverRun, type Stage } from './define-stage.ts';
import { expandStage } from './expand.ts';
import { verifyStage } from './verify.ts';

/** What trying it on a copy gave. */
export interface Rehearsal {
  readonly measured: MeasuredTimes;
  readonly verification: Verification;
}

/**
 * Runs expand, backfill and verify, the same code, on the restored copy of the backup. Its times replace the plan's estimates. A failure
 * here is a failure before anything was changed.
 */
export const rehearseStage: Stage = defineStage({
  name: 'rehearse',
  async gate(run) {
    left('the backup', run.backup);
  },
  async start(run) {
    const backup = left('the backup', run.backup);
    await run.context.backup.withScratchCopy(backupRequest(run), backup, async (copy) => {
      crashPoint('rehearse:copy-open');
      run.rehearsal = await rehearse(run, copy);
    });
    crashPoint('rehearse:after');
  },
  async complete(run) {
    const { measured } = left('the rehearsal', run.rehearsal);
    run.plan = withMeasuredTimes(left('the plan', run.plan), measured);
    run.log.write('rehearsal', { ...measured });
  },
  async rollback() {},
});

async function rehearse(run: CutoverRun, copy: Database): Promise<Rehearsal> {
  const folder = await mkdtemp(join(tmpdir(), 'carryover-rehearsal-'));
  const reader = await reopen(copy, { access: 'read-only' });
  try {
    // Nobody else works on a copy, so nothing needs to be spared.
    const { throttle: _throttle, ...given } = run.context;
    const context: CutoverContext = { ...given, database: copy, folder };
    const { instance, system } = context;
    const log = new CutoverLog({ folder, instance, system: system.name, target: copy.target });
    const trial: CutoverRun = {
      ...run,
      context,
      reader,
      log,
      isRehearsal: true,
      emit: (event) => {
        if (event.type !== 'stage') run.emit({ ...event, stage: 'rehearse' });
      },
    };
    const before = await ledgerBytes(copy);
    const seconds = await runStages(trial, [expandStage, backfillStage, verifyStage]);
    const after = await ledgerBytes(copy);
    const backup = left('the backup', run.backup);
    const bytes = before === undefined || after === undefined ? {} : { ledgerBytes: after - before };
    const measured: MeasuredTimes = {
      backupSeconds: backup.takeSeconds,
      restoreSeconds: backup.restoreSeconds,
      expandSeconds: seconds['expand'] ?? 0,
      backfillSeconds: seconds['backfill'] ?? 0,
      verifySeconds: seconds['verify'] ?? 0,
      ...bytes,
    };
    return { measured, verification: left('the verification', trial.verification) };
  } catch (error) {
    if (!(error instanceof StageFailure)) throw error;
    const cause = copy.explain(error.error);
    const reason = happeningOf(cause);
    const code = cause instanceof CarryoverError ? cause.code : 'UNKNOWN';
    throw new CarryoverError(
      cutoverRehearsalFailed,
      { ...subjectOf(run.context), stage: error.stage, reason, code },
      cause,
    );
  } finally {
    await reader.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function ledgerBytes(copy: Database): Promise<bigint | undefined> {
  let bytes = 0n;
  for (const table of ['carryover_accounts', 'carryover_entries']) {
    const name = copy.tableName(table);
    if ((await copy.dialect.introspection.table(copy.handle, name)) === undefined) continue;
    const size = await copy.dialect.introspection.tableBytes(copy.handle, name);
    if (size === undefined) return undefined;
    bytes += size;
  }
  return bytes;
}
