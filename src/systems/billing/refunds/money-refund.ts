import { formatActor } from '../../../base/actor.ts';
import { CarryoverError } from '../../../base/errors.ts';
import { amountTooLarge, stateConflict } from '../billing-errors.ts';
import { PURCHASE_PRIORITY } from '../lot-terms.ts';
import { dollars } from '../money.ts';
import { updatePurchase, type StoredPurchase } from '../purchases/find-purchase.ts';
import { billingTables } from '../queries/billing-tables.ts';
import type { UserFacts } from '../queries/load-user.ts';
import type { RefundsTable } from '../tables.ts';
import { appendAudit, userSubject } from '../writes/append-audit.ts';
import type { BillingCall } from '../writes/billing-call.ts';
import { takeBack } from './take-back.ts';

/** A refund as it is stored. */
export type StoredRefund = Omit<RefundsTable, 'id'> & { readonly id: bigint };

/** Money that goes back for a purchase. */
export interface MoneyRefund {
  readonly purchase: StoredPurchase;
  /** Micro-dollars. */
  readonly amount: bigint;
  readonly reason: string;
  /** `pending` until the provider has said what became of it. */
  readonly status: 'pending' | 'succeeded';
  readonly providerReference: string | null;
}

/**
 * Takes the credits back and writes the refund down, of a user who is locked. All refunds of a purchase together never exceed it (U-39). Throws `BILLING_STATE_CONFLICT` for a purchase that was not settled, `BILLING_AMOUNT_TOO_LARGE`.
 */
export async function makeMoneyRefund(call: BillingCall, user: UserFacts, refund: MoneyRefund): Promise<StoredRefund> {
  const { amount, purchase, reason, status } = refund;
  requireRefundable(refund);
  const key = `refund:${call.key}`;
  const { taken, forgiven } = await takeBack(call, user, { purchase, amount, reason, key });
  const refunded = purchase.refunded + amount;
  await updatePurchase(call, purchase.id, {
    refunded,
    status: refunded === purchase.amount ? 'refunded' : 'settled',
  });
  const row = {
    refund_key: call.key,
    user_id: user.userId,
    purchase_id: purchase.id,
    kind: 'money',
    amount,
    credits_taken: taken,
    credits_forgiven: forgiven,
    status,
    provider_reference: refund.providerReference,
    reason,
    actor: formatActor(call.context.actor),
    refunded_at: call.now,
    resolved_at: status === 'pending' ? null : call.now,
  } as const;
  const { statements } = call.context.database.dialect;
  const id = await statements.insertReturningId(call.trx, 'carryover_billing_refunds', row);
  await appendAudit(call, [
    {
      action: 'money_refund',
      subject: userSubject(user.userId),
      accountId: user.accountId,
      before: { balance: user.balance, refunded: purchase.refunded },
      after: { balance: user.balance - taken, refunded, refund: id, amount, taken, forgiven, status },
      reason,
    },
  ]);
  return { ...row, id };
}

function requireRefundable({ amount, purchase }: MoneyRefund): void {
  const id = purchase.id.toString();
  const left = purchase.amount - purchase.refunded;
  if (purchase.status !== 'settled' || left <= 0n) {
    const what = { attempt: 'refund', what: 'purchase', id };
    const found = left <= 0n ? 'refunded' : purchase.status;
    throw new CarryoverError(stateConflict, { ...what, found, expected: 'settled' });
  }
  if (amount <= left) return;
  const attempt = `refund purchase "${id}"`;
  throw new CarryoverError(amountTooLarge, { attempt, found: dollars(amount), available: dollars(left) });
}

/**
 * Writes down what became of a refund that was under way, of a user who is locked. Where it failed, the credits come back, and the purchase is as it was (U-30). Saying the same twice changes nothing. Throws
 * `BILLING_STATE_CONFLICT` for one that was resolved otherwise.
 */
export async function resolveMoneyRefund(
  call: BillingCall,
  user: UserFacts,
  given: {
    readonly refund: StoredRefund;
    readonly purchase: StoredPurchase;
    readonly outcome: 'succeeded' | 'failed';
    readonly providerReference: string | null;
  },
): Promise<StoredRefund> {
  const { outcome, providerReference, purchase, refund } = given;
  if (refund.status === outcome) return refund;
  if (refund.status !== 'pending' && !(refund.status === 'succeeded' && outcome === 'failed')) {
    const what = { attempt: 'resolve', what: 'refund', id: refund.id.toString() };
    throw new CarryoverError(stateConflict, { ...what, found: refund.status, expected: 'pending' });
  }
  if (outcome === 'failed') await undo(call, user, { refund, purchase });
  const resolved = {
    status: outcome,
    resolved_at: call.now,
    provider_reference: providerReference ?? refund.provider_reference,
  } as const;
  await billingTables(call.trx)
    .updateTable('carryover_billing_refunds')
    .set(resolved)
    .where('id', '=', refund.id)
    .execute();
  await appendAudit(call, [
    {
      action: 'money_refund_resolved',
      subject: userSubject(user.userId),
      accountId: user.accountId,
      before: { status: refund.status },
      after: { status: outcome, refund: refund.id },
    },
  ]);
  return { ...refund, ...resolved };
}

async function undo(
  call: BillingCall,
  user: UserFacts,
  { refund, purchase }: { readonly refund: StoredRefund; readonly purchase: StoredPurchase },
): Promise<void> {
  const expiresAt = purchase.expires_at;
  const isGone = expiresAt !== null && !call.recordedAt.isBefore(expiresAt);
  if (refund.credits_taken > 0n && !isGone) {
    await call.ledger.executeOrThrow([
      {
        type: 'grant-lot',
        accountId: user.accountId,
        amount: refund.credits_taken,
        kind: 'money-refund-failed',
        contra: 'refunds',
        funding: 'paid',
        priority: PURCHASE_PRIORITY,
        key: `refund-failed:${refund.id}`,
        actor: call.context.actor,
        details: { refund: refund.id.toString() },
        ...call.occurredAt,
        ...(expiresAt === null ? {} : { expiresAt }),
      },
    ]);
  }
  await updatePurchase(call, purchase.id, { refunded: purchase.refunded - refund.amount, status: 'settled' });
}
