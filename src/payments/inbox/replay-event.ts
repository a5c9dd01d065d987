import { CarryoverError } from '../../base/errors.ts';
import type { Database } from '../../sql/database.ts';
import { eventUnknown } from '../payment-errors.ts';
import { EVENTS_TABLE } from '../schema.ts';
import { eventsTable } from './stored-event.ts';

/** As new. The claim goes too: whoever is at work on the event just now no longer says how it ended. */
const AS_NEW = {
  status: 'received',
  attempts: 0n,
  claim: null,
  error_code: null,
  failure: null,
  finished_at: null,
} as const;

/**
 * Has an event handled again by the next pass, whatever became of it before. What it did already is not done twice. Throws
 * `PAYMENTS_EVENT_UNKNOWN`.
 */
export async function replayEvent(database: Database, eventId: string): Promise<void> {
  const replayed = await database.write(async (trx) => {
    const now = await database.dialect.statements.serverNow(trx);
    const { numUpdatedRows } = await eventsTable(trx)
      .updateTable(EVENTS_TABLE)
      .set({ ...AS_NEW, due_at: now })
      .where('event_id', '=', eventId)
      .executeTakeFirst();
    return numUpdatedRows;
  });
  if (replayed === 0n) throw new CarryoverError(eventUnknown, { eventId });
}

/** Has every event that was given up handled again, such as after a mistake in the settings was corrected. Answers how many. */
export async function replayDeadEvents(database: Database): Promise<bigint> {
  return database.write(async (trx) => {
    const now = await database.dialect.statements.serverNow(trx);
    const { numUpdatedRows } = await eventsTable(trx)
      .updateTable(EVENTS_TABLE)
      .set({ ...AS_NEW, due_at: now })
      .where('status', '=', 'dead')
      .executeTakeFirst();
    return numUpdatedRows;
  });
}
