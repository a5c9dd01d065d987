import { sql } from 'kysely';
import { checkRows } from './check-rows.ts';
import { rowsOfRange, type RangeSession } from './range-session.ts';

/** Holds both legs of a transfer to each other, wherever the other account is. */
export async function checkTransfers(session: RangeSession): Promise<void> {
  const { expressions: e } = session.database.dialect;
  const { from, where } = rowsOfRange(session, 'carryover_entries', 'p');
  const idOf = (account: string, seq: string) => e.concat(e.text(sql.ref(account)), sql`':'`, e.text(sql.ref(seq)));
  const transferId = sql`case when q.amount < 0 then ${idOf('q.account_id', 'q.seq')} else ${idOf('q.other_account_id', 'q.other_seq')} end`;
  await checkRows(session, {
    table: 'carryover_entries',
    rows: sql`select p.account_id, p.seq, p.amount, p.kind, p.counter_account_id, p.transfer_id, p.content_hash, p.recorded_at, p.actor, p.reason,
        p.occurred_at, a.unit, p.reverses_seq, b.unit as other_unit, o.account_id as other_account_id, o.seq as other_seq, o.amount as other_amount, o.kind as other_kind,
        o.counter_account_id as other_counter, o.content_hash as other_hash, o.recorded_at as other_recorded, o.actor as other_actor,
        o.reason as other_reason, o.occurred_at as other_occurred, o.reverses_seq as other_reverses
      from ${from}
      left join ${sql.table('carryover_accounts')} as b on b.id = p.counter_account_id
      left join ${sql.table('carryover_entries')} as o on o.account_id = p.counter_account_id and o.idempotency_key = p.idempotency_key
      where ${where} and p.counter_account_id is not null`,
    rules: [
      {
        rule: 'transfer-has-both-legs',
        broken: sql`q.other_seq is null`,
        found: e.concat(sql`'none on account '`, sql`q.counter_account_id`),
        expected: sql`'a leg under the same key'`,
      },
      {
        rule: 'transfer-legs-opposite',
        // Not by negation or sum, which leave 64 bits at their ends.
        broken: sql`q.other_seq is not null and cast(q.amount as decimal(38, 0)) + cast(q.other_amount as decimal(38, 0)) <> 0`,
        found: e.concat(e.text(sql`q.amount`), sql`' and '`, e.text(sql`q.other_amount`)),
        expected: sql`'opposite amounts'`,
      },
      {
        rule: 'transfer-legs-name-each-other',
        broken: sql`q.other_seq is not null and (q.other_counter is null or q.other_counter <> q.account_id)`,
        found: sql`q.other_counter`,
        expected: sql`q.account_id`,
      },
      {
        rule: 'transfer-id-names-the-debit',
        broken: sql`q.other_seq is not null and ${e.text(sql`q.transfer_id`)} <> ${transferId}`,
        found: sql`q.transfer_id`,
        expected: transferId,
      },
      {
        rule: 'transfer-within-one-unit',
        broken: sql`q.unit <> q.other_unit`,
        found: sql`q.other_unit`,
        expected: sql`q.unit`,
      },
      {
        rule: 'transfer-legs-agree',
        broken: sql`q.other_seq is not null and not (q.kind = q.other_kind and q.actor = q.other_actor and q.recorded_at = q.other_recorded
          and q.occurred_at = q.other_occurred and ${e.isNotDistinct(sql`q.content_hash`, sql`q.other_hash`)} and ${e.isNotDistinct(sql`q.reason`, sql`q.other_reason`)}
          and ((q.reverses_seq is null and q.other_reverses is null) or (q.reverses_seq is not null and q.other_reverses is not null)))`,
        found: sql`'two legs that differ'`,
        expected: sql`'one kind, time, actor, reason and content'`,
      },
    ],
  });
}

/** Holds each reversal to the entry it undoes. */
export async function checkReversals(session: RangeSession): Promise<void> {
  const { expressions: e } = session.database.dialect;
  const { from, where } = rowsOfRange(session, 'carryover_entries', 'p');
  await checkRows(session, {
    table: 'carryover_entries',
    rows: sql`select p.account_id, p.seq, p.amount, p.contra, p.counter_account_id, p.reverses_seq, o.seq as undone_seq,
        o.amount as undone_amount, o.contra as undone_contra, o.counter_account_id as undone_counter, o.reverses_seq as undone_reverses,
        count(*) over (partition by p.account_id, p.reverses_seq) as times
      from ${from}
      left join ${sql.table('carryover_entries')} as o on o.account_id = p.account_id and o.seq = p.reverses_seq
      where ${where} and p.reverses_seq is not null`,
    rules: [
      {
        rule: 'reversed-entry-exists',
        broken: sql`q.undone_seq is null or q.undone_seq >= q.seq`,
        found: sql`q.reverses_seq`,
        expected: sql`'an earlier entry'`,
      },
      {
        rule: 'reversal-is-opposite',
        broken: sql`q.undone_seq is not null and cast(q.amount as decimal(38, 0)) + cast(q.undone_amount as decimal(38, 0)) <> 0`,
        found: sql`q.amount`,
        expected: sql`-cast(q.undone_amount as decimal(38, 0))`,
      },
      {
        rule: 'reversal-has-the-same-counterpart',
        broken: sql`q.undone_seq is not null and not (${e.isNotDistinct(sql`q.contra`, sql`q.undone_contra`)} and ${e.isNotDistinct(sql`q.counter_account_id`, sql`q.undone_counter`)})`,
        found: sql`coalesce(q.contra, ${e.text(sql`q.counter_account_id`)})`,
        expected: sql`coalesce(q.undone_contra, ${e.text(sql`q.undone_counter`)})`,
      },
      {
        rule: 'reversal-is-not-reversed',
        broken: sql`q.undone_reverses is not null`,
        found: sql`'a reversal of a reversal'`,
        expected: sql`'a reversal of an entry'`,
      },
      {
        rule: 'entry-reversed-once',
        broken: sql`q.times > 1`,
        found: sql`q.times`,
        expected: sql`1`,
      },
    ],
  });
}
