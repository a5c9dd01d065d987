import { sql, type RawBuilder } from 'kysely';
import { REFERENCE_LENGTH_MAX } from '../../base/names.ts';
import type { Chunk } from './chunk.ts';
import { stageRows, type StageTable } from './stage-rows.ts';

/** The chunk's accounts under legacy authority, with their ids, in the staged table `SYNCED`. */
export interface ChunkAccounts {
  readonly accounts: bigint;
  /**
   * The lowest and highest of their ids. Accounts of other chunks may lie between, where some were opened by an earlier pass; as a
   * condition beside the join it still shows the planner which part of an index it needs.
   */
  readonly idMin: bigint;
  readonly idMax: bigint;
  /** How many of them keep lots. */
  readonly lotted: bigint;
}

/** Ids between the lowest and the highest, per account, up to which the range still says something. */
const SPREAD_MAX = 4n;
/** The accounts as legacy gives them: the columns of `AccountRow`. */
export const WANTED = 'carryover_stage_wanted';
/** The accounts as they are: `id`, `kind`, `owner`, `balance`, `seq`, `lotted`, and `floor_wanted` and `status_wanted` as legacy gives them. */
export const SYNCED = 'carryover_stage_synced';

/** How many accounts legacy gives for a chunk. */
export interface WantedAccounts {
  readonly accounts: bigint;
  /** Those that the ledger has already. */
  readonly known: bigint;
  readonly lotted: bigint;
}

/** Reads the chunk's accounts once and stages them in `WANTED`; `keys` as in `StageTable`. */
export async function stageWanted(chunk: Chunk, keys: StageTable['keys'] = []): Promise<WantedAccounts> {
  const { database, trx, system, source } = chunk;
  const { expressions: e, columnTypes: type } = database.dialect;
  const reference = type.text(REFERENCE_LENGTH_MAX);
  const columns = {
    kind: type.text(32),
    owner: reference,
    unit: type.text(32),
    floor: type.int64,
    status: type.text(16),
    lotted: type.int64,
    opened_at: type.instant,
    walk_key: reference,
  };
  const accounts = await stageRows(
    chunk,
    { name: WANTED, columns, keys },
    sql`select q.kind, ${e.text(sql`q.owner`)}, q.unit, q.floor, q.status, q.lotted, q.opened_at, q.walk_key
      from (${system.accounts(source)}) as q`,
  );
  const { rows } = await sql<{
    known: bigint;
    lotted: bigint;
  }>`select count(a.id) as known, count(case when w.lotted = 1 then 1 end) as lotted
    from ${sql.table(WANTED)} as w left join ${sql.table('carryover_accounts')} as a
      on a.system_name = ${system.name} and a.kind = w.kind and a.owner = w.owner`.execute(trx);
  return { accounts, known: rows[0]?.known ?? 0n, lotted: rows[0]?.lotted ?? 0n };
}

/**
 * Inserts those of the staged accounts that are missing, without a balance, and stages the ids of all under legacy authority. In order of
 * their names, so that ids ascend along the walk. An account another session opens meanwhile makes the insert fail as a duplicate; the
 * chunk is then run again and finds it.
 */
export async function stageAccounts(chunk: Chunk, wanted: WantedAccounts): Promise<ChunkAccounts> {
  if (wanted.known < wanted.accounts) await insertMissing(chunk);
  const staged = await stageSynced(chunk);
  return { accounts: staged, ...(await readBounds(chunk)) };
}

async function insertMissing(chunk: Chunk): Promise<void> {
  const { trx, system } = chunk;
  const { expressions: e } = chunk.database.dialect;
  const accounts = sql.table('carryover_accounts');
  await chunk.beginWriting();
  await sql`insert into ${accounts}
      (system_name, kind, owner, unit, balance, held, floor, seq, status, authority, lotted, opened_at, walk_key)
    select ${system.name}, w.kind, w.owner, w.unit, ${sql.lit(0)}, ${sql.lit(0)}, w.floor, ${sql.lit(0)}, w.status, ${sql.lit('legacy')}, w.lotted, w.opened_at, w.walk_key
    from ${sql.table(WANTED)} as w
    where not exists (select 1 from ${accounts} as a where a.system_name = ${system.name} and a.kind = w.kind and a.owner = w.owner)
    order by ${e.text(sql`w.owner`)}, ${e.text(sql`w.kind`)}`.execute(trx);
}

/**
 * Stages the wanted accounts under legacy authority as they are in `SYNCED`, and returns how many. What is joined with it reads facts, so its
 * statistics are taken: a planner that takes a kind of account for one row in 200 reads the facts once per account.
 */
export async function stageSynced(chunk: Chunk): Promise<bigint> {
  const { dialect } = chunk.database;
  const staged = await stageRows(
    chunk,
    syncedTable(chunk),
    sql`select a.id, a.kind, a.owner, a.balance, a.seq, a.lotted, w.floor, w.status
      from ${sql.table(WANTED)} as w
      join ${sql.table('carryover_accounts')} as a
        on a.system_name = ${chunk.system.name} and a.kind = w.kind and a.owner = w.owner
      where a.authority = 'legacy'`,
  );
  await dialect.statements.refreshStatistics(chunk.trx, [SYNCED]);
  return staged;
}

function syncedTable({ database }: Chunk): StageTable {
  const { columnTypes: type } = database.dialect;
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
  return { name: SYNCED, columns, keys: [['id'], ['kind', 'owner']] };
}

/** Of the accounts in `SYNCED`. */
export async function readBounds(chunk: Chunk): Promise<Omit<ChunkAccounts, 'accounts'>> {
  const { rows } = await sql<{ id_min: bigint | null; id_max: bigint | null; lotted: bigint }>`
    select min(s.id) as id_min, max(s.id) as id_max, count(case when s.lotted = 1 then 1 end) as lotted from ${sql.table(SYNCED)} as s`.execute(
    chunk.trx,
  );
  const [row] = rows;
  return { idMin: row?.id_min ?? 0n, idMax: row?.id_max ?? 0n, lotted: row?.lotted ?? 0n };
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
  const accounts = await stageRows(
    chunk,
    syncedTable(chunk),
    sql`select a.id, a.kind, a.owner, a.balance, a.seq, a.lotted, a.floor, 'closed' from ${sql.table('carryover_accounts')} as a
      where a.system_name = ${chunk.system.name} and a.authority = 'legacy' and a.id in (${sql.join(ids.map((id) => sql`${id}`))})`,
  );
  return { accounts, ...(await readBounds(chunk)) };
}
