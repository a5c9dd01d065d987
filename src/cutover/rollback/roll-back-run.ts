import type { CutoverRun } from '../stages/define-stage.ts';
import { rollbackCutover } from './rollback-cutover.ts';

/**
 * The `rollback` of every stage from `expand` on: what they made is undone together, by the journal, since a stage's tables are of no use
 * without those of the others.
 */
export async function rollBackRun(run: CutoverRun): Promise<void> {
  await rollbackCutover(run.context, { reason: 'asked for by the stage', takeover: true });
}
