import type { CutoverRun, Stage } from '../stages/define-stage.ts';
import { left } from '../stages/define-stage.ts';

/**
 * Runs stages in order and returns the seconds each took. When verify sees that legacy changed since the pass began, backfill and verify
 * are run again, up to the limit: the difference is posted, and only a legacy that never holds still fails.
 */
export async function runStages(run: CutoverRun, stages: readonly Stage[]): Promise<Readonly<Record<string, number>>> {
  const seconds: Record<string, number> = {};
  let passes = 1;
  for (let index = 0; index < stages.length; index += 1) {
    const stage = stages[index] as Stage;
    const backfillIndex = stages.findIndex(({ name }) => name === 'backfill');
    seconds[stage.name] =
      (seconds[stage.name] ?? 0) +
      (await runStage(run, stage, async () => {
        const isMoving = stage.name === 'verify' && left('the verification', run.verification).changedTables.length > 0;
        if (!isMoving || backfillIndex === -1 || passes >= run.limits.catchUpPassesMax) return true;
        passes += 1;
        index = backfillIndex - 1;
        const changed = left('the verification', run.verification).changedTables.join(', ');
        run.emit({ type: 'waiting', stage: 'verify', reason: `${changed} changed meanwhile; pass ${passes} follows` });
        return false;
      }));
  }
  return seconds;
}

async function runStage(run: CutoverRun, stage: Stage, mayComplete: () => Promise<boolean>): Promise<number> {
  const startedMs = performance.now();
  const elapsed = (): number => (performance.now() - startedMs) / 1000;
  try {
    await stage.gate(run);
    run.emit({ type: 'stage', stage: stage.name, state: 'started' });
    run.log.write('stage-started', { stage: stage.name });
    await stage.start(run);
    if (await mayComplete()) await stage.complete(run);
    run.emit({ type: 'stage', stage: stage.name, state: 'completed', seconds: elapsed() });
    run.log.write('stage-completed', { stage: stage.name, seconds: elapsed() });
    return elapsed();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    run.emit({ type: 'stage', stage: stage.name, state: 'failed', seconds: elapsed() });
    run.log.write('stage-failed', { stage: stage.name, seconds: elapsed(), reason });
    throw new StageFailure(stage.name, error);
  }
}

/** Carries the stage in which an error rose to the runner, which throws the error itself on. */
export class StageFailure extends Error {
  readonly stage: Stage['name'];
  readonly error: unknown;

  constructor(stage: Stage['name'], error: unknown) {
    super(`The stage ${stage} failed.`, { cause: error });
    this.stage = stage;
    this.error = error;
  }
}
