import { sql, type RawBuilder } from 'kysely';
import type { Invariant, InvariantRow } from '../../cutover/descriptor.ts';
import type { Fragment } from '../../sql/contract/expressions.ts';
import { isNone } from '../legacy-pieces.ts';
import { balanceRows } from './legacy-balances.ts';
import { grantRows } from './legacy-grants.ts';
import { purchaseRows, settledPurchases } from './legacy-purchases.ts';
import { chargedUsage } from './legacy-usage.ts';
import { userRows } from './legacy-users.ts';
import type { BillingPolicy } from './policy.ts';
import type { BillingSource } from './read-legacy.ts';
import { tiersOf } from './tiers.ts';

const accounts = sql.table('carryover_accounts');
const entries = sql.table('carryover_entries');
const purchases = sql.table('carryover_billing_purchases');
const users = sql.table('carryover_billing_users');

/** What must be equal on both sides. The legacy side reads legacy tables only, the ledger side Carryover's only. Amounts are micro-dollars. */
export const billingInvariants: readonly Invariant<BillingPolicy>[] = [
  {
    name: 'accounts',
    statement: 'There is one account, and one user, for every account of legacy that has credits.',
    compare: (source) => {
      const legacy = sql`select ${count(source)} from (${userRows(source)}) l`;
      return rows(source, [
        {
          label: 'accounts',
          legacy,
          ledger: sql`select ${count(source)} from ${accounts} a where ${isCompared(source)}`,
        },
        {
          label: 'users',
          legacy,
          ledger: sql`select ${count(source)} from ${users} u join ${accounts} a on a.id = u.account_id where ${isCompared(source)}`,
        },
      ]);
    },
  },
  {
    name: 'purchased',
    statement:
      'What was bought and paid for is on the ledger to the last micro-dollar, and so is what is still pending.',
    compare: (source) =>
      rows(source, [
        {
          label: 'bought',
          legacy: sum(source, sql`p.amount`, sql`(${settledPurchases(source)}) p`),
          ledger: carried(source, 'credit_purchases', sql`n.amount`),
        },
        ...(['settled', 'pending', 'failed', 'refunded'] as const).flatMap((status) => purchasesOf(source, status)),
      ]),
  },
  {
    name: 'used',
    statement: 'What bought credits paid for was taken to the last micro-dollar.',
    compare: (source) =>
      rows(source, [
        {
          label: 'used',
          legacy: sum(source, sql`u.amount`, sql`(${chargedUsage(source)}) u`),
          ledger: carried(source, 'credit_usage', sql`-n.amount`),
        },
      ]),
  },
  {
    name: 'balances-kept',
    statement:
      'The balances of bought credits come out as purchases minus usage, or as stored where policy trusts that.',
    compare: (source) => {
      const kept =
        source.policy.carrying.trust === 'stored'
          ? sql`case when b.has_stored > 0 then b.stored else b.rebuilt end`
          : sql`b.rebuilt`;
      const ledger = sql`select ${source.expressions.sumText(sql`n.amount`)} from ${facts(source, sql`like 'credit_%'`)}`;
      return rows(source, [{ label: 'kept', legacy: sum(source, kept, sql`(${balanceRows(source)}) b`), ledger }]);
    },
  },
  {
    name: 'granted-per-tier',
    statement: 'Every tier has as many users on both sides, and what is left of its grants was granted.',
    compare: perTier,
  },
];

/** Accounts that are there, but for those that are being written to or that the ledger decides. */
function isCompared(source: BillingSource): RawBuilder<unknown> {
  return sql`a.system_name = 'billing' and a.status <> 'closed' and ${source.ofAccounts(sql`a.walk_key`)}`;
}

interface Comparison {
  readonly label: string;
  /** SELECTs of one decimal text each. */
  readonly legacy: Fragment;
  readonly ledger: Fragment;
}

