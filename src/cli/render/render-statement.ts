import type { Unit } from '../../base/amounts.ts';
import type { StatementEntry } from '../../ledger/reads/read-statement.ts';
import { renderAmount } from './render-numbers.ts';
import { renderTable } from './render-table.ts';

/** The entries of a statement with the balance after each, in the order given. */
export function renderStatement(entries: readonly StatementEntry[], unit: Unit | undefined): readonly string[] {
  const rows = entries.map((entry) => [
    entry.seq.toString(),
    entry.occurredAt.toString().slice(0, 16).replace('T', ' '),
    entry.kind,
    renderAmount(entry.amount, unit),
    renderAmount(entry.balanceAfter, unit),
    entry.contra ?? 'transfer',
    entry.reason ?? entry.source ?? '',
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
