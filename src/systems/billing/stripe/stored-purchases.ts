import type { StoredPurchase } from '../purchases/find-purchase.ts';
import { billingTables } from '../queries/billing-tables.ts';
import type { BillingContext } from '../writes/billing-call.ts';
import { METADATA, purchaseMark } from './marks.ts';

/** What a payment or checkout is known by. */
export interface PaymentNames {
  readonly metadata: Readonly<Record<string, string>>;
  readonly checkoutReference?: string;
  readonly paymentReference?: string | null;
}

type Column = 'id' | 'purchase_key' | 'checkout_reference' | 'payment_reference';

/**
 * The purchase that a payment or checkout is for: by our own mark, by what was stored of it, else by the id that the application
 * before wrote into the metadata (U-15, U-25). Undefined for what is not ours, such as the payment of a subscription or of
 * another product on the same account.
 */
export async function matchPurchase(context: BillingContext, names: PaymentNames): Promise<StoredPurchase | undefined> {
  const { checkoutReference, metadata, paymentReference } = names;
  const marked = await byMark(context, metadata);
  if (marked !== undefined) return marked;
  const references = [
    ['checkout_reference', checkoutReference],
    ['payment_reference', paymentReference],
  ] as const;
  for (const [column, value] of references) {
    const found = value === undefined || value === null ? undefined : await byColumn(context, column, value);
    if (found !== undefined) return found;
  }
  return byLegacyId(context, metadata);
}

async function byMark(
  context: BillingContext,
  metadata: PaymentNames['metadata'],
): Promise<StoredPurchase | undefined> {
  const id = metadata[METADATA.purchase];
  const found = id === undefined ? undefined : await findPurchase(context, id);
  return found !== undefined && purchaseMark(found) === metadata[METADATA.mark] ? found : undefined;
}

async function byLegacyId(
  context: BillingContext,
  metadata: PaymentNames['metadata'],
): Promise<StoredPurchase | undefined> {
  const { purchase_id: id, user_id: userId } = metadata;
  if (id === undefined || userId === undefined) return undefined;
  const found = await byColumn(context, 'purchase_key', `credit_purchases:${id}`);
  return found?.user_id === userId ? found : undefined;
}

function byColumn(
  { database }: BillingContext,
  column: Column,
  value: bigint | string,
): Promise<StoredPurchase | undefined> {
  return billingTables(database.handle)
    .selectFrom('carryover_billing_purchases')
    .selectAll()
    .where(column, '=', value as never)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** A purchase as it is stored now; undefined where there is none of that id, or the text is no id. */
export async function findPurchase(context: BillingContext, id: string): Promise<StoredPurchase | undefined> {
  return /^[1-9]\d{0,17}$/.test(id) ? byColumn(context, 'id', BigInt(id)) : undefined;
}

/** As `findPurchase`, of an id that an operation has answered. */
export async function purchaseById(context: BillingContext, id: bigint): Promise<StoredPurchase> {
  const found = await byColumn(context, 'id', id);
  if (found === undefined) throw new Error(`Purchase ${id} is gone.`);
  return found;
}

/** Writes down what the provider calls a purchase, where that is not known yet: by it the next message finds the purchase. */
export async function namePurchase(
  { database }: BillingContext,
  purchase: StoredPurchase,
  names: { readonly checkoutReference?: string; readonly paymentReference?: string | null },
): Promise<void> {
  const columns = [
    ['checkout_reference', names.checkoutReference],
    ['payment_reference', names.paymentReference],
  ] as const;
  for (const [column, value] of columns) {
    if (value === undefined || value === null || purchase[column] !== null) continue;
    await database.write((trx) =>
      billingTables(trx)
        .updateTable('carryover_billing_purchases')
        .set({ [column]: value })
        .where('id', '=', purchase.id)
        .where(column, 'is', null)
        .execute(),
    );
  }
}
