import { sql } from 'kysely';
import type { Instant } from '../base/instant.ts';
import type { Database } from '../sql/database.ts';
import type { Trx } from '../sql/engine.ts';
import { keyIsPast } from './dedupe-key.ts';
import { SETTLED_STATUSES, type DeliveryStatus } from './tables.ts';

/** Deliveries or notices looked at by one statement. More would keep their rows locked for longer. */
const ROWS_PER_CHUNK = 500;
const DAY_MS = 86_400_000;

/** How long notices are kept once nothing more happens to them, in days. */
export interface NoticeRetention {
  readonly now: Instant;
  readonly signal: AbortSignal;
  readonly optionalDays: number;
  /** Of notices that nobody can opt out of: the proof that somebody was told. */
  readonly mandatoryDays: number;
}

/** Rows of each table that are gone; of the outbox also those that only their key is left of. */
export interface PrunedNotices {
  readonly carryover_notice_attempts: number;
  readonly carryover_notice_deliveries: number;
  readonly carryover_outbox: number;
}

type Counts = { -readonly [Table in keyof PrunedNotices]: number };

/**
 * Forgets notices that came to an end so long ago: attempts, deliveries, then recipient and content. One that waits, on any of its channels,
 * is left as it is, however old. What is left of a notice is its key, without which the same one would be sent again: a user whose credits
 * stay low is told once, not once per retention. Only the key of a day that is past goes too. Each chunk is a short transaction that
 * locks nothing that delivery would take. Throws what `signal` was aborted with.
 */
export async function pruneNotices(database: Database, retention: NoticeRetention): Promise<PrunedNotices> {
  const counts: Counts = { carryover_notice_attempts: 0, carryover_notice_deliveries: 0, carryover_outbox: 0 };
  const { mandatoryDays, now, optionalDays } = retention;
  const before = [now.plusMillis(-optionalDays * DAY_MS), now.plusMillis(-mandatoryDays * DAY_MS)] as const;
  await pruneDelivered(database, { ...retention, mandatory: 0n, before: before[0] }, counts);
  await pruneDelivered(database, { ...retention, mandatory: 1n, before: before[1] }, counts);
  await pruneSuppressed(database, { ...retention, before }, counts);
  return counts;
}

interface DeliveredWalk {
  readonly signal: AbortSignal;
  readonly mandatory: bigint;
  readonly before: Instant;
}

interface OldDelivery {
  readonly id: bigint;
  readonly notice_id: bigint;
  readonly updated_at: Instant;
}

/** Walks the index by age, past what must stay, so that every old row is looked at once. */
async function pruneDelivered(
  database: Database,
  { signal, mandatory, before }: DeliveredWalk,
  counts: Counts,
): Promise<void> {
  const { instant } = database.dialect.expressions;
  for (let last: OldDelivery | undefined, page = ROWS_PER_CHUNK; page === ROWS_PER_CHUNK;) {
    signal.throwIfAborted();
    const further =
      last === undefined
        ? sql``
        : sql`and d.updated_at >= ${instant(last.updated_at)} and (d.updated_at > ${instant(last.updated_at)} or d.id > ${last.id})`;
    const { rows }: { rows: readonly OldDelivery[] } = await sql<OldDelivery>`
      select d.id, d.notice_id, d.updated_at from ${sql.table('carryover_notice_deliveries')} d
      where d.mandatory = ${mandatory} and d.updated_at < ${instant(before)} ${further}
      order by d.updated_at, d.id limit ${sql.lit(ROWS_PER_CHUNK)}`.execute(database.handle);
    const ids = [...new Set(rows.map((row) => row.notice_id))];
    if (ids.length > 0) add(counts, await database.write((trx) => forgetSettled(database, trx, { ids, before })));
    last = rows.at(-1);
    page = rows.length;
  }
}

interface FoundDelivery {
  readonly id: bigint;
  readonly notice_id: bigint;
  readonly status: DeliveryStatus;
  readonly updated_at: Instant;
}

