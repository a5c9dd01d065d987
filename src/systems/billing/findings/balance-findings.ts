import { sql, type RawBuilder } from 'kysely';
import type { FindingCheck, FindingRow } from '../../../cutover/descriptor.ts';
import type { Fragment } from '../../../sql/contract/expressions.ts';
import { balanceRows } from '../legacy-balances.ts';
import type { BillingPolicy } from '../policy.ts';
import { userSubject, type BillingSource } from '../read-legacy.ts';

/** What the stored balances say about themselves. Amounts in the details are micro-dollars. */
export const balanceFindings: readonly FindingCheck<BillingPolicy>[] = [
  {
    code: 'stored-balance-differs',
    severity: 'review',
    title: 'Users whose stored balance is not what they bought minus what they used (U-04, U-16)',
    treatment: ({ carrying }) =>
      carrying.trust === 'stored'
        ? 'The stored balance is right: a correcting entry named credit_balance closes the gap (carrying.trust: stored).'
        : 'The facts are right: the balance is what was bought minus what was used (carrying.trust: rebuilt).',
    rows: (source) =>
      balanceFinding(source, sql`b.has_stored > 0 and b.stored <> b.rebuilt`, {
        stored: sql`b.stored`,
        rebuilt: sql`b.rebuilt`,
        difference: sql`b.stored - b.rebuilt`,
      }),
  },
  {
    code: 'stored-totals-differ',
    severity: 'info',
    title: 'Users whose stored totals of bought and used credits are not the sums of the rows (U-05)',
    treatment: () => 'The totals are not read; lifetime sums are sums of the entries.',
    rows: (source) =>
      source.has('credit_balance', 'total_purchased') && source.has('credit_balance', 'total_used')
        ? balanceFinding(
            source,
            sql`b.has_stored > 0 and (b.stored_purchased <> b.purchased or b.stored_used <> b.used)`,
            {
              stored_purchased: sql`b.stored_purchased`,
              purchased: sql`b.purchased`,
              stored_used: sql`b.stored_used`,
              used: sql`b.used`,
            },
          )
        : balanceFinding(source, sql`1 = 0`, {}),
  },
  {
    code: 'balance-row-missing',
    severity: 'review',
    title: 'Users who bought or used credits and have no stored balance (U-16)',
    treatment: () => 'The balance is what was bought minus what was used.',
    rows: (source) => balanceFinding(source, sql`b.has_stored = 0`, { purchased: sql`b.purchased`, used: sql`b.used` }),
  },
  {
    code: 'rebuilt-balance-negative',
    severity: 'review',
    title: 'Users who used more credits than they bought (U-16)',
    treatment: ({ carrying }) =>
      carrying.trust === 'stored'
        ? 'The stored balance is carried (carrying.trust: stored).'
        : 'The balance is carried below zero: what is granted or bought next makes it good first (carrying.trust: rebuilt).',
    rows: (source) => balanceFinding(source, sql`b.rebuilt < 0`, { rebuilt: sql`b.rebuilt`, stored: sql`b.stored` }),
  },
];

/** One row per user that meets a condition over `b`, the columns of `balanceRows`. */
function balanceFinding(
  source: BillingSource,
  where: Fragment,
  details: Readonly<Record<string, Fragment>>,
): RawBuilder<FindingRow> {
  return sql<FindingRow>`
    select ${userSubject(source, sql`b.user_id`)} as subject, ${source.expressions.jsonObject(details)} as details
    from (${balanceRows(source)}) b where ${where}`;
}
