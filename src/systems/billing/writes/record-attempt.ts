import { formatActor } from '../../../base/actor.ts';
import { billingTables } from '../queries/billing-tables.ts';
import type { UserFacts } from '../queries/load-user.ts';
import type { BillingCall } from './billing-call.ts';

/** Why a charge was refused. */
export type AttemptCode = 'insufficient-credits' | 'settled-above-hold' | 'account-frozen';

/**
 * Writes a refused charge down in the call's own transaction, and gives the key back, so that the refusal stays on record (U-29) and the same call
 * is accepted once there are credits.
 */
export async function recordAttempt(
  call: BillingCall,
  user: UserFacts,
  refused: {
    readonly sourceId: string;
    readonly amount: bigint;
    readonly available: bigint;
    readonly code: AttemptCode;
  },
): Promise<void> {
  const { sourceId, amount, available, code } = refused;
  await billingTables(call.trx)
    .insertInto('carryover_billing_attempts')
    .values({
      user_id: user.userId,
      operation: call.operation,
      source_id: sourceId,
      amount,
      available,
      code,
      actor: formatActor(call.context.actor),
      attempted_at: call.now,
    })
    .execute();
}
