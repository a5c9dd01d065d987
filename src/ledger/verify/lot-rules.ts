import { sql } from 'kysely';
import type { Breach } from './breach.ts';
import { breachesOf, shown, table, within, type VerifyContext } from './verify-context.ts';

interface LotRow {
  readonly account_id: bigint;
  readonly seq: bigint;
  readonly amount: bigint;
  readonly remaining: bigint;
  readonly drawn: string | null;
}

/** `lot-remaining` is the lot's amount less what was drawn from it, neither below zero nor above the amount. */
export function checkLotRemains(context: VerifyContext): Promise<Breach[]> {
  const { expressions: e } = context;
  const select = sql<LotRow>`
    select l.account_id, l.seq, l.amount, l.remaining, t.drawn
    from ${table('lots')} as l
    left join (
      select d.account_id, d.lot_seq, ${e.sumText(sql`d.amount`)} as drawn
      from ${table('lot_draws')} as d where ${within(context, 'd.account_id')} group by d.account_id, d.lot_seq
    ) as t on t.account_id = l.account_id and t.lot_seq = l.seq
    where ${within(context, 'l.account_id')} and (
      l.remaining < 0 or l.remaining > l.amount
      or ${e.text(sql`${e.wide(sql`l.amount`)} - ${e.wide(sql`l.remaining`)}`)} <> coalesce(t.drawn, ${e.text(sql`0`)}))`;
  return breachesOf(context, select, (row) => ({
    rule: 'lot-remaining',
    table: 'lots',
    accountId: row.account_id,
    seq: row.seq,
    found: `${row.remaining} of ${row.amount}`,
    expected: `${row.amount} less ${row.drawn ?? '0'} drawn`,
  }));
}

/**
 * `lot-account`: only lotted accounts have lots. `lot-entry`: the entry of its number is a credit of at least its amount; exactly
 * its amount, unless it is a reversal, part of which went back to older lots.
 */
export async function checkLotOrigins(context: VerifyContext): Promise<Breach[]> {
  const unlotted = sql<{ account_id: bigint; seq: bigint }>`
    select l.account_id, l.seq from ${table('lots')} as l join ${table('accounts')} as a on a.id = l.account_id
    where ${within(context, 'l.account_id')} and a.lotted <> 1`;
  const select = sql<{ account_id: bigint; seq: bigint; amount: bigint; credit: bigint | null }>`
    select l.account_id, l.seq, l.amount, n.amount as credit
    from ${table('lots')} as l
    left join ${table('entries')} as n on n.account_id = l.account_id and n.seq = l.seq
    where ${within(context, 'l.account_id')} and (
      n.seq is null or l.amount > n.amount or (l.amount <> n.amount and n.reverses_seq is null))`;
  return [
    ...(await breachesOf(context, unlotted, (row) => ({
      rule: 'lot-account' as const,
      table: 'lots',
      accountId: row.account_id,
      seq: row.seq,
      found: 'a lot',
      expected: 'none on an account that keeps no lots',
    }))),
    ...(await breachesOf(context, select, (row) => ({
      rule: 'lot-entry' as const,
      table: 'lots',
      accountId: row.account_id,
      seq: row.seq,
      found: `a lot of ${row.amount}`,
      expected: row.credit === null ? `an entry ${row.seq} that made it` : `entry ${row.seq}, of ${row.credit}`,
    }))),
  ];
}

/** `draw-lot` and `draw-entry`: the lot and the entry of a draw exist, and the lot is not younger than the entry. */
export async function checkDrawEnds(context: VerifyContext): Promise<Breach[]> {
  const select = sql<{
    account_id: bigint;
    entry_seq: bigint;
    lot_seq: bigint;
    lot_found: bigint | null;
    entry_found: bigint | null;
  }>`
    select d.account_id, d.entry_seq, d.lot_seq, l.seq as lot_found, n.seq as entry_found
    from ${table('lot_draws')} as d
    left join ${table('lots')} as l on l.account_id = d.account_id and l.seq = d.lot_seq
    left join ${table('entries')} as n on n.account_id = d.account_id and n.seq = d.entry_seq
    where ${within(context, 'd.account_id')} and (l.seq is null or n.seq is null or d.lot_seq > d.entry_seq)`;
  return breachesOf(context, select, (row) => ({
    rule: row.lot_found === null ? 'draw-lot' : 'draw-entry',
    table: 'lot_draws',
    accountId: row.account_id,
    seq: row.entry_seq,
    found: `a draw of entry ${row.entry_seq} on lot ${row.lot_seq}`,
    expected: row.lot_found === null ? 'a lot of that number' : 'an entry of that number, not older than the lot',
  }));
}

interface DrawnRow {
  readonly account_id: bigint;
  readonly seq: bigint;
  readonly amount: bigint;
  readonly balance_after: bigint;
  readonly granted: bigint | null;
  readonly drawn: string | null;
}

/**
 * `draw-entry`: what an entry takes from lots, less the lot it brings, is by how much it lowers max(balance, 0). Entries that a
 * cutover carried are left out: they may stand for lots that were told by other means.
 */
export function checkDraws(context: VerifyContext): Promise<Breach[]> {
  const { expressions: e } = context;
  const after = e.wide(sql`n.balance_after`);
  const before = sql`${after} - ${e.wide(sql`n.amount`)}`;
  const zero = e.wide(sql`0`);
  const gain = sql`${e.greatest(after, zero)} - ${e.greatest(before, zero)}`;
  const select = sql<DrawnRow>`
    select n.account_id, n.seq, n.amount, n.balance_after, l.amount as granted, t.drawn
    from ${table('entries')} as n
    join ${table('accounts')} as a on a.id = n.account_id and a.lotted = 1
    left join ${table('lots')} as l on l.account_id = n.account_id and l.seq = n.seq
    left join (
      select d.account_id, d.entry_seq, ${e.sumText(sql`d.amount`)} as drawn
      from ${table('lot_draws')} as d where ${within(context, 'd.account_id')} group by d.account_id, d.entry_seq
    ) as t on t.account_id = n.account_id and t.entry_seq = n.seq
    where ${within(context, 'n.account_id')} and n.source is null
      and ${e.text(sql`coalesce(${e.wide(sql`l.amount`)}, 0) - (${gain})`)} <> coalesce(t.drawn, ${e.text(sql`0`)})`;
  return breachesOf(context, select, (row) => ({
    rule: 'draw-entry',
    table: 'lot_draws',
    accountId: row.account_id,
    seq: row.seq,
    found: `${row.drawn ?? '0'} drawn`,
    expected: `what ${row.amount} to a balance of ${row.balance_after} takes, with a lot of ${shown(row.granted ?? 0n)}`,
  }));
}