/** Those of the notices all of whose deliveries are settled and old. Deliveries are locked first, as whoever writes a result locks them. */
async function forgetSettled(
  database: Database,
  trx: Trx,
  { ids, before }: { readonly ids: readonly bigint[]; readonly before: Instant },
): Promise<Counts> {
  const { statements } = database.dialect;
  const found = await sql<FoundDelivery>`
    select d.id, d.notice_id, d.status, d.updated_at from ${sql.table('carryover_notice_deliveries')} d
    where ${statements.idIn('d.notice_id', ids)} order by d.id ${statements.lockRows()}`.execute(trx);
  const isOver = (row: FoundDelivery): boolean =>
    SETTLED_STATUSES.has(row.status) && row.updated_at.epochMicros < before.epochMicros;
  const settled = [...Map.groupBy(found.rows, (row) => row.notice_id)].filter(([, rows]) => rows.every(isOver));
  const notices = await forgetNotices(database, trx, {
    ids: settled.map(([id]) => id),
    status: 'planned',
    before,
  });
  const deliveries = settled.filter(([id]) => notices.has(id)).flatMap(([, rows]) => rows.map((row) => row.id));
  const remove = async (table: keyof Counts, column: string): Promise<number> => {
    const { numAffectedRows = 0n } =
      await sql`delete from ${sql.table(table)} where ${statements.idIn(column, deliveries)}`.execute(trx);
    return Number(numAffectedRows);
  };
  return {
    carryover_notice_attempts: await remove('carryover_notice_attempts', 'delivery_id'),
    carryover_notice_deliveries: await remove('carryover_notice_deliveries', 'id'),
    carryover_outbox: notices.size,
  };
}

interface SuppressedWalk {
  readonly signal: AbortSignal;
  /** For optional ones, and for mandatory ones. */
  readonly before: readonly [Instant, Instant];
}

/** Notices that were kept for the record and never sent have no deliveries. */
async function pruneSuppressed(database: Database, { signal, before }: SuppressedWalk, counts: Counts): Promise<void> {
  for (let after = 0n, page = ROWS_PER_CHUNK; page === ROWS_PER_CHUNK;) {
    signal.throwIfAborted();
    const { rows } = await sql<{ id: bigint; mandatory: bigint; created_at: Instant }>`
      select o.id, o.mandatory, o.created_at from ${sql.table('carryover_outbox')} o
      where o.status = 'suppressed' and o.id > ${after} order by o.id limit ${sql.lit(ROWS_PER_CHUNK)}`.execute(
      database.handle,
    );
    for (const [mandatory, limit] of before.entries()) {
      const ids = rows
        .filter((row) => row.mandatory === BigInt(mandatory) && row.created_at.epochMicros < limit.epochMicros)
        .map((row) => row.id);
      if (ids.length === 0) continue;
      const forgotten = await database.write((trx) =>
        forgetNotices(database, trx, { ids, status: 'suppressed', before: limit }),
      );
      counts.carryover_outbox += forgotten.size;
    }
    after = rows.at(-1)?.id ?? after;
    page = rows.length;
  }
}

interface Forgetting {
  readonly ids: readonly bigint[];
  readonly status: 'planned' | 'suppressed';
  readonly before: Instant;
}

/**
 * Leaves of these notices their keys, as long as they still have that status; answers which. A key that is left is a planned notice without
 * recipient, content and deliveries: nothing looks for those.
 */
async function forgetNotices(
  { dialect: { statements } }: Database,
  trx: Trx,
  { ids, status, before }: Forgetting,
): Promise<ReadonlySet<bigint>> {
  const { rows } = await sql<{ id: bigint; dedupe_key: string }>`
    select o.id, o.dedupe_key from ${statements.byPrimaryKey('carryover_outbox', 'o')}
    where ${statements.idIn('o.id', ids)} and o.status = ${status} order by o.id ${statements.lockRows()}`.execute(trx);
  const table = sql.table('carryover_outbox');
  const [past, kept] = [true, false].map((isPast) =>
    rows.filter((row) => keyIsPast(row.dedupe_key, before) === isPast).map((row) => row.id),
  );
  if (past !== undefined && past.length > 0) {
    await sql`delete from ${table} where ${statements.idIn('id', past)}`.execute(trx);
  }
  if (kept !== undefined && kept.length > 0) {
    await sql`update ${table} set recipient = '', payload = '{}', status = 'planned' where ${statements.idIn('id', kept)}`.execute(
      trx,
    );
  }
  return new Set(rows.map((row) => row.id));
}

function add(counts: Counts, more: Counts): void {
  for (const table of Object.keys(more) as (keyof Counts)[]) counts[table] += more[table];
}
