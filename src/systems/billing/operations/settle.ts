import type { TSchema } from 'typebox';
import { CarryoverError } from '../../../base/errors.ts';
import { refusalDefinitions } from '../../../ledger/kernel/refusal-definitions.ts';
import * as answer from '../../answer-fields.ts';
import { defineOperation, type Operation } from '../../operation.ts';
import { billingUnknown, modelUnknown, requestKeyReused, sourceReused, userUnknown } from '../billing-errors.ts';
import * as field from '../inputs/input-fields.ts';
import { readUserId } from '../inputs/read-values.ts';
import { dollars } from '../money.ts';
import type { BillingPolicy } from '../policy.ts';
import { beyondKey, findCharge, holdKey, usageKey, type FoundCharge } from '../queries/find-charge.ts';
import { findHold, type FoundHold } from '../queries/find-hold.ts';
import type { UserFacts } from '../queries/load-user.ts';
import { runWrite, type BillingCall } from '../writes/billing-call.ts';
import { chargeAnswer, chargeMembers, type ChargeAnswer } from '../writes/charge-answer.ts';
import { lockUser, updateUser } from '../writes/lock-user.ts';
import { readCharge, type Charge, type ChargeInput } from '../writes/read-charge.ts';
import { recordAttempt } from '../writes/record-attempt.ts';
import { charge } from './deduct.ts';

/** Work that is done, of which the most it could cost was authorized. */
export interface SettleInput extends ChargeInput {
  readonly key: string;
  readonly userId: string;
  readonly sourceId: string;
}

/** As of a charge, with what could not be taken because it was more than was held and there was no more. */
export interface SettleAnswer extends ChargeAnswer {
  readonly shortfall: string;
}

const settleSchema: TSchema = answer.answerOf<SettleAnswer>({
  ...chargeMembers,
  shortfall: answer.amount('Dollars that were not there to be taken'),
});

/**
 * Turns an authorization into a charge of what the work did cost; what was held beyond it is free again. Work that cost more
 * takes the rest from what is available, as far as that goes, and what is missing is on record (U-29). After the authorization
 * has expired or was released it is a plain deduction. Throws `ROLE_INSUFFICIENT`, `INPUT_INVALID`, `BILLING_KEY_REUSED`,
 * `BILLING_USER_UNKNOWN`, `LEDGER_AUTHORITY_LEGACY`, `LEDGER_ACCOUNT_CLOSED`, `BILLING_UNKNOWN`, `BILLING_MODEL_UNKNOWN`,
 * `BILLING_SOURCE_REUSED`, `LEDGER_ACCOUNT_FROZEN`.
 */
export const settle: Operation<BillingPolicy, SettleInput, SettleAnswer> = defineOperation({
  name: 'settle',
  title: 'Turn an authorization into a charge of what the work did cost',
  input: field.inputOf({
    key: field.key,
    userId: field.userId,
    sourceId: field.sourceId,
    amount: field.optional(field.dollars('What it cost; this, or the usage')),
    model: field.optional(field.reference('The model that was used', 64)),
    inputTokens: field.optional(field.tokens('Tokens read')),
    outputTokens: field.optional(field.tokens('Tokens written')),
  }),
  writes: true,
  access: { roles: ['server'] },
  answer: settleSchema,
  errors: [
    requestKeyReused,
    userUnknown,
    refusalDefinitions.LEDGER_AUTHORITY_LEGACY,
    refusalDefinitions.LEDGER_ACCOUNT_CLOSED,
    billingUnknown,
    modelUnknown,
    sourceReused,
    refusalDefinitions.LEDGER_ACCOUNT_FROZEN,
  ],
  run: (context, input) =>
    runWrite(context, { operation: 'settle', input }, async (call) => {
      const { sourceId } = input;
      const user = await lockUser(call, readUserId(input.userId), 'settle work of');
      const hold = await findHold(call.trx, user.accountId, holdKey(sourceId));
      if (hold === undefined) {
        throw new CarryoverError(billingUnknown, { what: 'authorization', id: sourceId, expected: 'one made before' });
      }
      const wanted = readCharge(call, user, input);
      const earlier = await findCharge(call.trx, user.accountId, sourceId);
      if (earlier !== undefined) return replayed(user, { sourceId, wanted, earlier });
      const isOpen = user.holds.some(({ key }) => key === holdKey(sourceId));
      if (!isOpen) return { ...(await charge(call, user, { sourceId, charge: wanted })), shortfall: '0.000000' };
      return capture(call, user, { sourceId, wanted, hold });
    }),
});

function replayed(
  user: UserFacts,
  given: { readonly sourceId: string; readonly wanted: Charge; readonly earlier: FoundCharge },
): SettleAnswer {
  const { sourceId, wanted, earlier } = given;
  const isSame = earlier.details['model'] === wanted.details['model'] && isWithin(earlier, wanted);
  if (!isSame) {
    throw new CarryoverError(sourceReused, {
      sourceId,
      found: `${dollars(earlier.amount)} dollars of other content`,
      expected: 'the same usage or amount',
    });
  }
  const charged = chargeAnswer(user, {
    status: 'replayed',
    amount: earlier.amount,
    rateCard: earlier.details['rateCard'],
  });
  return { ...charged, shortfall: '0.000000' };
}

/** Usage is compared by its numbers, since a remainder may price it one micro-dollar apart; an amount by what was asked for. */
function isWithin({ details }: FoundCharge, wanted: Charge): boolean {
  if (wanted.remainder === null) return details['wanted'] === wanted.amount.toString();
  return (
    details['inputTokens'] === wanted.details['inputTokens'] &&
    details['outputTokens'] === wanted.details['outputTokens']
  );
}

interface Settlement {
  readonly sourceId: string;
  readonly wanted: Charge;
  readonly hold: FoundHold;
}

async function capture(call: BillingCall, user: UserFacts, given: Settlement): Promise<SettleAnswer> {
  const { sourceId, wanted, hold } = given;
  const { accountId } = user;
  const origin = { actor: call.context.actor, accountId };
  const captured = wanted.amount < hold.amount ? wanted.amount : hold.amount;
  const beyond = wanted.amount - captured;
  const taken = beyond < user.available ? beyond : user.available > 0n ? user.available : 0n;
  const entry = {
    ...origin,
    kind: 'usage',
    contra: 'usage',
    details: { source: sourceId, wanted: wanted.amount.toString(), ...wanted.details },
    ...call.occurredAt,
  };
  if (captured === 0n) {
    await call.ledger.executeOrThrow([
      { ...origin, type: 'release', holdKey: holdKey(sourceId), key: `release:${sourceId}` },
    ]);
  } else {
    await call.ledger.executeOrThrow([
      { ...entry, type: 'capture', holdKey: holdKey(sourceId), amount: captured, key: usageKey(sourceId) },
      ...(taken > 0n ? [{ ...entry, type: 'post' as const, amount: -taken, key: beyondKey(sourceId) }] : []),
    ]);
  }
  const shortfall = beyond - taken;
  if (shortfall > 0n) {
    const { available } = user;
    await recordAttempt(call, user, { sourceId, amount: shortfall, available, code: 'settled-above-hold' });
  }
  if (wanted.remainder !== null) await updateUser(call, user.userId, { usage_remainder: wanted.remainder });
  const amount = captured + taken;
  const after = { balance: user.balance - amount, available: user.available + hold.amount - amount };
  const charged = chargeAnswer(after, { status: 'charged', amount, rateCard: wanted.details['rateCard'] });
  return { ...charged, shortfall: dollars(shortfall) };
}
