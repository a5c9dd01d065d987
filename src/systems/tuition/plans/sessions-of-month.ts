import { sql } from 'kysely';
import { schoolMonth } from '../calendar/school-calendar.ts';
import { deskTables } from '../queries/desk-tables.ts';
import type { Reads } from '../queries/legacy-reads.ts';
import { aliased, columnsOf, flagOrFalse } from '../read-legacy.ts';
import type { Instant } from '../../../base/instant.ts';

const sessions = { alias: 's', table: 'sessions' };

/**
 * How many sessions a month of fees buys in a group (T-05). Where policy counts them: the sessions held, by the school's own list
 * and by scans taken here, without those called off. A month that is not over buys at least the fixed number, and one of which
 * nothing is known exactly that.
 */
export async function sessionsOfMonth(
  reads: Reads,
  month: { readonly groupId: bigint; readonly month: string },
  now: Instant,
): Promise<bigint> {
  const { sessionsPerMonth, zone } = reads.source.policy;
  const fixed = BigInt(sessionsPerMonth.groups[month.groupId.toString()] ?? sessionsPerMonth.standard);
  if (sessionsPerMonth.from === 'fixed') return fixed;
  const held = BigInt((await heldDates(reads, month)).size);
  if (held === 0n) return fixed;
  const isOver = month.month < schoolMonth(now, zone);
  return isOver || held > fixed ? held : fixed;
}

async function heldDates(
  reads: Reads,
  { groupId, month }: { readonly groupId: bigint; readonly month: string },
): Promise<ReadonlySet<string>> {
  const { source, handle } = reads;
  const s = columnsOf(source, sessions);
  const { dateOf, monthOf } = source.expressions;
  const listed = await sql<{ day: string; cancelled: bigint }>`
    select ${dateOf(s('session_date'))} as day, case when ${flagOrFalse(source, sessions, 'is_cancelled')} then 1 else 0 end as cancelled
    from ${aliased(source, sessions)}
    where ${s('group_id')} = ${groupId} and ${monthOf(s('session_date'))} = ${month}`.execute(handle);
  const inMonth = [`${month}-01`, `${month}-31`] as const;
  const scanned = await deskTables(handle)
    .selectFrom('carryover_tuition_scans')
    .select('session_date')
    .distinct()
    .where('group_id', '=', groupId)
    .where('session_date', '>=', inMonth[0])
    .where('session_date', '<=', inMonth[1])
    .execute();
  const cancelled = await deskTables(handle)
    .selectFrom('carryover_tuition_cancellations')
    .select('session_date')
    .where('group_id', '=', groupId)
    .where('session_date', '>=', inMonth[0])
    .where('session_date', '<=', inMonth[1])
    .execute();
  const off = new Set([
    ...listed.rows.filter((row) => row.cancelled === 1n).map(({ day }) => day),
    ...cancelled.map(({ session_date }) => session_date),
  ]);
  const dates = [...listed.rows.map(({ day }) => day), ...scanned.map(({ session_date }) => session_date)];
  return new Set(dates.filter((date) => !off.has(date)));
}
