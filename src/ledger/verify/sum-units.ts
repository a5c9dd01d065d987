import { sql } from 'kysely';
import type { ContraSum, UnitSums } from './ledger-verification.ts';
import { accountsOfRange, inRange, type RangeSession } from './range-session.ts';

/** What one range adds to the sums of units. */
export interface RangeSums {
  readonly accounts: bigint;
  readonly entries: bigint;
  readonly units: readonly UnitSums[];
}

/** Sums the accounts of the range by unit, and their entries by unit and contra. */
export async function sumUnits(session: RangeSession): Promise<RangeSums> {
  const { trx, database } = session;
  const { expressions: e } = database.dialect;
  const accounts = await sql<{ unit: string; accounts: bigint; balance: string; held: string }>`
    select a.unit as unit, count(*) as accounts, ${e.sumText(sql`a.balance`)} as balance, ${e.sumText(sql`a.held`)} as held
    from ${accountsOfRange(session)} group by a.unit order by a.unit`.execute(trx);
  const entries = await sql<{ unit: string; contra: string | null; entries: bigint; amount: string }>`
    select a.unit as unit, p.contra as contra, count(*) as entries, ${e.sumText(sql`p.amount`)} as amount
    from ${sql.table('carryover_entries')} as p join ${sql.table('carryover_accounts')} as a on a.id = p.account_id
    where ${inRange(session, 'p.account_id')} and a.id in (select a.id from ${accountsOfRange(session)})
    group by a.unit, p.contra`.execute(trx);
  return {
    accounts: accounts.rows.reduce((sum, row) => sum + row.accounts, 0n),
    entries: entries.rows.reduce((sum, row) => sum + row.entries, 0n),
    units: accounts.rows.map((row) => ({
      unit: row.unit,
      accounts: row.accounts,
      balance: BigInt(row.balance),
      held: BigInt(row.held),
      contras: entries.rows
        .filter(({ unit }) => unit === row.unit)
        .map(({ contra, amount }) => ({ contra, amount: BigInt(amount) })),
    })),
  };
}

/** The sums of two sets of accounts, in the order of names, transfers first. */
export function addUnits(one: readonly UnitSums[], other: readonly UnitSums[]): UnitSums[] {
  const byUnit = Map.groupBy([...one, ...other], ({ unit }) => unit);
  return [...byUnit]
    .map(([unit, sums]) => ({
      unit,
      accounts: total(sums.map(({ accounts }) => accounts)),
      balance: total(sums.map(({ balance }) => balance)),
      held: total(sums.map(({ held }) => held)),
      contras: addContras(sums.flatMap(({ contras }) => contras)),
    }))
    .toSorted((a, b) => (a.unit < b.unit ? -1 : 1));
}

function addContras(sums: readonly ContraSum[]): ContraSum[] {
  const byContra = Map.groupBy(sums, ({ contra }) => contra);
  return [...byContra]
    .map(([contra, parts]) => ({ contra, amount: total(parts.map(({ amount }) => amount)) }))
    .toSorted((a, b) => ((a.contra ?? '') < (b.contra ?? '') ? -1 : 1));
}

function total(values: readonly bigint[]): bigint {
  return values.reduce((sum, value) => sum + value, 0n);
}
