import { CarryoverError } from '../../base/errors.ts';
import { quarantinedRows } from '../analyze/analysis.ts';
import { subjectOf, type CutoverContext } from '../cutover-context.ts';
import { cutoverGateClosed } from '../cutover-errors.ts';
import { findCutoverRow } from '../record/cutover-row.ts';
import { runCutover } from './run-cutover.ts';

/**
 * Carries what was corrected in legacy since: another pass of the backfill, then verify. Returns how many rows are still in quarantine. A retry
 * that fails leaves the run as it is, for a person to look at: rows that still wait are no reason to remove what was proven. Throws
 * `CUTOVER_GATE_CLOSED` where no run is under way, then as `runCutover`.
 */
export async function retryQuarantine(
  context: CutoverContext,
  request: { readonly takeover?: boolean } = {},
): Promise<{ readonly quarantined: bigint }> {
  const row = await findCutoverRow(context.database, context.system.name);
  if (row === undefined || row.state === 'rolled-back') {
    const { instance, system } = subjectOf(context);
    throw new CarryoverError(cutoverGateClosed, {
      instance,
      system,
      stage: 'carry corrected rows of',
      found: 'no run is under way',
      expected: 'one that has carried the others',
      nextStep: `Run "carryover migrate --instance ${instance} --system ${system}".`,
    });
  }
  const kept: CutoverContext = { ...context, limits: { ...context.limits, onFailure: 'keep' } };
  const { analysis } = await runCutover(kept, { from: 'backfill', takeover: request.takeover ?? false });
  return { quarantined: quarantinedRows(analysis.facts).rows };
}
