import { sql } from 'kysely';
import type { Instant } from '../../base/instant.ts';
import { REFERENCE_LENGTH_MAX } from '../../base/names.ts';
import type { CarriedFact } from '../../ledger/kernel/carry-facts.ts';
import { carryFacts } from '../../ledger/store/carry-facts.ts';
import type { Funding } from '../../ledger/types.ts';
import type { Chunk } from './chunk.ts';
import { DIFFERENCES } from './differences-table.ts';
import { SYNCED } from './stage-accounts.ts';
import { emptyStage, stageRows } from './stage-rows.ts';

/** The terms of the chunk's lots, by kind and owner of their account and source of their fact. */
const LOTS = 'carryover_stage_lots';
/** Facts that go through the kernel at once. */
const FACTS_MAX = 5_000;

interface DifferenceRow {
  readonly account_id: bigint;
  readonly source: string;
  readonly amount: bigint;
  readonly entries: bigint;
  readonly entry_seq: bigint;
  readonly kind: string;
  readonly contra: string;
  /** None where legacy has it no more. */
  readonly facts: bigint;
  readonly details: string | null;
  readonly occurred_at: Instant;
  readonly funding: Funding | null;
  readonly priority: bigint | null;
  readonly expires_at: Instant | null;
}

/**
 * Carries the staged differences of lotted accounts in the order they happened, each credit with the terms that the system's `lots` gives it.
 * Returns how many there were.
 */
export async function carryLotted(chunk: Chunk): Promise<bigint> {
  await stageLots(chunk);
  const session = { database: chunk.database, handle: chunk.trx };
  const differences = await readDifferences(chunk);
  for (const rows of wholeAccounts(differences)) {
    await carryFacts(
      session,
      rows.map((row) => carriedFact(chunk, row)),
    );
  }
  return BigInt(differences.length);
}

function carriedFact(chunk: Chunk, row: DifferenceRow): CarriedFact {
  const { funding, priority, expires_at: expiresAt } = row;
  return {
    accountId: row.account_id,
    amount: row.amount,
    kind: row.kind,
    contra: row.contra,
    source: row.source,
    carriedSeq: row.entries === 0n ? null : row.entry_seq,
    undoes: row.facts === 0n && row.entries === 1n,
    actor: chunk.actor,
    details: row.details,
    occurredAt: row.occurred_at,
    terms: funding === null || priority === null ? null : { funding, priority, expiresAt },
  };
}

async function stageLots(chunk: Chunk): Promise<void> {
  const { columnTypes: type, expressions: e } = chunk.database.dialect;
  const reference = type.text(REFERENCE_LENGTH_MAX);
  const columns = {
    kind: type.text(32),
    owner: reference,
    source: reference,
    funding: type.text(16),
    priority: type.int64,
    expires_at: type.instant,
  };
  const lots = chunk.system.lots?.(chunk.source);
  if (lots === undefined) await emptyStage(chunk, { name: LOTS, columns });
  else {
    await stageRows(
      chunk,
      { name: LOTS, columns },
      sql`select q.account_kind, ${e.text(sql`q.owner`)}, q.source, q.funding, q.priority, q.expires_at from (${lots}) as q`,
    );
  }
}

/** The differences by account, time and source. Money that came in stands before money that went out at the same instant. */
async function readDifferences(chunk: Chunk): Promise<readonly DifferenceRow[]> {
  const { expressions: e } = chunk.database.dialect;
  const at = sql`coalesce(d.occurred_at, ${e.now()})`;
  const { rows } =
    await sql<DifferenceRow>`select d.account_id as account_id, d.source as source, d.amount as amount, d.entries as entries,
      d.entry_seq as entry_seq, coalesce(d.kind, 'reversal') as kind, coalesce(d.fact_contra, d.contra) as contra, d.facts as facts,
      d.details as details, ${at} as occurred_at, l.funding as funding, l.priority as priority, l.expires_at as expires_at
    from ${sql.table(DIFFERENCES)} as d join ${sql.table(SYNCED)} as s on s.id = d.account_id
    left join ${sql.table(LOTS)} as l on l.kind = s.kind and l.owner = s.owner and l.source = d.source
    where s.lotted = 1
    order by d.account_id, ${at}, case when d.amount > 0 then 0 else 1 end, ${e.text(sql`d.source`)}`.execute(
      chunk.trx,
    );
  return rows;
}

/** Rows in lists of some thousand, none of which ends within an account: its facts depend on each other. */
function wholeAccounts(rows: readonly DifferenceRow[]): readonly (readonly DifferenceRow[])[] {
  const lists: DifferenceRow[][] = [];
  for (const row of rows) {
    const list = lists.at(-1);
    if (list === undefined || (list.length >= FACTS_MAX && list.at(-1)?.account_id !== row.account_id))
      lists.push([row]);
    else list.push(row);
  }
  return lists;
}
