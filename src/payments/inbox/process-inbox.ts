import { CarryoverError, happeningOf } from '../../base/errors.ts';
import type { Instant } from '../../base/instant.ts';
import type { Database } from '../../sql/database.ts';
import { claimEvent, finishEvent, type ClaimedEvent, type EventEnd } from './claim-event.ts';

/** An event to be handled. */
export interface ProviderEvent {
  readonly id: string;
  readonly type: string;
  /** `data.object` as the provider sent it, of whatever version; what matters is read anew from the provider. */
  readonly object: Readonly<Record<string, unknown>>;
}

/**
 * Handles events of one type. The same event may come again after it was handled; then nothing more may happen. Throws to be
 * called again later.
 */
export type EventHandler = (event: ProviderEvent) => Promise<'processed' | 'ignored'>;

/** What a pass works with. */
export interface InboxPass {
  readonly database: Database;
  /** By event type. Types without a handler are kept as `ignored`. */
  readonly handlers: ReadonlyMap<string, EventHandler>;
  /** How many events one pass takes at most, so that a scheduler gets its turn. */
  readonly eventsMax?: number;
  readonly leaseMs?: number;
  readonly attemptsMax?: number;
  /** Stands in for the database's clock, in tests and for `--now`. */
  readonly now?: Instant;
  /** Aborted when the process is to end: the event at hand is finished, and no other is begun. */
  readonly signal?: AbortSignal;
}

/** What a pass did, in events. */
export interface InboxRun {
  readonly processed: number;
  readonly ignored: number;
  /** To be tried again. */
  readonly failed: number;
  /** Given up; a person looks at them. */
  readonly dead: number;
}

const EVENTS_MAX = 500;
/**
 * Shorter, and an event whose provider answers slowly is handled by two workers at once, which is harmless; longer, and one whose
 * worker died waits that long.
 */
const LEASE_MS = 300_000;
/** With the pauses below, about three days: as long as the provider itself would go on sending. */
const ATTEMPTS_MAX = 20;
const PAUSE_MS = 60_000;
const PAUSE_MS_MAX = 6 * 3_600_000;

/**
 * Handles the events that are due, oldest first, one after the other. Any number of servers may do so at once: each event is one
 * server's at a time. A failure is written down with the event and never lost (U-24); it is tried again later, and later each
 * time, and given up in the end. Throws only where the database does not answer.
 */
export async function processInbox(pass: InboxPass): Promise<InboxRun> {
  const { attemptsMax = ATTEMPTS_MAX, database, eventsMax = EVENTS_MAX, leaseMs = LEASE_MS, now } = pass;
  const run = { processed: 0, ignored: 0, failed: 0, dead: 0 };
  for (let count = 0; count < eventsMax && pass.signal?.aborted !== true; count += 1) {
    const event = await claimEvent(database, { leaseMs, attemptsMax, now });
    if (event === undefined) break;
    if (event === 'exhausted') {
      run.dead += 1;
      continue;
    }
    const end = await handleOne(pass, event, attemptsMax);
    await finishEvent(database, event, end);
    run[end.status] += 1;
  }
  return run;
}

async function handleOne(pass: InboxPass, event: ClaimedEvent, attemptsMax: number): Promise<EventEnd> {
  const { database, handlers } = pass;
  const handler = handlers.get(event.type);
  const outcome = await attempt(event, handler);
  const finishedAt = pass.now ?? (await database.dialect.statements.serverNow(database.handle));
  if (typeof outcome === 'string') {
    return { status: outcome, dueAt: null, errorCode: null, failure: null, finishedAt };
  }
  const isLast = event.attempts >= attemptsMax;
  return {
    status: isLast ? 'dead' : 'failed',
    dueAt: isLast ? null : finishedAt.plusMillis(pauseAfter(event.attempts)),
    errorCode: outcome.code,
    failure: outcome.text,
    finishedAt,
  };
}

interface Failure {
  readonly code: string;
  readonly text: string;
}

async function attempt(
  event: ClaimedEvent,
  handler: EventHandler | undefined,
): Promise<'processed' | 'ignored' | Failure> {
  if (handler === undefined) return 'ignored';
  try {
    const { data } = JSON.parse(event.payload) as { readonly data: { readonly object: Record<string, unknown> } };
    return await handler({ id: event.eventId, type: event.type, object: data.object });
  } catch (error) {
    // Texts of other errors are not ours, and may hold what no list should show.
    if (!(error instanceof CarryoverError)) return { code: 'unexpected', text: nameOf(error) };
    return { code: error.code, text: happeningOf(error) };
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}

/** A minute, and twice as long each time, up to six hours. */
function pauseAfter(attempts: number): number {
  return Math.min(PAUSE_MS * 2 ** (attempts - 1), PAUSE_MS_MAX);
}
