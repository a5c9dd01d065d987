import type { BackupProgress, BackupRequest } from '../backup-gate.ts';
import { crashPoint } from '../crash-points.ts';
import { defineStage, left, type CutoverRun, type Stage } from './define-stage.ts';
import { refuseUnready } from './plan.ts';

/** Takes a backup and proves it by restoring it. Nothing is written to the database. */
export const backupStage: Stage = defineStage({
  name: 'backup',
  async gate(run) {
    refuseUnready(run, 'backup');
  },
  async start(run) {
    crashPoint('backup:before');
    run.backup = await run.context.backup.prepare(backupRequest(run));
    crashPoint('backup:proven');
  },
  async complete(run) {
    const { id, file, sha256, bytes, takeSeconds, restoreSeconds } = left('the backup', run.backup);
    run.log.write('backup', { id, file, sha256, bytes, takeSeconds, restoreSeconds });
  },
  async rollback() {},
});

/** What the gate is asked for by this run. */
export function backupRequest(run: CutoverRun): BackupRequest {
  const { context } = run;
  const planHash = left('the plan', run.plan).hash;
  return {
    database: context.database,
    instance: context.instance,
    purpose: { system: context.system.name, planHash },
    onProgress: (progress: BackupProgress) => run.emit({ type: 'step', stage: 'backup', step: progress.step }),
  };
}
