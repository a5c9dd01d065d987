import type { TSchema } from 'typebox';
import * as answer from '../../answer-fields.ts';
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

/** The schema of `PurchaseAnswer`. */
export const purchaseSchema: TSchema = answer.answerOf<PurchaseAnswer>({
  purchaseId: answer.id('The purchase'),
  userId: answer.text('The user who buys'),
  status: answer.oneOf(['pending', 'settled', 'failed', 'refunded', 'withdrawn'], 'Where the purchase is'),
  amount: answer.amount('Dollars of credit that are bought'),
  refunded: answer.amount('What of it went back'),
  settledAt: answer.nullable(answer.instant('When it was paid; null until then')),
  balance: answer.amount('Dollars on the account'),
  available: answer.amount('Dollars that can be spent now'),
});

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
