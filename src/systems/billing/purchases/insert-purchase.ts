import type { UserFacts } from '../queries/load-user.ts';
import { appendAudit, userSubject } from '../writes/append-audit.ts';
import type { BillingCall } from '../writes/billing-call.ts';
import { reloadPurchase, type StoredPurchase } from './find-purchase.ts';

/** A purchase that begins. */
export interface NewPurchase {
  readonly origin: 'bought' | 'top-up';
  /** Micro-dollars. */
  readonly amount: bigint;
  readonly checkoutReference?: string | undefined;
  readonly paymentReference?: string | undefined;
  /** What makes it another purchase of the call; the call's key where it begins one only. */
  readonly key?: string;
}

/** Writes a purchase that waits for its payment, of a user who is locked. */
export async function insertPurchase(
  call: BillingCall,
  user: UserFacts,
  { origin, amount, checkoutReference, paymentReference, key = call.key }: NewPurchase,
): Promise<StoredPurchase> {
  const id = await call.context.database.dialect.statements.insertReturningId(call.trx, 'carryover_billing_purchases', {
    purchase_key: `purchase:${key}`,
    user_id: user.userId,
    origin,
    amount,
    status: 'pending',
    payment_reference: paymentReference ?? null,
    checkout_reference: checkoutReference ?? null,
    refunded: 0n,
    failure: null,
    entry_key: null,
    started_at: call.now,
    settled_at: null,
    expires_at: null,
  });
  await appendAudit(call, [
    {
      action: 'purchase_started',
      subject: userSubject(user.userId),
      accountId: user.accountId,
      after: { purchase: id, amount, origin },
    },
  ]);
  return reloadPurchase(call, id);
}
