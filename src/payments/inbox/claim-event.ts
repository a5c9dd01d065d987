import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Instant } from '../../base/instant.ts';
import type { Database } from '../../sql/database.ts';
import type { Trx } from '../../sql/engine.ts';
import { EVENTS_TABLE } from '../schema.ts';
import { eventsTable, type EventStatus } from './stored-event.ts';

/** An event that is this worker's until the lease ends. */
export interface ClaimedEvent {
  readonly id: bigint;
  readonly eventId: string;
  readonly type: string;
  readonly payload: string;
  readonly attempts: number;
  readonly claim: string;
}

/** How events are claimed. */
export interface ClaimTerms {
  readonly leaseMs: number;
  readonly attemptsMax: number;
  /** Stands in for the database's clock. */
  readonly now?: Instant | undefined;
}

/**
 * Takes the event that has waited longest, so that no other worker has it until the lease ends; undefined where none is due. One
 * whose tries were all cut short without an answer, such as by a process that died each time, is given up here and answered as
 * `exhausted`.
 */
export async function claimEvent(
  database: Database,
  terms: ClaimTerms,
): Promise<ClaimedEvent | 'exhausted' | undefined> {
  return database.write(async (trx) => {
    const now = terms.now ?? (await database.dialect.statements.serverNow(trx));
    const due = await dueEvent(database, trx, now);
    if (due === undefined) return undefined;
    if (due.attempts >= BigInt(terms.attemptsMax)) {
      const interrupted = { error_code: 'interrupted', failure: 'Every try was cut short before it ended.' };
      const given = due.status === 'failed' ? {} : interrupted;
      await eventsTable(trx)
        .updateTable(EVENTS_TABLE)
        .set({ status: 'dead', due_at: null, claim: null, finished_at: now, ...given })
        .where('id', '=', due.id)
        .execute();
      return 'exhausted';
    }
    const claim = randomUUID();
    const attempts = due.attempts + 1n;
    await eventsTable(trx)
      .updateTable(EVENTS_TABLE)
      .set({ attempts, claim, due_at: now.plusMillis(terms.leaseMs) })
      .where('id', '=', due.id)
      .execute();
    return {
      id: due.id,
      eventId: due.event_id,
      type: due.type,
      payload: due.payload,
      attempts: Number(attempts),
      claim,
    };
  });
}

interface DueEvent {
  readonly id: bigint;
  readonly event_id: string;
  readonly type: string;
  readonly payload: string;
  readonly status: EventStatus;
  readonly attempts: bigint;
}

/** The row is locked until the claim is committed; rows that others are claiming are passed over where the engine can. */
async function dueEvent({ dialect }: Database, trx: Trx, now: Instant): Promise<DueEvent | undefined> {
  const { expressions, statements, traits } = dialect;
  const lock = traits.skipLocked ? statements.lockRowsSkippingLocked() : statements.lockRows();
  const { rows } = await sql<DueEvent>`
    select e.id, e.event_id, e.type, e.payload, e.status, e.attempts from ${sql.table(EVENTS_TABLE)} e
    where e.due_at <= ${expressions.instant(now)} order by e.due_at, e.id limit 1 ${lock}`.execute(trx);
  return rows[0];
}

/** How a try ended. */
export interface EventEnd {
  readonly status: 'processed' | 'failed' | 'dead' | 'ignored';
  /** When it is tried again; null for never. */
  readonly dueAt: Instant | null;
  readonly errorCode: string | null;
  readonly failure: string | null;
  readonly finishedAt: Instant;
}

/** Writes down how a try ended, unless somebody else has taken the event over, or it was replayed, meanwhile. */
export async function finishEvent(database: Database, event: ClaimedEvent, end: EventEnd): Promise<void> {
  const { dueAt, errorCode, failure, finishedAt, status } = end;
  await database.write((trx) =>
    eventsTable(trx)
      .updateTable(EVENTS_TABLE)
      .set({ status, due_at: dueAt, claim: null, error_code: errorCode, failure, finished_at: finishedAt })
      .where('id', '=', event.id)
      .where('claim', '=', event.claim)
      .execute(),
  );
}
