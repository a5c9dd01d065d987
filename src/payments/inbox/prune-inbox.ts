import { sql } from 'kysely';
import type { Instant } from '../../base/instant.ts';
import type { Database } from '../../sql/database.ts';
import { EVENTS_TABLE } from '../schema.ts';

/** Rows deleted by one transaction. More would keep the provider's next events waiting where one writer excludes all others. */
const ROWS_PER_CHUNK = 500;
const DAY_MS = 86_400_000;

/**
 * The provider sends an event again for 3 days by itself, and for 30 by hand; a repetition within that time must find its row. Shorter
 * than this is refused by the settings.
 */
export const EVENT_DAYS_MIN = 31;
/** Longer keeps personal data that nobody needs. */
export const EVENT_DAYS_MAX = 3_650;

/** What is removed. */
export interface InboxRetention {
  readonly now?: Instant;
  readonly keptDays: number;
  readonly signal?: AbortSignal;
}

/**
 * Removes events that were handled or ignored longer ago than they are kept. One that waits or was given up stays until somebody has looked at
 * it. Answers how many. An event that comes again even later is handled again, which the operations behind it find done by their
 * own keys. Throws what `signal` was aborted with.
 */
export async function pruneInbox(database: Database, retention: InboxRetention): Promise<bigint> {
  const { keptDays, signal } = retention;
  const { statements } = database.dialect;
  const now = retention.now ?? (await statements.serverNow(database.handle));
  const table = sql.table(EVENTS_TABLE);
  const before = database.dialect.expressions.instant(now.plusMillis(-keptDays * DAY_MS));
  let deleted = 0n;
  for (const status of ['processed', 'ignored'] as const) {
    const isOver = sql`status = ${status} and finished_at <= ${before}`;
    for (let page = ROWS_PER_CHUNK; page === ROWS_PER_CHUNK;) {
      signal?.throwIfAborted();
      const { rows } = await sql<{ id: bigint }>`
        select id from ${table} where ${isOver} order by finished_at, id limit ${sql.lit(ROWS_PER_CHUNK)}`.execute(
        database.handle,
      );
      const ids = statements.idIn(
        'id',
        rows.map(({ id }) => id),
      );
      // Asked again: somebody may have had one of them replayed since.
      const { numAffectedRows = 0n } = await database.write((trx) =>
        sql`delete from ${table} where ${ids} and ${isOver}`.execute(trx),
      );
      deleted += numAffectedRows;
      page = rows.length;
    }
  }
  return deleted;
}
