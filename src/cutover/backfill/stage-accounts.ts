import { sql, type RawBuilder } from 'kysely';
import { REFERENCE_LENGTH_MAX } from '../../base/names.ts';
import type { Chunk } from './chunk.ts';
import { stageRows } from './stage-rows.ts';

/** The chunk's accounts under legacy authority, with their ids, in the staged table `SYNCED`. */
export interface ChunkAccounts {
  readonly accounts: bigint;
  /**
   * The lowest and highest of their ids. Accounts of other chunks may lie between, where some were opened by an earlier pass; as a
   * condition beside the join it still shows the planner which part of an index it needs.
   */
  readonly idMin: bigint;
  readonly idMax: bigint;
  /** True when none of them has an entry yet, which is every chunk of a first pass. */
  readonly areNew: boolean;
  /** How many of them keep lots. */
  readonly lotted: bigint;
}

/** Ids between the lowest and the highest, per account, up to which the range still says something. */
const SPREAD_MAX = 4n;
/** The accounts as legacy gives them: the columns of `AccountRow`. */
const WANTED = 'carryover_stage_wanted';
/** The accounts as they are: `id`, `kind`, `owner`, `balance`, `seq`, `lotted`, and `floor_wanted` and `status_wanted` as legacy gives them. */
export const SYNCED = 'carryover_stage_synced';

/**
 * Reads the chunk's accounts once, inserts those that are missing, and stages the ids of all under legacy authority. Inserted in order of
 * their names, so that ids ascend along the walk, the entries behind them fill their indexes in order, and a resumed run gives the
 * ids of an uninterrupted one. An account another session opens meanwhile makes the insert fail as a duplicate; the chunk is then run
 * again and finds it.
 */
export async function stageAccounts(chunk: Chunk): Promise<ChunkAccounts> {
  const { database, trx, system, source } = chunk;
  const { expressions: e, columnTypes: type } = database.dialect;
  const accounts = sql.table('carryover_accounts');
  const reference = type.text(REFERENCE_LENGTH_MAX);
  const wanted = {
    kind: type.text(32),
    owner: reference,
    unit: type.text(32),
    floor: type.int64,
    status: type.text(16),
    lotted: type.int64,
    opened_at: type.instant,
    walk_key: reference,
  };
  await stageRows(
    chunk,
    { name: WANTED, columns: wanted },
    sql`select q.kind, ${e.text(sql`q.owner`)}, q.unit, q.floor, q.status, q.lotted, q.opened_at, q.walk_key
      from (${system.accounts(source)}) as q`,
  );
  await sql`insert into ${accounts}
      (system_name, kind, owner, unit, balance, held, floor, seq, status, authority, lotted, opened_at, walk_key)
    select ${system.name}, w.kind, w.owner, w.unit, ${sql.lit(0)}, ${sql.lit(0)}, w.floor, ${sql.lit(0)}, w.status, ${sql.lit('legacy')}, w.lotted, w.opened_at, w.walk_key
    from ${sql.table(WANTED)} as w
    where not exists (select 1 from ${accounts} as a where a.system_name = ${system.name} and a.kind = w.kind and a.owner = w.owner)
    order by ${e.text(sql`w.owner`)}, ${e.text(sql`w.kind`)}`.execute(trx);
  const staged = await stageRows(
    chunk,
    {
      name: SYNCED,
      columns: {
        id: type.int64,
        kind: type.text(32),
        owner: reference,
        balance: type.int64,
        seq: type.int64,
        lotted: type.int64,
        floor_wanted: type.int64,
        status_wanted: type.text(16),
      },
    },
    sql`select a.id, a.kind, a.owner, a.balance, a.seq, a.lotted, w.floor, w.status
      from ${sql.table(WANTED)} as w
      join ${accounts} as a on a.system_name = ${system.name} and a.kind = w.kind and a.owner = w.owner
      where a.authority = 'legacy'`,
  );
  return { accounts: staged, ...(await readBounds(chunk)) };
}

async function readBounds(chunk: Chunk): Promise<Omit<ChunkAccounts, 'accounts'>> {
  const { rows } = await sql<{ id_min: bigint | null; id_max: bigint | null; seq_max: bigint | null; lotted: bigint }>`
    select min(s.id) as id_min, max(s.id) as id_max, max(s.seq) as seq_max, count(case when s.lotted = 1 then 1 end) as lotted from ${sql.table(SYNCED)} as s`.execute(
    chunk.trx,
  );
  const [row] = rows;
  return { idMin: row?.id_min ?? 0n, idMax: row?.id_max ?? 0n, areNew: row?.seq_max === 0n, lotted: row?.lotted ?? 0n };
}

/**
 * That a column holds one of the ids between the chunk's lowest and highest; nothing where so many others lie between that this would name
 * next to all of a table.
 */
export function idsOf(chunk: Chunk, accounts: ChunkAccounts, column: RawBuilder<unknown>): RawBuilder<boolean> {
  const { expressions: e } = chunk.database.dialect;
  if (accounts.idMax - accounts.idMin > accounts.accounts * SPREAD_MAX) return sql<boolean>`1 = 1`;
  return sql<boolean>`${column} between ${e.int64(sql`${accounts.idMin}`)} and ${e.int64(sql`${accounts.idMax}`)}`;
}

/** Stages accounts that legacy no longer has, by their ids: they shall be closed, and keep their floor. */
export async function stageVanished(chunk: Chunk, ids: readonly bigint[]): Promise<ChunkAccounts> {
  const { columnTypes: type } = chunk.database.dialect;
  const columns = {
    id: type.int64,
    kind: type.text(32),
    owner: type.text(REFERENCE_LENGTH_MAX),
    balance: type.int64,
    seq: type.int64,
    lotted: type.int64,
    floor_wanted: type.int64,
    status_wanted: type.text(16),
  };
  const accounts = await stageRows(
    chunk,
    { name: SYNCED, columns },
    sql`select a.id, a.kind, a.owner, a.balance, a.seq, a.lotted, a.floor, 'closed' from ${sql.table('carryover_accounts')} as a
      where a.system_name = ${chunk.system.name} and a.authority = 'legacy' and a.id in (${sql.join(ids.map((id) => sql`${id}`))})`,
  );
  return { accounts, ...(await readBounds(chunk)) };
}
