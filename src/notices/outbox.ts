import { sql } from 'kysely';
import { canonicalJson, type CanonicalValue } from '../base/canonical-json.ts';
import type { Instant } from '../base/instant.ts';
import type { Database } from '../sql/database.ts';
import type { Trx } from '../sql/engine.ts';

/** A notice to be sent after the transaction that gives rise to it has committed. */
export interface NewNotice {
  readonly system: string;
  readonly type: string;
  /**
   * Two notices with one key are one message; the first is kept as it is. At most 191 characters. It outlives its notice, see
   * `pruneNotices`, unless it ends in a day, `:2026-03-07`: a notice of a day that has long passed may not come again by itself.
   */
  readonly dedupeKey: string;
  /** Who it goes to, as a reference such as `student:12`; the address is looked up when it is sent. */
  readonly recipient: string;
  /** True when preferences cannot opt out of it. */
  readonly mandatory: boolean;
  /** What the text is filled with. No names, addresses or other personal data. */
  readonly payload: CanonicalValue;
  /** `suppressed` is kept for the record and never sent. */
  readonly status: 'pending' | 'suppressed';
  readonly createdAt: Instant;
  /** Not sent before this instant; absent for at once. */
  readonly notBefore?: Instant;
}

/**
 * Puts notices into the outbox inside the caller's transaction, so that what is rolled back is never told to anybody (T-28), and
 * answers how many were new. Nothing is sent here: a sender reads the outbox after the commit.
 */
export async function enqueueNotices(database: Database, trx: Trx, notices: readonly NewNotice[]): Promise<bigint> {
  if (notices.length === 0) return 0n;
  const { statements } = database.dialect;
  const rows = statements.rows('n', {
    columns: {
      system_name: 'text',
      type: 'text',
      dedupe_key: 'text',
      recipient: 'text',
      mandatory: 'int64',
      payload: 'json',
      status: 'text',
      created_at: 'instant',
      not_before_at: 'instant',
    },
    rows: firstOfEachKey(notices).map((notice) => [
      notice.system,
      notice.type,
      notice.dedupeKey,
      notice.recipient,
      notice.mandatory ? 1n : 0n,
      canonicalJson(notice.payload),
      notice.status,
      notice.createdAt,
      notice.notBefore ?? null,
    ]),
  });
  return statements.insertIfAbsent(trx, {
    table: 'carryover_outbox',
    columns: [
      'system_name',
      'type',
      'dedupe_key',
      'recipient',
      'mandatory',
      'payload',
      'status',
      'created_at',
      'not_before_at',
    ],
    source: sql`
      select n.system_name, n.type, n.dedupe_key, n.recipient, n.mandatory, n.payload, n.status, n.created_at, n.not_before_at
      from ${rows}`,
    conflict: ['dedupe_key'],
  });
}

/** In the order of their keys, so that two transactions with overlapping notices wait for each other and do not deadlock. */
function firstOfEachKey(notices: readonly NewNotice[]): readonly NewNotice[] {
  const byKey = new Map<string, NewNotice>();
  for (const notice of notices) if (!byKey.has(notice.dedupeKey)) byKey.set(notice.dedupeKey, notice);
  return [...byKey.values()].toSorted((one, other) => (one.dedupeKey < other.dedupeKey ? -1 : 1));
}
