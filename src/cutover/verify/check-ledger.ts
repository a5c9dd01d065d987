import { sql } from 'kysely';
import type { CutoverRun } from '../stages/define-stage.ts';

/** What the ledger says about itself. */
export interface LedgerCheck {
  readonly accounts: bigint;
  /** Names of accounts whose balance, seq or newest balance-after does not follow from their entries; the first few. */
  readonly breaches: readonly string[];
}

/** Checks that each account of the system is what its entries sum up to. */
export async function checkLedger(run: CutoverRun): Promise<LedgerCheck> {
  const { expressions: e } = run.reader.dialect;
  const { rows } = await sql<{ kind: string | null; owner: string | null; accounts: bigint }>`
    select c.kind as kind, c.owner as owner, count(*) over () as accounts from (
      select a.kind as kind, a.owner as owner, a.balance as balance, a.seq as seq, ${e.sumInt64(sql`coalesce(p.amount, 0)`)} as amount,
        count(p.seq) as entries, coalesce(max(p.seq), 0) as seq_max
      from ${sql.table('carryover_accounts')} as a left join ${sql.table('carryover_entries')} as p on p.account_id = a.id
      where a.system_name = ${run.context.system.name} group by a.id, a.kind, a.owner, a.balance, a.seq
    ) as c where c.balance <> c.amount or c.seq <> c.entries or c.seq <> c.seq_max
    limit 20`.execute(run.reader.handle);
  return { accounts: 0n, breaches: rows.map(({ kind, owner }) => `${kind} ${owner}`) };
}
