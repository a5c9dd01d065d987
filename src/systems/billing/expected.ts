import { sql, type RawBuilder } from 'kysely';
import type { ExpectedRow } from '../../cutover/descriptor.ts';
import type { Fragment } from '../../sql/contract/expressions.ts';
import { aliased, columnsOf, isOneOf, unless } from '../legacy-pieces.ts';
import { CREDITS_KIND } from './accounts.ts';
import { expectedGrants } from './expected-grants.ts';
import { hasCredits } from './legacy-users.ts';
import { SCALE, type BillingSource } from './read-legacy.ts';

/**
 * The balances as sums over the legacy columns themselves. It shares with `history` neither how rows are chosen nor how the running period and its usage
 * are found, so that a mistake of one is seen by the other.
 */
export function billingExpected(source: BillingSource): RawBuilder<ExpectedRow> {
  const { int64, text } = source.expressions;
  const rebuilt = sql`sum(t.bought) - sum(t.used)`;
  const kept =
    source.policy.carrying.trust === 'stored'
      ? sql`case when sum(t.has_stored) > 0 then sum(t.stored) else ${rebuilt} end`
      : rebuilt;
  return sql<ExpectedRow>`
    select ${text(sql.lit(CREDITS_KIND))} as account_kind, t.user_id as owner, ${int64(sql`${kept} + sum(t.granted)`)} as balance
    from (${contributions(source)}) t
    group by t.user_id having max(t.is_user) = 1`;
}

function contributions(source: BillingSource): RawBuilder<unknown> {
  const { int64, minorUnits, text } = source.expressions;
  const zero = int64(sql.lit(0));
  const a = columnsOf(source, { alias: 'a', table: 'accounts' });
  const p = columnsOf(source, { alias: 'p', table: 'credit_purchases' });
  const u = columnsOf(source, { alias: 'u', table: 'credit_usage' });
  const b = columnsOf(source, { alias: 'b', table: 'credit_balance' });
  const micros = (value: Fragment): RawBuilder<bigint> => minorUnits(value, SCALE);
  return sql`
    select ${text(a('id'))} as user_id, 1 as is_user, ${zero} as bought, ${zero} as used, ${zero} as granted, 0 as has_stored, ${zero} as stored
    from ${aliased(source, { alias: 'a', table: 'accounts' })}
    where ${source.inRange(a('id'))} and ${hasCredits(source, 'a')}
    union all
    select ${text(p('user_id'))}, 0, ${micros(sql`sum(${p('amount_dollars')})`)}, ${zero}, ${zero}, 0, ${zero}
    from ${aliased(source, { alias: 'p', table: 'credit_purchases' })}
    where ${source.inRange(p('user_id'))} and ${isOneOf(source, p('status'), ['completed'])} and ${isCarried(source, p('amount_dollars'))}
    group by ${p('user_id')}
    union all
    select ${text(u('user_id'))}, 0, ${zero}, ${micros(sql`sum(${u('amount_dollars')})`)}, ${zero}, 0, ${zero}
    from ${aliased(source, { alias: 'u', table: 'credit_usage' })}
    where ${source.inRange(u('user_id'))} and ${isCarried(source, u('amount_dollars'))}
    group by ${u('user_id')}
    union all
    select g.user_id, 0, ${zero}, ${zero}, g.amount, 0, ${zero} from (${expectedGrants(source)}) g
    union all
    select ${text(b('user_id'))}, 0, ${zero}, ${zero}, ${zero}, 1, coalesce(${micros(b('balance_dollars'))}, 0)
    from ${aliased(source, { alias: 'b', table: 'credit_balance' })} where ${source.inRange(b('user_id'))}`;
}

function isCarried(source: BillingSource, amount: Fragment): RawBuilder<boolean> {
  return sql<boolean>`${amount} > 0 and ${unless(source.expressions.hasMoreDecimals(amount, SCALE))}`;
}
