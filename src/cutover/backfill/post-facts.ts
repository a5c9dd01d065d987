import { sql, type RawBuilder } from 'kysely';
import { REFERENCE_LENGTH_MAX } from '../../base/names.ts';
import { carryLotted } from './carry-lotted.ts';
import type { Chunk } from './chunk.ts';
import { DIFFERENCES } from './differences-table.ts';
import { refreshAccounts } from './refresh-accounts.ts';
import { idsOf, SYNCED, type ChunkAccounts } from './stage-accounts.ts';
import { FOUND } from './stage-found.ts';
import { stageRows } from './stage-rows.ts';

/** The columns that carried entries fill; the others are null, as commands alone fill them. */
export const CARRIED_COLUMNS: RawBuilder<unknown> = sql.raw(
  'account_id, seq, amount, balance_after, kind, contra, idempotency_key, source, reverses_seq, actor, details, occurred_at, recorded_at',
);

/** What became of a chunk's facts. */
export interface PostedFacts {
  /** Facts with an amount that `history` gave. */
  readonly facts: bigint;
  readonly entries: bigint;
}

/**
 * The sync rule over a chunk: posts (target - already posted), grouped by source key. The target is the system's `history` in `FOUND`; already
 * posted is what entries with a source say. Equal sums post nothing, so a re-run posts nothing; a changed fact posts its difference, a
 * vanished one its reversal. An entry made under ledger authority counts for the legacy fact that was written for it. Accounts under ledger
 * authority are not staged, so their facts fall away in the join. What lotted accounts are posted goes through the ledger's kernel,
 * where the rules of lots are; all others by one statement. Brings the accounts along.
 */
export async function postFacts(chunk: Chunk, accounts: ChunkAccounts): Promise<PostedFacts> {
  if (accounts.accounts === 0n) return { facts: 0n, entries: 0n };
  const facts = chunk.countsFacts ? await countFacts(chunk) : 0n;
  await stageDifferences(chunk, { posted: postedBefore(chunk, accounts), hasFacts: true });
  return { facts, entries: await postDifferences(chunk, accounts) };
}

/** As `postFacts` for accounts that legacy no longer has: the same rule with a target of nothing. Returns the entries posted. */
export async function reverseAll(chunk: Chunk, accounts: ChunkAccounts): Promise<bigint> {
  await stageDifferences(chunk, { posted: postedBefore(chunk, accounts), hasFacts: false });
  return postDifferences(chunk, accounts);
}

async function countFacts({ trx }: Chunk): Promise<bigint> {
  const { rows } = await sql<{ n: bigint }>`select count(*) as n from ${FOUND_OF_SYNCED}`.execute(trx);
  return rows[0]?.n ?? 0n;
}

/** The chunk's facts `h` with their accounts `s`; those of accounts under ledger authority fall away. */
export const FOUND_OF_SYNCED: RawBuilder<unknown> = sql`${sql.table(FOUND)} as h join ${sql.table(SYNCED)} as s on s.kind = h.kind and s.owner = h.owner`;

/**
 * The rule as it stands: facts UNION ALL negated entries, summed by account and source, where the sum is not zero. Kind, contra and
 * details of a difference come from the fact; a source without a fact is reversed with its own contra, and where exactly one entry carried
 * it, that entry is named as the one undone. The first entry of a source has the source as its key, later ones `source~<seq>`, which
 * no other entry of the account can have.
 */
export async function postDifferences(chunk: Chunk, accounts: ChunkAccounts): Promise<bigint> {
  const { expressions: e } = chunk.database.dialect;
  const seq = sql`n.seq + row_number() over w`;
  await chunk.beginWriting();
  const { numAffectedRows } = await sql`insert into ${sql.table('carryover_entries')} (${CARRIED_COLUMNS})
    select n.account_id, ${seq}, n.amount, ${e.int64(sql`n.balance + sum(n.amount) over (w rows unbounded preceding)`)}, n.kind, n.contra,
      case when n.entries = 0 then n.source else ${e.concat(sql`n.source`, sql`'~'`, e.text(seq))} end,
      n.source, case when n.facts = 0 and n.entries = 1 then n.entry_seq end, ${chunk.actor}, ${e.json(sql`n.details`)}, n.occurred_at, ${e.now()}
    from (
      select s.id as account_id, s.balance as balance, s.seq as seq, d.source as source, d.amount as amount, d.entries as entries,
        d.entry_seq as entry_seq, d.facts as facts, coalesce(d.kind, 'reversal') as kind, coalesce(d.fact_contra, d.contra) as contra,
        d.details as details, coalesce(d.occurred_at, ${e.now()}) as occurred_at
      from ${sql.table(DIFFERENCES)} as d join ${sql.table(SYNCED)} as s on s.id = d.account_id
      where s.lotted = 0
    ) as n
    window w as (partition by n.account_id order by n.occurred_at, ${e.text(sql`n.source`)})`.execute(chunk.trx);
  const lotted = accounts.lotted > 0n ? await carryLotted(chunk) : 0n;
  await refreshAccounts(
    chunk,
    accounts,
    sql`select p.account_id as account_id, ${e.sumInt64(sql`p.amount`)} as amount, count(*) as entries
      from ${sql.table(DIFFERENCES)} as p group by p.account_id`,
  );
  return (numAffectedRows ?? 0n) + lotted;
}

