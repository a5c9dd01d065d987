import type { Unit } from '../../base/amounts.ts';
import type { TrialBalanceLine } from '../ledger/read-trial-balance.ts';
import type { Colors } from '../output.ts';
import { renderAmount, renderCount } from './render-numbers.ts';
import { renderTable } from './render-table.ts';

/** The sum over all lines of each unit, which is zero in a whole ledger. */
export function unitSums(lines: readonly TrialBalanceLine[]): ReadonlyMap<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const { unit, sum } of lines) sums.set(unit, (sums.get(unit) ?? 0n) + BigInt(sum));
  return sums;
}

/** Both sides of every unit, and their sum. */
export function renderTrialBalance(
  lines: readonly TrialBalanceLine[],
  units: ReadonlyMap<string, Unit>,
  colors: Colors,
): readonly string[] {
  const sums = unitSums(lines);
  const rows = [...sums].flatMap(([unit, total]) => {
    const own = lines.filter((line) => line.unit === unit);
    const cells = own.map(({ side, name, accounts, entries, sum }) => [
      unit,
      side === 'accounts' ? `accounts ${name}` : `against ${name}`,
      accounts === null ? '' : renderCount(accounts),
      renderCount(entries),
      renderAmount(BigInt(sum), units.get(unit)),
    ]);
    const shown = renderAmount(total, units.get(unit));
    return cells.concat([[unit, 'both sides', '', '', total === 0n ? colors.green(shown) : colors.red(shown)]]);
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
