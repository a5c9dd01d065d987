import { sql } from 'kysely';
import type { Instant } from '../../base/instant.ts';
import type { Breach } from './breach.ts';
import { breachesOf, shown, table, within, type VerifyContext } from './verify-context.ts';

interface ChainRow {
  readonly account_id: bigint;
  readonly seq: bigint;
  readonly amount: bigint;
  readonly balance_after: bigint;
  readonly seq_before: bigint | null;
  readonly balance_before: bigint | null;
}

/** `entry-seq`: numbered from 1 without gaps; `entry-balance-after`: the balance before, plus the amount, which is not zero. */
export function checkChain(context: VerifyContext): Promise<Breach[]> {
  const { expressions: e } = context;
  const order = sql`(partition by n.account_id order by n.seq)`;
  const select = sql<ChainRow>`
    select * from (
      select n.account_id, n.seq, n.amount, n.balance_after,
        lag(n.seq) over ${order} as seq_before, lag(n.balance_after) over ${order} as balance_before
      from ${table('entries')} as n where ${within(context, 'n.account_id')}
    ) as c
    where c.seq <> coalesce(c.seq_before, 0) + 1 or c.amount = 0
      or ${e.wide(sql`c.balance_after`)} <> coalesce(${e.wide(sql`c.balance_before`)}, 0) + ${e.wide(sql`c.amount`)}`;
  return breachesOf(context, select, (row) => {
    const place = { table: 'entries', accountId: row.account_id, seq: row.seq };
    const seqExpected = (row.seq_before ?? 0n) + 1n;
    const balanceExpected = (row.balance_before ?? 0n) + row.amount;
    const seqBreach = { ...place, rule: 'entry-seq', found: `${row.seq}`, expected: `${seqExpected}` } as const;
    const balanceBreach = {
      ...place,
      rule: 'entry-balance-after',
      found: row.amount === 0n ? 'an amount of 0' : `${row.balance_after}`,
      expected: row.amount === 0n ? 'another amount' : `${balanceExpected}`,
    } as const;
    const isBalanceWrong = row.amount === 0n || row.balance_after !== balanceExpected;
    return [...(row.seq === seqExpected ? [] : [seqBreach]), ...(isBalanceWrong ? [balanceBreach] : [])];
  });
}

/** `entry-account`, `hold-account`, `lot-account`, `draw-account`, `audit-account`: the account of a row exists. */
export async function checkAccountsExist(context: VerifyContext): Promise<Breach[]> {
  const rules = {
    entries: 'entry-account',
    holds: 'hold-account',
    lots: 'lot-account',
    lot_draws: 'draw-account',
    audit: 'audit-account',
  } as const;
  const breaches: Breach[] = [];
  for (const [name, rule] of Object.entries(rules)) {
    const select = sql<{ account_id: bigint; found: bigint }>`
      select t.account_id, t.found from (
        select r.account_id, count(*) as found from ${table(name)} as r
        where r.account_id is not null and ${within(context, 'r.account_id')} group by r.account_id
      ) as t left join ${table('accounts')} as a on a.id = t.account_id where a.id is null`;
    const found = await breachesOf(context, select, (row) => ({
      rule,
      table: name,
      accountId: row.account_id,
      found: `${row.found} rows without an account`,
      expected: 'an account of that id',
    }));
    breaches.push(...found);
  }
  return breaches;
}

interface MakerRow {
  readonly account_id: bigint;
  readonly seq: bigint;
  readonly idempotency_key: string;
  readonly kind: string;
  readonly actor: string;
}

/**
 * `entry-maker`: an entry was made by a command (which leaves its hash), carried by a cutover (which leaves its source) or is an
 * expiry. Both marks are never there; neither is there only on an expiry, whose key, kind, contra, actor and draw are known.
 */
export async function checkMakers(context: VerifyContext): Promise<Breach[]> {
  const both = sql<MakerRow>`
    select n.account_id, n.seq, n.idempotency_key, n.kind, n.actor from ${table('entries')} as n
    where ${within(context, 'n.account_id')} and n.content_hash is not null and n.source is not null`;
  const { expressions: e } = context;
  const key = e.concat(sql`'expiry:'`, e.text(sql`d.lot_seq`));
  const neither = sql<MakerRow>`
    select n.account_id, n.seq, n.idempotency_key, n.kind, n.actor
    from ${table('entries')} as n
    left join ${table('lot_draws')} as d on d.account_id = n.account_id and d.entry_seq = n.seq
    where ${within(context, 'n.account_id')} and n.content_hash is null and n.source is null and not (
      d.lot_seq is not null and n.amount < 0 and n.amount = -d.amount and n.kind = 'expiry' and coalesce(n.contra, '') = 'expired'
      and n.actor = 'system:ledger' and n.reason is null and n.details is null and n.reverses_seq is null
      and n.idempotency_key in (${key}, ${e.concat(key, sql`':'`, e.text(sql`n.seq`))}))`;
  const place = (row: MakerRow) => ({ table: 'entries', accountId: row.account_id, seq: row.seq }) as const;
  return [
    ...(await breachesOf(context, both, (row) => ({
      ...place(row),
      rule: 'entry-maker' as const,
      found: 'the marks of a command and of a cutover',
      expected: 'one of them',
    }))),
    ...(await breachesOf(context, neither, (row) => ({
      ...place(row),
      rule: 'entry-maker' as const,
      found: `no command, no source, kind "${row.kind}", key "${row.idempotency_key}", actor "${row.actor}"`,
      expected: 'the expiry of the one lot it drew',
    }))),
  ];
}

/** `entry-side`: either a contra, or another account with a transfer's id. */
export function checkSides(context: VerifyContext): Promise<Breach[]> {
  const select = sql<{
    account_id: bigint;
    seq: bigint;
    contra: string | null;
    counter_account_id: bigint | null;
    transfer_id: string | null;
  }>`
    select n.account_id, n.seq, n.contra, n.counter_account_id, n.transfer_id from ${table('entries')} as n
    where ${within(context, 'n.account_id')} and (
      (n.contra is null and n.counter_account_id is null) or (n.contra is not null and n.counter_account_id is not null)
      or (n.counter_account_id is null and n.transfer_id is not null)
      or (n.counter_account_id is not null and n.transfer_id is null))`;
  return breachesOf(context, select, (row) => ({
    rule: 'entry-side',
    table: 'entries',
    accountId: row.account_id,
    seq: row.seq,
    found: `contra ${shown(row.contra)}, account ${shown(row.counter_account_id)}, transfer ${shown(row.transfer_id)}`,
    expected: 'a contra, or an account and a transfer',
  }));
}

/** `entry-times`: nothing that a command or an expiry says happened after it was recorded. */
export function checkTimes(context: VerifyContext): Promise<Breach[]> {
  const select = sql<{ account_id: bigint; seq: bigint; occurred_at: Instant; recorded_at: Instant }>`
    select n.account_id, n.seq, n.occurred_at, n.recorded_at from ${table('entries')} as n
    where ${within(context, 'n.account_id')} and n.source is null and n.occurred_at > n.recorded_at`;
  return breachesOf(context, select, (row) => ({
    rule: 'entry-times',
    table: 'entries',
    accountId: row.account_id,
    seq: row.seq,
    found: `occurred at ${row.occurred_at.toString()}`,
    expected: `at most ${row.recorded_at.toString()}, when it was recorded`,
  }));
}
