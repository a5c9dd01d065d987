import { sql, type RawBuilder } from 'kysely';
import { CarryoverError } from '../../base/errors.ts';
import { inputInvalid } from '../../base/base-errors.ts';
import type { Fragment } from '../../sql/contract/expressions.ts';
import type { TuitionPolicy } from './policy.ts';
import { aliased, columnsOf, flagOrFalse, type TuitionSource } from './read-legacy.ts';

/** Rows of a query that have a group_id and a month (`2026-01`), with all their columns by name. */
export interface RowsOfMonths {
  readonly query: RawBuilder<unknown>;
  readonly columns: readonly string[];
}

/**
 * The same rows with plan_sessions, the sessions that a month of fees buys (T-05). Counted from the sessions held, a month that is
 * not over would give less than was paid for, so until its end it gives at least the fixed number. The counts are put under
 * the rows and found by a window, because a planner that takes the rows for few would count anew for each of them.
 */
export function withPlanSessions(source: TuitionSource, rows: RowsOfMonths): RawBuilder<unknown> {
  const fixed = fixedSessions(source, sql`r.group_id`);
  const own = (alias: string): RawBuilder<unknown> => sql.join(rows.columns.map((name) => sql.ref(`${alias}.${name}`)));
  if (source.policy.sessionsPerMonth.from === 'fixed') {
    return sql`select ${own('r')}, ${fixed} as plan_sessions from (${rows.query}) r`;
  }
  const { greatest, int64 } = source.expressions;
  const counts = rows.columns.map((name) =>
    name === 'group_id' || name === 'month' ? sql.ref(`h.${name}`) : sql.raw('null'),
  );
  return sql`
    select ${own('r')}, case when r.held_in_month is null then ${fixed}
      when r.month >= ${runningMonth(source)} then ${greatest(sql`r.held_in_month`, fixed)} else r.held_in_month end as plan_sessions
    from (
      select c.*, ${int64(sql`max(c.held) over (partition by c.group_id, c.month)`)} as held_in_month
      from (
        select ${own('q')}, 1 as is_row, ${int64(sql`null`)} as held from (${rows.query}) q
        union all
        select ${sql.join(counts)}, 0, h.held from (${heldSessions(source)}) h) c) r
    where r.is_row = 1`;
}

/** group_id, month and the number of its sessions that were not cancelled. */
export function heldSessions(source: TuitionSource): RawBuilder<unknown> {
  const sessions = { alias: 's', table: 'sessions' };
  const s = columnsOf(source, sessions);
  const { int64, monthOf } = source.expressions;
  return sql`select ${s('group_id')} as group_id, ${monthOf(s('session_date'))} as month, ${int64(sql`count(*)`)} as held
    from ${aliased(source, sessions)}
    where not (${flagOrFalse(source, sessions, 'is_cancelled')})
    group by ${s('group_id')}, ${monthOf(s('session_date'))}`;
}

/** The calendar month (`2026-01`) that the school is in at the run's instant; it and all later ones are not over. */
export function runningMonth(source: TuitionSource): RawBuilder<string> {
  return sql.lit(source.asOf.inZone(source.policy.zone).toPlainDate().toString().slice(0, 7));
}

/** The number policy sets for a group, whatever was held. */
export function fixedSessions(source: TuitionSource, groupId: Fragment): RawBuilder<bigint> {
  const { int64 } = source.expressions;
  const { standard } = source.policy.sessionsPerMonth;
  const groups = groupSessions(source.policy);
  if (groups.length === 0) return int64(sql.lit(standard));
  const cases = groups.map(([group, sessions]) => sql`when ${sql.lit(group)} then ${sql.lit(sessions)}`);
  return int64(sql`case ${groupId} ${sql.join(cases, sql` `)} else ${sql.lit(standard)} end`);
}

/**
 * The groups whose month has sessions of its own, by id. Throws `INPUT_INVALID` for a key that is no group id: a typing
 * mistake would otherwise give that group the standard number.
 */
export function groupSessions(policy: TuitionPolicy): readonly (readonly [bigint, number])[] {
  return Object.entries(policy.sessionsPerMonth.groups).map(([key, sessions]) => {
    if (/^\d{1,18}$/.test(key)) return [BigInt(key), sessions] as const;
    throw new CarryoverError(inputInvalid, {
      what: 'the tuition policy sessionsPerMonth.groups',
      found: JSON.stringify(key.slice(0, 40)),
      expected: 'group ids, which are whole numbers',
    });
  });
}
