import { sql } from 'kysely';
import type { TSchema } from 'typebox';
import { refusalDefinitions } from '../../../ledger/kernel/refusal-definitions.ts';
import { STAFF } from '../../access.ts';
import * as answer from '../../answer-fields.ts';
import { defineOperation, type Operation } from '../../operation.ts';
import { schoolMonth } from '../calendar/school-calendar.ts';
import * as field from '../inputs/input-fields.ts';
import { readId, readPast, writeMoney } from '../inputs/read-values.ts';
import { plansOfMonth, takePayment } from '../payments/take-payment.ts';
import { loadPlans } from '../plans/load-plans.ts';
import type { TuitionPolicy } from '../policy.ts';
import type { EnrolmentFacts } from '../queries/load-enrolments.ts';
import { idList } from '../queries/load-groups.ts';
import { feeUnknown, instantOutOfOrder, requestKeyReused } from '../tuition-errors.ts';
import { appendAudit } from '../writes/append-audit.ts';
import { isUnderLedger, lockEnrolments } from '../writes/lock-enrolments.ts';
import { runWrite, type OperationCall } from '../writes/operation-call.ts';

/** One month of fees from the pupils of a group. */
export interface RecordBulkPaymentInput {
  readonly key: string;
  readonly groupId: string;
  /** Absent: the month that the school is in. */
  readonly month?: string;
  /** Absent: every active pupil of the group. */
  readonly studentIds?: readonly string[];
  readonly paidAt?: string;
  readonly note?: string;
}

/** What was taken, and from whom nothing was. */
export interface RecordBulkPaymentAnswer {
  readonly month: string;
  readonly payments: readonly {
    readonly studentId: string;
    readonly paymentId: string;
    readonly receipt: string;
    readonly amount: string;
    readonly sessions: string;
  }[];
  readonly total: string;
  readonly skipped: readonly { readonly studentId: string; readonly why: SkipReason }[];
}

const takenSchema: TSchema = answer.answerOf<RecordBulkPaymentAnswer['payments'][number]>({
  studentId: answer.id('The pupil'),
  paymentId: answer.id('The payment'),
  receipt: answer.text('The number of the receipt'),
  amount: answer.amount('What was taken'),
  sessions: answer.wholeText('Sessions that it bought'),
});

const skippedSchema: TSchema = answer.answerOf<RecordBulkPaymentAnswer['skipped'][number]>({
  studentId: answer.id('The pupil'),
  why: answer.oneOf<SkipReason>(
    ['paid', 'nothing-owed', 'no-fee', 'not-enrolled', 'legacy-authority'],
    'Why nothing was taken',
  ),
});

const recordBulkPaymentSchema: TSchema = answer.answerOf<RecordBulkPaymentAnswer>({
  month: answer.month('The month it is for'),
  payments: answer.list(takenSchema, 'What was taken'),
  total: answer.amount('What was taken in all'),
  skipped: answer.list(skippedSchema, 'From whom nothing was taken'),
});

/** Why nothing was taken from a pupil. */
export type SkipReason = 'paid' | 'nothing-owed' | 'no-fee' | 'not-enrolled' | 'legacy-authority';

/**
 * Takes what one month still owes from each active pupil of a group: nobody pays a month twice, however often it is run, and each
 * gets the sessions of the plan, no more (T-33). All or nothing. Throws `ROLE_INSUFFICIENT`, `INPUT_INVALID`,
 * `TUITION_KEY_REUSED`, `TUITION_INSTANT_OUT_OF_ORDER`, `TUITION_FEE_UNKNOWN`, `LEDGER_ACCOUNT_FROZEN`.
 */
