import type { TSchema } from 'typebox';
import { CarryoverError } from '../../../base/errors.ts';
import { STAFF } from '../../access.ts';
import * as answer from '../../answer-fields.ts';
import { defineOperation, type Operation } from '../../operation.ts';
import { billingUnknown } from '../billing-errors.ts';
import { COMMITMENT_TYPES, commitmentOf, type Commitment } from '../commitment.ts';
import { standingAt } from '../grants/grant-due.ts';
import * as field from '../inputs/input-fields.ts';
import { readUserId } from '../inputs/read-values.ts';
import type { BillingPolicy } from '../policy.ts';
import { billingTables } from '../queries/billing-tables.ts';
import { runRead } from '../writes/billing-call.ts';

/** Which subscription. A user asks about their own; whoever else asks may leave the user out. */
export interface SubscriptionCommitmentInput {
  readonly subscriptionId: string;
  readonly userId?: string;
}

/** What a subscription binds to. */
export interface SubscriptionCommitment {
  readonly subscriptionId: string;
  readonly userId: string;
  readonly tier: string;
  readonly price: string | null;
  readonly status: string | null;
  readonly type: Commitment['type'];
  /** Whether a commitment runs now. */
  readonly hasCommitment: boolean;
  readonly startsAt: string | null;
  readonly endsAt: string | null;
  readonly monthsRemaining: number;
  readonly paidUntil: string | null;
  readonly canCancel: boolean;
  readonly cancelFrom: string | null;
  readonly canDowngrade: boolean;
  readonly downgradeFrom: string | null;
}

const commitmentSchema: TSchema = answer.answerOf<SubscriptionCommitment>({
  subscriptionId: answer.text('The subscription as the payment provider names it'),
  userId: answer.text('Whose it is'),
  tier: answer.text('The tier that it gives now'),
  price: answer.nullable(answer.text('The price that is paid; null where it gives no tier')),
  status: answer.nullable(answer.text('Its status in the words of the provider')),
  type: answer.oneOf(COMMITMENT_TYPES, 'How it is paid, and whether it binds'),
  hasCommitment: answer.flag('Whether a commitment runs now'),
  startsAt: answer.nullable(answer.instant('When the commitment began; null for a subscription that never bound')),
  endsAt: answer.nullable(answer.instant('When it ends, or ended')),
  monthsRemaining: answer.count('Months of it that are left, the one that has begun included'),
  paidUntil: answer.nullable(answer.instant('Until when the tier is paid for')),
  canCancel: answer.flag('Whether it may be ended with its period now'),
  cancelFrom: answer.nullable(answer.instant('From when it may; null for now')),
  canDowngrade: answer.flag('Whether a lower tier may be chosen now'),
  downgradeFrom: answer.nullable(answer.instant('From when it may; null for now')),
});

/**
 * Says what a subscription binds to, and from when it may be ended or lowered: the rule by which `cancel-subscription` refuses. A user
 * who names the subscription of somebody else learns no more than of one that does not exist. Throws `ROLE_INSUFFICIENT`,
 * `INPUT_INVALID`, `BILLING_UNKNOWN`.
 */
export const subscriptionCommitment: Operation<BillingPolicy, SubscriptionCommitmentInput, SubscriptionCommitment> =
  defineOperation({
    name: 'subscription-commitment',
    title: 'Say what a subscription binds to, and from when it may be ended or lowered',
    input: field.inputOf({
      subscriptionId: field.reference('The subscription as the payment provider names it'),
      userId: field.optional(field.reference('Whose it must be')),
    }),
    writes: false,
    access: { roles: ['server', 'user', ...STAFF], owner: 'userId' },
    answer: commitmentSchema,
    errors: [billingUnknown],
    run: (context, { subscriptionId, userId }) =>
      runRead(context, async (handle, now) => {
        let query = billingTables(handle)
          .selectFrom('carryover_billing_users')
          .selectAll()
          .where('subscription_id', '=', subscriptionId);
        if (userId !== undefined) query = query.where('user_id', '=', readUserId(userId));
        const row = await query.orderBy('user_id').limit(1).executeTakeFirst();
        if (row === undefined) {
          const expected = 'one that was carried or told of';
          throw new CarryoverError(billingUnknown, { what: 'subscription', id: subscriptionId, expected });
        }
        const standing = standingAt(row, context.policy, now);
        const commitment = commitmentOf(standing, context.policy, now);
        const { type, monthsRemaining, cancelFrom, downgradeFrom, startsAt, endsAt } = commitment;
        return {
          subscriptionId,
          userId: row.user_id,
          tier: standing.tier,
          price: standing.price_id,
          status: row.subscription_status,
          type,
          hasCommitment: monthsRemaining > 0,
          startsAt: startsAt?.toString() ?? null,
          endsAt: endsAt?.toString() ?? null,
          monthsRemaining,
          paidUntil: row.subscription_ends_at?.toString() ?? null,
          canCancel: cancelFrom === null,
          cancelFrom: cancelFrom?.toString() ?? null,
          canDowngrade: downgradeFrom === null,
          downgradeFrom: downgradeFrom?.toString() ?? null,
        };
      }),
  });
