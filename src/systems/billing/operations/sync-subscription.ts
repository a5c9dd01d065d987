import { Type, type TSchema } from 'typebox';
import { CarryoverError } from '../../../base/errors.ts';
import { inputInvalid } from '../../../base/base-errors.ts';
import type { Instant } from '../../../base/instant.ts';
import { refusalDefinitions } from '../../../ledger/kernel/refusal-definitions.ts';
import * as answer from '../../answer-fields.ts';
import { defineOperation, type Operation } from '../../operation.ts';
import { billingUnknown, requestKeyReused, userUnknown } from '../billing-errors.ts';
import { anchorOf, periodAt } from '../calendar/grant-periods.ts';
import { freeAnchor, standingAt } from '../grants/grant-due.ts';
import { grantPeriod } from '../grants/grant-period.ts';
import * as field from '../inputs/input-fields.ts';
import { readUserId } from '../inputs/read-values.ts';
import { dollars } from '../money.ts';
import type { BillingPolicy } from '../policy.ts';
import { balanceAnswer, balanceMembers, type BalanceAnswer } from '../queries/balance-answer.ts';
import { loadUser, type UserFacts } from '../queries/load-user.ts';
import { readSubscription, type SubscriptionState } from '../subscription-state.ts';
import type { UsersTable } from '../tables.ts';
import { tierOfPrice } from '../tiers.ts';
import { appendAudit, userSubject } from '../writes/append-audit.ts';
import { runWrite, type BillingCall } from '../writes/billing-call.ts';
import { lockUser, updateUser } from '../writes/lock-user.ts';

/** What the payment provider says of a user's subscription. */
export interface SyncSubscriptionInput {
  readonly key: string;
  readonly userId: string;
  /** The provider's own object, whatever the version of its interface (U-40). */
  readonly subscription: unknown;
}

/** Where the user stands afterwards. */
export interface SyncSubscriptionAnswer extends BalanceAnswer {
  /** What was granted by this call, a decimal text of dollars. */
  readonly granted: string;
  readonly nextGrantAt: string;
}

const syncSubscriptionSchema: TSchema = answer.answerOf<SyncSubscriptionAnswer>({
  ...balanceMembers,
  granted: answer.amount('Dollars that this call granted'),
  nextGrantAt: answer.instant('When the next grant is due'),
});

/**
 * Brings a user's tier to what the provider says, and grants the running period if it was not: the one way in which a
 * subscription begins, renews, changes or ends, whichever message tells of it, and however often (U-23, U-43). An upgrade within
 * a period adds the difference; a downgrade takes nothing back. Throws `ROLE_INSUFFICIENT`, `INPUT_INVALID`,
 * `BILLING_KEY_REUSED`, `BILLING_USER_UNKNOWN`, `LEDGER_AUTHORITY_LEGACY`, `LEDGER_ACCOUNT_CLOSED`, `BILLING_UNKNOWN` for a price
 * that no tier names (U-09), `LEDGER_ACCOUNT_FROZEN`.
 */
export const syncSubscription: Operation<BillingPolicy, SyncSubscriptionInput, SyncSubscriptionAnswer> =
  defineOperation({
    name: 'sync-subscription',
    title: "Bring a user's tier to what the payment provider says",
    input: field.inputOf({
      key: field.key,
      userId: field.userId,
      subscription: Type.Unknown({ description: "The provider's subscription object" }),
    }),
    writes: true,
    access: { roles: ['server', 'admin', 'super_admin'] },
    answer: syncSubscriptionSchema,
    errors: [
      requestKeyReused,
      userUnknown,
      refusalDefinitions.LEDGER_AUTHORITY_LEGACY,
      refusalDefinitions.LEDGER_ACCOUNT_CLOSED,
      billingUnknown,
      refusalDefinitions.LEDGER_ACCOUNT_FROZEN,
    ],
    run: (context, input) =>
      runWrite(context, { operation: 'sync-subscription', input }, async (call) => {
        const state = readSubscription(input.subscription);
        const user = await lockUser(call, readUserId(input.userId), 'sync the subscription of');
        const row = rowAfter(call, user, state);
        const period = periodAt(row.anchor_at, call.now);
        const granted = await grantPeriod(call, row, period);
        const { user_id: _userId, account_id: _accountId, ...columns } = row;
        await updateUser(call, user.userId, { ...columns, next_grant_at: period.end });
        await tell(call, user, row);
        const after = await loadUser(context.database, call.trx, user.userId);
        return {
          ...balanceAnswer(after, context.policy),
          granted: dollars(granted),
          nextGrantAt: period.end.toString(),
        };
      }),
  });

/** Older news than what is known changes nothing; the other subscription of a user who has a running one neither, unless it gives more (U-09). */
function rowAfter(call: BillingCall, { row }: UserFacts, state: SubscriptionState): UsersTable {
  const { policy } = call.context;
  if (!state.startsAt.isBefore(state.endsAt)) {
    throw new CarryoverError(inputInvalid, {
      what: 'the period of the subscription',
      found: 'an end before its start',
      expected: 'an end after it',
    });
  }
  const told = toldRow(call, row, state);
  const known = standingAt(row, policy, call.now);
  const isOther = row.subscription_id !== null && row.subscription_id !== state.id;
  if (!isOther || known.tier === policy.freeTier) return told;
  const [present, other] = [known, told].map(({ tier }) => policy.tiers[tier]?.monthlyCredits ?? '0');
  return Number(other) > Number(present) ? told : known;
}

function toldRow(call: BillingCall, row: UsersTable, state: SubscriptionState): UsersTable {
  const { policy } = call.context;
  const bought = tierOfPrice(policy, state.price);
  if (bought === undefined) {
    throw new CarryoverError(billingUnknown, {
      what: 'price',
      id: state.price,
      expected: 'one that a tier of the policy names',
    });
  }
  const subscription = {
    subscription_id: state.id,
    subscription_status: state.status,
    subscription_created_at: state.created,
    subscription_ends_at: state.endsAt,
  };
  const { statuses, endedStatuses } = policy.entitlement;
  if (![...statuses, ...endedStatuses].includes(state.status))
    return { ...row, ...subscription, ...freeTerms(policy, row, call.now) };
  const paid = {
    ...row,
    ...subscription,
    tier: bought.tier.name,
    price_id: state.price,
    yearly: bought.isYearly ? 1n : 0n,
    anchor_at: anchorOf(state.created, state.startsAt),
  };
  return standingAt(paid, policy, call.now);
}

function freeTerms(policy: BillingPolicy, row: UsersTable, now: Instant): Partial<UsersTable> {
  return { tier: policy.freeTier, price_id: null, yearly: 0n, anchor_at: freeAnchor(policy, row, now) };
}

async function tell(call: BillingCall, before: UserFacts, row: UsersTable): Promise<void> {
  const told = ({ tier, subscription_id, subscription_status, subscription_ends_at }: UsersTable) => ({
    tier,
    subscription: subscription_id,
    status: subscription_status,
    endsAt: subscription_ends_at,
  });
  await appendAudit(call, [
    {
      action: 'subscription_changed',
      subject: userSubject(before.userId),
      accountId: before.accountId,
      before: told(before.row),
      after: told(row),
    },
  ]);
}
