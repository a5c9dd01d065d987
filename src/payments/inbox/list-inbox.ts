import { sql } from 'kysely';
import { CarryoverError } from '../../base/errors.ts';
import { inputInvalid } from '../../base/base-errors.ts';
import type { Instant } from '../../base/instant.ts';
import type { Database } from '../../sql/database.ts';
import { EVENTS_TABLE } from '../schema.ts';
import { eventsTable, type EventStatus } from './stored-event.ts';

/** Which events are wanted, newest first. */
export interface InboxQuery {
  readonly status?: EventStatus;
  readonly type?: string;
  /** The `next` of the page before. */
  readonly after?: string;
  readonly limit?: number;
}

/** An event in a list, without its payload. Instants are ISO texts. */
export interface InboxLine {
  readonly id: string;
  readonly eventId: string;
  readonly type: string;
  readonly status: EventStatus;
  readonly attempts: number;
  readonly occurredAt: string;
  readonly receivedAt: string;
  readonly dueAt: string | null;
  readonly finishedAt: string | null;
  readonly errorCode: string | null;
  readonly failure: string | null;
}

const PAGE_LIMIT = 200;

/** A page of the inbox. Throws `INPUT_INVALID` for an `after` that no page gave. */
export async function listInbox(
  database: Database,
  query: InboxQuery = {},
): Promise<{ readonly rows: readonly InboxLine[]; readonly next: string | null }> {
  const { after, limit = PAGE_LIMIT, status, type } = query;
  let selection = eventsTable(database.handle).selectFrom(EVENTS_TABLE).select(LINE_COLUMNS);
  if (status !== undefined) selection = selection.where('status', '=', status);
  if (type !== undefined) selection = selection.where('type', '=', type);
  if (after !== undefined) selection = selection.where('id', '<', readCursor(after));
  const found = await selection
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute();
  const rows = found.slice(0, limit).map(lineOf);
  return { rows, next: found.length > limit ? (rows.at(-1)?.id ?? null) : null };
}

const LINE_COLUMNS = [
  'id',
  'event_id',
  'type',
  'status',
  'attempts',
  'occurred_at',
  'received_at',
  'due_at',
  'finished_at',
  'error_code',
  'failure',
] as const;

interface StoredLine {
  readonly id: bigint;
  readonly event_id: string;
  readonly type: string;
  readonly status: EventStatus;
  readonly attempts: bigint;
  readonly occurred_at: Instant;
  readonly received_at: Instant;
  readonly due_at: Instant | null;
  readonly finished_at: Instant | null;
  readonly error_code: string | null;
  readonly failure: string | null;
}

function lineOf(row: StoredLine): InboxLine {
  return {
    id: row.id.toString(),
    eventId: row.event_id,
    type: row.type,
    status: row.status,
    attempts: Number(row.attempts),
    occurredAt: row.occurred_at.toString(),
    receivedAt: row.received_at.toString(),
    dueAt: row.due_at?.toString() ?? null,
    finishedAt: row.finished_at?.toString() ?? null,
    errorCode: row.error_code,
    failure: row.failure,
  };
}

function readCursor(text: string): bigint {
  if (/^[1-9]\d{0,17}$/.test(text)) return BigInt(text);
  const found = JSON.stringify(text.slice(0, 40));
  throw new CarryoverError(inputInvalid, {
    what: 'where a page begins',
    found,
    expected: 'the "next" of the page before',
  });
}

/** How the inbox stands, for health and metrics. */
export interface InboxState {
  readonly counts: Readonly<Record<EventStatus, number>>;
  /** How long the oldest event that is due has waited, in seconds; 0 where none is. */
  readonly oldestDueSeconds: number;
}

/** How many events are where, and whether the worker keeps up. */
export async function inboxState(database: Database): Promise<InboxState> {
  const now = await database.dialect.statements.serverNow(database.handle);
  const table = sql.table(EVENTS_TABLE);
  const { rows } = await sql<{ status: EventStatus; events: bigint }>`
    select e.status, count(*) as events from ${table} e group by e.status`.execute(database.handle);
  const counts = { received: 0, processed: 0, failed: 0, dead: 0, ignored: 0 };
  for (const { events, status } of rows) counts[status] = Number(events);
  const oldest = await eventsTable(database.handle)
    .selectFrom(EVENTS_TABLE)
    .select('due_at')
    .where('due_at', '<=', now)
    .orderBy('due_at')
    .limit(1)
    .executeTakeFirst();
  const waited = oldest?.due_at ? Number((now.epochMicros - oldest.due_at.epochMicros) / 1_000_000n) : 0;
  return { counts, oldestDueSeconds: waited };
}
