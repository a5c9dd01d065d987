import { dollars } from '../money.ts';
import type { UserFacts } from '../queries/load-user.ts';
import type { StoredPurchase } from './find-purchase.ts';

/** A purchase and where its user stands. Amounts are decimal texts of dollars. */
export interface PurchaseAnswer {
  readonly purchaseId: string;
  readonly userId: string;
  readonly status: StoredPurchase['status'];
  readonly amount: string;
  readonly refunded: string;
  readonly settledAt: string | null;
  readonly balance: string;
  readonly available: string;
}

/** The answer about a purchase. */
export function purchaseAnswer(
  purchase: StoredPurchase,
  user: Pick<UserFacts, 'balance' | 'available'>,
): PurchaseAnswer {
  return {
    purchaseId: purchase.id.toString(),
    userId: purchase.user_id,
    status: purchase.status,
    amount: dollars(purchase.amount),
    refunded: dollars(purchase.refunded),
    settledAt: purchase.settled_at?.toString() ?? null,
    balance: dollars(user.balance),
    available: dollars(user.available),
  };
}
