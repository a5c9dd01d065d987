import type { Analysis, FindingSummary } from '../../cutover/index.ts';
import type { Colors } from '../output.ts';
import { renderCount } from './render-numbers.ts';
import { renderTable } from './render-table.ts';

/** What analyze found, for people: facts by outcome, accounts, sums, findings, and legacy against itself. */
export function renderAnalysis(analysis: Analysis, colors: Colors): readonly string[] {
  const { reconciliation } = analysis;
  const agrees =
    reconciliation.different === 0n
      ? colors.green('0 differ')
      : colors.red(`${renderCount(reconciliation.different)} differ`);
  return [
    heading(
      colors,
      `${analysis.system} on "${analysis.instance}"`,
      `${analysis.serverVersion}, as of ${analysis.asOf.toString()}`,
    ),
    '',
    ...section(colors, 'Legacy facts', factLines(analysis)),
    ...section(colors, 'Accounts there would be', accountLines(analysis)),
    ...section(colors, 'Sums by unit', unitLines(analysis)),
    ...section(colors, 'Findings', renderFindings(analysis.findings, colors)),
    `Legacy against itself: ${renderCount(reconciliation.accounts)} accounts compared by two paths, ${agrees}.`,
  ];
}

/** Findings with their number and what is done about each; those that found nothing are left out. */
export function renderFindings(findings: readonly FindingSummary[], colors: Colors): readonly string[] {
  const found = findings.filter(({ rows }) => rows > 0n);
  if (found.length === 0) return ['none'];
  const severity = { info: colors.dim('info'), review: colors.yellow('review'), stop: colors.red('stop') };
  const rows = found.map((finding) => [
    renderCount(finding.rows),
    finding.accepted ? colors.dim('accepted') : severity[finding.severity],
    finding.code,
    finding.title,
  ]);
  return renderTable(
    [{ heading: 'rows', align: 'right' }, { heading: 'weight' }, { heading: 'code' }, { heading: 'what' }],
    rows,
  );
}

/** A heading and its lines, indented, with an empty line after; nothing when there are no lines. */
export function section(colors: Colors, title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [colors.bold(title), ...lines.map((line) => `  ${line}`), ''];
}

/** A line in bold with a remark behind it. */
export function heading(colors: Colors, title: string, remark: string): string {
  return `${colors.bold(title)}  ${colors.dim(remark)}`;
}

function factLines({ facts }: Analysis): readonly string[] {
  const rows = facts.flatMap((fact) =>
    fact.outcomes.map(({ outcome, reason, meaning, rows: count }, index) => [
      index === 0 ? fact.table : '',
      renderCount(count),
      outcome,
      reason === null ? '' : `${reason}${meaning === null ? '' : `: ${meaning}`}`,
    ]),
  );
  return renderTable(
    [{ heading: 'table' }, { heading: 'rows', align: 'right' }, { heading: 'outcome' }, { heading: 'why' }],
    rows,
  );
}

function accountLines({ accounts }: Analysis): readonly string[] {
  const rows = accounts.map(({ kind, unit, status, accounts: count }) => [kind, unit, status, renderCount(count)]);
  return renderTable(
    [{ heading: 'kind' }, { heading: 'unit' }, { heading: 'status' }, { heading: 'accounts', align: 'right' }],
    rows,
  );
}

function unitLines({ units }: Analysis): readonly string[] {
  const rows = units.map(({ unit, entries, history, expected }) => [unit, renderCount(entries), history, expected]);
  return renderTable(
    [
      { heading: 'unit' },
      { heading: 'entries', align: 'right' },
      { heading: 'by facts', align: 'right' },
      { heading: 'expected', align: 'right' },
    ],
    rows,
  );
}
