import type { Unit } from '../../base/amounts.ts';
import type { ListedAccount } from '../../ledger/reads/list-accounts.ts';
import { renderAmount, renderCount } from './render-numbers.ts';
import { renderTable } from './render-table.ts';

/** A page of accounts, amounts in the decimals of their units. */
export function renderAccounts(
  accounts: readonly ListedAccount[],
  units: ReadonlyMap<string, Unit>,
): readonly string[] {
  const rows = accounts.map(({ ref, state: account }) => {
    const unit = units.get(account.unit);
    return [
      account.id.toString(),
      ref.kind,
      ref.owner,
      renderAmount(account.balance, unit),
      account.unit,
      account.floor === null ? 'none' : renderAmount(account.floor, unit),
      renderCount(account.seq),
      account.status,
      account.authority,
    ];
  });
  return renderTable(
    [
      { heading: 'id', align: 'right' },
      { heading: 'kind' },
      { heading: 'owner' },
      { heading: 'balance', align: 'right' },
      { heading: 'unit' },
      { heading: 'floor', align: 'right' },
      { heading: 'entries', align: 'right' },
      { heading: 'status' },
      { heading: 'authority' },
    ],
    rows,
  );
}
