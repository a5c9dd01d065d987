import { sql } from 'kysely';
import type { Chunk } from './chunk.ts';

/** The accounts of a chunk under legacy authority, as the statements after need to know them. */
export interface ChunkAccounts {
  readonly accounts: bigint;
  /** Bounds of their ids. Accounts of other chunks may lie between, when some were opened by an earlier pass. */
  readonly idMin: bigint;
  readonly idMax: bigint;
  /** True when none of them has an entry yet, which is every chunk of a first pass. */
  readonly areNew: boolean;
}

/**
 * Inserts the chunk's accounts that are missing, ordered by their names, so that ids ascend along the walk and the entries behind them
 * fill their indexes in order. An account another session opens meanwhile makes the insert fail as a duplicate; the chunk is
 * then run again and finds it.
 */
export async function openChunkAccounts(chunk: Chunk): Promise<ChunkAccounts> {
  const { trx, system, source } = chunk;
  const { expressions } = chunk.database.dialect;
  const accounts = sql.table('carryover_accounts');
  // The engine's byte-wise text, because a legacy column may have a collation that the account's column cannot be compared with.
  const owner = expressions.text(sql`q.owner`);
  // Ordered here and not by the system's query, because the ids of a resumed run must be those of an uninterrupted one.
  await sql`insert into ${accounts}
      (system_name, kind, owner, unit, balance, held, floor, seq, status, authority, lotted, opened_at)
    select ${system.name}, q.kind, q.owner, q.unit, ${sql.lit(0)}, ${sql.lit(0)}, q.floor, ${sql.lit(0)}, q.status, ${sql.lit('legacy')}, q.lotted, q.opened_at
    from (${system.accounts(source)}) as q
    where not exists (select 1 from ${accounts} as a where a.system_name = ${system.name} and a.kind = q.kind and a.owner = ${owner})
    order by ${expressions.text(sql`q.owner`)}, ${expressions.text(sql`q.kind`)}`.execute(trx);
  const { rows } = await sql<{ n: bigint; id_min: bigint | null; id_max: bigint | null; seq_max: bigint | null }>`
    select count(*) as n, min(a.id) as id_min, max(a.id) as id_max, max(a.seq) as seq_max
    from (${system.accounts(source)}) as q
    join ${accounts} as a on a.system_name = ${system.name} and a.kind = q.kind and a.owner = ${owner}
    where a.authority = 'legacy'`.execute(trx);
  const [row] = rows;
  return {
    accounts: row?.n ?? 0n,
    idMin: row?.id_min ?? 0n,
    idMax: row?.id_max ?? 0n,
    areNew: row?.seq_max === 0n,
  };
}
