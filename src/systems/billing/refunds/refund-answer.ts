import type { TSchema } from 'typebox';
import * as answer from '../../answer-fields.ts';
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

/** The schema of `RefundAnswer`. */
export const refundSchema: TSchema = answer.answerOf<RefundAnswer>({
  refundId: answer.id('The refund'),
  userId: answer.text('The user who gets it'),
  kind: answer.oneOf(['credits', 'money'], 'What goes back'),
  amount: answer.amount('Dollars that go back'),
  creditsTaken: answer.amount('For money: the credits that were taken back'),
  creditsForgiven: answer.amount('For money: the credits that were spent and are not owed'),
  status: answer.oneOf(
    ['recorded', 'pending', 'succeeded', 'failed'],
    'Pending until the payment provider has said whether the money went',
  ),
  balance: answer.amount('Dollars on the account afterwards'),
});

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
