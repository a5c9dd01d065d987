import type { Instant } from '../../base/instant.ts';
import type { Database } from '../../sql/database.ts';
import { EVENTS_TABLE } from '../schema.ts';
import { eventsTable } from './stored-event.ts';

/**
 * The provider sends an event again for 3 days by itself, and for 30 by hand. Shorter, and an event that was forgotten is handled
 * again, which the operations behind it find done; longer keeps personal data that nobody needs.
 */
const KEPT_DAYS = 45;
const DAY_MS = 86_400_000;

/**
 * Removes events that are done with for longer than 45 days. Those that failed stay until somebody has looked at them. Answers
 * how many.
 */
export async function pruneInbox(database: Database, options: { readonly now?: Instant } = {}): Promise<bigint> {
  return database.write(async (trx) => {
    const now = options.now ?? (await database.dialect.statements.serverNow(trx));
    const { numDeletedRows } = await eventsTable(trx)
      .deleteFrom(EVENTS_TABLE)
      .where('status', 'in', ['processed', 'ignored'])
      .where('finished_at', '<=', now.plusMillis(-KEPT_DAYS * DAY_MS))
      .executeTakeFirst();
    return numDeletedRows;
  });
}
