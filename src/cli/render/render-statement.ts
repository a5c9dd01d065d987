import type { Unit } from '../../base/amounts.ts';
import type { StatementLine } from '../ledger/read-statement.ts';
import { renderAmount } from './render-numbers.ts';
import { renderTable } from './render-table.ts';

/** The entries of a statement with their running balance, oldest first. */
export function renderStatement(lines: readonly StatementLine[], unit: Unit | undefined): readonly string[] {
  const rows = lines.map((line) => [
    line.seq.toString(),
    line.occurred_at.toString().slice(0, 16).replace('T', ' '),
    line.kind,
    renderAmount(line.amount, unit),
    renderAmount(line.running, unit),
    line.contra ?? 'transfer',
    line.reason ?? line.source ?? '',
  ]);
  return renderTable(
    [
      { heading: 'seq', align: 'right' },
      { heading: 'occurred (UTC)' },
      { heading: 'kind' },
      { heading: 'amount', align: 'right' },
      { heading: 'balance', align: 'right' },
      { heading: 'against' },
      { heading: 'reason or source' },
    ],
    rows,
  );
}
