import { CarryoverError } from '../../../base/errors.ts';
import { refusalDefinitions } from '../../../ledger/kernel/refusal-definitions.ts';
import { defineOperation, type Operation } from '../../operation.ts';
import { standingNow } from '../fees-and-standing.ts';
import * as field from '../inputs/input-fields.ts';
import { readId } from '../inputs/read-values.ts';
import { lockPayment, type LockedPayment } from '../payments/lock-payment.ts';
import { returnMoney, returnSchema, type ReturnAnswer } from '../payments/return-payment.ts';
import { loadPlans } from '../plans/load-plans.ts';
import type { TuitionPolicy } from '../policy.ts';
import { deskTables } from '../queries/desk-tables.ts';
import type { EnrolmentsTable } from '../tables.ts';
import { moneyShort, paymentNotReversible, requestKeyReused, tuitionUnknown } from '../tuition-errors.ts';
import { runWrite, type OperationCall } from '../writes/operation-call.ts';

/** A payment that was a mistake. */
export interface VoidPaymentInput {
  readonly key: string;
  readonly paymentId: string;
  readonly reason: string;
}

/**
 * Undoes a payment that should never have been recorded, as if it had not been: sessions and money go back (T-35), and a pupil
 * whom it alone had made returning is new again. Throws `ROLE_INSUFFICIENT`, `INPUT_INVALID`, `TUITION_KEY_REUSED`,
 * `TUITION_UNKNOWN`, `LEDGER_AUTHORITY_LEGACY`, `LEDGER_ACCOUNT_CLOSED`, `TUITION_PAYMENT_NOT_REVERSIBLE`, `TUITION_MONEY_SHORT`,
 * `LEDGER_ACCOUNT_FROZEN`.
 */
export const voidPayment: Operation<TuitionPolicy, VoidPaymentInput, ReturnAnswer> = defineOperation({
  name: 'void-payment',
  title: 'Undo a payment that was recorded by mistake',
  input: field.inputOf({ key: field.key, paymentId: field.id('The payment'), reason: field.reason }),
  writes: true,
  access: { roles: ['server', 'admin', 'super_admin'] },
  answer: returnSchema,
  errors: [
    requestKeyReused,
    tuitionUnknown,
    refusalDefinitions.LEDGER_AUTHORITY_LEGACY,
    refusalDefinitions.LEDGER_ACCOUNT_CLOSED,
    paymentNotReversible,
    moneyShort,
    refusalDefinitions.LEDGER_ACCOUNT_FROZEN,
  ],
  run: (context, input) =>
    runWrite(context, { operation: 'void-payment', input }, async (call) => {
      const locked = await lockPayment(call, readId('a payment id', input.paymentId), 'void a payment of');
      const { payment, enrolment } = locked;
      requireUntouched(locked);
      await deskTables(call.trx)
        .updateTable('carryover_tuition_payments')
        .set({ status: 'voided' })
        .where('id', '=', payment.id)
        .execute();
      return returnMoney(call, enrolment, {
        kind: 'void',
        paymentId: payment.id,
        plans: [payment.plan],
        amount: payment.amount,
        origin: payment.origin,
        standing: await standingWithout(call, locked),
        reason: input.reason,
      });
    }),
});

function requireUntouched({ payment }: LockedPayment): void {
  if (payment.status === 'recorded' && payment.refunded === 0n) return;
  const isVoided = payment.status === 'voided';
  throw new CarryoverError(paymentNotReversible, {
    attempt: 'void',
    paymentId: payment.id.toString(),
    found: isVoided ? 'voided' : 'refunded in part or whole',
    nextStep: isVoided ? 'Nothing more is needed: it is undone.' : 'Refund what is left of it instead.',
  });
}

/** Somebody who has never paid is new, unless long enough in the group (T-11, T-13). A refunded payment was one, a voided one was none. */
async function standingWithout(
  call: OperationCall,
  { payment, enrolment }: LockedPayment,
): Promise<EnrolmentsTable['standing']> {
  const others = await deskTables(call.trx)
    .selectFrom('carryover_tuition_payments')
    .select('id')
    .where('student_id', '=', enrolment.studentId)
    .where('group_id', '=', enrolment.groupId)
    .where('origin', '=', 'received')
    .where('status', '<>', 'voided')
    .where('id', '<>', payment.id)
    .limit(1)
    .execute();
  const plans = await loadPlans(call.trx, enrolment);
  const received = plans.reduce((sum, plan) => sum + plan.received, 0n);
  const hasPaid = others.length > 0 || payment.origin === 'kept' || received > payment.amount;
  if (hasPaid) return 'returning';
  return standingNow({ standing: 'new', started_at: enrolment.row.started_at }, call.now, call.context.policy);
}
