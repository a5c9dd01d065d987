import { sql } from 'kysely';
import type { Handle } from '../../sql/engine.ts';
import type { AccountCount, EntrySum, UnitSum } from './analysis.ts';
import type { WholeLegacy } from './whole-legacy.ts';

/** Accounts there would be, by kind, unit and status. */
export async function countAccounts(handle: Handle, whole: WholeLegacy): Promise<readonly AccountCount[]> {
  const { rows } = await sql<{ kind: string; unit: string; status: string; lotted: bigint; accounts: bigint }>`
    select a.kind as kind, a.unit as unit, a.status as status, a.lotted as lotted, count(*) as accounts
    from (${whole.accounts}) as a group by a.kind, a.unit, a.status, a.lotted
    order by a.kind, a.unit, a.status`.execute(handle);
  return rows;
}

/** Entries there would be, by unit, kind and contra. Facts without an amount become no entry. */
export async function sumEntries(handle: Handle, whole: WholeLegacy): Promise<readonly EntrySum[]> {
  const { rows } = await sql<EntrySum>`
    select a.unit as unit, h.entry_kind as kind, h.contra as contra, count(*) as entries,
      ${whole.source.expressions.sumText(sql`h.amount`)} as amount
    from (${whole.history}) as h
    join (${whole.accounts}) as a on a.kind = h.account_kind and a.owner = h.owner
    where h.amount <> 0
    group by a.unit, h.entry_kind, h.contra order by a.unit, h.entry_kind, h.contra`.execute(handle);
  return rows;
}

/**
 * The sum of each unit by both paths. An account finds its unit by grouping, not by a join: neither query has an index on kind and
 * owner, and SQLite would scan all accounts for each.
 */
export async function sumUnits(
  handle: Handle,
  whole: WholeLegacy,
  entries: readonly EntrySum[],
): Promise<readonly UnitSum[]> {
  const { int64, sumInt64, sumText } = whole.source.expressions;
  const { rows } = await sql<{ unit: string; expected: string }>`
    select s.unit as unit, ${sumText(sql`s.balance`)} as expected
    from (select max(u.unit) as unit, ${sumInt64(sql`u.balance`)} as balance
      from (
        select a.kind as kind, a.owner as owner, a.unit as unit, ${int64(sql`0`)} as balance
        from (${whole.accounts}) as a
        union all
        select x.account_kind, x.owner, null, x.balance from (${whole.expected}) as x) as u
      group by u.kind, u.owner) as s
    where s.unit is not null group by s.unit order by s.unit`.execute(handle);
  return rows.map(({ unit, expected }) => {
    const ofUnit = entries.filter((entry) => entry.unit === unit);
    const history = ofUnit.reduce((sum, { amount }) => sum + BigInt(amount), 0n);
    return {
      unit,
      entries: ofUnit.reduce((sum, { entries: count }) => sum + count, 0n),
      history: history.toString(),
      expected,
    };
  });
}
