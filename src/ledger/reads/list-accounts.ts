import { sql, type RawBuilder, type Selectable } from 'kysely';
import type { Instant } from '../../base/instant.ts';
import { ACCOUNT_STATE_COLUMNS, accountState } from '../store/account-state.ts';
import type { Session } from '../store/session.ts';
import { columnsOf } from '../store/sql-pieces.ts';
import type { AccountsTable } from '../tables.ts';
import type { AccountRef, AccountState, AccountStatus, Authority } from '../types.ts';

/** Which accounts to list. */
export interface AccountsWanted {
  readonly system: string;
  readonly kind?: string;
  readonly unit?: string;
  readonly status?: AccountStatus;
  readonly authority?: Authority;
  /** Owners that begin so, byte for byte. */
  readonly ownerPrefix?: string;
  /** Only balances below this, in the unit's smallest part. */
  readonly balanceBelow?: bigint;
  /** At most so many accounts; at least 1. */
  readonly limit: number;
  /** The `nextAfterId` of the page before, with the same filters. */
  readonly afterId?: bigint;
}

/** An account in a list. Numbers are as stored: what has expired since is subtracted by `readBalance`. */
export interface ListedAccount {
  readonly ref: AccountRef;
  readonly state: AccountState;
  readonly openedAt: Instant;
}

/** A page of accounts, in order of id, which is the order in which they were opened. */
export interface AccountsPage {
  readonly accounts: readonly ListedAccount[];
  /** To be given as `afterId` for the page that follows; undefined when this is the last. */
  readonly nextAfterId: bigint | undefined;
}

/** A page of a system's accounts. */
export async function listAccounts({ handle }: Session, wanted: AccountsWanted): Promise<AccountsPage> {
  const { limit } = wanted;
  // One row more than asked for tells whether a page follows.
  const { rows } = await sql<Selectable<AccountsTable>>`
    select ${columnsOf('a', ['system_name', 'kind', 'owner', 'opened_at', ...ACCOUNT_STATE_COLUMNS])}
    from ${sql.table('carryover_accounts')} as a
    where ${sql.join(conditionsOf(wanted), sql` and `)} order by a.id limit ${sql.lit(limit + 1)}`.execute(handle);
  const accounts = rows.slice(0, limit).map((row) => ({
    ref: { system: row.system_name, kind: row.kind, owner: row.owner },
    state: accountState(row),
    openedAt: row.opened_at,
  }));
  return { accounts, nextAfterId: rows.length > limit ? accounts.at(-1)?.state.id : undefined };
}

function conditionsOf(wanted: AccountsWanted): RawBuilder<unknown>[] {
  const { system, kind, unit, status, authority, ownerPrefix, balanceBelow, afterId } = wanted;
  const conditions: RawBuilder<unknown>[] = [sql`a.system_name = ${system}`];
  if (kind !== undefined) conditions.push(sql`a.kind = ${kind}`);
  if (unit !== undefined) conditions.push(sql`a.unit = ${unit}`);
  if (status !== undefined) conditions.push(sql`a.status = ${status}`);
  if (authority !== undefined) conditions.push(sql`a.authority = ${authority}`);
  // A half-open range in place of LIKE, whose wildcards and letter case differ between engines.
  if (ownerPrefix !== undefined)
    conditions.push(sql`a.owner >= ${ownerPrefix} and a.owner < ${`${ownerPrefix}\u{10FFFF}`}`);
  if (balanceBelow !== undefined) conditions.push(sql`a.balance < ${balanceBelow}`);
  if (afterId !== undefined) conditions.push(sql`a.id > ${afterId}`);
  return conditions;
}
