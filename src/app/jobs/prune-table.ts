import { sql } from 'kysely';
import type { Instant } from '../../base/instant.ts';
import type { Database } from '../../sql/database.ts';
import type { PrunedTable } from './pruned-tables.ts';

/** Rows looked at by one statement, and deleted by one at most. */
const ROWS_PER_LOOK = 1_000;
const DAY_MS = 86_400_000;

/** How a table is pruned. */
export interface PruneOptions {
  readonly now: Instant;
  readonly signal: AbortSignal;
  /** How long its rows are kept. */
  readonly keptDays: number;
}

/**
 * Deletes the rows of a table that are older than they are kept, and answers how many; 0 where there is no such table. It walks the
 * table by its key in short transactions, so that it needs no index by age and never holds up the writers of new rows.
 */
export async function pruneTable(
  database: Database,
  pruned: Omit<PrunedTable, 'kept'>,
  options: PruneOptions,
): Promise<number> {
  const { keptDays, now, signal } = options;
  const { dialect } = database;
  const present = await dialect.introspection.table(database.handle, database.tableName(pruned.table));
  if (present === undefined) return 0;
  const [table, key] = [sql.table(pruned.table), sql.ref(pruned.key)];
  const before = dialect.expressions.instant(now.plusMillis(-keptDays * DAY_MS));
  let deleted = 0;
  for (let after: string | undefined = ''; after !== undefined;) {
    signal.throwIfAborted();
    const { rows }: { rows: readonly LookedAt[] } = await sql<LookedAt>`
      select ${key} as row_key, ${dialect.expressions.int64(sql`case when ${sql.ref(pruned.at)} < ${before} then 1 else 0 end`)} as is_old
      from ${table} where ${key} > ${after} order by ${key} limit ${sql.lit(ROWS_PER_LOOK)}`.execute(database.handle);
    const old = rows.filter((row) => row.is_old === 1n).map((row) => row.row_key);
    if (old.length > 0) {
      const { numAffectedRows = 0n } = await database.write((trx) =>
        sql`delete from ${table} where ${key} in (${sql.join(old)})`.execute(trx),
      );
      deleted += Number(numAffectedRows);
    }
    after = rows.length < ROWS_PER_LOOK ? undefined : rows.at(-1)?.row_key;
  }
  return deleted;
}

interface LookedAt {
  readonly row_key: string;
  readonly is_old: bigint;
}
