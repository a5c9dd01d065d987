import type { TSchema } from 'typebox';
import * as answer from '../../answer-fields.ts';
import { writeMoney } from '../inputs/read-values.ts';
import { creditStatusOf, creditStatusSchema, type CreditStatus } from '../queries/credit-status-of.ts';
import type { OperationCall } from '../writes/operation-call.ts';
import type { TakenPayment } from './take-payment.ts';

/** What is answered for a payment. Ids, money and sessions are decimal texts. */
export interface PaymentAnswer {
  readonly paymentId: string;
  readonly receipt: string;
  readonly month: string;
  /** What the month costs, and all that was received for it by now. */
  readonly due: string;
  readonly received: string;
  /** Sessions that this payment bought. */
  readonly sessions: string;
  /** What it added to the money that is kept; negative where kept money completed a session. */
  readonly moneyKept: string;
  readonly status: CreditStatus;
}

/** The schema of `PaymentAnswer`. */
export const paymentSchema: TSchema = answer.answerOf<PaymentAnswer>({
  paymentId: answer.id('The payment'),
  receipt: answer.text('The number of the receipt'),
  month: answer.month('The month it is for'),
  due: answer.amount('What the month costs'),
  received: answer.amount('All that was received for the month by now'),
  sessions: answer.wholeText('Sessions that this payment bought'),
  moneyKept: answer.amount('What it added to the money that is kept; negative where kept money completed a session'),
  status: creditStatusSchema,
});

/** The answer for a payment that was taken. */
export function paymentAnswer(call: OperationCall, taken: TakenPayment): PaymentAnswer {
  const { policy } = call.context;
  return {
    paymentId: taken.paymentId.toString(),
    receipt: taken.receipt,
    month: taken.plan.month,
    due: writeMoney(taken.plan.due, policy),
    received: writeMoney(taken.plan.received, policy),
    sessions: taken.moved.sessions.toString(),
    moneyKept: writeMoney(taken.moved.money, policy),
    status: creditStatusOf(taken.enrolment, policy, call.now),
  };
}