/** By account and source the amount to be posted, how many entries there were with the newest of them, and how many facts: 1 or none. */
const DIFFERING = 'carryover_stage_differing';

/**
 * Facts, none of which is there for accounts that legacy lost, against what was posted before. Only numbers are summed, since all facts and
 * entries of the accounts go through it; what is told of a difference is looked up for those there are, and after the first pass there
 * are next to none. `posted` gives each entry that stands for a fact once: `account_id`, `source`, its amount negated, 1, its seq, 0.
 */
export async function stageDifferences(
  chunk: Chunk,
  compared: { readonly posted: RawBuilder<unknown>; readonly hasFacts: boolean },
): Promise<void> {
  const { posted, hasFacts } = compared;
  const { expressions: e, columnTypes: type } = chunk.database.dialect;
  const reference = type.text(REFERENCE_LENGTH_MAX);
  const numbers = { amount: type.int64, entries: type.int64, entry_seq: type.int64, facts: type.int64 };
  const given = sql`union all select s.id, h.source, h.amount, 0, ${e.int64(sql.lit(0))}, 1 from ${FOUND_OF_SYNCED}`;
  await stageRows(
    chunk,
    {
      name: DIFFERING,
      columns: { account_id: type.int64, source: reference, ...numbers },
      keys: [['account_id', 'source']],
    },
    sql`select u.account_id, u.source, ${e.sumInt64(sql`u.amount`)}, ${e.sumInt64(sql`u.entries`)}, max(u.entry_seq), ${e.sumInt64(sql`u.facts`)}
      from (${posted} ${hasFacts ? given : sql``}) as u group by u.account_id, u.source having sum(u.amount) <> 0`,
  );
  await describeDifferences(chunk, hasFacts);
}

/** All entries of the staged accounts that stand for a fact: carried ones, and those that legacy was told of. */
function postedBefore(chunk: Chunk, accounts: ChunkAccounts): RawBuilder<unknown> {
  return sql`
    select p.account_id as account_id, p.source as source, -p.amount as amount, 1 as entries, p.seq as entry_seq, 0 as facts
    from ${sql.table(SYNCED)} as s join ${sql.table('carryover_entries')} as p on p.account_id = s.id
    where p.source is not null and ${idsOf(chunk, accounts, sql`p.account_id`)}
    union all
    select p.account_id, m.source, -p.amount, 1, p.seq, 0
    from ${sql.table(SYNCED)} as s join ${sql.table('carryover_mirrors')} as m on m.account_id = s.id
      join ${sql.table('carryover_entries')} as p on p.account_id = m.account_id and p.seq = m.entry_seq
    where p.source is null and ${idsOf(chunk, accounts, sql`m.account_id`)}`;
}

async function describeDifferences(chunk: Chunk, hasFacts: boolean): Promise<void> {
  const { expressions: e, columnTypes: type } = chunk.database.dialect;
  const columns = {
    account_id: type.int64,
    source: type.text(REFERENCE_LENGTH_MAX),
    amount: type.int64,
    entries: type.int64,
    entry_seq: type.int64,
    contra: type.text(64),
    facts: type.int64,
    kind: type.text(32),
    fact_contra: type.text(64),
    occurred_at: type.instant,
    details: type.longText,
  };
  const differing = sql.table(DIFFERING);
  const numbers = sql`d.account_id, d.source, d.amount, d.entries, d.entry_seq, p.contra, d.facts`;
  const lastEntry = sql`left join ${sql.table('carryover_entries')} as p on d.entries > 0 and p.account_id = d.account_id and p.seq = d.entry_seq`;
  const noInstant = sql`case when 1 = 0 then ${e.now()} end`;
  const withoutFact = sql`select ${numbers}, null, null, ${noInstant}, null from ${differing} as d ${lastEntry} where d.facts = 0`;
  const withFact = sql`select ${numbers}, h.entry_kind, h.contra, h.occurred_at, ${e.text(sql`h.details`)}
    from ${FOUND_OF_SYNCED} join ${differing} as d on d.account_id = s.id and d.source = h.source ${lastEntry} where d.facts > 0`;
  const rows = hasFacts ? sql`${withFact} union all ${withoutFact}` : withoutFact;
  await stageRows(chunk, { name: DIFFERENCES, columns, keys: [['account_id', 'source']] }, rows);
}
