import { sql } from 'kysely';
import type { TSchema } from 'typebox';
import type { Handle } from '../../../sql/engine.ts';
import { STAFF } from '../../access.ts';
import * as answer from '../../answer-fields.ts';
import { defineOperation, type Operation } from '../../operation.ts';
import { userUnknown } from '../billing-errors.ts';
import { standingAt } from '../grants/grant-due.ts';
import * as field from '../inputs/input-fields.ts';
import { readUserId } from '../inputs/read-values.ts';
import { dollars } from '../money.ts';
import type { BillingPolicy } from '../policy.ts';
import { balanceAnswer, balanceMembers, type BalanceAnswer } from '../queries/balance-answer.ts';
import { billingTables } from '../queries/billing-tables.ts';
import { lifetimeOf } from '../queries/lifetime.ts';
import { loadUser } from '../queries/load-user.ts';
import { mayPurchase } from '../tiers.ts';
import { runRead, type BillingContext } from '../writes/billing-call.ts';

/** Whose summary. */
export interface SummaryInput {
  readonly userId: string;
}

/** Credits that stand together in an account until they are used or expire. */
export interface LotAnswer {
  readonly remaining: string;
  readonly funding: 'paid' | 'granted';
  readonly expiresAt: string | null;
}

/** Everything staff look at about a user. Amounts are decimal texts of dollars. */
export interface Summary extends BalanceAnswer {
  readonly subscription: {
    readonly id: string | null;
    readonly status: string | null;
    readonly price: string | null;
    readonly yearly: boolean;
    readonly endsAt: string | null;
  };
  readonly nextGrantAt: string;
  readonly mayPurchase: boolean;
  /** Sums of all entries (U-35). */
  readonly lifetime: {
    readonly granted: string;
    readonly purchased: string;
    readonly used: string;
    readonly expired: string;
  };
  /** In the order in which they are used up. */
  readonly lots: readonly LotAnswer[];
  readonly authorizations: number;
  readonly pendingPurchases: string;
  readonly moneyRefunded: string;
  readonly refusedCharges: number;
}

const subscriptionSchema: TSchema = answer.answerOf<Summary['subscription']>(
  {
    id: answer.nullable(answer.text('The subscription as the payment provider names it')),
    status: answer.nullable(answer.text('Its status in the words of the provider')),
    price: answer.nullable(answer.text('The price that is paid')),
    yearly: answer.flag('Whether it is paid by the year'),
    endsAt: answer.nullable(answer.instant('When the paid period ends')),
  },
  'What is known of the subscription',
);

const lifetimeSchema: TSchema = answer.answerOf<Summary['lifetime']>(
  {
    granted: answer.amount('Dollars that were granted'),
    purchased: answer.amount('Dollars that were bought'),
    used: answer.amount('Dollars that were used'),
    expired: answer.amount('Dollars that expired'),
  },
  'Sums of all entries',
);

const lotSchema: TSchema = answer.answerOf<LotAnswer>({
  remaining: answer.amount('Dollars that are left of it'),
  funding: answer.oneOf(['paid', 'granted'], 'Where it came from'),
  expiresAt: answer.nullable(answer.instant('When it expires; null for never')),
});

const summarySchema: TSchema = answer.answerOf<Summary>({
  ...balanceMembers,
  subscription: subscriptionSchema,
  nextGrantAt: answer.instant('When the next grant is due'),
  mayPurchase: answer.flag('Whether the tier may buy credits'),
  lifetime: lifetimeSchema,
  lots: answer.list(lotSchema, 'Credits in the order in which they are used up'),
  authorizations: answer.count('Open authorizations'),
  pendingPurchases: answer.amount('Dollars of purchases that are not paid yet'),
  moneyRefunded: answer.amount('Dollars of purchases that went back'),
  refusedCharges: answer.count('Charges that were refused'),
});

/** Sums up a user, over all rows there are (U-35). Throws `ROLE_INSUFFICIENT`, `INPUT_INVALID`, `BILLING_USER_UNKNOWN`. */
export const summary: Operation<BillingPolicy, SummaryInput, Summary> = defineOperation({
  name: 'summary',
  title: 'Sum up a user: tier, lots, lifetime, purchases, refunds',
  input: field.inputOf({ userId: field.userId }),
  writes: false,
  access: { roles: ['server', 'user', ...STAFF], owner: 'userId' },
  answer: summarySchema,
  errors: [userUnknown],
  run: (context, input) =>
    runRead(context, async (handle, now) => {
      const { database, policy } = context;
      const user = await loadUser(database, handle, readUserId(input.userId));
      const { row } = user;
      return {
        ...balanceAnswer(user, policy),
        subscription: {
          id: row.subscription_id,
          status: row.subscription_status,
          price: row.price_id,
          yearly: row.yearly === 1n,
          endsAt: row.subscription_ends_at?.toString() ?? null,
        },
        nextGrantAt: row.next_grant_at.toString(),
        mayPurchase: mayPurchase(policy, standingAt(row, policy, now).tier),
        lifetime: await lifetimeOf(context, handle, user.accountId),
        lots: user.lots.map(({ remaining, funding, expiresAt }) => ({
          remaining: dollars(remaining),
          funding,
          expiresAt: expiresAt?.toString() ?? null,
        })),
        authorizations: user.holds.length,
        ...(await rowsOf(context, handle, user.userId)),
      };
    }),
});

async function rowsOf(
  { database }: BillingContext,
  handle: Handle,
  userId: string,
): Promise<Pick<Summary, 'pendingPurchases' | 'moneyRefunded' | 'refusedCharges'>> {
  const { int64 } = database.dialect.expressions;
  const purchases = sql.table('carryover_billing_purchases');
  const { rows } = await sql<{ pending: bigint; refunded: bigint }>`
    select ${int64(sql`coalesce(sum(case when p.status = 'pending' then p.amount else 0 end), 0)`)} as pending,
      ${int64(sql`coalesce(sum(p.refunded), 0)`)} as refunded
    from ${purchases} p where p.user_id = ${userId}`.execute(handle);
  const { n } = await billingTables(handle)
    .selectFrom('carryover_billing_attempts')
    .select(({ fn }) => fn.countAll<bigint>().as('n'))
    .where('user_id', '=', userId)
    .executeTakeFirstOrThrow();
  const [row] = rows;
  return {
    pendingPurchases: dollars(row?.pending ?? 0n),
    moneyRefunded: dollars(row?.refunded ?? 0n),
    refusedCharges: Number(n),
  };
}
