import { sql } from 'kysely';
import { checkRows, noSeq, type RowRule } from './check-rows.ts';
import { rowsOfRange, type RangeSession } from './range-session.ts';

const isResolved = sql`q.status in ('captured', 'released')`;

/** Holds each hold to its status, and to the entry under the key that resolved it. */
export async function checkHolds(session: RangeSession): Promise<void> {
  const { from, where } = rowsOfRange(session, 'carryover_holds', 'h');
  const entries = sql.table('carryover_entries');
  await checkRows(session, {
    table: 'carryover_holds',
    rows: sql`select h.account_id, ${noSeq(session)} as seq, h.idempotency_key, h.amount, h.amount_captured, h.status, h.resolution_key,
        h.resolution_hash, h.expires_at, h.created_at, h.resolved_at, a.id as known_id, r.seq as entry_seq, r.amount as entry_amount,
        r.content_hash as entry_hash, r.recorded_at as entry_recorded, k.seq as key_seq, u.id as key_audit
      from ${from}
      left join ${entries} as r on r.account_id = h.account_id and r.idempotency_key = h.resolution_key
      left join ${entries} as k on k.account_id = h.account_id and k.idempotency_key = h.idempotency_key
      left join ${sql.table('carryover_audit')} as u on u.account_id = h.account_id and u.idempotency_key = h.idempotency_key
      where ${where}`,
    rules: [...statusRules(session), ...resolutionRules(session)],
  });
}

function statusRules({ database }: RangeSession): RowRule[] {
  const { expressions: e } = database.dialect;
  return [
    {
      rule: 'hold-has-account',
      broken: sql`q.known_id is null`,
      found: sql`'no account'`,
      expected: e.concat(sql`'account '`, sql`q.account_id`),
    },
    {
      rule: 'hold-has-key',
      broken: sql`q.idempotency_key = ''`,
      found: sql`q.idempotency_key`,
      expected: sql`'a key'`,
    },
    {
      rule: 'key-used-once',
      broken: sql`q.key_seq is not null or q.key_audit is not null`,
      found: sql`case when q.key_seq is null then 'also an audited change' else 'also an entry' end`,
      expected: sql`'one use of a key'`,
    },
    {
      rule: 'hold-status-known',
      broken: sql`q.status not in ('open', 'captured', 'released', 'expired')`,
      found: sql`q.status`,
      expected: sql`'open, captured, released or expired'`,
    },
    {
      rule: 'hold-captured-amount-by-status',
      broken: sql`case when q.status = 'captured' then q.amount_captured < 1 or q.amount_captured > q.amount else q.amount_captured <> 0 end`,
      found: e.concat(sql`q.status`, sql`' with '`, e.text(sql`q.amount_captured`)),
      expected: sql`case when q.status = 'captured' then 'at least 1, at most the hold' else '0' end`,
    },
    {
      rule: 'hold-resolution-by-status',
      broken: sql`case when ${isResolved} then q.resolution_key is null or q.resolution_hash is null
        else q.resolution_key is not null or q.resolution_hash is not null end`,
      found: e.concat(
        sql`q.status`,
        sql`case when q.resolution_key is null then ' without key' else ' with key' end`,
        sql`case when q.resolution_hash is null then ' and without hash' else ' and hash' end`,
      ),
      expected: sql`case when ${isResolved} then 'key and hash' else 'neither key nor hash' end`,
    },
    {
      rule: 'hold-resolved-at-by-status',
      broken: sql`(q.status = 'open' and q.resolved_at is not null) or (q.status <> 'open' and q.resolved_at is null)`,
      found: sql`q.resolved_at`,
      expected: sql`case when q.status = 'open' then 'none' else 'an instant' end`,
    },
  ];
}

/** When it ended, and by what: a capture is the entry under its key, a release is none. */
function resolutionRules({ database }: RangeSession): RowRule[] {
  const { expressions: e } = database.dialect;
  return [
    {
      rule: 'hold-expired-when-due',
      broken: sql`q.status = 'expired' and (q.expires_at is null or q.resolved_at <> q.expires_at)`,
      found: sql`q.resolved_at`,
      expected: sql`q.expires_at`,
    },
    {
      rule: 'hold-expires-after-it-was-made',
      broken: sql`q.expires_at <= q.created_at`,
      found: sql`q.expires_at`,
      expected: e.concat(sql`'after '`, e.text(sql`q.created_at`)),
    },
    {
      rule: 'captured-hold-has-its-entry',
      broken: sql`q.status = 'captured' and (q.entry_seq is null or cast(q.entry_amount as decimal(38, 0)) + q.amount_captured <> 0)`,
      found: sql`q.entry_amount`,
      expected: sql`-q.amount_captured`,
    },
    {
      rule: 'capture-is-its-entry',
      broken: sql`q.status = 'captured' and q.entry_seq is not null
        and (q.entry_hash is null or q.entry_hash <> q.resolution_hash or q.entry_recorded <> q.resolved_at)`,
      found: e.concat(sql`'resolved at '`, e.text(sql`q.resolved_at`)),
      expected: e.concat(sql`'content and time of entry '`, e.text(sql`q.entry_seq`)),
    },
    {
      rule: 'released-hold-has-no-entry',
      broken: sql`q.status = 'released' and q.entry_seq is not null`,
      found: e.concat(sql`'entry '`, e.text(sql`q.entry_seq`)),
      expected: sql`'no entry'`,
    },
  ];
}
