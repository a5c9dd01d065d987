import { billingTables } from '../queries/billing-tables.ts';
import type { StoredRefund } from '../refunds/money-refund.ts';
import type { BillingContext } from '../writes/billing-call.ts';
import { METADATA, refundMark } from './marks.ts';

/** What a dispute is called where refunds have the provider's name: it takes money back as a refund does, and is none. */
export const DISPUTE_PREFIX = 'dispute:';

/** A refund of money as it is stored now; undefined where there is none of that id. */
export function findRefund({ database }: BillingContext, id: bigint): Promise<StoredRefund | undefined> {
  return billingTables(database.handle)
    .selectFrom('carryover_billing_refunds')
    .selectAll()
    .where('id', '=', id)
    .where('kind', '=', 'money')
    .executeTakeFirst();
}

/** As `findRefund`, of an id that an operation has answered. */
export async function refundById(context: BillingContext, id: bigint): Promise<StoredRefund> {
  const found = await findRefund(context, id);
  if (found === undefined) throw new Error(`Refund ${id} is gone.`);
  return found;
}

/** Every refund of money of a purchase, disputes included, oldest first. */
export function refundsOfPurchase({ database }: BillingContext, purchaseId: bigint): Promise<StoredRefund[]> {
  return billingTables(database.handle)
    .selectFrom('carryover_billing_refunds')
    .selectAll()
    .where('purchase_id', '=', purchaseId)
    .where('kind', '=', 'money')
    .orderBy('id')
    .execute();
}

/** The refund that was begun here, by the mark that the provider's refund carries; undefined for one that was begun there. */
export async function refundByMark(
  context: BillingContext,
  metadata: Readonly<Record<string, string>>,
): Promise<StoredRefund | undefined> {
  const id = metadata[METADATA.refund];
  if (id === undefined || !/^[1-9]\d{0,17}$/.test(id)) return undefined;
  const refund = await findRefund(context, BigInt(id));
  return refund !== undefined && refundMark(refund) === metadata[METADATA.mark] ? refund : undefined;
}

/**
 * Writes down what the provider calls a refund that was begun here, so that of two of the same amount each is told of by its own
 * name.
 */
export async function nameRefund({ database }: BillingContext, refundId: bigint, name: string): Promise<void> {
  await database.write((trx) =>
    billingTables(trx)
      .updateTable('carryover_billing_refunds')
      .set({ provider_reference: name })
      .where('id', '=', refundId)
      .where('provider_reference', 'is', null)
      .execute(),
  );
}
