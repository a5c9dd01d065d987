import { sql, type RawBuilder } from 'kysely';
import type { Database } from '../../sql/database.ts';
import type { AccountKey, AccountSeq } from '../kernel/kernel-types.ts';

/**
 * `column in (ids)` with the ids written into the text: they are integers, so nothing can be injected, and every engine
 * walks the primary key in their order, which locking relies on.
 */
export function inIds(column: string, ids: readonly bigint[]): RawBuilder<boolean> {
  if (ids.length === 0) return sql<boolean>`1 = 0`;
  return sql<boolean>`${sql.ref(column)} in (${sql.raw(ids.join(', '))})`;
}

/** Keys as rows `(account_id, idempotency_key)` to join with. */
export function keyRows(database: Database, alias: string, keys: readonly AccountKey[]): RawBuilder<unknown> {
  return database.dialect.statements.rows(alias, {
    columns: { account_id: 'int64', idempotency_key: 'text' },
    rows: keys.map(({ accountId, key }) => [accountId, key]),
  });
}

/** Numbers as rows `(account_id, seq)` to join with. */
export function seqRows(database: Database, alias: string, seqs: readonly AccountSeq[]): RawBuilder<unknown> {
  return database.dialect.statements.rows(alias, {
    columns: { account_id: 'int64', seq: 'int64' },
    rows: seqs.map(({ accountId, seq }) => [accountId, seq]),
  });
}

/** Column references of one table's alias, as a select list. */
export function columnsOf(alias: string, names: readonly string[]): RawBuilder<unknown> {
  return sql.join(names.map((name) => sql.ref(`${alias}.${name}`)));
}
