import { Type, type TSchema } from 'typebox';
import { sql } from 'kysely';
import { formatActor } from '../../../base/actor.ts';
import { CarryoverError } from '../../../base/errors.ts';
import { inputInvalid } from '../../../base/base-errors.ts';
import { parseAmount } from '../../../base/amounts.ts';
import { refusalDefinitions } from '../../../ledger/kernel/refusal-definitions.ts';
import { STAFF } from '../../access.ts';
import * as answer from '../../answer-fields.ts';
import { defineOperation, type Operation } from '../../operation.ts';
import { purchaseNotAllowed, requestKeyReused, userUnknown } from '../billing-errors.ts';
import { standingAt } from '../grants/grant-due.ts';
import * as field from '../inputs/input-fields.ts';
import { readDollars, readUserId } from '../inputs/read-values.ts';
import { dollars, micros, usd } from '../money.ts';
import type { BillingPolicy } from '../policy.ts';
import { billingTables } from '../queries/billing-tables.ts';
import type { TopUpRulesTable } from '../tables.ts';
import { mayPurchase } from '../tiers.ts';
import { appendAudit, userSubject } from '../writes/append-audit.ts';
import { runWrite, type BillingCall } from '../writes/billing-call.ts';
import { lockUser } from '../writes/lock-user.ts';

/** When a user's credits are topped up by themselves. */
export interface SetTopUpRuleInput {
  readonly key: string;
  readonly userId: string;
  readonly enabled: boolean;
  /** Bought when less than this is available. */
  readonly threshold: string;
  /** One of the policy's packages. */
  readonly amount: string;
  /** At most so much in a calendar month, and so often on a day. */
  readonly monthMax: string;
  readonly dayCountMax: number;
}

/** The rule as it is now. Amounts are decimal texts of dollars. */
export interface TopUpRuleAnswer {
  readonly userId: string;
  readonly enabled: boolean;
  readonly threshold: string;
  readonly amount: string;
  readonly monthMax: string;
  readonly dayCountMax: number;
}

const topUpRuleSchema: TSchema = answer.answerOf<TopUpRuleAnswer>({
  userId: answer.text('The user'),
  enabled: answer.flag('Whether the rule is in force'),
  threshold: answer.amount('Bought when fewer dollars than these are available'),
  amount: answer.amount('Dollars that are bought'),
  monthMax: answer.amount('Dollars at most in a calendar month'),
  dayCountMax: answer.count('How often at most on a day'),
});

/**
 * Sets when a user's credits are topped up, always with caps. Throws `ROLE_INSUFFICIENT`, `INPUT_INVALID`, `BILLING_KEY_REUSED`,
 * `BILLING_USER_UNKNOWN`, `LEDGER_AUTHORITY_LEGACY`, `LEDGER_ACCOUNT_CLOSED`, `BILLING_PURCHASE_NOT_ALLOWED`.
 */
export const setTopUpRule: Operation<BillingPolicy, SetTopUpRuleInput, TopUpRuleAnswer> = defineOperation({
  name: 'set-top-up-rule',
  title: "Set when a user's credits are topped up by themselves, with caps",
  input: field.inputOf({
    key: field.key,
    userId: field.userId,
    enabled: field.flag('Whether the rule is in force'),
    threshold: field.dollars('Bought when less than this is available'),
    amount: field.dollars('What is bought: one of the packages'),
    monthMax: field.dollars('At most so much in a calendar month'),
    dayCountMax: Type.Integer({ minimum: 1, maximum: 100, description: 'At most so often on a day' }),
  }),
  writes: true,
  access: { roles: ['server', 'user', ...STAFF], owner: 'userId' },
  answer: topUpRuleSchema,
  errors: [
    requestKeyReused,
    userUnknown,
    refusalDefinitions.LEDGER_AUTHORITY_LEGACY,
    refusalDefinitions.LEDGER_ACCOUNT_CLOSED,
    purchaseNotAllowed,
  ],
  run: (context, input) =>
    runWrite(context, { operation: 'set-top-up-rule', input }, async (call) => {
      const { policy } = context;
      const user = await lockUser(call, readUserId(input.userId), 'set a top-up rule of');
      const rule = ruleOf(call, input);
      const { tier } = standingAt(user.row, policy, call.now);
      if (input.enabled && !mayPurchase(policy, tier)) {
        throw new CarryoverError(purchaseNotAllowed, { tier: `the tier ${tier}`, allowed: policy.purchases.allowed });
      }
      await save(call, rule);
      const { user_id: _userId, set_by: _setBy, set_at: _setAt, ...after } = rule;
      await appendAudit(call, [
        { action: 'top_up_rule_set', subject: userSubject(user.userId), accountId: user.accountId, after },
      ]);
      return topUpRuleAnswer(rule);
    }),
});

function ruleOf(call: BillingCall, input: SetTopUpRuleInput): TopUpRulesTable {
  const { packages } = call.context.policy.purchases;
  const amount = readDollars('the amount', input.amount);
  if (!packages.some((each) => micros(each) === amount)) {
    const allowed = packages.join(', ');
    throw new CarryoverError(purchaseNotAllowed, { tier: `a package of ${dollars(amount)}`, allowed });
  }
  const monthMax = readDollars('the most of a month', input.monthMax);
  if (monthMax < amount) {
    throw new CarryoverError(inputInvalid, {
      what: 'the most of a month',
      found: input.monthMax,
      expected: `at least ${dollars(amount)}`,
    });
  }
  return {
    user_id: input.userId,
    enabled: input.enabled ? 1n : 0n,
    threshold: parseAmount(input.threshold, usd),
    amount,
    month_max: monthMax,
    day_count_max: BigInt(input.dayCountMax),
    set_by: formatActor(call.context.actor),
    set_at: call.now,
  };
}

async function save(call: BillingCall, rule: TopUpRulesTable): Promise<void> {
  const { user_id: userId, ...columns } = rule;
  const tables = billingTables(call.trx);
  // Under the account's lock nobody else writes the rule of this user.
  const { rows } =
    await sql`select 1 from ${sql.table('carryover_billing_topup_rules')} where user_id = ${userId}`.execute(call.trx);
  if (rows.length === 0) await tables.insertInto('carryover_billing_topup_rules').values(rule).execute();
  else await tables.updateTable('carryover_billing_topup_rules').set(columns).where('user_id', '=', userId).execute();
}

function topUpRuleAnswer(rule: TopUpRulesTable): TopUpRuleAnswer {
  return {
    userId: rule.user_id,
    enabled: rule.enabled === 1n,
    threshold: dollars(rule.threshold),
    amount: dollars(rule.amount),
    monthMax: dollars(rule.month_max),
    dayCountMax: Number(rule.day_count_max),
  };
}
