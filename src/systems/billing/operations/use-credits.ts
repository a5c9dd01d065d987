import { CarryoverError } from '../../../base/errors.ts';
import { refusalDefinitions } from '../../../ledger/kernel/refusal-definitions.ts';
import * as answer from '../../answer-fields.ts';
import { defineOperation, type Operation } from '../../operation.ts';
import { requestKeyReused, sourceReused, userUnknown } from '../billing-errors.ts';
import * as field from '../inputs/input-fields.ts';
import { readDollars, readUserId } from '../inputs/read-values.ts';
import { dollars } from '../money.ts';
import { readLegacyCredits, takeFromLegacy } from '../old-endpoints/legacy-credits.ts';
import type { BillingPolicy } from '../policy.ts';
import { findCharge } from '../queries/find-charge.ts';
import { loadUser } from '../queries/load-user.ts';
import { runWrite, type BillingCall } from '../writes/billing-call.ts';
import { charge } from './deduct.ts';

/** Usage as the application's old endpoint was told of it. */
export interface UseCreditsInput {
  readonly key: string;
  readonly userId: string;
  /** Dollars. */
  readonly amount: string;
  readonly description?: string;
  readonly threadId?: string;
  /** Charged once where it is given (U-44). */
  readonly messageId?: string;
}

/** The old endpoint's answer. */
export interface UseCreditsAnswer {
  /** False where there was not enough; nothing was taken then. */
  readonly success: boolean;
  /** Dollars afterwards, as whoever decides has them. */
  readonly newBalance: string;
  readonly authority: 'legacy' | 'ledger';
}

/**
 * Takes credits wherever they are decided at that moment, for callers that do not know of the ledger yet. The account's lock is held from the question to
 * the deed, so that a switch in between is impossible (U-14); while legacy decides, the application's own rows are written. Throws
 * `ROLE_INSUFFICIENT`, `INPUT_INVALID`, `BILLING_KEY_REUSED`, `BILLING_USER_UNKNOWN`, `LEDGER_ACCOUNT_CLOSED`, `BILLING_SOURCE_REUSED`.
 */
export const useCredits: Operation<BillingPolicy, UseCreditsInput, UseCreditsAnswer> = defineOperation({
  name: 'use-credits',
  title: 'Take credits wherever they are decided now, as the old endpoint did',
  input: field.inputOf({
    key: field.key,
    userId: field.userId,
    amount: field.dollars('What the usage costs'),
    description: field.optional(field.text('What it was')),
    threadId: field.optional(field.reference('The conversation')),
    messageId: field.optional(field.reference('The message; it is charged once', 100)),
  }),
  writes: true,
  access: { roles: ['server'] },
  answer: answer.answerOf<UseCreditsAnswer>({
    success: answer.flag('Whether it was taken'),
    newBalance: answer.amount('Dollars afterwards'),
    authority: answer.oneOf(['legacy', 'ledger'], 'Who decides the balance now'),
  }),
  errors: [requestKeyReused, userUnknown, refusalDefinitions.LEDGER_ACCOUNT_CLOSED, sourceReused],
  run: (context, input) =>
    runWrite(context, { operation: 'use-credits', input }, async (call) => {
      const userId = readUserId(input.userId);
      const amount = readDollars('the amount', input.amount);
      const { accountId } = await loadUser(context.database, call.trx, userId);
      const [account] = await call.ledger.lock([accountId]);
      return account?.authority === 'legacy'
        ? useOfLegacy(call, { input, userId, amount })
        : useOfLedger(call, { input, userId, amount });
    }),
});

interface Usage {
  readonly input: UseCreditsInput;
  readonly userId: string;
  readonly amount: bigint;
}

async function useOfLegacy(call: BillingCall, { input, userId, amount }: Usage): Promise<UseCreditsAnswer> {
  const success = await takeFromLegacy(call, userId, {
    amount,
    description: input.description ?? '',
    threadId: input.threadId ?? null,
    messageId: input.messageId ?? null,
    at: call.now,
  });
  const { balance } = await readLegacyCredits(call.context, call.trx, userId);
  return { success, newBalance: dollars(balance), authority: 'legacy' };
}

async function useOfLedger(call: BillingCall, { input, userId, amount }: Usage): Promise<UseCreditsAnswer> {
  const user = await loadUser(call.context.database, call.trx, userId);
  if (user.status === 'closed') {
    const attempt = `use credits of user "${userId}"`;
    throw new CarryoverError(refusalDefinitions.LEDGER_ACCOUNT_CLOSED, {
      attempt,
      accountId: user.accountId.toString(),
    });
  }
  const sourceId = input.messageId === undefined ? `call:${input.key}` : `message:${input.messageId}`;
  const earlier = await findCharge(call.trx, user.accountId, sourceId);
  if (earlier === undefined) {
    const charged = await charge(call, user, { sourceId, charge: { amount, details: {}, remainder: null } });
    return { success: charged.status === 'charged', newBalance: charged.balance, authority: 'ledger' };
  }
  if (earlier.amount === amount) return { success: true, newBalance: dollars(user.balance), authority: 'ledger' };
  const found = `${dollars(earlier.amount)} dollars`;
  throw new CarryoverError(sourceReused, { sourceId, found, expected: `${dollars(amount)} dollars` });
}
