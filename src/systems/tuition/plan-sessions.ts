import { sql, type RawBuilder } from 'kysely';
import { CarryoverError } from '../../base/errors.ts';
import { inputInvalid } from '../../base/base-errors.ts';
import type { Fragment } from '../../sql/contract/expressions.ts';
import type { TuitionPolicy } from './policy.ts';
import { aliased, columnsOf, flagOrFalse, type TuitionSource } from './read-legacy.ts';

/** How a query learns the sessions that a month of fees buys (T-05). */
export interface PlanSessions {
  /** Stands behind the query's FROM; empty where the number is fixed. */
  readonly join: RawBuilder<unknown>;
  readonly sessions: RawBuilder<bigint>;
}

/**
 * The sessions of a plan, from its group and month (`2026-01`). Counted from the sessions held, a month that is not over
 * would give less than was paid for, so until its end it gives at least the fixed number.
 */
export function planSessions(source: TuitionSource, plan: { groupId: Fragment; month: Fragment }): PlanSessions {
  const fixed = fixedSessions(source, plan.groupId);
  if (source.policy.sessionsPerMonth.from === 'fixed') return { join: sql``, sessions: fixed };
  const held = sql`held_sessions.held`;
  const { greatest } = source.expressions;
  return {
    join: sql`left join (${heldSessions(source)}) held_sessions
      on held_sessions.group_id = ${plan.groupId} and held_sessions.month = ${plan.month}`,
    sessions: sql<bigint>`case when ${held} is null then ${fixed}
      when ${plan.month} >= ${runningMonth(source)} then ${greatest(held, fixed)} else ${held} end`,
  };
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
