import { hash } from 'node:crypto';
import type { StoredPurchase } from '../purchases/find-purchase.ts';
import type { StoredRefund } from '../refunds/money-refund.ts';

/**
 * What our objects carry at the provider, so that every message about them finds what it belongs to, also before a reference
 * could be stored (U-25). The mark tells our purchase 7 from that of another instance which shares the provider's account.
 */
export const METADATA = {
  purchase: 'carryover_purchase',
  refund: 'carryover_refund',
  mark: 'carryover_mark',
  user: 'carryover_user',
} as const;

type Marked = Pick<StoredPurchase, 'id' | 'purchase_key' | 'user_id' | 'started_at'>;
type MarkedRefund = Pick<StoredRefund, 'id' | 'refund_key' | 'refunded_at'>;

/** A name that nothing else has, made of what never changes about a thing; it says nothing about anybody. */
function markOf(...parts: readonly string[]): string {
  return hash('sha256', parts.join('\n'), 'hex').slice(0, 40);
}

/** The mark of a purchase. */
export function purchaseMark({ id, purchase_key: key, user_id: userId, started_at: at }: Marked): string {
  return markOf('purchase', id.toString(), key, userId, at.toString());
}

/** The metadata of a purchase's payment and checkout. */
export function purchaseMetadata(purchase: Marked): Readonly<Record<string, string>> {
  return {
    [METADATA.purchase]: purchase.id.toString(),
    [METADATA.mark]: purchaseMark(purchase),
    [METADATA.user]: purchase.user_id,
  };
}

/** The mark of a refund. */
export function refundMark({ id, refund_key: key, refunded_at: at }: MarkedRefund): string {
  return markOf('refund', id.toString(), key, at.toString());
}

/** The metadata of a refund. */
export function refundMetadata(refund: MarkedRefund): Readonly<Record<string, string>> {
  return { [METADATA.refund]: refund.id.toString(), [METADATA.mark]: refundMark(refund) };
}

/** The provider's idempotency key for one thing done about one object of ours. */
export function providerKey(
  does: 'pay' | 'checkout' | 'refund' | 'customer' | 'subscribe' | 'change',
  ...parts: readonly string[]
): string {
  return `carryover:${does}:${markOf(...parts)}`;
}
