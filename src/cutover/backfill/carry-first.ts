import { sql } from 'kysely';
import { crashPoint } from '../crash-points.ts';
import type { Chunk } from './chunk.ts';
import { CARRIED_COLUMNS, type PostedFacts } from './post-facts.ts';
import { stageSynced, SYNCED, WANTED } from './stage-accounts.ts';
import { FOUND } from './stage-found.ts';

/**
 * The sync rule for the facts in `FOUND`, where the ledger has none of the staged accounts yet. Then "already posted" is empty, each group of its sum has its one fact,
 * and target minus nothing is the fact: accounts are written with the balance they end with, and the facts numbered as they come. An
 * update of each account would cost as much again as its insert, and leave a dead row of it.
 */
export async function carryFirst(chunk: Chunk): Promise<PostedFacts> {
  await chunk.beginWriting();
  await insertAccounts(chunk);
  await stageSynced(chunk);
  crashPoint('backfill:chunk:accounts-inserted');
  const entries = await insertEntries(chunk);
  crashPoint('backfill:chunk:entries-posted');
  return { facts: entries, entries };
}

/**
 * In order of their names, so that ids ascend along the walk, the entries behind them fill their indexes in order, and a resumed run gives
 * the ids of an uninterrupted one. An account another session opens meanwhile makes it fail as a duplicate; the chunk is then run again
 * and finds it.
 */
async function insertAccounts(chunk: Chunk): Promise<void> {
  const { expressions: e } = chunk.database.dialect;
  const [zero, legacy] = [sql.lit(0), sql.lit('legacy')];
  await sql`insert into ${sql.table('carryover_accounts')}
      (system_name, kind, owner, unit, balance, held, floor, seq, status, authority, lotted, opened_at, walk_key)
    select ${chunk.system.name}, w.kind, w.owner, w.unit, coalesce(n.amount, 0), ${zero}, w.floor, coalesce(n.entries, 0), w.status, ${legacy},
      w.lotted, w.opened_at, w.walk_key
    from ${sql.table(WANTED)} as w
    left join (
      select f.kind as kind, f.owner as owner, ${e.sumInt64(sql`f.amount`)} as amount, count(*) as entries
      from ${sql.table(FOUND)} as f group by f.kind, f.owner) as n on n.kind = w.kind and n.owner = w.owner
    order by ${e.text(sql`w.owner`)}, ${e.text(sql`w.kind`)}`.execute(chunk.trx);
}

/** One window for the number and the balance: a count, because not every engine lets a row number have the frame of a sum. */
async function insertEntries(chunk: Chunk): Promise<bigint> {
  const { expressions: e } = chunk.database.dialect;
  const upToHere = sql`(partition by f.account_id order by f.occurred_at, ${e.text(sql`f.source`)} rows unbounded preceding)`;
  const { numAffectedRows } = await sql`insert into ${sql.table('carryover_entries')} (${CARRIED_COLUMNS})
    select f.account_id, count(*) over ${upToHere}, f.amount, ${e.int64(sql`sum(f.amount) over ${upToHere}`)}, f.entry_kind, f.contra,
      f.source, f.source, null, ${chunk.actor}, f.details, f.occurred_at, ${e.now()}
    from (
      select s.id as account_id, h.source as source, h.amount as amount, h.entry_kind as entry_kind, h.contra as contra,
        h.occurred_at as occurred_at, h.details as details
      from ${sql.table(FOUND)} as h join ${sql.table(SYNCED)} as s on s.kind = h.kind and s.owner = h.owner) as f`.execute(
    chunk.trx,
  );
  return numAffectedRows ?? 0n;
}
