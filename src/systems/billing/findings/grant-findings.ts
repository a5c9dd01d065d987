import { sql, type RawBuilder } from 'kysely';
import type { FindingCheck, FindingRow } from '../../../cutover/descriptor.ts';
import type { Fragment } from '../../../sql/contract/expressions.ts';
import { noFinding } from '../../legacy-pieces.ts';
import { grantRows } from '../legacy-grants.ts';
import type { BillingPolicy } from '../policy.ts';
import { userSubject, type BillingSource } from '../read-legacy.ts';

/** From this day on an anchor falls on the last day of some month. */
const CLAMPED_FROM_DAY = 29;

/** What becomes of the running period. Amounts in the details are micro-dollars. */
export const grantFindings: readonly FindingCheck<BillingPolicy>[] = [
  {
    code: 'allowance-used',
    severity: 'info',
    title: 'Users who have used some of the running period already (U-07)',
    treatment: () => 'They are granted what is left of the period, not all of it.',
    rows: (source) =>
      grantFinding(source, sql`g.used > 0`, {
        tier: sql`g.tier`,
        credits: sql`g.credits`,
        used: sql`g.used`,
        granted: sql`g.net`,
      }),
  },
  {
    code: 'allowance-exceeded',
    severity: 'review',
    title: 'Users who have used more than the running period gives (U-07)',
    treatment: () =>
      'They are granted nothing until the next period; what went beyond is kept with the period and is not charged again.',
    rows: (source) =>
      grantFinding(source, sql`g.exceeded > 0`, {
        tier: sql`g.tier`,
        credits: sql`g.credits`,
        exceeded: sql`g.exceeded`,
      }),
  },
  {
    code: 'allowance-unknown',
    severity: 'review',
    title: 'There is no table of usage, so nothing says what was used of the running period (U-07)',
    treatment: () =>
      'Everybody is granted the whole of the running period. Map "usage_messages" if there is such a table or view.',
    rows: (source) =>
      source.has('usage_messages')
        ? noFinding()
        : sql<FindingRow>`select ${source.expressions.text(sql.lit('table usage_messages'))} as subject, ${source.expressions.jsonObject({ mapped: sql.lit('no') })} as details`,
  },
  {
    code: 'month-end-anchor',
    severity: 'info',
    title: 'Users whose period begins on a day that some months lack (U-13, U-21)',
    treatment: () => 'In such a month it begins on the last day, and afterwards on its own day again.',
    rows: monthEndAnchors,
  },
];

/** One row per user that meets a condition over `g`, the columns of `grantRows`. */
function grantFinding(
  source: BillingSource,
  where: Fragment,
  details: Readonly<Record<string, Fragment>>,
): RawBuilder<FindingRow> {
  return sql<FindingRow>`
    select ${userSubject(source, sql`g.user_id`)} as subject, ${source.expressions.jsonObject(details)} as details
    from (${grantRows(source)}) g where ${where}`;
}

function monthEndAnchors(source: BillingSource): RawBuilder<FindingRow> {
  const { dateOf, int64 } = source.expressions;
  const day = int64(sql`substr(${dateOf(sql`g.anchor_at`)}, 9, 2)`);
  return grantFinding(source, sql`${day} >= ${sql.lit(CLAMPED_FROM_DAY)}`, {
    tier: sql`g.tier`,
    day,
    next: dateOf(sql`g.ends_at`),
  });
}
