import { sql, type RawBuilder } from 'kysely';
import type { Unit } from '../../base/amounts.ts';
import { defineUnit } from '../../base/amounts.ts';
import type { AccountRow } from '../../cutover/descriptor.ts';
import { enrolmentRows } from './legacy-enrolments.ts';
import type { TuitionPolicy } from './policy.ts';
import { ownerOf, type TuitionSource } from './read-legacy.ts';

/** What is counted: sessions, and the money that has bought none yet. */
export function tuitionUnits(policy: TuitionPolicy): readonly Unit[] {
  return [defineUnit('session', 0), defineUnit(policy.currency, policy.currencyScale)];
}

/** The two accounts of an enrolment, to be joined with it. */
export const accountKinds: RawBuilder<unknown> = sql`(select 'sessions' as account_kind union all select 'money' as account_kind)`;

/**
 * Two accounts per enrolment (T-42). Sessions may fall to minus the grace of the pupil's standing, without limit where nothing is
 * owed (T-09); money never falls below zero. Inactive enrolments come frozen: their history is kept and nothing moves (T-10).
 */
export function tuitionAccounts(source: TuitionSource): RawBuilder<AccountRow> {
  const { int64, text } = source.expressions;
  const isSessions = sql`k.account_kind = 'sessions'`;
  return sql<AccountRow>`
    select k.account_kind as kind,
      ${ownerOf(source, sql`r.student_id`, sql`r.group_id`)} as owner,
      case when ${isSessions} then 'session' else ${text(sql.lit(source.policy.currency))} end as unit,
      ${int64(sql`case when not (${isSessions}) then 0 when r.free = 1 then null else -r.grace end`)} as floor,
      case when r.active = 1 then 'open' else 'frozen' end as status,
      ${int64(sql.lit(0))} as lotted,
      r.started_at as opened_at, ${text(sql`r.student_id`)} as walk_key
    from (${enrolmentRows(source)}) r cross join ${accountKinds} k`;
}
