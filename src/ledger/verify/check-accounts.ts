import { sql } from 'kysely';
import { checkRows, noSeq, type RowRule } from './check-rows.ts';
import { accountsOfRange, inRange, type RangeSession } from './range-session.ts';

/** Holds each account's row to the sums of what hangs on it. */
export async function checkAccounts(session: RangeSession): Promise<void> {
  const { expressions: e } = session.database.dialect;
  const sums = (table: string, amount: string, where = sql`1 = 1`) => sql`(
    select x.account_id as account_id, count(*) as things, ${e.sumText(sql.ref(`x.${amount}`))} as total
    from ${sql.table(table)} as x where ${inRange(session, 'x.account_id')} and ${where} group by x.account_id)`;
  const total = (alias: string) => e.text(sql`coalesce(${sql.ref(`${alias}.total`)}, '0')`);
  await checkRows(session, {
    table: 'carryover_accounts',
    rows: sql`select a.id as account_id, ${noSeq(session)} as seq, a.balance, a.held, a.seq as account_seq, a.status, a.authority, a.lotted,
        ${total('p')} as entries_total, coalesce(p.things, 0) as entries, ${total('h')} as holds_total, ${total('l')} as lots_total,
        coalesce(l.things, 0) + coalesce(d.things, 0) as lots_and_draws
      from ${sql.table('carryover_accounts')} as a
      left join ${sums('carryover_entries', 'amount')} as p on p.account_id = a.id
      left join ${sums('carryover_holds', 'amount', sql`x.status = 'open'`)} as h on h.account_id = a.id
      left join ${sums('carryover_lots', 'remaining')} as l on l.account_id = a.id
      left join ${sums('carryover_lot_draws', 'amount')} as d on d.account_id = a.id
      where a.id in (select a.id from ${accountsOfRange(session)})`,
    rules: [...sumRules(session), ...stateRules(session)],
  });
}

function sumRules({ database }: RangeSession): RowRule[] {
  const { expressions: e } = database.dialect;
  const remains = e.text(sql`case when q.balance > 0 then q.balance else 0 end`);
  return [
    {
      rule: 'balance-is-sum-of-entries',
      broken: sql`${e.text(sql`q.balance`)} <> ${e.text(sql`q.entries_total`)}`,
      found: sql`q.balance`,
      expected: sql`q.entries_total`,
    },
    {
      rule: 'seq-is-number-of-entries',
      broken: sql`q.account_seq <> q.entries`,
      found: sql`q.account_seq`,
      expected: sql`q.entries`,
    },
    {
      rule: 'held-is-sum-of-open-holds',
      broken: sql`${e.text(sql`q.held`)} <> ${e.text(sql`q.holds_total`)}`,
      found: sql`q.held`,
      expected: sql`q.holds_total`,
    },
    {
      rule: 'lots-remain-what-the-balance-is',
      broken: sql`q.lotted = 1 and ${e.text(sql`q.lots_total`)} <> ${remains}`,
      found: sql`q.lots_total`,
      expected: remains,
    },
    {
      rule: 'lots-only-where-lotted',
      broken: sql`q.lotted <> 1 and q.lots_and_draws > 0`,
      found: sql`q.lots_and_draws`,
      expected: sql`0`,
    },
  ];
}

/** The engine's own checks say the same; a table that was restored or altered by hand may have lost them. */
function stateRules({ database }: RangeSession): RowRule[] {
  const { expressions: e } = database.dialect;
  return [
    {
      rule: 'closed-account-is-empty',
      broken: sql`q.status = 'closed' and (q.balance <> 0 or q.held <> 0)`,
      found: e.concat(sql`q.balance`, sql`' with held '`, sql`q.held`),
      expected: sql`'0 with held 0'`,
    },
    {
      rule: 'account-status-known',
      broken: sql`q.status not in ('open', 'frozen', 'closed')`,
      found: sql`q.status`,
      expected: sql`'open, frozen or closed'`,
    },
    {
      rule: 'authority-known',
      broken: sql`q.authority not in ('legacy', 'ledger')`,
      found: sql`q.authority`,
      expected: sql`'legacy or ledger'`,
    },
    {
      rule: 'lotted-is-yes-or-no',
      broken: sql`q.lotted not in (0, 1)`,
      found: sql`q.lotted`,
      expected: sql`'0 or 1'`,
    },
  ];
}
