import { sql } from 'kysely';
import type { TSchema } from 'typebox';
import { Instant } from '../../../base/instant.ts';
import { STAFF } from '../../access.ts';
import * as answer from '../../answer-fields.ts';
import { defineOperation, type Operation } from '../../operation.ts';
import { userUnknown } from '../billing-errors.ts';
import * as field from '../inputs/input-fields.ts';
import { readUserId } from '../inputs/read-values.ts';
import { dollars } from '../money.ts';
import type { BillingPolicy } from '../policy.ts';
import { loadUser } from '../queries/load-user.ts';
import { runRead } from '../writes/billing-call.ts';

const DAY_MS = 86_400_000;
const DAYS = 30;

/** Whose usage, and when. */
export interface UsageHistoryInput {
  readonly userId: string;
  /** Absent: 30 days before `until`. */
  readonly from?: string;
  /** Absent: now. */
  readonly until?: string;
}

/** What was used on one day (UTC). */
export interface UsageDay {
  readonly day: string;
  readonly charges: number;
  readonly amount: string;
}

/** Usage by day, and in all. Amounts are decimal texts of dollars. */
export interface UsageHistory {
  readonly from: string;
  readonly until: string;
  readonly total: string;
  readonly days: readonly UsageDay[];
}

const daySchema: TSchema = answer.answerOf<UsageDay>({
  day: answer.date('The day in UTC'),
  charges: answer.count('How many charges'),
  amount: answer.amount('Dollars that were used'),
});

const usageHistorySchema: TSchema = answer.answerOf<UsageHistory>({
  from: answer.instant('From when'),
  until: answer.instant('Until when'),
  total: answer.amount('Dollars that were used in all'),
  days: answer.list(daySchema, 'The days on which something was used, oldest first'),
});

/**
 * Sums what a user used by day, carried usage included, over all rows there are (U-35). Throws `ROLE_INSUFFICIENT`,
 * `INPUT_INVALID`, `BILLING_USER_UNKNOWN`.
 */
export const usageHistory: Operation<BillingPolicy, UsageHistoryInput, UsageHistory> = defineOperation({
  name: 'usage-history',
  title: 'Sum what a user used, by day',
  input: field.inputOf({
    userId: field.userId,
    from: field.optional(field.instant('From this instant on; else 30 days')),
    until: field.optional(field.instant('Before this instant; else until now')),
  }),
  writes: false,
  access: { roles: ['server', 'user', ...STAFF], owner: 'userId' },
  answer: usageHistorySchema,
  errors: [userUnknown],
  run: (context, input) =>
    runRead(context, async (handle, now) => {
      const { dateOf, instant, int64, sumInt64 } = context.database.dialect.expressions;
      const { accountId } = await loadUser(context.database, handle, readUserId(input.userId));
      const until = input.until === undefined ? now : Instant.parse(input.until);
      const from = input.from === undefined ? until.plusMillis(-DAYS * DAY_MS) : Instant.parse(input.from);
      const { rows } = await sql<{ day: string; charges: bigint; amount: bigint }>`
        select d.day_used as day, ${int64(sql`count(*)`)} as charges, ${sumInt64(sql`d.used`)} as amount
        from (
          select ${dateOf(sql`n.occurred_at`)} as day_used, -n.amount as used from ${sql.table('carryover_entries')} n
          where n.account_id = ${accountId} and n.contra = 'usage' and n.occurred_at >= ${instant(from)} and n.occurred_at <= ${instant(until)}) d
        group by d.day_used order by d.day_used`.execute(handle);
      return {
        from: from.toString(),
        until: until.toString(),
        total: dollars(rows.reduce((sum, { amount }) => sum + amount, 0n)),
        days: rows.map(({ day, charges, amount }) => ({ day, charges: Number(charges), amount: dollars(amount) })),
      };
    }),
});
