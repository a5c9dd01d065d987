import { brokenTriggers } from '../capture/require-triggers.ts';
import { subjectOf, type CutoverContext } from '../cutover-context.ts';
import { findCutoverRow } from '../record/cutover-row.ts';
import { lookAtRun, requireLive } from '../run/live-run.ts';
import type { CutoverRun } from '../stages/define-stage.ts';
import type { Selection } from '../switch/cohort.ts';
import type { AccountComparison } from '../verify/verification.ts';
import { compareSettled } from './compare-settled.ts';
import { countSelected } from './count-selected.ts';
import {
  factsOf,
  gate,
  gateOf,
  rowGates,
  selectionGate,
  type Preview,
  type PreviewDepth,
  type PreviewGate,
} from './preview.ts';

/**
 * What a switch of a selection would do now, and what keeps it from being done. It only reads, takes no lease, and works beside whoever is at
 * work. Throws `CUTOVER_LEGACY_MISMATCH`.
 */
export async function previewSwitch(
  context: CutoverContext,
  selection: Selection,
  depth: PreviewDepth,
): Promise<Preview> {
  const row = await findCutoverRow(context.database, context.system.name);
  const isReady = gateOf('run', () => requireLive(context, row, { doing: 'switch', after: 'verify' }));
  if (!isReady.open || row === undefined) return { facts: factsOf(row), gates: [isReady] };
  const selected = await countSelected(context, { authority: 'legacy', selection });
  const gates = [isReady, ...(await rowGates(context, row)), selectionGate(selected.accounts, 'legacy')];
  const facts = factsOf(row, selected);
  if (!depth.compares) return { facts, gates };
  return lookAtRun(context, row, async (run) => {
    const triggers = await triggersGate(run);
    const comparison = await compareSettled(run);
    return { facts, gates: [...gates, triggers, equalGate(context, comparison)], comparison };
  });
}

/** Closed while a trigger that follows legacy is gone. Guards are not asked for: a switch makes those that are missing. */
async function triggersGate(run: CutoverRun): Promise<PreviewGate> {
  const broken = await brokenTriggers(run, false);
  if (broken.length === 0) return gate('triggers');
  const { instance, system } = subjectOf(run.context);
  return gate('triggers', {
    reason: `${broken.join(', ')} ${broken.length === 1 ? 'is' : 'are'} missing or disabled.`,
    nextStep: `Run "carryover migrate --instance ${instance} --system ${system}": it makes them again and compares every account anew.`,
  });
}

function equalGate(context: CutoverContext, { different, named }: AccountComparison): PreviewGate {
  if (different === 0n) return gate('equal');
  const { instance, system } = subjectOf(context);
  const first = named.slice(0, 5).map(({ kind, owner }) => `${kind} ${owner}`);
  return gate('equal', {
    reason: `${different} accounts differ between legacy and ledger (${first.join(', ')}).`,
    nextStep: `Run "carryover verify --instance ${instance} --system ${system}" to see both sides.`,
  });
}
