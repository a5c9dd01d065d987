import { sql, type QueryResult, type RawBuilder } from 'kysely';
import type { Session } from './session.ts';
import { columnsOf } from './sql-pieces.ts';

/** The rows of one table from several sources. */
export interface LatestParts {
  /** The table's alias in every part. */
  readonly alias: string;
  readonly columns: readonly string[];
  /** What stands behind FROM, at least one. */
  readonly parts: readonly RawBuilder<unknown>[];
}

/**
 * The distinct rows of the parts, each read as it is committed now. The accounts are locked by then, but a transaction of the
 * caller's may look at a snapshot from before: deciding on a hold or a lot as it was then could capture or draw it twice. Keys
 * need no such care, because one that the snapshot hides violates a unique key.
 */
export function unionOfLatest<Row>(
  { database, handle }: Session,
  { alias, columns, parts }: LatestParts,
): Promise<QueryResult<Row>> {
  const latest = database.dialect.statements.readLatest(handle);
  const selects = parts.map((part) => sql`select ${columnsOf(alias, columns)} from ${part} ${latest}`);
  if (selects.length === 1) return sql<Row>`${sql.join(selects)}`.execute(handle);
  // Each in a subquery of its own: a locking read cannot be a member of a union, and SQLite takes no brackets around one.
  const members = selects.map((select) => sql`select ${columnsOf('part', columns)} from (${select}) as part`);
  return sql<Row>`${sql.join(members, sql` union `)}`.execute(handle);
}
