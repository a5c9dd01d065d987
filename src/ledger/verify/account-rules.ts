import { sql } from 'kysely';
import type { Breach } from './breach.ts';
import { breachesOf, shown, table, within, type VerifyContext } from './verify-context.ts';

interface TotalsRow {
  readonly id: bigint;
  readonly balance: bigint;
  readonly seq: bigint;
  readonly entries: bigint | null;
  readonly last_seq: bigint | null;
  readonly total: string | null;
}

/** `account-balance` is the sum of its entries, `account-seq` their number and the number of the newest. */
export function checkTotals(context: VerifyContext): Promise<Breach[]> {
  const { expressions: e } = context;
  const select = sql<TotalsRow>`
    select a.id, a.balance, a.seq, t.entries, t.last_seq, t.total
    from ${table('accounts')} as a
    left join (
      select n.account_id, count(*) as entries, max(n.seq) as last_seq, ${e.sumText(sql`n.amount`)} as total
      from ${table('entries')} as n where ${within(context, 'n.account_id')} group by n.account_id
    ) as t on t.account_id = a.id
    where ${within(context, 'a.id')} and (
      ${e.text(sql`a.balance`)} <> coalesce(t.total, ${e.text(sql`0`)})
      or a.seq <> coalesce(t.entries, 0) or a.seq <> coalesce(t.last_seq, 0))`;
  return breachesOf(context, select, ({ id, balance, seq, entries, last_seq, total }) => {
    const place = { table: 'accounts', accountId: id };
    const sum = total ?? '0';
    const balanceBreach = { ...place, rule: 'account-balance', found: balance.toString(), expected: sum } as const;
    const numbers = `${shown(entries ?? 0n)} entries, the newest ${shown(last_seq ?? 0n)}`;
    const seqBreach = { ...place, rule: 'account-seq', found: seq.toString(), expected: numbers } as const;
    const seqHolds = seq === (entries ?? 0n) && seq === (last_seq ?? 0n);
    return [...(balance.toString() === sum ? [] : [balanceBreach]), ...(seqHolds ? [] : [seqBreach])];
  });
}

/** `account-held` is the sum of its open holds. */
export function checkHeld(context: VerifyContext): Promise<Breach[]> {
  const { expressions: e } = context;
  const select = sql<{ id: bigint; held: bigint; total: string | null }>`
    select a.id, a.held, t.total
    from ${table('accounts')} as a
    left join (
      select h.account_id, ${e.sumText(sql`h.amount`)} as total
      from ${table('holds')} as h where h.status = 'open' and ${within(context, 'h.account_id')} group by h.account_id
    ) as t on t.account_id = a.id
    where ${within(context, 'a.id')} and ${e.text(sql`a.held`)} <> coalesce(t.total, ${e.text(sql`0`)})`;
  return breachesOf(context, select, ({ id, held, total }) => ({
    rule: 'account-held',
    table: 'accounts',
    accountId: id,
    found: held.toString(),
    expected: total ?? '0',
  }));
}

/**
 * `account-floor`: what is available is not below the floor, unless a cutover carried an entry (facts may pass a floor), an audited
 * change set this floor (one above what is available is allowed), or a lot expired under a floor above zero.
 */
export function checkFloor(context: VerifyContext): Promise<Breach[]> {
  const { expressions: e } = context;
  const available = sql`${e.wide(sql`a.balance`)} - ${e.wide(sql`a.held`)}`;
  const select = sql<{ id: bigint; balance: bigint; held: bigint; floor: bigint }>`
    select a.id, a.balance, a.held, a.floor
    from ${table('accounts')} as a
    where ${within(context, 'a.id')} and a.floor is not null and ${available} < ${e.wide(sql`a.floor`)}
      and not exists (
        select 1 from ${table('entries')} as n where n.account_id = a.id and n.source is not null)
      and not exists (
        select 1 from ${table('audit')} as r where r.account_id = a.id and r.action = 'set-floor'
          and ${e.jsonText(sql`r.after_state`, 'floor')} = ${e.text(sql`a.floor`)})
      and not (a.floor > 0 and exists (
        select 1 from ${table('entries')} as n where n.account_id = a.id and n.source is null and n.content_hash is null))`;
  return breachesOf(context, select, ({ id, balance, held, floor }) => ({
    rule: 'account-floor',
    table: 'accounts',
    accountId: id,
    found: `${balance - held} available`,
    expected: `at least ${floor}`,
  }));
}

/** `account-closed`: a closed account has neither balance nor holds. */
export function checkClosed(context: VerifyContext): Promise<Breach[]> {
  const select = sql<{ id: bigint; balance: bigint; held: bigint }>`
    select a.id, a.balance, a.held from ${table('accounts')} as a
    where ${within(context, 'a.id')} and a.status = 'closed' and (a.balance <> 0 or a.held <> 0)`;
  return breachesOf(context, select, ({ id, balance, held }) => ({
    rule: 'account-closed',
    table: 'accounts',
    accountId: id,
    found: `balance ${balance}, held ${held}`,
    expected: '0 and 0 of a closed account',
  }));
}

/** `account-lots`: the lots of a lotted account sum to max(balance, 0). */
export function checkLotTotals(context: VerifyContext): Promise<Breach[]> {
  const { expressions: e } = context;
  const select = sql<{ id: bigint; balance: bigint; total: string | null }>`
    select a.id, a.balance, t.total
    from ${table('accounts')} as a
    left join (
      select l.account_id, ${e.sumText(sql`l.remaining`)} as total
      from ${table('lots')} as l where ${within(context, 'l.account_id')} group by l.account_id
    ) as t on t.account_id = a.id
    where ${within(context, 'a.id')} and a.lotted = 1
      and ${e.text(e.greatest(sql`a.balance`, sql`0`))} <> coalesce(t.total, ${e.text(sql`0`)})`;
  return breachesOf(context, select, ({ id, balance, total }) => ({
    rule: 'account-lots',
    table: 'accounts',
    accountId: id,
    found: `lots of ${total ?? '0'}`,
    expected: `the balance ${balance}, or 0 below zero`,
  }));
}
