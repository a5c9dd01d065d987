import { touchedNow, type AccountNow } from '../../ledger/kernel/touched-now.ts';
import { loadHolds } from '../../ledger/store/load-holds.ts';
import { loadLots } from '../../ledger/store/load-lots.ts';
import type { AccountRef, AccountState } from '../../ledger/types.ts';
import type { Instant } from '../../base/instant.ts';
import type { Database } from '../../sql/database.ts';
import { findAccount } from './find-account.ts';

/** An account at the database's present. */
export interface BalanceNow {
  readonly account: AccountState;
  readonly now: AccountNow;
  readonly at: Instant;
}

/** The balance of an account with its open holds and lots, what has expired already subtracted. Throws `CLI_ACCOUNT_UNKNOWN`. */
export async function readBalance(database: Database, ref: AccountRef): Promise<BalanceNow> {
  return database.read(async (trx) => {
    const session = { database, handle: trx };
    const account = await findAccount(session, ref);
    const holds = await loadHolds(session, [account.id], []);
    const lots = await loadLots(session, { accountIds: account.lotted ? [account.id] : [], lotSeqs: [], entries: [] });
    const at = await database.dialect.statements.serverNow(trx);
    return { account, now: touchedNow(account, holds, lots, at), at };
  });
}
