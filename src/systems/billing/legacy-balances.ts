import { sql, type RawBuilder } from 'kysely';
import { aliased, columnsOf } from '../legacy-pieces.ts';
import { settledPurchases } from './legacy-purchases.ts';
import { chargedUsage } from './legacy-usage.ts';
import { userRows } from './legacy-users.ts';
import { SCALE, spareColumn, type BillingSource } from './read-legacy.ts';

const balances = { alias: 'b', table: 'credit_balance' };

/**
 * One row per user of the range who has bought, used or been kept a balance: user_id, purchased, used and rebuilt (purchased minus used), has_stored (1
 * or 0), stored, stored_purchased and stored_used (0 without a row). Micro-dollars.
 */
export function balanceRows(source: BillingSource): RawBuilder<unknown> {
  return source.shared('balances', () => readBalanceRows(source));
}

function readBalanceRows(source: BillingSource): RawBuilder<unknown> {
  const { int64 } = source.expressions;
  const total = (column: string): RawBuilder<unknown> =>
    sql`${int64(sql`sum(${sql.ref(`t.${column}`)})`)} as ${sql.ref(column)}`;
  const zero = int64(sql.lit(0));
  const columns = ['purchased', 'used', 'has_stored', 'stored', 'stored_purchased', 'stored_used', 'facts'];
  return sql`
    select r.*, r.purchased - r.used as rebuilt
    from (
      select t.user_id, ${sql.join(columns.map(total))}
      from (
        select u.user_id, 1 as is_user, ${zero} as purchased, ${zero} as used, ${zero} as has_stored, ${zero} as stored,
          ${zero} as stored_purchased, ${zero} as stored_used, ${zero} as facts
        from (${userRows(source)}) u
        union all
        select p.user_id, 0, p.amount, ${zero}, ${zero}, ${zero}, ${zero}, ${zero}, 1 from (${settledPurchases(source)}) p
        union all
        select d.user_id, 0, ${zero}, d.amount, ${zero}, ${zero}, ${zero}, ${zero}, 1 from (${chargedUsage(source)}) d
        union all
        ${storedRows(source)}) t
      group by t.user_id having max(t.is_user) = 1) r
    where r.facts > 0`;
}

/** The users whose stored balance policy may trust: those who have one. */
export function correctionRows(source: BillingSource): RawBuilder<unknown> {
  return sql`select s.* from (${balanceRows(source)}) s where s.has_stored > 0`;
}

function storedRows(source: BillingSource): RawBuilder<unknown> {
  const b = columnsOf(source, balances);
  const { int64, minorUnits, text } = source.expressions;
  const zero = int64(sql.lit(0));
  const amount = (column: string): RawBuilder<bigint> =>
    spareColumn(
      source,
      { ...balances, column },
      { as: (value) => sql<bigint>`coalesce(${minorUnits(value, SCALE)}, 0)`, without: zero },
    );
  return sql`
    select ${text(b('user_id'))}, 0, ${zero}, ${zero}, 1, coalesce(${minorUnits(b('balance_dollars'), SCALE)}, 0),
      ${amount('total_purchased')}, ${amount('total_used')}, 1
    from ${aliased(source, balances)} where ${source.inRange(b('user_id'))}`;
}
