import { Type, type TSchema } from 'typebox';
import { CarryoverError } from '../../../base/errors.ts';
import { refusalDefinitions } from '../../../ledger/kernel/refusal-definitions.ts';
import * as answer from '../../answer-fields.ts';
import { defineOperation, type Operation } from '../../operation.ts';
import { amountTooLarge, billingUnknown, requestKeyReused, stateConflict } from '../billing-errors.ts';
import * as field from '../inputs/input-fields.ts';
import { readDollars } from '../inputs/read-values.ts';
import { dollars } from '../money.ts';
import type { BillingPolicy } from '../policy.ts';
import { lockPurchase, type StoredPurchase } from '../purchases/find-purchase.ts';
import { billingTables } from '../queries/billing-tables.ts';
import { loadUser, type UserFacts } from '../queries/load-user.ts';
import { makeMoneyRefund, resolveMoneyRefund, type StoredRefund } from '../refunds/money-refund.ts';
import { refundAnswer, refundSchema, type RefundAnswer } from '../refunds/refund-answer.ts';
import { runWrite, type BillingCall } from '../writes/billing-call.ts';

/** A refund that the payment provider tells of, whoever began it. */
export interface RecordRefundInput {
  readonly key: string;
  readonly paymentReference: string;
  /** The provider's name of the refund: several messages about it are one refund. */
  readonly providerReference: string;
  readonly amount: string;
  readonly status: 'pending' | 'succeeded' | 'failed';
}

const ignoredSchema: TSchema = answer.answerOf<{ readonly status: 'ignored' }>({
  status: answer.oneOf(['ignored'], 'A refund that failed before anybody told that it began'),
});

/**
 * Takes what the provider says of one refund: that it began, succeeded or failed, in whatever order and however often it is told
 * (U-39). One that was begun here and is under way for the same amount is that one. For the application's server only. Throws
 * `ROLE_INSUFFICIENT`, `INPUT_INVALID`, `BILLING_KEY_REUSED`, `BILLING_UNKNOWN`, `LEDGER_AUTHORITY_LEGACY`,
 * `LEDGER_ACCOUNT_CLOSED`, `BILLING_STATE_CONFLICT`, `BILLING_AMOUNT_TOO_LARGE`, `LEDGER_ACCOUNT_FROZEN`.
 */
export const recordRefund: Operation<BillingPolicy, RecordRefundInput, RefundAnswer | { readonly status: 'ignored' }> =
  defineOperation({
    name: 'record-refund',
    title: 'Take what the payment provider says of a refund',
    input: field.inputOf({
      key: field.key,
      paymentReference: field.reference('The payment that was refunded'),
      providerReference: field.reference("The provider's name of the refund"),
      amount: field.dollars('What of the payment went back by this refund'),
      status: field.oneOf(['pending', 'succeeded', 'failed'], 'Where it is'),
    }),
    writes: true,
    access: { roles: ['server'] },
    answer: Type.Union([refundSchema, ignoredSchema]),
    errors: [
      requestKeyReused,
      billingUnknown,
      refusalDefinitions.LEDGER_AUTHORITY_LEGACY,
      refusalDefinitions.LEDGER_ACCOUNT_CLOSED,
      stateConflict,
      amountTooLarge,
      refusalDefinitions.LEDGER_ACCOUNT_FROZEN,
    ],
    run: (context, input) =>
      runWrite(context, { operation: 'record-refund', input }, async (call) => {
        const amount = readDollars('the amount', input.amount);
        const { paymentReference } = input;
        const { purchase, user } = await lockPurchase(call, { paymentReference }, 'record a refund of');
        const refund = await knownRefund(call, purchase, { ...input, amount });
        const recorded = await record(call, user, { input, amount, purchase, refund });
        // A refund that failed before anybody told that it began has never taken anything.
        if (recorded === undefined) return { status: 'ignored' };
        const after = await loadUser(context.database, call.trx, user.userId);
        return refundAnswer(recorded, after.balance);
      }),
  });

interface Told {
  readonly input: RecordRefundInput;
  readonly amount: bigint;
  readonly purchase: StoredPurchase;
  readonly refund: StoredRefund | undefined;
}

async function record(call: BillingCall, user: UserFacts, told: Told): Promise<StoredRefund | undefined> {
  const { amount, input, purchase, refund } = told;
  const { providerReference, status } = input;
  if (refund === undefined) {
    if (status === 'failed') return undefined;
    const reason = 'Refunded by the payment provider';
    return makeMoneyRefund(call, user, { purchase, amount, reason, status, providerReference });
  }
  if (refund.amount !== amount) {
    const what = { attempt: 'record', what: 'refund', id: providerReference };
    const found = `of ${dollars(refund.amount)} dollars`;
    throw new CarryoverError(stateConflict, { ...what, found, expected: dollars(amount) });
  }
  // News of the beginning may come after that of the end.
  if (status === 'pending') return nameRefund(call, refund, providerReference);
  return resolveMoneyRefund(call, user, { refund, purchase, outcome: status, providerReference });
}

/** From now on the refund is found by the provider's name, so that a second one of the same amount is another. */
async function nameRefund(call: BillingCall, refund: StoredRefund, providerReference: string): Promise<StoredRefund> {
  await billingTables(call.trx)
    .updateTable('carryover_billing_refunds')
    .set({ provider_reference: providerReference })
    .where('id', '=', refund.id)
    .execute();
  return { ...refund, provider_reference: providerReference };
}

/** By the provider's name, else one that was begun here, is under way and has no such name yet. */
async function knownRefund(
  call: BillingCall,
  purchase: StoredPurchase,
  { amount, providerReference }: { readonly amount: bigint; readonly providerReference: string },
): Promise<StoredRefund | undefined> {
  const ofPurchase = await billingTables(call.trx)
    .selectFrom('carryover_billing_refunds')
    .selectAll()
    .where('purchase_id', '=', purchase.id)
    .orderBy('id')
    .execute();
  const named = ofPurchase.find((refund) => refund.provider_reference === providerReference);
  return (
    named ??
    ofPurchase.find(
      (refund) => refund.status === 'pending' && refund.provider_reference === null && refund.amount === amount,
    )
  );
}
