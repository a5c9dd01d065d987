import { dollars } from '../money.ts';
import type { StoredRefund } from './money-refund.ts';

/** A refund with its one outcome (U-30). Amounts are decimal texts of dollars. */
export interface RefundAnswer {
  readonly refundId: string;
  readonly userId: string;
  readonly kind: 'credits' | 'money';
  readonly amount: string;
  /** For money: the credits taken back, and those that were spent and are not owed. */
  readonly creditsTaken: string;
  readonly creditsForgiven: string;
  /** `pending` is not done: the provider has not said yet whether the money went. */
  readonly status: StoredRefund['status'];
  readonly balance: string;
}

/** The answer about a refund, with the balance as it is afterwards. */
export function refundAnswer(refund: StoredRefund, balance: bigint): RefundAnswer {
  return {
    refundId: refund.id.toString(),
    userId: refund.user_id,
    kind: refund.kind,
    amount: dollars(refund.amount),
    creditsTaken: dollars(refund.credits_taken),
    creditsForgiven: dollars(refund.credits_forgiven),
    status: refund.status,
    balance: dollars(balance),
  };
}
