import { sql, type RawBuilder } from 'kysely';
import { checkRows, isExpiryKey, wide, type RowRule } from './check-rows.ts';
import { rowsOfRange, type RangeSession } from './range-session.ts';

const isExpiry = isExpiryKey(sql`q.idempotency_key`);

/** Holds each entry to the one before it and to itself: one pass in the order of the primary key. */
export async function checkEntries(session: RangeSession): Promise<void> {
  const { from, where } = rowsOfRange(session, 'carryover_entries', 'p');
  await checkRows(session, {
    table: 'carryover_entries',
    rows: sql`select p.account_id, p.seq, p.amount, p.balance_after, p.kind, p.contra, p.counter_account_id, p.transfer_id,
        p.idempotency_key, p.content_hash, p.source, p.reverses_seq, p.actor, p.occurred_at, p.recorded_at, a.id as known_id,
        lag(p.seq) over w as seq_before, lag(p.balance_after) over w as balance_before
      from ${from} where ${where} window w as (partition by p.account_id order by p.seq)`,
    rules: [...chainRules(session), ...originRules(session)],
  });
}

/** Number, balance and counterpart. */
function chainRules({ database }: RangeSession): RowRule[] {
  const { expressions: e } = database.dialect;
  const seq: RawBuilder<unknown> = sql`coalesce(q.seq_before, 0) + 1`;
  const balance = sql`coalesce(${wide(sql`q.balance_before`)}, 0) + ${wide(sql`q.amount`)}`;
  return [
    {
      rule: 'entry-has-account',
      broken: sql`q.known_id is null`,
      found: sql`'no account'`,
      expected: e.concat(sql`'account '`, sql`q.account_id`),
    },
    {
      rule: 'entry-seq-without-gap',
      broken: sql`q.seq <> ${seq}`,
      found: sql`q.seq`,
      expected: seq,
    },
    {
      rule: 'balance-after-follows',
      broken: sql`${wide(sql`q.balance_after`)} <> ${balance}`,
      found: sql`q.balance_after`,
      expected: balance,
    },
    { rule: 'entry-amount-not-zero', broken: sql`q.amount = 0`, found: sql`q.amount`, expected: sql`'not 0'` },
    {
      rule: 'contra-or-counter-account',
      broken: sql`(q.contra is null and q.counter_account_id is null) or (q.contra is not null and q.counter_account_id is not null)`,
      found: sql`case when q.contra is null then 'neither' else 'both' end`,
      expected: sql`'one of them'`,
    },
    {
      rule: 'transfer-id-with-counter-account',
      broken: sql`(q.transfer_id is null and q.counter_account_id is not null) or (q.transfer_id is not null and q.counter_account_id is null)`,
      found: sql`q.transfer_id`,
      expected: sql`case when q.counter_account_id is null then 'none' else 'a transfer id' end`,
    },
  ];
}

/** Who wrote it: a command (key and hash), a cutover (source), or the ledger itself (an expiry). */
function originRules({ database }: RangeSession): RowRule[] {
  const { expressions: e } = database.dialect;
  return [
    {
      rule: 'entry-has-key',
      broken: sql`q.idempotency_key is null or q.idempotency_key = ''`,
      found: sql`q.idempotency_key`,
      expected: sql`'a key'`,
    },
    {
      rule: 'content-hash-where-commanded',
      broken: sql`(q.content_hash is null and q.source is null and not ${isExpiry}) or (q.content_hash is not null and (q.source is not null or ${isExpiry}))`,
      found: sql`case when q.content_hash is null then 'none' else 'a hash' end`,
      expected: sql`case when q.source is null and not ${isExpiry} then 'a hash' else 'none' end`,
    },
    {
      rule: 'carried-key-names-source',
      broken: sql`q.source is not null and q.idempotency_key <> q.source and substr(q.idempotency_key, 1, length(q.source) + 1) <> ${e.concat(sql`q.source`, sql`'~'`)}`,
      found: sql`q.idempotency_key`,
      expected: sql`q.source`,
    },
    {
      rule: 'expiry-is-of-the-ledger',
      broken: sql`${isExpiry} and (q.kind <> 'expiry' or q.contra is null or q.contra <> 'expired' or q.amount >= 0 or q.actor <> 'system:ledger'
        or q.source is not null or q.reverses_seq is not null)`,
      found: e.concat(sql`q.kind`, sql`' of '`, sql`q.amount`, sql`' against '`, sql`coalesce(q.contra, 'no contra')`),
      expected: sql`'an expiry of a negative amount against expired'`,
    },
    {
      rule: 'occurred-by-recorded',
      broken: sql`q.source is null and q.occurred_at > q.recorded_at`,
      found: sql`q.occurred_at`,
      expected: sql`q.recorded_at`,
    },
    {
      rule: 'reversal-occurs-when-recorded',
      broken: sql`q.reverses_seq is not null and q.source is null and q.occurred_at <> q.recorded_at`,
      found: sql`q.occurred_at`,
      expected: sql`q.recorded_at`,
    },
    {
      rule: 'reversal-is-called-so',
      broken: sql`q.reverses_seq is not null and q.kind <> 'reversal'`,
      found: sql`q.kind`,
      expected: sql`'reversal'`,
    },
  ];
}
