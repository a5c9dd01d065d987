import { sql, type RawBuilder } from 'kysely';
import type { LossRow } from '../../../cutover/live-descriptor.ts';
import type { Fragment } from '../../../sql/contract/expressions.ts';
import { GIVEN_PRIORITY } from '../lot-terms.ts';
import type { BillingSource } from '../read-legacy.ts';
import { UNTOLD_PERIOD } from './tell-account.ts';

/** Where losses are looked for. */
interface Decided {
  readonly source: BillingSource;
  /** The accounts that the ledger decides and legacy has a user for. */
  readonly accounts: RawBuilder<unknown>;
}

/**
 * What the application's tables could not hold of the users that the ledger decides about, each on their one account: parts of a cent, what was granted and used in periods that legacy counts by itself, and everything
 * that was promised or asked for and is not done.
 */
export function billingLosses(source: BillingSource, decided: RawBuilder<unknown>): RawBuilder<LossRow> {
  const accounts = sql`(select b.* from (${decided}) b where b.walk_key is not null)`;
  const given = { source, accounts };
  const parts = [
    partsOfACent(given),
    laterPeriods(given),
    holds(given),
    debts(given),
    downgrades(given),
    expiries(given),
    pendingRows(given),
  ];
  return sql<LossRow>`${sql.join(parts, sql` union all `)}`;
}

/** One part: a loss by name, with its numbers, of accounts `a`. */
function loss(
  source: BillingSource,
  given: { readonly name: string; readonly details: Readonly<Record<string, Fragment>>; readonly from: Fragment },
): RawBuilder<unknown> {
  const { jsonObject, text } = source.expressions;
  return sql`select a.kind as kind, a.owner as owner, ${text(sql.lit(given.name))} as name, ${text(jsonObject(given.details))} as details
    ${given.from}`;
}

/** What a cent cannot hold: of movements that were told, and of the balance that was carried, which legacy may have finer. */
function partsOfACent({ source, accounts }: Decided): RawBuilder<unknown> {
  return loss(source, {
    name: 'sub-cent',
    details: { micros: sql`t.remainder` },
    from: sql`from ${sql.table('carryover_billing_told')} t
      join ${sql.table('carryover_switched')} w on w.account_id = t.account_id and w.seq_at_switch = t.seq_at_switch
      join ${accounts} a on a.id = t.account_id where t.remainder <> 0`,
  });
}

/** Grants of later periods, what was used of them, and what expired of any: legacy counts its allowance anew, from the costs of messages. */
function laterPeriods({ source, accounts }: Decided): RawBuilder<unknown> {
  const { sumInt64 } = source.expressions;
  return loss(source, {
    name: 'later-periods',
    details: { amount: sql`a.amount` },
    from: sql`from (
        select u.kind as kind, u.owner as owner, ${sumInt64(sql`p.amount`)} as amount
        from ${accounts} u
        join ${sql.table('carryover_switched')} w on w.account_id = u.id
        join ${sql.table('carryover_mirrors')} m on m.account_id = w.account_id and m.entry_seq > w.seq_at_switch
        join ${sql.table('carryover_entries')} p on p.account_id = m.account_id and p.seq = m.entry_seq
        where m.source like ${sql.lit(`${UNTOLD_PERIOD}%`)}
        group by u.kind, u.owner) a
      where a.amount <> 0`,
  });
}

function holds({ source, accounts }: Decided): RawBuilder<unknown> {
  return loss(source, {
    name: 'holds',
    details: { held: sql`a.held` },
    from: sql`from ${accounts} a where a.held > 0`,
  });
}

function debts({ source, accounts }: Decided): RawBuilder<unknown> {
  return loss(source, {
    name: 'negative-balances',
    details: { balance: sql`a.balance` },
    from: sql`from ${accounts} a where a.balance < 0`,
  });
}

/** Users whose tier gives less by now than was granted for the carried period: nothing is taken back here, and legacy counts by the tier of now. */
function downgrades({ source, accounts }: Decided): RawBuilder<unknown> {
  const grants = sql.table('carryover_billing_grants');
  return loss(source, {
    name: 'downgrades',
    details: { granted: sql`g.tier`, tier: sql`u.tier` },
    from: sql`from ${sql.table('carryover_billing_users')} u
      join ${grants} g on g.user_id = u.user_id and g.origin = 'carried' and g.tier <> u.tier
      join ${accounts} a on a.id = u.account_id
      where not exists (select 1 from ${grants} n where n.user_id = g.user_id and n.origin = 'carried' and n.starts_at > g.starts_at)`,
  });
}

/** Credits that staff gave with an expiry: to legacy they are bought and last. */
function expiries({ source, accounts }: Decided): RawBuilder<unknown> {
  const { now, sumInt64 } = source.expressions;
  return loss(source, {
    name: 'expiries',
    details: { amount: sql`a.amount` },
    from: sql`from (
        select u.kind as kind, u.owner as owner, ${sumInt64(sql`l.remaining`)} as amount
        from ${accounts} u
        join ${sql.table('carryover_lots')} l on l.account_id = u.id
        where l.priority = ${sql.lit(GIVEN_PRIORITY)} and l.remaining > 0 and l.expires_at > ${now()}
        group by u.kind, u.owner) a`,
  });
}

/** What waits for a payment, a provider or a second person, and what shall be bought by itself. */
function pendingRows({ source, accounts }: Decided): RawBuilder<unknown> {
  const { text } = source.expressions;
  const waiting = (name: string, table: string, where: Fragment): RawBuilder<unknown> =>
    sql`select ${text(sql.lit(name))} as name, t.user_id as user_id, t.amount as amount from ${sql.table(`carryover_billing_${table}`)} t where ${where}`;
  const all = sql.join(
    [
      waiting('purchases-under-way', 'purchases', sql`t.status = 'pending' and t.origin <> 'carried'`),
      waiting('refunds', 'refunds', sql`t.status = 'pending'`),
      waiting('approvals', 'adjustments', sql`t.status = 'pending'`),
      waiting('top-up-rules', 'topup_rules', sql`t.enabled = 1`),
    ],
    sql` union all `,
  );
  const { jsonObject } = source.expressions;
  return sql`select a.kind as kind, a.owner as owner, q.name as name, ${text(jsonObject({ amount: sql`q.amount` }))} as details
    from ${accounts} a join (${all}) q on q.user_id = a.owner`;
}
