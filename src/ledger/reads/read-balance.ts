import { sql } from 'kysely';
import type { Instant } from '../../base/instant.ts';
import { touchedNow } from '../kernel/touched-now.ts';
import { ACCOUNT_STATE_COLUMNS, accountState, type AccountStateRow } from '../store/account-state.ts';
import { loadHolds } from '../store/load-holds.ts';
import { loadLots } from '../store/load-lots.ts';
import type { Session } from '../store/session.ts';
import { columnsOf } from '../store/sql-pieces.ts';
import type { AccountState, HoldState, LotState } from '../types.ts';

/** An account at the database's present, with all that is due counted as done. */
export interface BalanceNow {
  readonly account: AccountState;
  readonly balance: bigint;
  readonly held: bigint;
  readonly available: bigint;
  /** Holds that are still open. */
  readonly holds: readonly HoldState[];
  /** Lots in which something remains, in the order debits draw them. */
  readonly lots: readonly LotState[];
  /** The database's clock at the read. */
  readonly at: Instant;
}

/**
 * The balance of an account with its breakdown, expired holds and lots already subtracted; undefined for an id without an account.
 * Give a session inside `database.read`, so that account, holds and lots are of one snapshot.
 */
export async function readBalance(session: Session, accountId: bigint): Promise<BalanceNow | undefined> {
  const account = await readAccount(session, accountId);
  if (account === undefined) return undefined;
  const holds = await loadHolds(session, [account.id], []);
  const accountIds = account.lotted ? [account.id] : [];
  const lots = await loadLots(session, { accountIds, lotSeqs: [], entries: [] });
  const at = await session.database.dialect.statements.serverNow(session.handle);
  const { expiries: _expiries, ...now } = touchedNow(account, holds, lots, at);
  return { account, ...now, at };
}

/** The account's row as it is stored; undefined for an id without an account. */
export async function readAccount({ handle }: Session, accountId: bigint): Promise<AccountState | undefined> {
  const { rows } = await sql<AccountStateRow>`
    select ${columnsOf('a', ACCOUNT_STATE_COLUMNS)} from ${sql.table('carryover_accounts')} as a
    where a.id = ${accountId}`.execute(handle);
  const [row] = rows;
  return row === undefined ? undefined : accountState(row);
}
