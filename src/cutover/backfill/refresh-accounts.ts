import { sql, type RawBuilder } from 'kysely';
import type { Chunk } from './chunk.ts';
import type { ChunkAccounts } from './open-chunk-accounts.ts';

/**
 * Brings the chunk's accounts up to their entries and to what legacy says about them now: balance and seq from the entries above the
 * account's seq, which are exactly those this transaction posted; floor and status as the accounts query gives them. One
 * statement sets all, because a closed account may have no balance and the rows are checked as they are written. Only
 * accounts under legacy authority, and only those with a difference, are touched.
 */
export async function refreshAccounts(chunk: Chunk, accounts: ChunkAccounts): Promise<void> {
  if (accounts.accounts === 0n) return;
  const { system, source } = chunk;
  const { expressions: e, statements } = chunk.database.dialect;
  const accountsTable = sql.table('carryover_accounts');
  const owner = e.text(sql`q.owner`);
  const between = sql`between ${e.int64(sql`${accounts.idMin}`)} and ${e.int64(sql`${accounts.idMax}`)}`;
  await statements.updateFromQuery(chunk.trx, {
    table: 'carryover_accounts',
    source: sql`select a.id as id, a.balance + coalesce(n.amount, 0) as balance, coalesce(n.seq, a.seq) as seq, q.floor as floor, q.status as status
      from (${system.accounts(source)}) as q
      join ${accountsTable} as a on a.system_name = ${system.name} and a.kind = q.kind and a.owner = ${owner}
      left join (${newEntries(chunk, between)}) as n on n.account_id = a.id
      where a.authority = 'legacy' and a.id ${between}
        and (n.account_id is not null or a.status <> q.status or not ${e.isNotDistinct(sql`a.floor`, sql`q.floor`)})`,
    key: ['id'],
    set: {
      balance: sql`source.balance`,
      seq: sql`source.seq`,
      floor: sql`source.floor`,
      status: sql`source.status`,
    },
  });
}

/** As `refreshAccounts`, for accounts that legacy no longer has: they are zero now, and closed. */
export async function closeVanished(
  chunk: Chunk,
  ids: { readonly idMin: bigint; readonly idMax: bigint },
): Promise<void> {
  const { expressions: e, statements } = chunk.database.dialect;
  const between = sql`between ${e.int64(sql`${ids.idMin}`)} and ${e.int64(sql`${ids.idMax}`)}`;
  await statements.updateFromQuery(chunk.trx, {
    table: 'carryover_accounts',
    source: newEntries(chunk, between),
    key: ['id'],
    set: { balance: sql`target.balance + source.amount`, seq: sql`source.seq` },
  });
}

/** Sum and last seq of the entries that the accounts do not know yet. Correct for any account: those of others know all of theirs. */
function newEntries(chunk: Chunk, between: RawBuilder<unknown>): RawBuilder<unknown> {
  const { expressions: e } = chunk.database.dialect;
  return sql`select p.account_id as account_id, p.account_id as id, ${e.sumInt64(sql`p.amount`)} as amount, max(p.seq) as seq
    from ${sql.table('carryover_entries')} as p
    join ${sql.table('carryover_accounts')} as b on b.id = p.account_id
    where b.system_name = ${chunk.system.name} and b.id ${between} and p.account_id ${between} and p.seq > b.seq
    group by p.account_id`;
}
