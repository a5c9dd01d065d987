import type { CarriedSaas } from '../demo/carry-saas.ts';
import type { Colors } from '../output.ts';
import { section } from './render-analysis.ts';
import { renderCount, renderSeconds } from './render-numbers.ts';
import { renderDrift } from './render-watch.ts';

/** What became of a SaaS that was carried while it was in use, for somebody who sees it for the first time. */
export function renderSaas(saas: CarriedSaas, colors: Colors): readonly string[] {
  const { first, userId, charged, watched, returned, all, last, oldApp } = saas;
  const differ = (last.sweep?.different ?? 0n) + (last.drift?.drifted ?? 0n);
  const verdict = `${renderCount(differ)} differ`;
  return [
    ...section(colors, 'Carried while it was written to', carriedLines(saas)),
    ...section(colors, 'The first five percent', [
      `${renderCount(first.switched)} users are decided by the ledger; no write waited longer than ${Math.round(first.slowestSliceMs)} ms for it.`,
      `The ledger took ${charged.amount} dollars from user ${userId}, and legacy was told: ${renderCount(watched.mirrored)} entries.`,
      ...renderDrift(watched),
    ]),
    ...section(colors, 'One user back', [
      `User ${userId} went back to the old application with what the ledger did, in ${renderSeconds(returned.seconds)}; legacy says what the ledger says.`,
      ...returned.losses.map((loss) => `Legacy has no place for: ${loss}`),
    ]),
    ...section(colors, 'Everybody', [
      `${renderCount(all.switched)} users went over with "${all.cohort}" in ${renderSeconds(all.seconds)}; no write waited longer than ${Math.round(all.slowestSliceMs)} ms for it.`,
    ]),
    ...section(colors, 'The old application meanwhile', [
      `${renderCount(oldApp.writes)} writes, of which half took less than ${oldApp.medianMs.toFixed(1)} ms and the slowest ${Math.round(oldApp.longestMs)} ms.`,
      `${renderCount(oldApp.refused)} more were refused, each about a user whom the ledger decides about by then.`,
      colors.bold(
        `${renderCount((last.sweep?.compared ?? 0n) + (last.drift?.compared ?? 0n))} accounts compared at the end, ${differ === 0n ? colors.green(verdict) : colors.red(verdict)}.`,
      ),
    ]),
  ];
}

function carriedLines({ carried }: CarriedSaas): readonly string[] {
  const { backup, rehearsal, verification, analysis } = carried;
  const waiting = analysis.facts
    .flatMap(({ outcomes }) => outcomes)
    .reduce((sum, { outcome, rows }) => (outcome === 'quarantined' ? sum + rows : sum), 0n);
  return [
    ...(backup === undefined ? [] : [`Backup ${backup.id} restored and equal.`]),
    ...(rehearsal === undefined
      ? []
      : [
          `Rehearsed on the restored copy: ${renderCount(rehearsal.verification.accounts.compared)} accounts compared, ${renderCount(rehearsal.verification.accounts.different)} differ.`,
        ]),
    ...(verification === undefined
      ? []
      : [
          `${renderCount(verification.accounts.compared)} accounts compared, ${renderCount(verification.accounts.different)} differ; ${renderCount(waiting)} rows wait in quarantine.`,
        ]),
  ];
}
