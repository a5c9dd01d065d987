import { CarryoverError } from '../../../base/errors.ts';
import { refusalDefinitions } from '../../../ledger/kernel/refusal-definitions.ts';
import { findUser, loadUser, type UserFacts } from '../queries/load-user.ts';
import { billingTables } from '../queries/billing-tables.ts';
import type { UsersTable } from '../tables.ts';
import type { BillingCall } from './billing-call.ts';

/**
 * Locks somebody's account and gives the facts as they stand under the lock, never from a cache (U-42). Every operation that writes
 * comes through here, so two calls about one user take turns. Throws `BILLING_USER_UNKNOWN`, then `LEDGER_AUTHORITY_LEGACY` while legacy decides
 * the balance, then `LEDGER_ACCOUNT_CLOSED`.
 */
export async function lockUser(call: BillingCall, userId: string, attempt: string): Promise<UserFacts> {
  const { database } = call.context;
  const { accountId } = await loadUser(database, call.trx, userId);
  await call.ledger.lock([accountId]);
  // What was read before the lock may have changed while it was waited for, so all of it is read again.
  const user = await loadUser(database, call.trx, userId);
  if (user.authority === 'legacy') throw refused('LEDGER_AUTHORITY_LEGACY', attempt, user);
  if (user.status === 'closed') throw refused('LEDGER_ACCOUNT_CLOSED', attempt, user);
  return user;
}

/** Locks several accounts at once, in the order of their ids; users who are unknown are missing, those under legacy authority are there. */
export async function lockUsers(
  call: BillingCall,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, UserFacts>> {
  const { database } = call.context;
  const found = await Promise.all([...new Set(userIds)].map((userId) => findUser(database, call.trx, userId)));
  await call.ledger.lock(found.flatMap((user) => (user === undefined ? [] : [user.accountId])));
  const locked = new Map<string, UserFacts>();
  for (const user of found)
    if (user !== undefined) locked.set(user.userId, await loadUser(database, call.trx, user.userId));
  return locked;
}

function refused(
  code: 'LEDGER_AUTHORITY_LEGACY' | 'LEDGER_ACCOUNT_CLOSED',
  attempt: string,
  { userId, accountId }: UserFacts,
): CarryoverError<object> {
  return new CarryoverError(refusalDefinitions[code], {
    attempt: `${attempt} user "${userId}"`,
    accountId: accountId.toString(),
  });
}

/** Sets columns of a user whose account is locked. */
export async function updateUser(
  call: BillingCall,
  userId: string,
  columns: Partial<Omit<UsersTable, 'user_id' | 'account_id'>>,
): Promise<void> {
  await billingTables(call.trx)
    .updateTable('carryover_billing_users')
    .set(columns)
    .where('user_id', '=', userId)
    .execute();
}
