import { sql, type RawBuilder } from 'kysely';
import type { Database } from '../../sql/database.ts';
import type { AccountState } from '../types.ts';
import { ACCOUNT_STATE_COLUMNS, accountState, type AccountStateRow } from './account-state.ts';
import type { WriteSession } from './session.ts';
import { columnsOf } from './sql-pieces.ts';

/** An account under lock, with the system it belongs to. */
export interface LockedAccount {
  readonly system: string;
  readonly state: AccountState;
}

/** A row of `lockQuery`. */
export type LockedRow = AccountStateRow & { readonly system_name: string };

/** How accounts are locked. */
export interface LockOptions {
  /** Passes over accounts that another transaction holds, on engines that can. */
  readonly skipLocked?: boolean;
}

/**
 * Locks the accounts that exist, in id order, in one statement, and returns them as they are under the lock. One order
 * for everybody is what keeps two batches that share accounts from deadlocking.
 */
export async function lockAccounts(
  session: WriteSession,
  accountIds: readonly bigint[],
  options: LockOptions = {},
): Promise<LockedAccount[]> {
  if (accountIds.length === 0) return [];
  const { rows } = await lockQuery(session.database, accountIds, options).execute(session.handle);
  return rows.map(lockedAccount);
}

/** The statement of `lockAccounts`. */
export function lockQuery(
  { dialect }: Database,
  accountIds: readonly bigint[],
  { skipLocked = false }: LockOptions = {},
): RawBuilder<LockedRow> {
  const lock = skipLocked ? dialect.statements.lockRowsSkippingLocked() : dialect.statements.lockRows();
  return sql<LockedRow>`
    select ${columnsOf('a', ['system_name', ...ACCOUNT_STATE_COLUMNS])}
    from ${dialect.statements.byPrimaryKey('carryover_accounts', 'a')}
    where ${dialect.statements.idIn('a.id', accountIds)}
    order by a.id ${lock}`;
}

/** A row of `lockQuery` as the store passes it on. */
export function lockedAccount(row: LockedRow): LockedAccount {
  return { system: row.system_name, state: accountState(row) };
}
