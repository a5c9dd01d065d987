import { sql, type RawBuilder } from 'kysely';
import type { Chunk } from './chunk.ts';
import { idsOf, SYNCED, type ChunkAccounts } from './stage-accounts.ts';

/**
 * Brings the staged accounts up to what was posted (`account_id`, `amount`, `entries`) and to what legacy says about them now: balance and seq,
 * floor and status. One statement sets all, because a closed account may have no balance and rows are checked as they are written.
 * Accounts that stay as they are are not written, and the balance of a lotted one was brought along with its lots.
 */
export async function refreshAccounts(
  chunk: Chunk,
  accounts: ChunkAccounts,
  posted: RawBuilder<unknown>,
): Promise<void> {
  const { expressions: e, statements } = chunk.database.dialect;
  await statements.updateFromQuery(chunk.trx, {
    table: 'carryover_accounts',
    source: sql`select s.id as id, case when s.lotted = 1 then a.balance else s.balance + coalesce(n.amount, 0) end as balance,
        case when s.lotted = 1 then a.seq else s.seq + coalesce(n.entries, 0) end as seq,
        s.floor_wanted as floor, s.status_wanted as status
      from ${sql.table(SYNCED)} as s
      join ${sql.table('carryover_accounts')} as a on a.id = s.id and ${idsOf(chunk, accounts, sql`a.id`)}
      left join (${posted}) as n on n.account_id = s.id
      where n.account_id is not null or a.status <> s.status_wanted or not ${e.isNotDistinct(sql`a.floor`, sql`s.floor_wanted`)}`,
    key: ['id'],
    set: {
      balance: sql`source.balance`,
      seq: sql`source.seq`,
      floor: sql`source.floor`,
      status: sql`source.status`,
    },
  });
}
