import { sql } from 'kysely';
import type { AccountState } from '../types.ts';
import { ACCOUNT_STATE_COLUMNS, accountState, type AccountStateRow } from './account-state.ts';
import type { WriteSession } from './session.ts';
import { columnsOf, inIds } from './sql-pieces.ts';

/** An account under lock, with the system it belongs to. */
export interface LockedAccount {
  readonly system: string;
  readonly state: AccountState;
}

/**
 * Locks the accounts that exist, in id order, in one statement, and returns them as they are under the lock. One order
 * for everybody is what keeps two batches that share accounts from deadlocking. `skipLocked` passes over accounts that
 * another transaction holds, on engines that can.
 */
export async function lockAccounts(
  { database, handle }: WriteSession,
  accountIds: readonly bigint[],
  skipLocked = false,
): Promise<LockedAccount[]> {
  if (accountIds.length === 0) return [];
  const { statements } = database.dialect;
  const lock = skipLocked ? statements.lockRowsSkippingLocked() : statements.lockRows();
  const { rows } = await sql<AccountStateRow & { system_name: string }>`
    select ${columnsOf('a', ['system_name', ...ACCOUNT_STATE_COLUMNS])}
    from ${sql.table('carryover_accounts')} as a
    where ${inIds('a.id', accountIds)}
    order by a.id ${lock}`.execute(handle);
  return rows.map((row) => ({ system: row.system_name, state: accountState(row) }));
}
