import { sql, type RawBuilder } from 'kysely';
import type { Unit } from '../../base/amounts.ts';
import type { AccountRow } from '../../cutover/descriptor.ts';
import { userRows } from './legacy-users.ts';
import { usd } from './money.ts';
import type { BillingSource } from './read-legacy.ts';

/** The one kind of account: all that somebody can spend, in lots. */
export const CREDITS_KIND = 'credits';

/** What is counted: micro-dollars. */
export function billingUnits(): readonly Unit[] {
  return [usd];
}

/** One account per user. Nobody may spend below zero; what is carried is a fact and may lie there (U-16). */
export function billingAccounts(source: BillingSource): RawBuilder<AccountRow> {
  const { int64, text } = source.expressions;
  return sql<AccountRow>`
    select ${text(sql.lit(CREDITS_KIND))} as kind, u.user_id as owner, ${text(sql.lit(usd.name))} as unit, ${int64(sql.lit(0))} as floor,
      'open' as status, ${int64(sql.lit(1))} as lotted, u.opened_at as opened_at, u.user_id as walk_key
    from (${userRows(source)}) u`;
}