export const recordBulkPayment: Operation<TuitionPolicy, RecordBulkPaymentInput, RecordBulkPaymentAnswer> =
  defineOperation({
    name: 'record-bulk-payment',
    title: 'Record one month of fees from the pupils of a group',
    input: field.inputOf({
      key: field.key,
      groupId: field.groupId,
      month: field.optional(field.month('For which month; else the present one')),
      studentIds: field.optional(field.ids('From these pupils only; else from every active one')),
      paidAt: field.optional(field.instant('When it was received; else now')),
      note: field.optional(field.text('A note for the record')),
    }),
    writes: true,
    access: { roles: ['server', ...STAFF] },
    answer: recordBulkPaymentSchema,
    errors: [requestKeyReused, instantOutOfOrder, feeUnknown, refusalDefinitions.LEDGER_ACCOUNT_FROZEN],
    run: (context, input) =>
      runWrite(context, { operation: 'record-bulk-payment', input }, async (call) => {
        const groupId = readId('a group id', input.groupId);
        const month = input.month ?? schoolMonth(call.now, context.policy.zone);
        const wanted = input.studentIds?.map((text) => readId('a pupil id', text));
        const enrolments = await lockEnrolments(call, { where: filterOf(groupId, wanted) });
        const paidAt = input.paidAt === undefined ? undefined : readPast('when it was paid', input.paidAt, call.now);
        const taken = await takeFromAll(call, enrolments, { month, paidAt, note: input.note });
        const known = new Set(enrolments.map(({ studentId }) => studentId));
        const missing = (wanted ?? []).filter((id) => !known.has(id));
        const skipped = [
          ...taken.skipped,
          ...missing.map((id) => ({ studentId: id.toString(), why: 'not-enrolled' as const })),
        ];
        await appendAudit(call, [
          {
            action: 'bulk_payment',
            subject: `group:${groupId}`,
            accountId: null,
            after: { month, payments: BigInt(taken.payments.length), total: taken.total },
            reason: input.note,
          },
        ]);
        return { month, payments: taken.payments, total: writeMoney(taken.total, context.policy), skipped };
      }),
  });

function filterOf(groupId: bigint, studentIds: readonly bigint[] | undefined): ReturnType<typeof sql<boolean>> {
  if (studentIds === undefined) return sql<boolean>`e.group_id = ${groupId} and e.active = 1`;
  return sql<boolean>`e.group_id = ${groupId} and e.student_id in (${idList(studentIds)})`;
}

interface BulkTerms {
  readonly month: string;
  readonly paidAt: Parameters<typeof takePayment>[2]['paidAt'];
  readonly note: string | undefined;
}

type Taken = Omit<RecordBulkPaymentAnswer, 'month' | 'total'> & { readonly total: bigint };

async function takeFromAll(
  call: OperationCall,
  enrolments: readonly EnrolmentFacts[],
  terms: BulkTerms,
): Promise<Taken> {
  const payments: RecordBulkPaymentAnswer['payments'][number][] = [];
  const skipped: RecordBulkPaymentAnswer['skipped'][number][] = [];
  let total = 0n;
  for (const enrolment of enrolments) {
    const studentId = enrolment.studentId.toString();
    const owed = await owedFor(call, enrolment, terms.month);
    if (typeof owed === 'string') {
      skipped.push({ studentId, why: owed });
      continue;
    }
    const key = `${call.key}~${studentId}`;
    const taken = await takePayment(call, enrolment, { ...terms, key, amount: owed, origin: 'received' });
    total += owed;
    payments.push({
      studentId,
      paymentId: taken.paymentId.toString(),
      receipt: taken.receipt,
      amount: writeMoney(owed, call.context.policy),
      sessions: taken.moved.sessions.toString(),
    });
  }
  return { payments, skipped, total };
}

async function owedFor(call: OperationCall, enrolment: EnrolmentFacts, month: string): Promise<bigint | SkipReason> {
  if (!isUnderLedger(enrolment)) return 'legacy-authority';
  if (!enrolment.isActive) return 'not-enrolled';
  const plans = plansOfMonth(await loadPlans(call.trx, enrolment), month);
  const priced = plans.find(({ due, sessions }) => due > 0n || sessions > 0n);
  const due = priced?.due ?? enrolment.fee;
  if (due === null) return 'no-fee';
  if (due === 0n) return 'nothing-owed';
  const received = plans.reduce((sum, plan) => sum + plan.received, 0n);
  return received >= due ? 'paid' : due - received;
}
