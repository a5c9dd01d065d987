import type { Unit } from '../../base/amounts.ts';
import type { TrialBalance } from '../../ledger/reads/read-trial-balance.ts';
import type { Colors } from '../output.ts';
import { renderAmount, renderCount } from './render-numbers.ts';
import { renderTable } from './render-table.ts';

/** Both sides of every unit, and their sum. */
export function renderTrialBalance(
  balances: readonly TrialBalance[],
  units: ReadonlyMap<string, Unit>,
  colors: Colors,
): readonly string[] {
  const rows = balances.flatMap(({ unit, accounts, contras, difference }) => {
    const amount = (value: bigint): string => renderAmount(value, units.get(unit));
    const mark = difference === 0n ? colors.green : colors.red;
    return [
      ...accounts.map((line) => [
        unit,
        `accounts ${line.name}`,
        renderCount(line.accounts),
        renderCount(line.entries),
        amount(line.balance),
      ]),
      ...contras.map((line) => [unit, `against ${line.name}`, '', renderCount(line.entries), amount(line.balance)]),
      [unit, 'both sides', '', '', mark(amount(difference))],
    ];
  });
  return renderTable(
    [
      { heading: 'unit' },
      { heading: '' },
      { heading: 'accounts', align: 'right' },
      { heading: 'entries', align: 'right' },
      { heading: 'sum', align: 'right' },
    ],
    rows,
  );
}
