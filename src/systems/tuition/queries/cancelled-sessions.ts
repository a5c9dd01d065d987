import { sql } from 'kysely';
import { aliased, columnsOf, flagOrFalse } from '../read-legacy.ts';
import { deskTables } from './desk-tables.ts';
import type { Reads } from './legacy-reads.ts';

/** The groups whose session of a day was called off, here or in the school's own list. */
export async function cancelledSessions({ source, handle }: Reads, date: string): Promise<ReadonlySet<bigint>> {
  const sessions = { alias: 's', table: 'sessions' };
  const s = columnsOf(source, sessions);
  const legacy = await sql<{ group_id: bigint }>`
    select ${s('group_id')} as group_id from ${aliased(source, sessions)}
    where ${source.expressions.dateOf(s('session_date'))} = ${date} and ${flagOrFalse(source, sessions, 'is_cancelled')}`.execute(
    handle,
  );
  const own = await deskTables(handle)
    .selectFrom('carryover_tuition_cancellations')
    .select('group_id')
    .where('session_date', '=', date)
    .execute();
  return new Set([...legacy.rows, ...own].map(({ group_id }) => group_id));
}
