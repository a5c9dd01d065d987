import { sql } from 'kysely';
import { CarryoverError } from '../../base/errors.ts';
import type { Instant } from '../../base/instant.ts';
import type { Database } from '../../sql/database.ts';
import type { Trx } from '../../sql/engine.ts';
import { noticeChannelUnknown } from '../notices-errors.ts';
import { CHANNEL_NAMES, type ChannelName } from '../tables.ts';

/** A channel, or `all`. */
export type PausableChannel = ChannelName | 'all';

/** `all` stops every channel; its row is also what servers lock before they claim. */
const PAUSABLE: readonly PausableChannel[] = [...CHANNEL_NAMES, 'all'];

/** A channel that sends nothing until somebody resumes it. */
export interface PausedChannel {
  readonly channel: string;
  readonly pausedAt: Instant;
  readonly reason: string;
}

interface WithDatabase {
  readonly database: Database;
}

/** Locks the row that servers claim under and answers which channels are paused. */
export async function lockGate({ database }: WithDatabase, trx: Trx): Promise<ReadonlySet<string>> {
  const table = sql.table('carryover_notice_channels');
  const lock = sql`update ${table} set claims = claims + 1 where name = 'all'`;
  const { numAffectedRows = 0n } = await lock.execute(trx);
  if (numAffectedRows === 0n) {
    await ensureRows(database, trx);
    await lock.execute(trx);
  }
  const { rows } = await sql<{ name: string }>`select c.name from ${table} c where c.paused_at is not null`.execute(
    trx,
  );
  return new Set(rows.map(({ name }) => name));
}

/**
 * Stops a channel, inside the caller's transaction, because a person says so or the provider refused in a way that every further message
 * would meet as well. Stopping it again keeps the first reason.
 */
export async function pauseChannel(
  { database }: WithDatabase,
  trx: Trx,
  pause: { readonly channel: PausableChannel; readonly reason: string; readonly now: Instant },
): Promise<void> {
  await ensureRows(database, trx);
  await sql`update ${sql.table('carryover_notice_channels')}
    set paused_at = ${database.dialect.expressions.instant(pause.now)}, pause_reason = ${pause.reason.slice(0, 191)}
    where name = ${pause.channel} and paused_at is null`.execute(trx);
}

/**
 * Stops a channel, or `all`, by a person's hand: what waits goes when it is resumed, and what is being sent is not called back. Throws
 * `NOTICES_CHANNEL_UNKNOWN`.
 */
export async function stopChannel(database: Database, channel: string, reason: string): Promise<void> {
  const name = checkPausable(channel);
  await database.write(async (trx) => {
    const now = await database.dialect.statements.serverNow(trx);
    await pauseChannel({ database }, trx, { channel: name, reason, now });
  });
}

/** Lets a channel send again. True where it was paused. Throws `NOTICES_CHANNEL_UNKNOWN`. */
export async function resumeChannel(database: Database, channel: string): Promise<boolean> {
  checkPausable(channel);
  return database.write(async (trx) => {
    const { numAffectedRows = 0n } = await sql`update ${sql.table('carryover_notice_channels')}
      set paused_at = null, pause_reason = null where name = ${channel} and paused_at is not null`.execute(trx);
    return numAffectedRows > 0n;
  });
}

/** The channels that are stopped, and why. */
export async function listPausedChannels(database: Database): Promise<readonly PausedChannel[]> {
  const { rows } = await sql<{ name: string; paused_at: Instant; pause_reason: string | null }>`
    select c.name, c.paused_at, c.pause_reason from ${sql.table('carryover_notice_channels')} c
    where c.paused_at is not null order by c.name`.execute(database.handle);
  return rows.map((row) => ({ channel: row.name, pausedAt: row.paused_at, reason: row.pause_reason ?? 'by hand' }));
}

async function ensureRows(database: Database, trx: Trx): Promise<void> {
  const { statements } = database.dialect;
  const names = statements.rows('n', {
    columns: { name: 'text' },
    rows: [...PAUSABLE].toSorted().map((name) => [name]),
  });
  await statements.insertIfAbsent(trx, {
    table: 'carryover_notice_channels',
    columns: ['name'],
    source: sql`select n.name from ${names}`,
    conflict: ['name'],
  });
}

function checkPausable(channel: string): PausableChannel {
  const known = PAUSABLE.find((name) => name === channel);
  if (known === undefined) throw new CarryoverError(noticeChannelUnknown, { channel, known: PAUSABLE });
  return known;
}
