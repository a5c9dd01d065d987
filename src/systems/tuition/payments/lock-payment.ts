import { CarryoverError } from '../../../base/errors.ts';
import { deskTables } from '../queries/desk-tables.ts';
import type { EnrolmentFacts } from '../queries/load-enrolments.ts';
import type { PaymentsTable } from '../tables.ts';
import { tuitionUnknown } from '../tuition-errors.ts';
import { lockEnrolment } from '../writes/lock-enrolments.ts';
import type { OperationCall } from '../writes/operation-call.ts';

/** A payment taken here, and its enrolment, under lock. */
export interface LockedPayment {
  readonly payment: Omit<PaymentsTable, 'id'> & { readonly id: bigint };
  readonly enrolment: EnrolmentFacts;
}

/**
 * Locks the enrolment of a payment and reads the payment under that lock. Throws `TUITION_UNKNOWN`, `TUITION_ENROLMENT_UNKNOWN`,
 * `LEDGER_AUTHORITY_LEGACY`.
 */
export async function lockPayment(call: OperationCall, paymentId: bigint, attempt: string): Promise<LockedPayment> {
  const { student_id, group_id } = await readPayment(call, paymentId);
  const enrolment = await lockEnrolment(call, { studentId: student_id, groupId: group_id }, attempt);
  return { enrolment, payment: await readPayment(call, paymentId) };
}

async function readPayment(call: OperationCall, paymentId: bigint): Promise<LockedPayment['payment']> {
  const row = await deskTables(call.trx)
    .selectFrom('carryover_tuition_payments')
    .selectAll()
    .where('id', '=', paymentId)
    .executeTakeFirst();
  if (row !== undefined) return row;
  throw new CarryoverError(tuitionUnknown, {
    what: 'payment',
    id: paymentId.toString(),
    expected: 'one taken through this system',
    nextStep:
      'Take the number from the receipt; money received before the cutover is refunded by pupil, group and month.',
  });
}
