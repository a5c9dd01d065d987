import { sql } from 'kysely';
import type { TSchema } from 'typebox';
import { STAFF } from '../../access.ts';
import * as answer from '../../answer-fields.ts';
import { defineOperation, type Operation } from '../../operation.ts';
import * as field from '../inputs/input-fields.ts';
import { readId, writeMoney } from '../inputs/read-values.ts';
import type { TuitionPolicy } from '../policy.ts';
import { pageByIdBelow, pageOf, type Page, type PageRequest } from '../queries/pages.ts';
import { runRead } from '../queries/run-read.ts';
import type { PaymentsTable } from '../tables.ts';

/** Which payments are wanted. */
export interface ListPaymentsInput extends PageRequest {
  readonly studentId?: string;
  readonly groupId?: string;
  readonly receipt?: string;
}

/** A payment taken here. Money and sessions are decimal texts. */
export interface PaymentRow {
  readonly id: string;
  readonly receipt: string;
  readonly studentId: string;
  readonly groupId: string;
  readonly plan: string;
  readonly paidAt: string;
  readonly from: 'received' | 'kept-money';
  readonly amount: string;
  readonly sessions: string;
  readonly moneyKept: string;
  readonly status: 'recorded' | 'voided' | 'refunded';
  readonly refunded: string;
  readonly actor: string;
  readonly note: string | null;
}

const paymentRowSchema: TSchema = answer.answerOf<PaymentRow>({
  id: answer.id('The payment'),
  receipt: answer.text('The number of the receipt'),
  studentId: answer.id('The pupil'),
  groupId: answer.id('The group'),
  plan: answer.text('What it was received for: a month, or a name of its own'),
  paidAt: answer.instant('When it was paid'),
  from: answer.oneOf(['received', 'kept-money'], 'Where the money came from'),
  amount: answer.amount('How much'),
  sessions: answer.wholeText('Sessions that it bought'),
  moneyKept: answer.amount('What it added to the money that is kept'),
  status: answer.oneOf(['recorded', 'voided', 'refunded'], 'Where the payment is'),
  refunded: answer.amount('What of it went back'),
  actor: answer.text('Who took it, such as person:42'),
  note: answer.nullable(answer.text('A note for the record')),
});

/**
 * Lists payments taken through this system, newest first, for finding the one to void or refund. Throws `ROLE_INSUFFICIENT`,
 * `INPUT_INVALID`.
 */
export const listPayments: Operation<TuitionPolicy, ListPaymentsInput, Page<PaymentRow>> = defineOperation({
  name: 'list-payments',
  title: 'List payments of a pupil, a group or a receipt, newest first',
  input: field.inputOf({
    studentId: field.optional(field.id('Of this pupil only')),
    groupId: field.optional(field.id('Of this group only')),
    receipt: field.optional(field.text('Of this receipt only', 64)),
    after: field.optional(field.after),
    limit: field.optional(field.limit),
  }),
  writes: false,
  access: { roles: ['server', 'user', ...STAFF], owner: 'studentId' },
  answer: answer.pageOf(paymentRowSchema),
  errors: [],
  run: (context, input) =>
    runRead(context, async ({ handle }) => {
      const { where, limit } = pageByIdBelow(input, 'p.id');
      const conditions = [
        where,
        ...(input.studentId === undefined ? [] : [sql`p.student_id = ${readId('a pupil id', input.studentId)}`]),
        ...(input.groupId === undefined ? [] : [sql`p.group_id = ${readId('a group id', input.groupId)}`]),
        ...(input.receipt === undefined ? [] : [sql`p.receipt = ${input.receipt}`]),
      ];
      const { rows } = await sql<StoredPayment>`
        select p.* from ${sql.table('carryover_tuition_payments')} p
        where ${sql.join(conditions, sql` and `)} order by p.id desc limit ${sql.lit(limit + 1)}`.execute(handle);
      return pageOf(
        rows.map((row) => paymentRow(row, context.policy)),
        limit,
      );
    }),
});

type StoredPayment = Omit<PaymentsTable, 'id'> & { readonly id: bigint };

function paymentRow(row: StoredPayment, policy: TuitionPolicy): PaymentRow {
  return {
    id: row.id.toString(),
    receipt: row.receipt,
    studentId: row.student_id.toString(),
    groupId: row.group_id.toString(),
    plan: row.plan,
    paidAt: row.paid_at.toString(),
    from: row.origin === 'kept' ? 'kept-money' : 'received',
    amount: writeMoney(row.amount, policy),
    sessions: row.sessions.toString(),
    moneyKept: writeMoney(row.money, policy),
    status: row.status,
    refunded: writeMoney(row.refunded, policy),
    actor: row.actor,
    note: row.note,
  };
}
