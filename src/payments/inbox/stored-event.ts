import type { Generated, Kysely } from 'kysely';
import type { Instant } from '../../base/instant.ts';
import type { Handle } from '../../sql/engine.ts';
import type { EVENTS_TABLE } from '../schema.ts';

/**
 * Where an event is.
 *
 *   received --handled--> processed        received --nobody handles its type, or it is not ours--> ignored
 *   received --failed--> failed --tried again, later each time--> processed | failed | dead
 *   any --replay--> received
 *
 * `dead` was tried as often as is worth while: a person looks at it, and replays it.
 */
export type EventStatus = 'received' | 'processed' | 'failed' | 'dead' | 'ignored';

/** A row of the inbox. */
export interface StripeEventsTable {
  id: Generated<bigint>;
  event_id: string;
  type: string;
  /** The raw body. It may hold personal data, so it is in no message and no list. */
  payload: string;
  status: EventStatus;
  /** Tries so far, the one under way included. */
  attempts: bigint;
  /** When it is looked at again; null where nothing is to be done. While it is being worked on: when others may take it over. */
  due_at: Instant | null;
  /** Whose work it is: only they may say how it ended. */
  claim: string | null;
  error_code: string | null;
  failure: string | null;
  /** By the provider's clock. */
  occurred_at: Instant;
  received_at: Instant;
  finished_at: Instant | null;
}

/** A handle that knows the inbox. */
export function eventsTable(handle: Handle): Kysely<{ [EVENTS_TABLE]: StripeEventsTable }> {
  return handle.withTables<{ [EVENTS_TABLE]: StripeEventsTable }>();
}
