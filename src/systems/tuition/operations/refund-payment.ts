import { CarryoverError } from '../../../base/errors.ts';
import { inputInvalid } from '../../../base/base-errors.ts';
import { refusalDefinitions } from '../../../ledger/kernel/refusal-definitions.ts';
import { defineOperation, type Operation } from '../../operation.ts';
import * as field from '../inputs/input-fields.ts';
import { readEnrolmentId, readId, readMoney, writeMoney } from '../inputs/read-values.ts';
import { lockPayment } from '../payments/lock-payment.ts';
import { returnMoney, returnSchema, type ReturnAnswer } from '../payments/return-payment.ts';
import { plansOfMonth } from '../payments/take-payment.ts';
import { loadPlans } from '../plans/load-plans.ts';
import type { TuitionPolicy } from '../policy.ts';
import { deskTables } from '../queries/desk-tables.ts';
import type { EnrolmentFacts } from '../queries/load-enrolments.ts';
import {
  enrolmentUnknown,
  moneyShort,
  paymentNotReversible,
  requestKeyReused,
  tuitionUnknown,
} from '../tuition-errors.ts';
import { lockEnrolment } from '../writes/lock-enrolments.ts';
import { runWrite, type OperationCall } from '../writes/operation-call.ts';

/** Money to give back: of a payment taken here, or of a month that was paid before the cutover. */
export interface RefundPaymentInput {
  readonly key: string;
  readonly paymentId?: string;
  readonly studentId?: string;
  readonly groupId?: string;
  readonly month?: string;
  /** Absent: all that is left of the payment or month. */
  readonly amount?: string;
  readonly reason: string;
}

/**
 * Gives money back, in part or whole, and takes the sessions back that it had bought (T-35). The pupil stays returning: there was
 * a payment. Throws `ROLE_INSUFFICIENT`, `INPUT_INVALID`, `TUITION_KEY_REUSED`, `TUITION_UNKNOWN`, `TUITION_ENROLMENT_UNKNOWN`,
 * `LEDGER_AUTHORITY_LEGACY`, `LEDGER_ACCOUNT_CLOSED`, `TUITION_PAYMENT_NOT_REVERSIBLE`, `TUITION_MONEY_SHORT`,
 * `LEDGER_ACCOUNT_FROZEN`.
 */
export const refundPayment: Operation<TuitionPolicy, RefundPaymentInput, ReturnAnswer> = defineOperation({
  name: 'refund-payment',
  title: 'Give money back, in part or whole, and take back the sessions it bought',
  input: field.inputOf({
    key: field.key,
    paymentId: field.optional(field.id('A payment taken here; this, or pupil, group and month')),
    studentId: field.optional(field.id('The pupil, for a month paid before the cutover')),
    groupId: field.optional(field.id('The group of that month')),
    month: field.optional(field.month('That month')),
    amount: field.optional(field.money('How much; else all that is left')),
    reason: field.reason,
  }),
  writes: true,
  access: { roles: ['server', 'admin', 'super_admin'] },
  answer: returnSchema,
  errors: [
    requestKeyReused,
    tuitionUnknown,
    enrolmentUnknown,
    refusalDefinitions.LEDGER_AUTHORITY_LEGACY,
    refusalDefinitions.LEDGER_ACCOUNT_CLOSED,
    paymentNotReversible,
    moneyShort,
    refusalDefinitions.LEDGER_ACCOUNT_FROZEN,
  ],
  run: (context, input) =>
    runWrite(context, { operation: 'refund-payment', input }, (call) => {
      const { paymentId, studentId, groupId, month } = input;
      const parts = [studentId, groupId, month].filter((part) => part !== undefined);
      if (paymentId !== undefined && parts.length === 0)
        return refundOwn(call, input, readId('a payment id', paymentId));
      if (paymentId === undefined && studentId !== undefined && groupId !== undefined && month !== undefined) {
        return refundCarried(call, input, { studentId, groupId, month });
      }
      const found = paymentId === undefined ? 'neither a payment nor pupil, group and month' : 'a payment and more';
      throw new CarryoverError(inputInvalid, {
        what: 'a refund',
        found,
        expected: 'a payment, or pupil, group and month',
      });
    }),
});

async function refundOwn(call: OperationCall, input: RefundPaymentInput, paymentId: bigint): Promise<ReturnAnswer> {
  const { payment, enrolment } = await lockPayment(call, paymentId, 'refund a payment of');
  if (payment.status !== 'recorded' || payment.origin === 'kept') {
    throw new CarryoverError(paymentNotReversible, {
      attempt: 'refund',
      paymentId: payment.id.toString(),
      found: payment.origin === 'kept' ? 'made from kept money' : payment.status,
      nextStep:
        payment.origin === 'kept'
          ? 'Void it, and refund the payment that brought the money.'
          : 'Nothing more is needed: nothing of it is left.',
    });
  }
  const amount = amountOf(call, enrolment, { asked: input.amount, left: payment.amount - payment.refunded });
  const refunded = payment.refunded + amount;
  await deskTables(call.trx)
    .updateTable('carryover_tuition_payments')
    .set({ refunded, status: refunded === payment.amount ? 'refunded' : 'recorded' })
    .where('id', '=', payment.id)
    .execute();
  const { reason } = input;
  const plans = [payment.plan] as const;
  return returnMoney(call, enrolment, {
    kind: 'refund',
    paymentId: payment.id,
    plans,
    amount,
    origin: 'received',
    reason,
  });
}

/** What was received before the cutover is known by month only; of a month, what payments taken here brought is not part of it. */
async function refundCarried(
  call: OperationCall,
  input: RefundPaymentInput,
  of: { readonly studentId: string; readonly groupId: string; readonly month: string },
): Promise<ReturnAnswer> {
  const enrolment = await lockEnrolment(call, readEnrolmentId(of), 'refund a month of');
  const plans = plansOfMonth(await loadPlans(call.trx, enrolment), of.month);
  const own = await deskTables(call.trx)
    .selectFrom('carryover_tuition_payments')
    .select(['plan', 'amount', 'refunded'])
    .where('student_id', '=', enrolment.studentId)
    .where('group_id', '=', enrolment.groupId)
    .where('status', '=', 'recorded')
    .execute();
  const names = plans.map(({ plan }) => plan);
  const received = plans.reduce((sum, plan) => sum + plan.received, 0n);
  const taken = own
    .filter(({ plan }) => names.includes(plan))
    .reduce((sum, { amount, refunded }) => sum + amount - refunded, 0n);
  const amount = amountOf(call, enrolment, { asked: input.amount, left: received > taken ? received - taken : 0n });
  const [first = of.month, ...others] = names;
  const { reason } = input;
  return returnMoney(call, enrolment, {
    kind: 'refund',
    paymentId: null,
    plans: [first, ...others],
    amount,
    origin: 'received',
    reason,
  });
}

function amountOf(
  call: OperationCall,
  { studentId, groupId }: EnrolmentFacts,
  { asked, left }: { readonly asked: string | undefined; readonly left: bigint },
): bigint {
  const { policy } = call.context;
  const amount = asked === undefined ? left : readMoney(asked, policy);
  if (amount > 0n && amount <= left) return amount;
  throw new CarryoverError(moneyShort, {
    studentId: studentId.toString(),
    groupId: groupId.toString(),
    attempt: 'refund money',
    amount: writeMoney(amount, policy),
    available: writeMoney(left, policy),
  });
}
