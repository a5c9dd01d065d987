import { sql, type RawBuilder } from 'kysely';
import { startSecondsOf, weekdayOf, type GroupSchedule } from '../calendar/school-calendar.ts';
import { aliased, columnsOf, flagOrFalse, flagOrTrue } from '../read-legacy.ts';
import { asFlag, columnOrNull, type Reads } from './legacy-reads.ts';

/** A group of the school's own table. */
export interface Group {
  readonly groupId: bigint;
  readonly name: string | null;
  readonly teacherId: bigint | null;
  readonly isActive: boolean;
  /** Hundredths of a percent that the school keeps; null where policy says it. */
  readonly centerBasisPoints: bigint | null;
  readonly schedule: GroupSchedule;
}

const groups = { alias: 'g', table: 'groups' };
const sessions = { alias: 's', table: 'sessions' };

interface GroupRow {
  readonly group_id: bigint;
  readonly name: string | null;
  readonly teacher_id: bigint | null;
  readonly active: bigint;
  readonly center: bigint | null;
  readonly day: string | null;
  readonly time: string | null;
  readonly duration: bigint | null;
}

/**
 * Groups by id, or every active one, in id order. `dates` are the days for which the school's list of sessions is looked up,
 * so that a session moved to another weekday is known.
 */
export async function loadGroups(
  reads: Reads,
  wanted: { readonly groupIds: readonly bigint[] | 'active'; readonly dates: readonly string[] },
): Promise<readonly Group[]> {
  const { source, handle } = reads;
  const { expressions } = source;
  const text = (value: RawBuilder<unknown>): RawBuilder<unknown> => expressions.text(value);
  const at = (column: string): { alias: string; table: string; column: string } => ({ ...groups, column });
  const id = source.column('g', 'groups', 'group_id');
  const isActive = flagOrTrue(source, groups, 'is_active');
  if (wanted.groupIds !== 'active' && wanted.groupIds.length === 0) return [];
  const chosen = wanted.groupIds === 'active' ? isActive : sql<boolean>`${id} in (${idList(wanted.groupIds)})`;
  const { rows } = await sql<GroupRow>`
    select ${id} as group_id, ${columnOrNull(source, at('group_name'), text)} as name,
      ${columnOrNull(source, at('teacher_id'))} as teacher_id, ${asFlag(isActive)} as active,
      ${columnOrNull(source, at('center_percentage'), (value) => expressions.minorUnits(value, 2))} as center,
      ${columnOrNull(source, at('schedule_day'), text)} as day, ${columnOrNull(source, at('schedule_time'), text)} as time,
      ${columnOrNull(source, at('session_duration'))} as duration
    from ${aliased(source, groups)} where ${chosen} order by group_id`.execute(handle);
  const listed = await listedDates(reads, rows, wanted.dates);
  const isUnplanned = !source.has('groups', 'schedule_day');
  return rows.map((row) => groupOf(row, { isUnplanned, extraDates: listed.get(row.group_id) ?? [] }));
}

/** The group with an id, or undefined. */
export async function findGroup(reads: Reads, groupId: bigint): Promise<Group | undefined> {
  const [group] = await loadGroups(reads, { groupIds: [groupId], dates: [] });
  return group;
}

/** Ids as a list of SQL; they are integers, so nothing can be injected. */
export function idList(ids: readonly bigint[]): RawBuilder<unknown> {
  return sql.raw(ids.join(', '));
}

function groupOf(row: GroupRow, days: Pick<GroupSchedule, 'isUnplanned' | 'extraDates'>): Group {
  return {
    groupId: row.group_id,
    name: row.name,
    teacherId: row.teacher_id,
    isActive: row.active === 1n,
    centerBasisPoints: row.center,
    schedule: {
      groupId: row.group_id,
      weekday: weekdayOf(row.day),
      startSeconds: startSecondsOf(row.time),
      durationMinutes: row.duration === null ? null : Number(row.duration),
      ...days,
    },
  };
}

/** The days among `dates` that the school's list of sessions has for each group. Cancelled ones are days too: they say so at the door. */
async function listedDates(
  { source, handle }: Reads,
  rows: readonly GroupRow[],
  dates: readonly string[],
): Promise<ReadonlyMap<bigint, readonly string[]>> {
  const listed = new Map<bigint, string[]>();
  if (rows.length === 0 || dates.length === 0) return listed;
  const s = columnsOf(source, sessions);
  const date = source.expressions.dateOf(s('session_date'));
  const found = await sql<{ group_id: bigint; day: string }>`
    select ${s('group_id')} as group_id, ${date} as day from ${aliased(source, sessions)}
    where ${s('group_id')} in (${idList(rows.map((row) => row.group_id))}) and ${date} in (${sql.join(dates)})
    order by group_id, day`.execute(handle);
  for (const { group_id, day } of found.rows) listed.set(group_id, [...(listed.get(group_id) ?? []), day]);
  return listed;
}

/** True when the school's own list has the session of that day as cancelled. */
export async function isCancelledInLegacy({ source, handle }: Reads, groupId: bigint, date: string): Promise<boolean> {
  const s = columnsOf(source, sessions);
  const { rows } = await sql<{ cancelled: bigint }>`
    select ${asFlag(flagOrFalse(source, sessions, 'is_cancelled'))} as cancelled from ${aliased(source, sessions)}
    where ${s('group_id')} = ${groupId} and ${source.expressions.dateOf(s('session_date'))} = ${date}`.execute(handle);
  return rows.some(({ cancelled }) => cancelled === 1n);
}
