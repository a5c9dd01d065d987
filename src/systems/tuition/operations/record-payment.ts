import { refusalDefinitions } from '../../../ledger/kernel/refusal-definitions.ts';
import { STAFF } from '../../access.ts';
import { defineOperation, type Operation } from '../../operation.ts';
import { schoolMonth } from '../calendar/school-calendar.ts';
import * as field from '../inputs/input-fields.ts';
import { readEnrolmentId, readMoney, readPast } from '../inputs/read-values.ts';
import { paymentAnswer, paymentSchema, type PaymentAnswer } from '../payments/payment-answer.ts';
import { takePayment } from '../payments/take-payment.ts';
import type { TuitionPolicy } from '../policy.ts';
import {
  enrolmentUnknown,
  feeUnknown,
  instantOutOfOrder,
  moneyShort,
  monthPaid,
  requestKeyReused,
} from '../tuition-errors.ts';
import { lockEnrolment } from '../writes/lock-enrolments.ts';
import { runWrite } from '../writes/operation-call.ts';

/** Money for a month of one pupil in one group. */
export interface RecordPaymentInput {
  readonly key: string;
  readonly studentId: string;
  readonly groupId: string;
  readonly amount: string;
  /** Absent: the month that the school is in. */
  readonly month?: string;
  /** Absent: now. */
  readonly paidAt?: string;
  /** `kept-money` spends what is on the money account; absent: `received`. */
  readonly from?: 'received' | 'kept-money';
  readonly note?: string;
}

/**
 * Records a payment: what it buys beyond what is paid already goes to the sessions account, the rest stays as money. Throws
 * `ROLE_INSUFFICIENT`, `INPUT_INVALID`, `TUITION_KEY_REUSED`, `TUITION_ENROLMENT_UNKNOWN`, `LEDGER_AUTHORITY_LEGACY`,
 * `LEDGER_ACCOUNT_CLOSED`, `TUITION_INSTANT_OUT_OF_ORDER`, `TUITION_FEE_UNKNOWN`, for kept money `TUITION_MONTH_PAID` and
 * `TUITION_MONEY_SHORT`, and `LEDGER_ACCOUNT_FROZEN`.
 */
export const recordPayment: Operation<TuitionPolicy, RecordPaymentInput, PaymentAnswer> = defineOperation({
  name: 'record-payment',
  title: 'Record money received for a month, or spend money that was kept',
  input: field.inputOf({
    key: field.key,
    studentId: field.studentId,
    groupId: field.groupId,
    amount: field.money('How much, in the currency of the school'),
    month: field.optional(field.month('For which month; else the present one')),
    paidAt: field.optional(field.instant('When it was received; else now')),
    from: field.optional(field.oneOf(['received', 'kept-money'], 'Where the money comes from; else it was received')),
    note: field.optional(field.text('A note for the record')),
  }),
  writes: true,
  access: { roles: ['server', ...STAFF] },
  answer: paymentSchema,
  errors: [
    requestKeyReused,
    enrolmentUnknown,
    refusalDefinitions.LEDGER_AUTHORITY_LEGACY,
    refusalDefinitions.LEDGER_ACCOUNT_CLOSED,
    instantOutOfOrder,
    feeUnknown,
    monthPaid,
    moneyShort,
    refusalDefinitions.LEDGER_ACCOUNT_FROZEN,
  ],
  run: (context, input) =>
    runWrite(context, { operation: 'record-payment', input }, async (call) => {
      const { policy } = context;
      const amount = readMoney(input.amount, policy);
      const enrolment = await lockEnrolment(call, readEnrolmentId(input), 'record a payment for');
      const taken = await takePayment(call, enrolment, {
        key: call.key,
        month: input.month ?? schoolMonth(call.now, policy.zone),
        amount,
        origin: input.from === 'kept-money' ? 'kept' : 'received',
        paidAt: input.paidAt === undefined ? undefined : readPast('when it was paid', input.paidAt, call.now),
        note: input.note,
      });
      return paymentAnswer(call, taken);
    }),
});
