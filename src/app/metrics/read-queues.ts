import { sql, type RawBuilder } from 'kysely';
import type { Instant } from '../../base/instant.ts';
import type { Database } from '../../sql/database.ts';
import type { ServeMetrics } from './serve-metrics.ts';

/** Rows of one status looked at: a queue so long is reported all the same, and a longer look would tell nobody more. */
const ROWS_MAX = 10_000;

/** A table whose rows wait for work, and are given up after too many tries. */
interface WaitingTable {
  readonly table: string;
  /** Which figures it is part of. */
  readonly queue: 'outbox' | 'inbox';
  /** The statuses of rows that wait, and the one of those that were given up, where there is one. */
  readonly waiting: readonly string[];
  readonly givenUp?: string;
  /** Since when a row is due, as SQL over `w`; a row that is not due yet says so by an instant to come. */
  readonly dueAt: RawBuilder<unknown>;
}

/** Each is served by an index that begins with its status: `_waiting` of the outbox, `_due` of deliveries, `_status` of events. */
const WAITING_TABLES: readonly WaitingTable[] = [
  {
    table: 'carryover_outbox',
    queue: 'outbox',
    waiting: ['pending'],
    dueAt: sql`coalesce(w.not_before_at, w.created_at)`,
  },
  {
    table: 'carryover_notice_deliveries',
    queue: 'outbox',
    waiting: ['pending'],
    givenUp: 'dead',
    dueAt: sql.ref('w.next_attempt_at'),
  },
  {
    table: 'carryover_stripe_events',
    queue: 'inbox',
    waiting: ['received', 'failed'],
    givenUp: 'dead',
    dueAt: sql.ref('w.due_at'),
  },
];

/** Reads how long the oldest due notice and event have waited, and how many were given up. Tables that are not there count as empty. */
export async function readQueues(database: Database, metrics: ServeMetrics, now: Instant): Promise<void> {
  const oldestSeconds = { outbox: 0, inbox: 0 };
  const givenUp = { outbox: 0, inbox: 0 };
  for (const waiting of await presentTables(database)) {
    const { dueSinceAt, given } = await readWaiting(database, waiting, now);
    const seconds = dueSinceAt === null ? 0 : Number(now.epochMicros - dueSinceAt.epochMicros) / 1e6;
    oldestSeconds[waiting.queue] = Math.max(oldestSeconds[waiting.queue], seconds);
    givenUp[waiting.queue] += given;
  }
  metrics.outboxOldestSeconds.set(oldestSeconds.outbox);
  metrics.outboxFailed.set(givenUp.outbox);
  metrics.inboxOldestSeconds.set(oldestSeconds.inbox);
  metrics.inboxFailed.set(givenUp.inbox);
}

async function readWaiting(
  database: Database,
  { table, waiting, givenUp, dueAt }: WaitingTable,
  now: Instant,
): Promise<{ readonly dueSinceAt: Instant | null; readonly given: number }> {
  const { instant } = database.dialect.expressions;
  const ofStatus = (statuses: readonly string[]): RawBuilder<unknown> =>
    sql`(select * from ${sql.table(table)} as s where s.status in (${sql.join(statuses)}) order by s.status, s.id limit ${sql.lit(ROWS_MAX)})`;
  // No row has the empty status.
  const lost = ofStatus([givenUp ?? '']);
  const { rows } = await sql<{ due_since_at: Instant | null; given: bigint }>`
    select (select min(${dueAt}) from ${ofStatus(waiting)} as w where ${dueAt} <= ${instant(now)}) as due_since_at,
      (select count(*) from ${lost} as f) as given`.execute(database.handle);
  return { dueSinceAt: rows[0]?.due_since_at ?? null, given: Number(rows[0]?.given ?? 0n) };
}

const present = new WeakMap<Database, readonly WaitingTable[]>();

/** Looked up until all are there: a table is never taken away from a service that runs. */
async function presentTables(database: Database): Promise<readonly WaitingTable[]> {
  const known = present.get(database);
  if (known !== undefined) return known;
  const names = WAITING_TABLES.map(({ table }) => database.tableName(table));
  const found = new Set((await database.dialect.introspection.tables(database.handle, names)).map(({ name }) => name));
  const tables = WAITING_TABLES.filter(({ table }) => found.has(database.tableName(table)));
  if (tables.length === WAITING_TABLES.length) present.set(database, tables);
  return tables;
}
