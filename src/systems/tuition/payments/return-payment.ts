import type { TSchema } from 'typebox';
import { formatActor } from '../../../base/actor.ts';
import { CarryoverError } from '../../../base/errors.ts';
import * as answer from '../../answer-fields.ts';
import { schoolMonth } from '../calendar/school-calendar.ts';
import { writeMoney } from '../inputs/read-values.ts';
import { loadPlans } from '../plans/load-plans.ts';
import { giveBack, KEPT_PLAN, receive, type Plan } from '../plans/plan-book.ts';
import { creditStatusOf, creditStatusSchema, type CreditStatus } from '../queries/credit-status-of.ts';
import { deskTables } from '../queries/desk-tables.ts';
import type { EnrolmentFacts } from '../queries/load-enrolments.ts';
import type { EnrolmentsTable, RefundsTable } from '../tables.ts';
import { moneyShort } from '../tuition-errors.ts';
import { appendAudit, enrolmentSubject } from '../writes/append-audit.ts';
import { moveMoney } from '../writes/move-money.ts';
import type { OperationCall } from '../writes/operation-call.ts';

/** Money that goes back, of a payment taken here or of a month received before the cutover. */
export interface Return {
  readonly kind: RefundsTable['kind'];
  readonly paymentId: bigint | null;
  /** The plans that the money was received for; more than one only where rows of one month were carried each as a plan. */
  readonly plans: readonly [string, ...string[]];
  readonly amount: bigint;
  /** `kept` where the payment spent kept money: then nothing leaves the school, and the money is kept again. */
  readonly origin: 'received' | 'kept';
  /** The standing after it, where the payment was a mistake and no other makes the pupil returning. */
  readonly standing?: EnrolmentsTable['standing'];
  readonly reason: string;
}

/** What is answered for a void or a refund. Money and sessions are decimal texts. */
export interface ReturnAnswer {
  readonly paymentId: string | null;
  readonly amount: string;
  /** Sessions taken back; "0" or negative. */
  readonly sessions: string;
  /** What it did to the money that is kept. */
  readonly moneyKept: string;
  readonly status: CreditStatus;
}

/** The schema of `ReturnAnswer`. */
export const returnSchema: TSchema = answer.answerOf<ReturnAnswer>({
  paymentId: answer.nullable(answer.id('The payment; null for a month that was paid before the cutover')),
  amount: answer.amount('What goes back'),
  sessions: answer.wholeText('Sessions taken back: zero or negative'),
  moneyKept: answer.amount('What it did to the money that is kept'),
  status: creditStatusSchema,
});

/**
 * Gives money back and takes the sessions back that it bought. A mistake must always be correctable, so the balance may go below
 * its floor by this; that is audited, and the block follows. Throws `TUITION_MONEY_SHORT`; the ledger's refusals.
 */
export async function returnMoney(call: OperationCall, enrolment: EnrolmentFacts, back: Return): Promise<ReturnAnswer> {
  const { policy } = call.context;
  const before = await loadPlans(call.trx, enrolment);
  const settled = await moveMoney(call, enrolment, {
    before,
    after: bookAfter(call, { enrolment, back, before }),
    kind: back.kind === 'void' ? 'payment-void' : 'refund',
    details: { payment: back.paymentId?.toString() ?? '', plan: back.plans[0], returned: back.amount.toString() },
    change: {
      passFloorFor: `${back.kind === 'void' ? 'Payment voided' : 'Payment refunded'}: ${back.reason}`,
      reason: back.reason,
      ...(back.standing === undefined ? {} : { row: { standing: back.standing } }),
    },
  });
  const { moved } = settled;
  await recordReturn(call, enrolment, { ...back, ...moved });
  await appendAudit(call, [
    {
      action: back.kind === 'void' ? 'payment_voided' : 'payment_refunded',
      subject: enrolmentSubject(enrolment),
      accountId: enrolment.sessions.id,
      before: { balance: enrolment.sessions.balance, money: enrolment.money.balance, standing: enrolment.row.standing },
      after: {
        balance: settled.enrolment.sessions.balance,
        money: settled.enrolment.money.balance,
        standing: settled.enrolment.standing,
        payment: back.paymentId,
        plan: back.plans[0],
        amount: back.amount,
        sessions: moved.sessions,
      },
      reason: back.reason,
    },
  ]);
  return {
    paymentId: back.paymentId?.toString() ?? null,
    amount: writeMoney(back.amount, policy),
    sessions: moved.sessions.toString(),
    moneyKept: writeMoney(moved.money, policy),
    status: creditStatusOf(settled.enrolment, policy, call.now),
  };
}

interface ReturnOfBook {
  readonly enrolment: EnrolmentFacts;
  readonly back: Return;
  readonly before: readonly Plan[];
}

function bookAfter(call: OperationCall, { enrolment, back, before }: ReturnOfBook): readonly Plan[] {
  const { policy } = call.context;
  const without = giveBack(before, back.plans, back.amount);
  if (without === undefined) {
    const received = before.reduce((sum, plan) => sum + plan.received, 0n);
    throw new CarryoverError(moneyShort, {
      studentId: enrolment.studentId.toString(),
      groupId: enrolment.groupId.toString(),
      attempt: 'give back money',
      amount: writeMoney(back.amount, policy),
      available: writeMoney(received, policy),
    });
  }
  if (back.origin === 'received') return without;
  const month = before.find(({ plan }) => plan === KEPT_PLAN)?.month ?? schoolMonth(call.now, policy.zone);
  return receive(without, { plan: KEPT_PLAN, month, due: 0n, sessions: 0n }, back.amount);
}

async function recordReturn(
  call: OperationCall,
  { studentId, groupId }: EnrolmentFacts,
  back: Return & { readonly sessions: bigint; readonly money: bigint },
): Promise<void> {
  await deskTables(call.trx)
    .insertInto('carryover_tuition_refunds')
    .values({
      payment_id: back.paymentId,
      student_id: studentId,
      group_id: groupId,
      plan: back.plans[0],
      kind: back.kind,
      amount: back.amount,
      sessions: back.sessions,
      money: back.money,
      reason: back.reason,
      actor: formatActor(call.context.actor),
      refunded_at: call.now,
      recorded_at: call.recordedAt,
    })
    .execute();
}
