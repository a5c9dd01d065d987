import { sql, type RawBuilder } from 'kysely';
import { readId } from '../inputs/read-values.ts';

/** Which enrolments a list is about. */
export interface EnrolmentSelection {
  readonly studentId?: string;
  readonly groupId?: string;
  readonly includeInactive?: boolean;
}

/** True where more was attended than paid, and something is owed at all (T-09). */
export const owesSessions: RawBuilder<boolean> = sql<boolean>`(s.balance < 0 and s.floor is not null)`;

/** The condition of a selection, over the aliases of `EnrolmentFilter`. */
export function selected({ studentId, groupId, includeInactive }: EnrolmentSelection): RawBuilder<boolean> {
  const conditions = [
    includeInactive === true ? sql<boolean>`1 = 1` : sql<boolean>`e.active = 1`,
    ...(studentId === undefined ? [] : [sql<boolean>`e.student_id = ${readId('a pupil id', studentId)}`]),
    ...(groupId === undefined ? [] : [sql<boolean>`e.group_id = ${readId('a group id', groupId)}`]),
  ];
  return sql<boolean>`(${sql.join(conditions, sql` and `)})`;
}
