import { sql, type RawBuilder } from 'kysely';
import type { Chunk } from './chunk.ts';
import type { ChunkAccounts } from './open-chunk-accounts.ts';

/** The columns that carried entries fill; the others are null, as commands alone fill them. */
const COLUMNS = sql.raw(
  'account_id, seq, amount, balance_after, kind, contra, idempotency_key, source, reverses_seq, actor, details, occurred_at, recorded_at',
);

/**
 * The sync rule over a chunk: posts (target - already posted), grouped by source key. The target is the system's `history`;
 * already posted is what entries with a source say. Equal sums post nothing, so a re-run posts nothing; a changed fact posts its
 * difference, a vanished one its reversal. Returns the number of entries posted. Accounts under ledger authority are left out.
 */
export async function postFacts(chunk: Chunk, accounts: ChunkAccounts): Promise<bigint> {
  if (accounts.accounts === 0n) return 0n;
  const statement = accounts.areNew ? postFirstFacts(chunk, accounts) : postDifferences(chunk, syncedAccounts(chunk));
  const { numAffectedRows } = await statement.execute(chunk.trx);
  return numAffectedRows ?? 0n;
}

/**
 * The rule where nothing was posted yet. Then "already posted" is empty, each group of the sum has its one fact, and target minus
 * nothing is the fact: so the union, the grouping and the join back fall away and the facts are numbered as they are read. The caller
 * has seen, in this transaction, that no account of the chunk has an entry.
 */
function postFirstFacts(chunk: Chunk, accounts: ChunkAccounts): RawBuilder<unknown> {
  const { system, source } = chunk;
  const { expressions: e } = chunk.database.dialect;
  return sql`insert into ${sql.table('carryover_entries')} (${COLUMNS})
    select f.account_id, row_number() over w, f.amount, ${e.int64(sql`sum(f.amount) over w`)}, f.kind, f.contra,
      f.source, f.source, null, ${chunk.actor}, ${e.json(sql`f.details`)}, f.occurred_at, ${e.now()}
    from (
      select a.id as account_id, h.source as source, h.amount as amount, h.entry_kind as kind, h.contra as contra,
        h.occurred_at as occurred_at, h.details as details
      from (${system.history(source)}) as h
      join ${sql.table('carryover_accounts')} as a on a.kind = h.account_kind and a.owner = ${e.text(sql`h.owner`)}
      where a.system_name = ${system.name} and a.authority = 'legacy' and h.amount <> 0
        and a.id between ${e.int64(sql`${accounts.idMin}`)} and ${e.int64(sql`${accounts.idMax}`)}
    ) as f
    window w as (partition by f.account_id order by f.occurred_at, ${e.text(sql`f.source`)} rows unbounded preceding)
    order by 1, 2`;
}

/** The chunk's accounts under legacy authority: `id`, `seq`, `balance`, `kind`, `owner`. */
function syncedAccounts(chunk: Chunk): RawBuilder<unknown> {
  const owner = chunk.database.dialect.expressions.text(sql`q.owner`);
  return sql`select a.id as id, a.seq as seq, a.balance as balance, a.kind as kind, a.owner as owner
    from (${chunk.system.accounts(chunk.source)}) as q
    join ${sql.table('carryover_accounts')} as a on a.system_name = ${chunk.system.name} and a.kind = q.kind and a.owner = ${owner}
    where a.authority = 'legacy'`;
}

/**
 * The rule as it stands: facts UNION ALL negated entries, summed by account and source, where the sum is not zero. The kind, contra and
 * details of a difference come from the fact; a source without a fact is reversed with its own contra, and where exactly one entry
 * carried it, that entry is named as the one undone. The first entry of a source has the source as its key, later ones
 * `source~<seq>`, which no other entry of the account can have.
 */
function postDifferences(chunk: Chunk, accounts: RawBuilder<unknown>, hasFacts = true): RawBuilder<unknown> {
  const { system, source } = chunk;
  const { expressions: e } = chunk.database.dialect;
  const facts = sql`select s.id as account_id, ${e.text(sql`h.source`)} as source, h.amount as amount, h.entry_kind as kind, h.contra as contra,
      h.occurred_at as occurred_at, h.details as details
    from (${system.history(source)}) as h join synced as s on s.kind = h.account_kind and s.owner = ${e.text(sql`h.owner`)}
    where ${hasFacts ? sql`1 = 1` : sql`1 = 0`}`;
  const zero = e.int64(sql.lit(0));
  const one = e.int64(sql.lit(1));
  return sql`insert into ${sql.table('carryover_entries')} (${COLUMNS})
    with synced as (${accounts}),
    facts as (${facts}),
    differences as (
      select u.account_id as account_id, u.source as source, ${e.sumInt64(sql`u.amount`)} as amount,
        sum(u.entries) as entries, max(u.entry_seq) as entry_seq, max(u.contra) as contra
      from (
        select f.account_id as account_id, f.source as source, f.amount as amount, ${zero} as entries, ${zero} as entry_seq, null as contra from facts as f
        union all
        select p.account_id, ${e.text(sql`p.source`)}, -p.amount, ${one}, p.seq, p.contra
        from ${sql.table('carryover_entries')} as p join synced as s on s.id = p.account_id where p.source is not null
      ) as u group by u.account_id, u.source having sum(u.amount) <> 0
    ),
    numbered as (
      select s.id as account_id, s.balance as balance, d.source as source, d.amount as amount, d.entries as entries, d.entry_seq as entry_seq,
        coalesce(f.kind, 'reversal') as kind, coalesce(f.contra, d.contra) as contra, f.source as fact, f.details as details,
        coalesce(f.occurred_at, ${e.now()}) as occurred_at, s.seq as seq
      from differences as d join synced as s on s.id = d.account_id
      left join facts as f on f.account_id = d.account_id and f.source = d.source
    )
    select n.account_id, n.seq + row_number() over w, n.amount, ${e.int64(sql`n.balance + sum(n.amount) over w`)}, n.kind, n.contra,
      case when n.entries = 0 then n.source else ${e.concat(sql`n.source`, sql`'~'`, e.text(sql`n.seq + row_number() over w`))} end,
      n.source, case when n.fact is null and n.entries = 1 then n.entry_seq end,
      ${chunk.actor}, ${e.json(sql`n.details`)}, n.occurred_at, ${e.now()}
    from numbered as n
    window w as (partition by n.account_id order by n.occurred_at, ${e.text(sql`n.source`)} rows unbounded preceding)
    order by 1, 2`;
}

/** Reverses everything posted on accounts that legacy no longer has: the same rule with a target of nothing. */
export async function reverseAll(chunk: Chunk, accounts: RawBuilder<unknown>): Promise<bigint> {
  const { numAffectedRows } = await postDifferences(chunk, accounts, false).execute(chunk.trx);
  return numAffectedRows ?? 0n;
}
