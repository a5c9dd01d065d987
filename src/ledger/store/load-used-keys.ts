import { sql, type RawBuilder } from 'kysely';
import type { Instant } from '../../base/instant.ts';
import type { Database } from '../../sql/database.ts';
import type { AccountKey, UsedKey } from '../kernel/kernel-types.ts';
import { keyRows } from './sql-pieces.ts';

/** What stands under the keys asked for, and the instant at which a batch is decided. */
export interface KeysAndNow {
  readonly usedKeys: readonly UsedKey[];
  readonly now: Instant;
}

/** A row of `usedKeysQuery`: the clock's, or one that stands under a key. */
export interface UsedKeyRow {
  readonly account_id: bigint | null;
  readonly idempotency_key: string | null;
  readonly content_hash: bigint | null;
  readonly seq: bigint | null;
  readonly balance_after: bigint | null;
  readonly now_at: Instant | null;
}

/**
 * Looks keys up among entries, holds, resolutions of holds and audit, and reads the database's clock, in one statement.
 * It must start after the accounts are locked: under READ COMMITTED a statement sees what was committed when it began, so
 * one that waited for a lock would miss keys, and read a clock, from before the other transaction's commit.
 */
export function usedKeysQuery(database: Database, keys: readonly AccountKey[]): RawBuilder<UsedKeyRow> {
  const { expressions } = database.dialect;
  const none = expressions.int64(sql`null`);
  return sql<UsedKeyRow>`
    with wanted as (select k.account_id, k.idempotency_key from ${keyRows(database, 'k', keys)})
    select ${none} as account_id, ${expressions.text(sql`null`)} as idempotency_key, ${none} as content_hash,
      ${none} as seq, ${none} as balance_after, ${expressions.now()} as now_at
    union all
    select e.account_id, e.idempotency_key, e.content_hash, e.seq, e.balance_after, null
      from wanted join ${sql.table('carryover_entries')} as e
        on e.account_id = wanted.account_id and e.idempotency_key = wanted.idempotency_key
    union all
    select h.account_id, h.idempotency_key, h.content_hash, null, null, null
      from wanted join ${sql.table('carryover_holds')} as h
        on h.account_id = wanted.account_id and h.idempotency_key = wanted.idempotency_key
    union all
    select h.account_id, h.resolution_key, h.resolution_hash, null, null, null
      from wanted join ${sql.table('carryover_holds')} as h
        on h.account_id = wanted.account_id and h.resolution_key = wanted.idempotency_key
    union all
    select a.account_id, a.idempotency_key, a.content_hash, null, null, null
      from wanted join ${sql.table('carryover_audit')} as a
        on a.account_id = wanted.account_id and a.idempotency_key = wanted.idempotency_key`;
}

/** The rows of `usedKeysQuery`. */
export function keysAndNow(rows: readonly UsedKeyRow[]): KeysAndNow {
  const usedKeys: UsedKey[] = [];
  let now: Instant | undefined;
  for (const row of rows) {
    if (row.now_at !== null) now = row.now_at;
    if (row.account_id === null || row.idempotency_key === null) continue;
    usedKeys.push({
      accountId: row.account_id,
      key: row.idempotency_key,
      contentHash: row.content_hash,
      seq: row.seq,
      balanceAfter: row.balance_after,
    });
  }
  if (now === undefined) throw new Error('The database gave no clock reading.');
  return { usedKeys, now };
}
