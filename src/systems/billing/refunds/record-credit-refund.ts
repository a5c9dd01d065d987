import { formatActor } from '../../../base/actor.ts';
import { billingTables } from '../queries/billing-tables.ts';
import type { UserFacts } from '../queries/load-user.ts';
import type { StoredAdjustment } from '../adjustments/adjustment.ts';
import type { BillingCall } from '../writes/billing-call.ts';

/** Writes credits given back down as the refund they are, with its one outcome (U-30). No money moves. */
export async function recordCreditRefund(
  call: BillingCall,
  { userId }: UserFacts,
  { id, amount, reason }: Pick<StoredAdjustment, 'id' | 'amount' | 'reason'>,
): Promise<void> {
  await billingTables(call.trx)
    .insertInto('carryover_billing_refunds')
    .values({
      refund_key: `adjustment:${id}`,
      user_id: userId,
      purchase_id: null,
      kind: 'credits',
      amount,
      credits_taken: 0n,
      credits_forgiven: 0n,
      status: 'recorded',
      provider_reference: null,
      reason,
      actor: formatActor(call.context.actor),
      refunded_at: call.now,
      resolved_at: call.now,
    })
    .execute();
}
