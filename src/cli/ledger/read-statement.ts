import { sql } from 'kysely';
import type { Instant } from '../../base/instant.ts';
import type { Database } from '../../sql/database.ts';

/** Which entries of an account to read. */
export interface StatementWanted {
  readonly accountId: bigint;
  /** Only what had occurred by then. */
  readonly asOf?: Instant;
  /** The entries before this one; the first seq of the page after. */
  readonly beforeSeq?: bigint;
  readonly limit: number;
}

/** One entry, and the sum of all entries of the statement up to it. */
export interface StatementLine {
  readonly seq: bigint;
  readonly amount: bigint;
  readonly running: bigint;
  readonly kind: string;
  readonly contra: string | null;
  readonly source: string | null;
  readonly reason: string | null;
  readonly actor: string;
  readonly occurred_at: Instant;
  readonly recorded_at: Instant;
}

/** A page of a statement. */
export interface StatementPage {
  /** Oldest first; of all that were asked for, the newest ones. */
  readonly lines: readonly StatementLine[];
  /** The balance of the whole statement: now, or as of the instant asked for. */
  readonly balance: bigint;
  readonly entries: bigint;
  /** True when there are entries before this page. */
  readonly hasEarlier: boolean;
}

/**
 * Reads the newest entries of an account, or those before a seq. Without `asOf` the running balance is the one each entry was
 * posted with; with it, the sum over what had occurred by then, in the order of posting. One snapshot gives all of it.
 */
export async function readStatement(database: Database, wanted: StatementWanted): Promise<StatementPage> {
  const { expressions: e } = database.dialect;
  const { accountId, asOf, beforeSeq, limit } = wanted;
  const entries = sql.table('carryover_entries');
  const mine =
    asOf === undefined
      ? sql`n.account_id = ${accountId}`
      : sql`n.account_id = ${accountId} and n.occurred_at <= ${e.instant(asOf)}`;
  const running = asOf === undefined ? sql`n.balance_after` : e.int64(sql`sum(n.amount) over (order by n.seq)`);
  const page = beforeSeq === undefined ? sql`1 = 1` : sql`s.seq < ${beforeSeq}`;
  return database.read(async (trx) => {
    const { rows } = await sql<StatementLine>`
      select s.seq, s.amount, s.running, s.kind, s.contra, s.source, s.reason, s.actor, s.occurred_at, s.recorded_at
      from (select n.seq, n.amount, ${running} as running, n.kind, n.contra, n.source, n.reason, n.actor, n.occurred_at, n.recorded_at
        from ${entries} as n where ${mine}) as s
      where ${page} order by s.seq desc limit ${sql.lit(limit + 1)}`.execute(trx);
    const totals = await sql<{ balance: bigint; entries: bigint }>`
      select ${e.sumInt64(sql`coalesce(n.amount, 0)`)} as balance, count(*) as entries from ${entries} as n where ${mine}`.execute(
      trx,
    );
    const total = totals.rows[0] ?? { balance: 0n, entries: 0n };
    return {
      lines: rows.slice(0, limit).toReversed(),
      balance: total.balance ?? 0n,
      entries: total.entries,
      hasEarlier: rows.length > limit,
    };
  });
}
