import { sql } from 'kysely';
import type { Breach, BreachParts } from './breach.ts';
import { breachesOf, shown, table, within, type VerifyContext } from './verify-context.ts';

interface LegRow {
  readonly account_id: bigint;
  readonly seq: bigint;
  readonly amount: bigint;
  readonly transfer_id: string | null;
  readonly unit: string | null;
  readonly other_account_id: bigint;
  readonly other_seq: bigint | null;
  readonly other_amount: bigint | null;
  readonly other_transfer_id: string | null;
  readonly other_unit: string | null;
  readonly back_to: bigint | null;
}

/**
 * `transfer-legs`: the other leg is the counter account's entry under the same key. It names this account, has the opposite
 * amount, the same unit, and the same transfer id, which is the debited account and its entry's number.
 */
export function checkTransfers(context: VerifyContext): Promise<Breach[]> {
  const { expressions: e } = context;
  const debit = sql`case when n.amount < 0 then n.account_id else o.account_id end`;
  const debitSeq = sql`case when n.amount < 0 then n.seq else o.seq end`;
  const select = sql<LegRow>`
    select n.account_id, n.seq, n.amount, n.transfer_id, a.unit, n.counter_account_id as other_account_id, o.seq as other_seq,
      o.amount as other_amount, o.transfer_id as other_transfer_id, b.unit as other_unit, o.counter_account_id as back_to
    from ${table('entries')} as n
    left join ${table('accounts')} as a on a.id = n.account_id
    left join ${table('entries')} as o on o.account_id = n.counter_account_id and o.idempotency_key = n.idempotency_key
    left join ${table('accounts')} as b on b.id = o.account_id
    where ${within(context, 'n.account_id')} and n.counter_account_id is not null and (
      o.seq is null or o.counter_account_id is null or o.counter_account_id <> n.account_id
      or ${e.wide(sql`o.amount`)} + ${e.wide(sql`n.amount`)} <> 0
      or a.unit is null or b.unit is null or a.unit <> b.unit
      or not ${e.isNotDistinct(sql`n.transfer_id`, sql`o.transfer_id`)}
      or not ${e.isNotDistinct(sql`n.transfer_id`, e.concat(e.text(debit), sql`':'`, e.text(debitSeq)))})`;
  return breachesOf(context, select, (row) => ({
    rule: 'transfer-legs',
    table: 'entries',
    accountId: row.account_id,
    seq: row.seq,
    found: `${row.amount} ${shown(row.unit)}, transfer ${shown(row.transfer_id)}, to account ${row.other_account_id}`,
    expected:
      row.other_seq === null
        ? `an entry of account ${row.other_account_id} under the same key`
        : `the opposite of entry ${row.other_seq} there: ${shown(row.other_amount)} ${shown(row.other_unit)}, transfer ${shown(row.other_transfer_id)}, to account ${shown(row.back_to)}`,
  }));
}

interface ReversalRow {
  readonly account_id: bigint;
  readonly seq: bigint;
  readonly amount: bigint;
  readonly kind: string;
  readonly reverses_seq: bigint;
  readonly amount_reversed: bigint | null;
  readonly times: bigint;
}

/**
 * `reversal`: what is undone is an earlier entry of the account, of the opposite amount and with the same other side, is no
 * reversal itself, and is undone once. A command's reversal has the kind that says so.
 */
export function checkReversals(context: VerifyContext): Promise<Breach[]> {
  const { expressions: e } = context;
  const select = sql<ReversalRow>`
    select r.account_id, r.seq, r.amount, r.kind, r.reverses_seq, n.amount as amount_reversed, t.times
    from ${table('entries')} as r
    join (
      select m.account_id, m.reverses_seq, count(*) as times from ${table('entries')} as m
      where m.reverses_seq is not null and ${within(context, 'm.account_id')} group by m.account_id, m.reverses_seq
    ) as t on t.account_id = r.account_id and t.reverses_seq = r.reverses_seq
    left join ${table('entries')} as n on n.account_id = r.account_id and n.seq = r.reverses_seq
    where ${within(context, 'r.account_id')} and r.reverses_seq is not null and (
      n.seq is null or n.seq >= r.seq or t.times > 1
      or ${e.wide(sql`n.amount`)} + ${e.wide(sql`r.amount`)} <> 0
      or not ${e.isNotDistinct(sql`n.contra`, sql`r.contra`)}
      or not ${e.isNotDistinct(sql`n.counter_account_id`, sql`r.counter_account_id`)}
      or (r.source is null and (n.reverses_seq is not null or r.kind <> 'reversal')))`;
  return breachesOf(context, select, describeReversal);
}

function describeReversal(row: ReversalRow): BreachParts {
  const { account_id, seq, amount, kind, reverses_seq, amount_reversed, times } = row;
  const again = times > 1n ? `, one of ${times} that do` : '';
  return {
    rule: 'reversal',
    table: 'entries',
    accountId: account_id,
    seq,
    found: `${amount} of kind "${kind}" undoes entry ${reverses_seq}${again}`,
    expected:
      amount_reversed === null
        ? `an entry ${reverses_seq}`
        : `the opposite of ${amount_reversed}, with the same other side, once`,
  };
}
