import { CarryoverError } from '../../../base/errors.ts';
import type { Instant } from '../../../base/instant.ts';
import { readBalance } from '../../../ledger/reads/read-balance.ts';
import type { AccountStatus, Authority, HoldState, LotState } from '../../../ledger/types.ts';
import type { Database } from '../../../sql/database.ts';
import type { Handle } from '../../../sql/engine.ts';
import { userUnknown } from '../billing-errors.ts';
import type { UsersTable } from '../tables.ts';
import { billingTables } from './billing-tables.ts';

/** Somebody with credits, with all that is due counted as done. Amounts are micro-dollars. */
export interface UserFacts {
  readonly userId: string;
  readonly row: UsersTable;
  readonly accountId: bigint;
  readonly balance: bigint;
  readonly held: bigint;
  readonly available: bigint;
  readonly floor: bigint | null;
  readonly status: AccountStatus;
  readonly authority: Authority;
  readonly holds: readonly HoldState[];
  /** In the order in which they are used up. */
  readonly lots: readonly LotState[];
  /** The database's clock. */
  readonly at: Instant;
}

/** Loads somebody; undefined where there is none. Under the account's lock what it gives stays true. */
export async function findUser(database: Database, handle: Handle, userId: string): Promise<UserFacts | undefined> {
  const row = await billingTables(handle)
    .selectFrom('carryover_billing_users')
    .selectAll()
    .where('user_id', '=', userId)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const now = await readBalance({ database, handle }, row.account_id);
  if (now === undefined) throw new Error(`The account of user ${userId} is gone.`);
  const { account, balance, held, available, holds, lots, at } = now;
  const { id: accountId, floor, status, authority } = account;
  return { userId, row, accountId, balance, held, available, floor, status, authority, holds, lots, at };
}

/** As `findUser`. Throws `BILLING_USER_UNKNOWN`. */
export async function loadUser(database: Database, handle: Handle, userId: string): Promise<UserFacts> {
  const user = await findUser(database, handle, userId);
  if (user === undefined) throw new CarryoverError(userUnknown, { userId });
  return user;
}
