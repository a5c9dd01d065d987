import { sql, type RawBuilder } from 'kysely';
import type { Database } from '../../sql/database.ts';
import type { AccountKey, AccountSeq } from '../kernel/kernel-types.ts';

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

/** Columns of our own tables under an alias, as a select list. Plain names, so that it compiles as one piece. */
export function columnsOf(alias: string, names: readonly string[]): RawBuilder<unknown> {
  return sql.raw(names.map((name) => `${alias}.${name}`).join(', '));
}
