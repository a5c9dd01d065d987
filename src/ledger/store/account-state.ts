import type { Selectable } from 'kysely';
import type { AccountsTable } from '../tables.ts';
import type { AccountState } from '../types.ts';

/** The columns of an account that its state is made of. */
export const ACCOUNT_STATE_COLUMNS = [
  'id',
  'unit',
  'balance',
  'held',
  'floor',
  'seq',
  'status',
  'authority',
  'lotted',
] as const;

/** A row of those columns. */
export type AccountStateRow = Pick<Selectable<AccountsTable>, (typeof ACCOUNT_STATE_COLUMNS)[number]>;

/** The row as the kernel sees it. */
export function accountState(row: AccountStateRow): AccountState {
  return {
    id: row.id,
    unit: row.unit,
    balance: row.balance,
    held: row.held,
    floor: row.floor,
    seq: row.seq,
    status: row.status,
    authority: row.authority,
    lotted: row.lotted === 1n,
  };
}
