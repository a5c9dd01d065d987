import { sql } from 'kysely';
import { accountsNamed } from '../kernel/accounts-named.ts';
import { needs } from '../kernel/needs.ts';
import { executeCalls } from '../store/execute-calls.ts';
import { lockAccounts } from '../store/lock-accounts.ts';
import type { WriteSession } from '../store/session.ts';
import type { Outcome } from '../types.ts';
import type { Parcel } from './parcel.ts';

/**
 * Executes the parcels none of whose accounts is locked by another transaction, without waiting for any; undefined stands for
 * each of the others. So an account that somebody holds for long delays only those who want that account.
 */
export async function executeFreeParcels(
  session: WriteSession,
  parcels: readonly Parcel[],
): Promise<readonly (readonly Outcome[] | undefined)[]> {
  const { accountIds } = needs(parcels.flatMap((parcel) => parcel.commands));
  const locked = new Set(
    (await lockAccounts(session, accountIds, { skipLocked: true })).map((account) => account.state.id),
  );
  const held = await existing(
    session,
    accountIds.filter((id) => !locked.has(id)),
  );
  const isFree = (parcel: Parcel): boolean =>
    parcel.commands.every((command) => accountsNamed(command).every((id) => !held.has(id)));
  const free = parcels.filter(isFree);
  const { outcomes } = await executeCalls(session, free);
  return parcels.map((parcel) => outcomes[free.indexOf(parcel)]);
}

/** Accounts that are not there were passed over too, and are for the rules to refuse. */
async function existing(
  { database, handle }: WriteSession,
  accountIds: readonly bigint[],
): Promise<ReadonlySet<bigint>> {
  if (accountIds.length === 0) return new Set();
  const query = sql<{
    id: bigint;
  }>`select a.id from ${sql.table('carryover_accounts')} as a where ${database.dialect.statements.idIn('a.id', accountIds)}`;
  const { rows } = await query.execute(handle);
  return new Set(rows.map((row) => row.id));
}
