import type { Selectable } from 'kysely';
import type { AccountsTable, LedgerTables } from '../../ledger/tables.ts';
import type { Database } from '../../sql/database.ts';

/** Which accounts to list. */
export interface AccountsWanted {
  readonly system: string;
  readonly kind?: string;
  readonly unit?: string;
  readonly status?: string;
  /** Owners that begin so. */
  readonly ownerPrefix?: string;
  /** Only balances below this, in the unit's smallest part. */
  readonly below?: bigint;
  /** The accounts after this id; the last id of the page before. */
  readonly afterId?: bigint;
  readonly limit: number;
}

/** An account as the table has it. */
export type AccountRow = Selectable<AccountsTable>;

/** A page of accounts in order of id. Balances are as last posted: what has expired since is subtracted by `balance`. */
export async function listAccounts(database: Database, wanted: AccountsWanted): Promise<readonly AccountRow[]> {
  const { kind, unit, status, ownerPrefix, below, afterId } = wanted;
  let query = database.handle
    .withTables<LedgerTables>()
    .selectFrom('carryover_accounts')
    .selectAll()
    .where('system_name', '=', wanted.system);
  if (kind !== undefined) query = query.where('kind', '=', kind);
  if (unit !== undefined) query = query.where('unit', '=', unit);
  if (status !== undefined) query = query.where('status', '=', status as AccountRow['status']);
  // A half-open range of texts in place of LIKE, whose wildcards and letter case differ between engines.
  if (ownerPrefix !== undefined)
    query = query.where('owner', '>=', ownerPrefix).where('owner', '<', after(ownerPrefix));
  if (below !== undefined) query = query.where('balance', '<', below);
  if (afterId !== undefined) query = query.where('id', '>', afterId);
  return query.orderBy('id').limit(wanted.limit).execute();
}

/** The first text after all that begin with a prefix. */
function after(prefix: string): string {
  return `${prefix}\u{10FFFF}`;
}
