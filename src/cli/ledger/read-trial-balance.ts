import { sql } from 'kysely';
import type { Database } from '../../sql/database.ts';

/** The accounts of a unit and kind, or one contra: how many entries, and what they sum to. Texts, since sums may leave 64 bits. */
export interface TrialBalanceLine {
  readonly unit: string;
  readonly side: 'accounts' | 'contra';
  /** The kind of the accounts, or the name of the contra. */
  readonly name: string;
  readonly accounts: bigint | null;
  readonly entries: bigint;
  readonly sum: string;
}

/**
 * Both sides of a system's ledger by unit: its accounts by kind, and its contras, whose sum is minus that of the entries naming
 * them. A transfer between accounts has no contra and sums to nothing. So the lines of a unit sum to zero, or the ledger is broken.
 */
export async function readTrialBalance(database: Database, system: string): Promise<readonly TrialBalanceLine[]> {
  const { expressions: e } = database.dialect;
  const accounts = sql.table('carryover_accounts');
  const entries = sql.table('carryover_entries');
  return database.read(async (trx) => {
    const own = await sql<Omit<TrialBalanceLine, 'side'>>`
      select a.unit as unit, a.kind as name, count(*) as accounts, ${e.int64(sql`sum(a.seq)`)} as entries, ${e.sumText(sql`a.balance`)} as sum
      from ${accounts} as a where a.system_name = ${system} group by a.unit, a.kind order by a.unit, a.kind`.execute(
      trx,
    );
    const contras = await sql<Omit<TrialBalanceLine, 'side' | 'accounts'>>`
      select a.unit as unit, n.contra as name, count(*) as entries, ${e.sumText(sql`-n.amount`)} as sum
      from ${accounts} as a join ${entries} as n on n.account_id = a.id
      where a.system_name = ${system} and n.contra is not null group by a.unit, n.contra order by a.unit, n.contra`.execute(
      trx,
    );
    return [
      ...own.rows.map((row): TrialBalanceLine => ({ ...row, side: 'accounts' })),
      ...contras.rows.map((row): TrialBalanceLine => ({ ...row, side: 'contra', accounts: null })),
    ].toSorted((a, b) => (a.unit < b.unit ? -1 : a.unit > b.unit ? 1 : 0));
  });
}