function rows(source: BillingSource, comparisons: readonly Comparison[]): RawBuilder<InvariantRow> {
  const { text } = source.expressions;
  const lines = comparisons.map(
    ({ label, legacy, ledger }) =>
      sql`select ${text(sql.lit(label))} as label, (${legacy}) as legacy_value, (${ledger}) as ledger_value`,
  );
  return sql<InvariantRow>`${sql.join(lines, sql` union all `)}`;
}

function count(source: BillingSource): RawBuilder<string> {
  return source.expressions.text(sql`count(*)`);
}

function sum(source: BillingSource, amount: Fragment, from: Fragment): Fragment {
  return sql`select ${source.expressions.sumText(amount)} from ${from}`;
}

/**
 * Entries `n` of accounts `a` that legacy has a fact for, carried from there or told to it, whose name is like a pattern. What the ledger did while it decided stands under the facts that legacy was
 * told, so that an account which went back is compared like any other.
 */
function facts(source: BillingSource, name: Fragment): RawBuilder<unknown> {
  return sql`${entries} n join ${accounts} a on a.id = n.account_id
    left join ${sql.table('carryover_mirrors')} m on m.account_id = n.account_id and m.entry_seq = n.seq
    where a.system_name = 'billing' and coalesce(n.source, m.source) ${name} and ${source.ofAccounts(sql`a.walk_key`)}`;
}

function carried(source: BillingSource, table: 'credit_purchases' | 'credit_usage', amount: Fragment): Fragment {
  return sql`select ${source.expressions.sumText(amount)} from ${facts(source, sql`like ${sql.lit(`${table}:%`)}`)}`;
}

function purchasesOf(source: BillingSource, status: 'settled' | 'pending' | 'failed' | 'refunded'): Comparison[] {
  const written = status === 'settled' ? 'completed' : status;
  const legacy = sql`(${purchaseRows(source)}) p where p.status = ${sql.lit(written)} and ${isNone(sql`p.flaw`)}
    and coalesce(p.exclusion, '') <> 'team-account'`;
  const ledger = sql`${purchases} p join ${users} u on u.user_id = p.user_id join ${accounts} a on a.id = u.account_id
    where p.purchase_key like 'credit_purchases:%' and p.status = ${sql.lit(status)} and ${source.ofAccounts(sql`a.walk_key`)}`;
  return [
    {
      label: `${status} purchases`,
      legacy: sql`select ${count(source)} from ${legacy}`,
      ledger: sql`select ${count(source)} from ${ledger}`,
    },
    {
      label: `${status} amount`,
      legacy: sum(source, sql`p.amount`, legacy),
      ledger: sum(source, sql`p.amount`, ledger),
    },
  ];
}

/** All tiers of the policy, so that one without any user is compared too, as 0 with 0. */
function perTier(source: BillingSource): RawBuilder<InvariantRow> {
  const { concat, sumText, text } = source.expressions;
  const one = sql`1`;
  const tiers = tiersOf(source.policy).map(
    ({ name }) =>
      sql`select ${text(sql.lit(name))} as tier, 0 as users_legacy, 0 as users_ledger, 0 as legacy, 0 as ledger`,
  );
  const all = sql`
    ${sql.join(tiers, sql` union all `)}
    union all
    select l.tier, ${one}, 0, l.net, 0 from (${grantRows(source)}) l
    union all
    select u.tier, 0, ${one}, 0, 0 from ${users} u join ${accounts} a on a.id = u.account_id where ${isCompared(source)}
    union all
    select t.tier, 0, 0, 0, g.amount from ${users} t join (
      select n.account_id as account_id, n.amount as amount from ${facts(source, sql`like 'grant:%'`)}) g on g.account_id = t.account_id`;
  return sql<InvariantRow>`
    select ${concat(sql.lit('users of '), sql`t.tier`)} as label, ${sumText(sql`t.users_legacy`)} as legacy_value, ${sumText(sql`t.users_ledger`)} as ledger_value
    from (${all}) t group by t.tier
    union all
    select ${concat(sql.lit('granted to '), sql`t.tier`)}, ${sumText(sql`t.legacy`)}, ${sumText(sql`t.ledger`)}
    from (${all}) t group by t.tier`;
}
