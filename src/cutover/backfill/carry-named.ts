import { sql, type RawBuilder } from 'kysely';
import { REFERENCE_LENGTH_MAX } from '../../base/names.ts';
import type { LegacySource } from '../descriptor.ts';
import type { Chunk } from './chunk.ts';
import { FOUND_OF_SYNCED, postDifferences, stageDifferences } from './post-facts.ts';
import { stageCopies, writeCopies } from './run-copies.ts';
import { readBounds, stageSynced, stageWanted, SYNCED, WANTED } from './stage-accounts.ts';
import { stageFound } from './stage-found.ts';
import { stageRows } from './stage-rows.ts';
import { stageShared } from './stage-shared.ts';

/** By account and source, what is compared. */
const NAMED = 'carryover_stage_named';
const WANTED_KEYS = [['walk_key', 'kind', 'owner']] as const;

/** A fact that was written, by the key under which it was noted. */
export interface WrittenFact {
  readonly walkKey: string;
  readonly source: string;
}

/** What single facts made of their accounts. */
export interface CarriedNamed {
  readonly entries: bigint;
  /** Keys of which legacy gives no account, or one that the ledger lacks: theirs have to be derived whole. */
  readonly keysLeft: ReadonlySet<string>;
}

/**
 * The sync rule for single facts: what the narrowed history gives against what was posted under the same accounts and sources. Whatever pairs
 * of account and source are compared, each is compared as a whole on both sides, so those that the history gives besides do no harm. The
 * accounts themselves and the copies are brought along as in `carryScope`. `narrowed` makes the source of the history.
 */
export async function carryNamed(
  chunk: Chunk,
  facts: readonly WrittenFact[],
  narrowed: (source: LegacySource<unknown>) => LegacySource<unknown>,
): Promise<CarriedNamed> {
  const staged = await stageShared(chunk);
  const keysLeft = await keysWithout(staged, facts);
  const accounts = await stageSynced(staged);
  if (accounts === 0n) return { entries: 0n, keysLeft };
  const bounds = await readBounds(staged);
  const ofRows: Chunk = { ...staged, source: narrowed(staged.source) };
  await stageFound(ofRows);
  await stageNamed(ofRows, facts);
  await stageCopies(staged);
  await stageDifferences(ofRows, { posted: postedAs(ofRows), hasFacts: true });
  const entries = await postDifferences(ofRows, { accounts, ...bounds });
  await writeCopies(staged);
  return { entries, keysLeft };
}

/** Stages the accounts of the facts' keys, and returns the keys for which that does not do. */
async function keysWithout(chunk: Chunk, facts: readonly WrittenFact[]): Promise<ReadonlySet<string>> {
  const keys = new Set(facts.map(({ walkKey }) => walkKey));
  await stageWanted(chunk, WANTED_KEYS);
  const { rows } = await sql<{ walk_key: string }>`select w.walk_key as walk_key
    from ${sql.table(WANTED)} as w left join ${sql.table('carryover_accounts')} as a
      on a.system_name = ${chunk.system.name} and a.kind = w.kind and a.owner = w.owner
    group by w.walk_key having count(*) = count(a.id)`.execute(chunk.trx);
  // By whole texts: legacy may compare its keys by fewer letters than that, and then finds accounts under another writing of the key.
  for (const { walk_key: known } of rows) keys.delete(known);
  return keys;
}

async function stageNamed(chunk: Chunk, facts: readonly WrittenFact[]): Promise<void> {
  const { columnTypes: type, statements } = chunk.database.dialect;
  const written = statements.rows('r', {
    columns: { walk_key: 'text', source: 'text' },
    rows: facts.map(({ walkKey, source }) => [walkKey, source]),
  });
  const columns = { account_id: type.int64, source: type.text(REFERENCE_LENGTH_MAX) };
  // Joined in this order, as in `holdAccounts`.
  await stageRows(
    chunk,
    { name: NAMED, columns, keys: [['account_id', 'source']] },
    sql`select s.id, r.source from ${written} cross join ${sql.table(WANTED)} as w cross join ${sql.table(SYNCED)} as s
        where w.walk_key = r.walk_key and s.kind = w.kind and s.owner = w.owner
      union select s.id, h.source from ${FOUND_OF_SYNCED}`,
  );
  await statements.refreshStatistics(chunk.trx, [NAMED]);
}

/**
 * What was posted under the named pairs, as `stageDifferences` wants it. The first entry of a source has the source as its key, and each one after it
 * or after an entry that legacy was told of has `source~<seq>`, so the keys' index finds them, and the later ones are looked for only where
 * there is an earlier one; `:` follows the digits. Outer joins throughout, because some planners turn the others around and read every
 * entry there is (MariaDB 10.11, 2026-11); a pair without an entry counts for nothing.
 */
function postedAs({ database }: Chunk): RawBuilder<unknown> {
  const { expressions: e } = database.dialect;
  const named = sql`${sql.table(NAMED)} as n`;
  const entries = sql.table('carryover_entries');
  const told = sql`left join ${sql.table('carryover_mirrors')} as m on m.account_id = n.account_id and m.source = n.source`;
  const first = sql`left join ${entries} as p on p.account_id = n.account_id and p.idempotency_key = n.source and p.source = n.source`;
  const zero = e.int64(sql.lit(0));
  const numbers = sql`coalesce(-p.amount, ${zero}) as amount, case when p.seq is null then 0 else 1 end as entries, coalesce(p.seq, ${zero}) as entry_seq, 0 as facts`;
  const withEarlier = sql`
    select p.account_id as account_id, n.source as source from ${named} ${first}
    union select m.account_id, n.source from ${named} ${told}`;
  return sql`
    select n.account_id as account_id, n.source as source, ${numbers} from ${named} ${first}
    union all select n.account_id, n.source, ${numbers}
      from ${named} ${told} left join ${entries} as p on p.account_id = m.account_id and p.seq = m.entry_seq and p.source is null
    union all select k.account_id, k.source, ${numbers}
      from (${withEarlier}) as k left join ${entries} as p on p.account_id = k.account_id and p.source = k.source
        and p.idempotency_key > ${e.concat(sql`k.source`, sql`'~'`)} and p.idempotency_key < ${e.concat(sql`k.source`, sql`'~:'`)}`;
}
