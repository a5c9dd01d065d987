import { CarryoverError } from '../../../base/errors.ts';
import { ledgerQueueFull } from '../../../ledger/ledger-errors.ts';
import { refusalDefinitions } from '../../../ledger/kernel/refusal-definitions.ts';
import { defineOperation, type Operation } from '../../operation.ts';
import { modelUnknown, requestKeyReused, sourceReused, userUnknown } from '../billing-errors.ts';
import * as field from '../inputs/input-fields.ts';
import { readUserId } from '../inputs/read-values.ts';
import { dollars } from '../money.ts';
import type { BillingPolicy } from '../policy.ts';
import { findCharge, type FoundCharge } from '../queries/find-charge.ts';
import type { UserFacts } from '../queries/load-user.ts';
import { runWrite, type BillingCall } from '../writes/billing-call.ts';
import { chargeAnswer, chargeSchema, type ChargeAnswer } from '../writes/charge-answer.ts';
import { DEDUCT, gatherCharge } from '../writes/gather-charges.ts';
import { lockUser, updateUser } from '../writes/lock-user.ts';
import { readCharge, type Charge, type ChargeInput } from '../writes/read-charge.ts';
import { tryCharge } from '../writes/record-attempt.ts';
import { usageCommand } from '../writes/usage-command.ts';

/** Work that is done, to be paid for. */
export interface DeductInput extends ChargeInput {
  readonly key: string;
  readonly userId: string;
  readonly sourceId: string;
}

/**
 * Takes what work has cost, once per source (U-44). For the application's server only, never with token counts of the user's own
 * (U-26). What is not there is not taken: the answer says `refused`, and the attempt is on record (U-29). Work whose cost should
 * be safe beforehand is authorized first. Throws `ROLE_INSUFFICIENT`, `INPUT_INVALID`, `BILLING_KEY_REUSED`,
 * `BILLING_USER_UNKNOWN`, `LEDGER_AUTHORITY_LEGACY`, `LEDGER_ACCOUNT_CLOSED`, `BILLING_MODEL_UNKNOWN`, `BILLING_SOURCE_REUSED`,
 * `LEDGER_QUEUE_FULL`.
 */
export const deduct: Operation<BillingPolicy, DeductInput, ChargeAnswer> = defineOperation({
  name: DEDUCT,
  title: 'Take what work has cost, once per source',
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
  answer: chargeSchema,
  errors: [
    requestKeyReused,
    userUnknown,
    refusalDefinitions.LEDGER_AUTHORITY_LEGACY,
    refusalDefinitions.LEDGER_ACCOUNT_CLOSED,
    modelUnknown,
    sourceReused,
    ledgerQueueFull,
  ],
  run: async (context, input) => {
    const gathered = await gatherCharge(context, input);
    if (gathered !== undefined) return gathered;
    return runWrite(context, { operation: DEDUCT, input }, async (call) => {
      const user = await lockUser(call, readUserId(input.userId), 'deduct from');
      const earlier = await findCharge(call.trx, user.accountId, input.sourceId);
      if (earlier !== undefined) return replayed(call, user, { input, earlier });
      return charge(call, user, { sourceId: input.sourceId, charge: readCharge(call, user, input) });
    });
  },
});

/** The same source again: the same answer where it is the same work, a refusal where it is other work. */
function replayed(
  call: BillingCall,
  user: UserFacts,
  { input, earlier }: { readonly input: DeductInput; readonly earlier: FoundCharge },
): ChargeAnswer {
  const { details } = earlier;
  const isSame =
    input.model === undefined
      ? details['model'] === undefined && readCharge(call, user, input).amount === earlier.amount
      : details['model'] === input.model &&
        details['inputTokens'] === input.inputTokens &&
        details['outputTokens'] === input.outputTokens;
  if (isSame) return chargeAnswer(user, { status: 'replayed', amount: earlier.amount, rateCard: details['rateCard'] });
  throw new CarryoverError(sourceReused, {
    sourceId: input.sourceId,
    found: `${dollars(earlier.amount)} dollars of other content`,
    expected: 'the same usage or amount',
  });
}

/** Takes a charge from a locked account, or writes down that it could not be taken. */
export async function charge(
  call: BillingCall,
  user: UserFacts,
  given: { readonly sourceId: string; readonly charge: Charge },
): Promise<ChargeAnswer> {
  const { sourceId } = given;
  const { amount, details, remainder } = given.charge;
  const rateCard = details['rateCard'];
  if (amount > 0n) {
    const by = { accountId: user.accountId, actor: call.context.actor };
    const command = { ...usageCommand(by, { sourceId, amount, details }), ...call.occurredAt };
    const code = await tryCharge(call, user, { command, sourceId, amount });
    if (code !== undefined) return chargeAnswer(user, { status: 'refused', code, amount, rateCard });
  }
  if (remainder !== null) await updateUser(call, user.userId, { usage_remainder: remainder });
  const { balance, available } = user;
  return chargeAnswer(
    { ...user, balance: balance - amount, available: available - amount },
    { status: 'charged', amount, rateCard },
  );
}
