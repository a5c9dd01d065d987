import type { TSchema } from 'typebox';
import * as answer from '../../answer-fields.ts';
import { defineOperation, type Operation } from '../../operation.ts';
import { CREDITS_KIND } from '../accounts.ts';
import { requestKeyReused } from '../billing-errors.ts';
import { monthStart, periodAt } from '../calendar/grant-periods.ts';
import { grantPeriod } from '../grants/grant-period.ts';
import * as field from '../inputs/input-fields.ts';
import { readUserId } from '../inputs/read-values.ts';
import { usd } from '../money.ts';
import type { BillingPolicy } from '../policy.ts';
import { balanceAnswer, balanceMembers, type BalanceAnswer } from '../queries/balance-answer.ts';
import { billingTables } from '../queries/billing-tables.ts';
import { findUser, loadUser } from '../queries/load-user.ts';
import { appendAudit, userSubject } from '../writes/append-audit.ts';
import { runWrite, type BillingCall } from '../writes/billing-call.ts';

/** Somebody new. */
export interface OpenUserInput {
  readonly key: string;
  readonly userId: string;
}

/** Where the user stands. */
export interface OpenUserAnswer extends BalanceAnswer {
  /** False where the account was there already; then nothing was changed. */
  readonly opened: boolean;
}

const openUserSchema: TSchema = answer.answerOf<OpenUserAnswer>({
  ...balanceMembers,
  opened: answer.flag('False where the account was there already; then nothing was changed'),
});

/**
 * Opens a free account for somebody new, with the grant of the running period: the only way in which one comes to be, so that
 * reading a balance never writes (U-27). For somebody who has one it changes nothing. Throws `ROLE_INSUFFICIENT`,
 * `INPUT_INVALID`, `BILLING_KEY_REUSED`.
 */
export const openUser: Operation<BillingPolicy, OpenUserInput, OpenUserAnswer> = defineOperation({
  name: 'open-user',
  title: 'Open a free account for somebody new, with the grant of the running period',
  input: field.inputOf({ key: field.key, userId: field.userId }),
  writes: true,
  access: { roles: ['server', 'admin', 'super_admin'] },
  answer: openUserSchema,
  errors: [requestKeyReused],
  run: (context, input) =>
    runWrite(context, { operation: 'open-user', input }, async (call) => {
      const userId = readUserId(input.userId);
      const { database, policy } = context;
      const existing = await findUser(database, call.trx, userId);
      if (existing !== undefined) return { ...balanceAnswer(existing, policy), opened: false };
      const opened = await open(call, userId);
      return { ...balanceAnswer(await loadUser(database, call.trx, userId), policy), opened };
    }),
});

/** False where another call was faster: the row of users is unique, and the later insert finds it there. */
async function open(call: BillingCall, userId: string): Promise<boolean> {
  const { freePeriods, freeTier } = call.context.policy;
  const [account] = await call.ledger.openAccounts([
    {
      ref: { system: 'billing', kind: CREDITS_KIND, owner: userId },
      unit: usd.name,
      floor: 0n,
      lotted: true,
      authority: 'ledger',
    },
  ]);
  if (account === undefined) throw new Error('The ledger opened no account.');
  await call.ledger.lock([account.id]);
  const known = await findUser(call.context.database, call.trx, userId);
  if (known !== undefined) return false;
  const anchor = freePeriods === 'calendar-month' ? monthStart(call.now) : call.now;
  const period = periodAt(anchor, call.now);
  const row = {
    user_id: userId,
    account_id: account.id,
    tier: freeTier,
    price_id: null,
    yearly: 0n,
    subscription_id: null,
    subscription_status: null,
    subscription_created_at: null,
    subscription_ends_at: null,
    anchor_at: anchor,
    next_grant_at: period.end,
    usage_remainder: 0n,
  };
  await billingTables(call.trx).insertInto('carryover_billing_users').values(row).execute();
  await grantPeriod(call, row, period);
  await appendAudit(call, [
    { action: 'user_opened', subject: userSubject(userId), accountId: account.id, after: { tier: freeTier } },
  ]);
  return true;
}
