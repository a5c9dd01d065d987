import type { Unit } from '../../base/amounts.ts';
import { readProof, type CutoverReport, type Verification } from '../../cutover/index.ts';
import type { DemoHint } from '../demo/demo-hints.ts';
import type { Colors } from '../output.ts';
import { renderFindings, section } from './render-analysis.ts';
import { renderAmount, renderCount, renderSeconds } from './render-numbers.ts';
import { renderTable } from './render-table.ts';

/** What the demo made of its school, from facts to proof, for somebody who sees it for the first time. */
export function renderDemo(report: CutoverReport, units: ReadonlyMap<string, Unit>, colors: Colors): readonly string[] {
  const { analysis, verification } = report;
  return [
    ...section(colors, 'What was found', factLines(report)),
    ...section(colors, 'What is odd about it', renderFindings(analysis.findings, colors)),
    ...section(colors, 'What waits in quarantine', quarantineLines(report)),
    ...section(colors, 'What the ledger holds now', unitLines(report, units)),
    ...section(colors, 'How sure that is', [
      ...safetyLines(report),
      ...(verification === undefined ? [] : proofLines(verification, colors)),
    ]),
    ...section(colors, 'Seconds', stageLines(report)),
  ];
}

/** Commands to try, aligned. */
export function renderHints(
  hints: readonly DemoHint[],
  { folder, title }: { readonly folder: string; readonly title: string },
  colors: Colors,
): readonly string[] {
  const rows = hints.map(({ command, shows }) => [command, colors.dim(shows)]);
  return section(colors, title, [`cd ${folder}`, ...renderTable([{ heading: '' }, { heading: '' }], rows)]);
}

function factLines({ analysis }: CutoverReport): readonly string[] {
  const rows = analysis.facts.map(({ table, rows: all, outcomes }) => {
    const of = (wanted: string): string =>
      renderCount(outcomes.reduce((sum, { outcome, rows: some }) => (outcome === wanted ? sum + some : sum), 0n));
    return [table, renderCount(all), of('carried'), of('excluded'), of('quarantined')];
  });
  const headings = ['rows', 'carried', 'left out', 'quarantined'];
  return renderTable(
    [{ heading: 'table' }, ...headings.map((heading) => ({ heading, align: 'right' as const }))],
    rows,
  );
}

function quarantineLines({ analysis }: CutoverReport): readonly string[] {
  const rows = analysis.facts.flatMap(({ table, outcomes }) =>
    outcomes
      .filter(({ outcome }) => outcome === 'quarantined')
      .map(({ rows: count, reason, meaning }) => [renderCount(count), table, meaning ?? reason ?? '']),
  );
  return rows.length === 0
    ? []
    : renderTable([{ heading: 'rows', align: 'right' }, { heading: 'of' }, { heading: 'why, and what to do' }], rows);
}

function unitLines({ analysis }: CutoverReport, units: ReadonlyMap<string, Unit>): readonly string[] {
  const rows = analysis.units.map(({ unit, entries, history, expected }) => [
    unit,
    renderCount(entries),
    renderAmount(BigInt(history), units.get(unit)),
    renderAmount(BigInt(expected), units.get(unit)),
  ]);
  const headings = ['entries', 'sum of the entries', 'sum by the other path'];
  return renderTable([{ heading: 'unit' }, ...headings.map((heading) => ({ heading, align: 'right' as const }))], rows);
}

function safetyLines({ plan, backup, rehearsal }: CutoverReport): readonly string[] {
  return [
    ...(backup === undefined
      ? []
      : [
          `Backup ${backup.id}: ${renderCount(backup.fingerprint.tables.reduce((sum, { rows }) => sum + rows, 0n))} rows of ${backup.fingerprint.tables.length} tables restored and equal.`,
        ]),
    ...(rehearsal === undefined
      ? []
      : [
          `Rehearsed on the restored copy first: ${renderCount(rehearsal.verification.accounts.compared)} accounts compared, ${renderCount(rehearsal.verification.accounts.different)} differ.`,
        ]),
    `Plan ${plan.hash.slice(0, 16)}: ${plan.ddl.length} statements, each with its way back.`,
  ];
}

function proofLines({ invariants, accounts, proofFile }: Verification, colors: Colors): readonly string[] {
  const numbers = invariants.reduce((sum, { rows }) => sum + rows.length, 0);
  const differ = `${renderCount(accounts.different)} differ`;
  return [
    `${invariants.length} invariants, ${renderCount(numbers)} numbers on both sides: ${invariants.every(({ outcome }) => outcome === 'equal') ? 'all equal' : 'not all equal'}.`,
    colors.bold(
      `${renderCount(accounts.compared)} accounts compared, ${accounts.different === 0n ? colors.green(differ) : colors.red(differ)}.`,
    ),
    ...(proofFile === undefined
      ? []
      : [`Root of the proof ${readProof(proofFile).ledger.root}`, `Proof file ${proofFile}`]),
  ];
}

function stageLines({ seconds }: CutoverReport): readonly string[] {
  return renderTable(
    [{ heading: '' }, { heading: '', align: 'right' }],
    Object.entries(seconds).map(([stage, value]) => [stage, renderSeconds(value)]),
  );
}
