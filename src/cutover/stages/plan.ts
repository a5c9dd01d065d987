import { CarryoverError } from '../../base/errors.ts';
import { checkQuarantineLimit } from '../backfill/quarantine.ts';
import { subjectOf } from '../cutover-context.ts';
import { cutoverPlanChanged } from '../cutover-errors.ts';
import { explainPlanChange, makePlan } from '../plan/cutover-plan.ts';
import { findCutoverRow } from '../record/cutover-row.ts';
import { refuseOpenStops } from './analyze.ts';
import { defineStage, left, type CutoverRun, type Stage } from './define-stage.ts';

/**
 * Plans the cutover and holds it to the plan that was agreed to: the one the caller names, or the one a run under way began with.
 * Writes nothing.
 */
export const planStage: Stage = defineStage({
  name: 'plan',
  async gate() {},
  async start(run) {
    run.plan = await makePlan(run.context, {
      analysis: left('the analysis', run.analysis),
      parts: left('the legacy schema', run.legacy).parts,
    });
  },
  async complete(run) {
    const plan = left('the plan', run.plan);
    run.log.write('plan', { hash: plan.hash, parts: plan.parts, seconds: plan.seconds, bytes: plan.bytes });
    await refuseChangedPlan(run);
  },
  async rollback() {},
});

/** Throws what keeps a planned cutover from going on: findings, then the limit of the quarantine. */
export function refuseUnready(run: CutoverRun, stage: string): void {
  refuseOpenStops(run.context, run, stage);
  checkQuarantineLimit(subjectOf(run.context), left('the analysis', run.analysis).facts, run.limits);
}

async function refuseChangedPlan(run: CutoverRun): Promise<void> {
  const plan = left('the plan', run.plan);
  const { context } = run;
  const row = await findCutoverRow(run.reader, context.system.name);
  const isUnderWay = row !== undefined && row.state !== 'rolled-back';
  const subject = subjectOf(context);
  if (isUnderWay && row.plan_hash !== plan.hash) {
    const changes = explainPlanChange(JSON.parse(row.plan_parts) as Record<string, string>, plan.parts);
    throw new CarryoverError(cutoverPlanChanged, { ...subject, found: plan.hash, expected: row.plan_hash, changes });
  }
  if (context.planHash === undefined || context.planHash === plan.hash) return;
  // Only the hash of the other plan is known here, so the parts are shown as they are now.
  const changes = Object.entries(plan.parts).map(([name, value]) => `${name} is ${value.slice(0, 60)}`);
  throw new CarryoverError(cutoverPlanChanged, { ...subject, found: plan.hash, expected: context.planHash, changes });
}
