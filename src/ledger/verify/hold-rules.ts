import { sql } from 'kysely';
import type { Instant } from '../../base/instant.ts';
import type { Breach } from './breach.ts';
import { breachesOf, shown, table, within, type VerifyContext } from './verify-context.ts';

interface HoldRow {
  readonly account_id: bigint;
  readonly idempotency_key: string;
  readonly status: string;
  readonly amount: bigint;
  readonly amount_captured: bigint;
  readonly resolution_key: string | null;
  readonly expires_at: Instant | null;
  readonly created_at: Instant;
  readonly resolved_at: Instant | null;
}

/**
 * `hold-status`: what a status implies. Open: nothing captured, not resolved. Captured: an amount and a resolution. Released: a
 * resolution and no amount. Expired: at its expiry, without either.
 */
export function checkHoldStatus(context: VerifyContext): Promise<Breach[]> {
  const resolved = sql`h.resolution_key is not null and h.resolution_hash is not null and h.resolved_at is not null`;
  const unresolved = sql`h.resolution_key is null and h.resolution_hash is null and h.amount_captured = 0`;
  const select = sql<HoldRow>`
    select h.account_id, h.idempotency_key, h.status, h.amount, h.amount_captured, h.resolution_key, h.expires_at, h.created_at,
      h.resolved_at
    from ${table('holds')} as h
    where ${within(context, 'h.account_id')} and not (
      h.amount > 0 and (h.resolved_at is null or h.resolved_at >= h.created_at) and (
        (h.status = 'open' and h.resolved_at is null and ${unresolved})
        or (h.status = 'captured' and h.amount_captured between 1 and h.amount and ${resolved})
        or (h.status = 'released' and h.amount_captured = 0 and ${resolved})
        or (h.status = 'expired' and h.resolved_at = h.expires_at and h.resolved_at is not null and ${unresolved})))`;
  return breachesOf(context, select, (row) => ({
    rule: 'hold-status',
    table: 'holds',
    accountId: row.account_id,
    key: row.idempotency_key,
    found: `${row.status}, ${row.amount_captured} of ${row.amount} captured, resolved at ${shown(row.resolved_at)} under ${row.resolution_key === null ? 'no key' : 'a key'}, made at ${row.created_at.toString()}, expiry ${shown(row.expires_at)}`,
    expected: 'what the status implies',
  }));
}

interface CaptureRow {
  readonly account_id: bigint;
  readonly idempotency_key: string;
  readonly amount_captured: bigint;
  readonly seq: bigint | null;
  readonly amount: bigint | null;
}

/** `hold-capture`: the key that captured a hold is that of an entry of that amount and content, recorded when the hold was resolved. */
export function checkCaptures(context: VerifyContext): Promise<Breach[]> {
  const { expressions: e } = context;
  const select = sql<CaptureRow>`
    select h.account_id, h.idempotency_key, h.amount_captured, n.seq, n.amount
    from ${table('holds')} as h
    left join ${table('entries')} as n on n.account_id = h.account_id and n.idempotency_key = h.resolution_key
    where ${within(context, 'h.account_id')} and h.status = 'captured' and (
      n.seq is null or ${e.wide(sql`n.amount`)} + ${e.wide(sql`h.amount_captured`)} <> 0
      or not ${e.isNotDistinct(sql`n.content_hash`, sql`h.resolution_hash`)}
      or not ${e.isNotDistinct(sql`n.recorded_at`, sql`h.resolved_at`)})`;
  return breachesOf(context, select, (row) => ({
    rule: 'hold-capture',
    table: 'holds',
    accountId: row.account_id,
    key: row.idempotency_key,
    found: `${row.amount_captured} captured`,
    expected:
      row.seq === null
        ? 'an entry under the key that captured it'
        : `what entry ${row.seq} under that key says: ${shown(row.amount)}, content and time alike`,
  }));
}
