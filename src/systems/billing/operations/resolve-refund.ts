import { CarryoverError } from '../../../base/errors.ts';
import { refusalDefinitions } from '../../../ledger/kernel/refusal-definitions.ts';
import { defineOperation, type Operation } from '../../operation.ts';
import { billingUnknown, requestKeyReused, stateConflict } from '../billing-errors.ts';
import * as field from '../inputs/input-fields.ts';
import { readId } from '../inputs/read-values.ts';
import type { BillingPolicy } from '../policy.ts';
import { lockPurchase } from '../purchases/find-purchase.ts';
import { billingTables } from '../queries/billing-tables.ts';
import { loadUser } from '../queries/load-user.ts';
import { resolveMoneyRefund, type StoredRefund } from '../refunds/money-refund.ts';
import { refundAnswer, refundSchema, type RefundAnswer } from '../refunds/refund-answer.ts';
import { runWrite, type BillingCall } from '../writes/billing-call.ts';

/** What became of a refund. */
export interface ResolveRefundInput {
  readonly key: string;
  readonly refundId: string;
  readonly outcome: 'succeeded' | 'failed';
  /** The provider's name of the refund. */
  readonly providerReference?: string;
}

/**
 * Writes down whether the money of a refund went; where it did not, the credits come back (U-30). Throws `ROLE_INSUFFICIENT`,
 * `INPUT_INVALID`, `BILLING_KEY_REUSED`, `BILLING_UNKNOWN`, `LEDGER_AUTHORITY_LEGACY`, `LEDGER_ACCOUNT_CLOSED`,
 * `BILLING_STATE_CONFLICT`, `LEDGER_ACCOUNT_FROZEN`.
 */
export const resolveRefund: Operation<BillingPolicy, ResolveRefundInput, RefundAnswer> = defineOperation({
  name: 'resolve-refund',
  title: 'Write down whether the money of a refund went',
  input: field.inputOf({
    key: field.key,
    refundId: field.id('The refund'),
    outcome: field.oneOf(['succeeded', 'failed'], 'What became of it'),
    providerReference: field.optional(field.reference("The provider's name of the refund")),
  }),
  writes: true,
  access: { roles: ['server', 'super_admin'] },
  answer: refundSchema,
  errors: [
    requestKeyReused,
    billingUnknown,
    refusalDefinitions.LEDGER_AUTHORITY_LEGACY,
    refusalDefinitions.LEDGER_ACCOUNT_CLOSED,
    stateConflict,
    refusalDefinitions.LEDGER_ACCOUNT_FROZEN,
  ],
  run: (context, input) =>
    runWrite(context, { operation: 'resolve-refund', input }, async (call) => {
      const found = await moneyRefund(call, input.refundId);
      const { purchase, user } = await lockPurchase(
        call,
        { purchaseId: String(found.purchase_id) },
        'resolve a refund of',
      );
      const refund = await moneyRefund(call, input.refundId);
      const { outcome, providerReference = null } = input;
      const resolved = await resolveMoneyRefund(call, user, { refund, purchase, outcome, providerReference });
      const after = await loadUser(context.database, call.trx, user.userId);
      return refundAnswer(resolved, after.balance);
    }),
});

async function moneyRefund(call: BillingCall, refundId: string): Promise<StoredRefund> {
  const refund = await billingTables(call.trx)
    .selectFrom('carryover_billing_refunds')
    .selectAll()
    .where('id', '=', readId('a refund id', refundId))
    .where('kind', '=', 'money')
    .executeTakeFirst();
  if (refund !== undefined) return refund;
  throw new CarryoverError(billingUnknown, { what: 'refund', id: refundId, expected: 'one of money' });
}
