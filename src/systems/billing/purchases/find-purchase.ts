import { CarryoverError } from '../../../base/errors.ts';
import { inputInvalid } from '../../../base/base-errors.ts';
import { billingUnknown } from '../billing-errors.ts';
import { readId } from '../inputs/read-values.ts';
import { billingTables } from '../queries/billing-tables.ts';
import type { UserFacts } from '../queries/load-user.ts';
import type { PurchasesTable } from '../tables.ts';
import type { BillingCall } from '../writes/billing-call.ts';
import { lockUser } from '../writes/lock-user.ts';

/** A purchase as it is stored. */
export type StoredPurchase = Omit<PurchasesTable, 'id'> & { readonly id: bigint };

/** What a payment, or a person, names a purchase by: one of these at least. */
export interface PurchaseNames {
  readonly purchaseId?: string;
  readonly checkoutReference?: string;
  readonly paymentReference?: string;
}

/**
 * Finds a purchase by the most certain of its names: its id, then the checkout, then the payment (U-25). Locks its user and reads it again under the lock. Throws
 * `INPUT_INVALID` for no name, `BILLING_UNKNOWN`, and what `lockUser` throws.
 */
export async function lockPurchase(
  call: BillingCall,
  names: PurchaseNames,
  attempt: string,
): Promise<{ readonly purchase: StoredPurchase; readonly user: UserFacts }> {
  const found = await findPurchase(call, names);
  if (found === undefined) {
    const id = names.purchaseId ?? names.checkoutReference ?? names.paymentReference ?? '';
    throw new CarryoverError(billingUnknown, { what: 'purchase', id, expected: 'one that was started or carried' });
  }
  const user = await lockUser(call, found.user_id, attempt);
  return { user, purchase: await reloadPurchase(call, found.id) };
}

async function findPurchase(call: BillingCall, names: PurchaseNames): Promise<StoredPurchase | undefined> {
  const { purchaseId, checkoutReference, paymentReference } = names;
  if (purchaseId !== undefined) return byColumn(call, 'id', readId('a purchase id', purchaseId));
  if (checkoutReference === undefined && paymentReference === undefined) {
    throw new CarryoverError(inputInvalid, {
      what: 'a purchase',
      found: 'no name of it',
      expected: 'its id, its checkout or its payment',
    });
  }
  const byCheckout =
    checkoutReference === undefined ? undefined : await byColumn(call, 'checkout_reference', checkoutReference);
  if (byCheckout !== undefined || paymentReference === undefined) return byCheckout;
  return byColumn(call, 'payment_reference', paymentReference);
}

function byColumn(
  call: BillingCall,
  column: 'id' | 'checkout_reference' | 'payment_reference',
  value: bigint | string,
): Promise<StoredPurchase | undefined> {
  return billingTables(call.trx)
    .selectFrom('carryover_billing_purchases')
    .selectAll()
    .where(column, '=', value as never)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** A purchase anew, by its id. */
export function reloadPurchase(call: BillingCall, id: bigint): Promise<StoredPurchase> {
  return billingTables(call.trx)
    .selectFrom('carryover_billing_purchases')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
}

/** Sets columns of a purchase whose user is locked, and gives it back. */
export async function updatePurchase(
  call: BillingCall,
  id: bigint,
  columns: Partial<Omit<PurchasesTable, 'id'>>,
): Promise<StoredPurchase> {
  await billingTables(call.trx).updateTable('carryover_billing_purchases').set(columns).where('id', '=', id).execute();
  return reloadPurchase(call, id);
}
