import { formatActor } from '../../../base/actor.ts';
import { CarryoverError } from '../../../base/errors.ts';
import type { Instant } from '../../../base/instant.ts';
import { schoolDate } from '../calendar/school-calendar.ts';
import { writeMoney } from '../inputs/read-values.ts';
import { loadPlans } from '../plans/load-plans.ts';
import { KEPT_PLAN, receive, spendKept, type Plan } from '../plans/plan-book.ts';
import { sessionsOfMonth } from '../plans/sessions-of-month.ts';
import { deskTables } from '../queries/desk-tables.ts';
import { remainingOf } from '../queries/credit-status-of.ts';
import type { EnrolmentFacts } from '../queries/load-enrolments.ts';
import { feeUnknown, moneyShort, monthPaid } from '../tuition-errors.ts';
import { appendAudit, enrolmentSubject } from '../writes/append-audit.ts';
import { moveMoney, type MovedMoney } from '../writes/move-money.ts';
import { notify } from '../writes/notify.ts';
import type { OperationCall } from '../writes/operation-call.ts';

/** Money for one month of one enrolment. */
export interface Payment {
  /** The key of the payment's own row: that of the call, or one made from it where a call takes several. */
  readonly key: string;
  /** `2026-03`. */
  readonly month: string;
  /** Minor units, more than zero. */
  readonly amount: bigint;
  /** `kept` spends money that is on the enrolment's money account already. */
  readonly origin: 'received' | 'kept';
  /** Absent: at the moment of the call. */
  readonly paidAt?: Instant | undefined;
  readonly note: string | undefined;
}

/** A payment as it was taken. */
export interface TakenPayment extends MovedMoney {
  readonly paymentId: bigint;
  readonly receipt: string;
  readonly plan: Plan;
}

/**
 * Takes a payment for an enrolment that is locked. The one way in which money comes in, whatever surface it comes from (T-31):
 * the plan's book, both accounts, standing and floor (T-13), the block (T-18), the receipt, the audit and the notices go together.
 * Throws `TUITION_FEE_UNKNOWN`; for kept money `TUITION_MONTH_PAID`, `TUITION_MONEY_SHORT`; the ledger's refusals.
 */
export async function takePayment(
  call: OperationCall,
  enrolment: EnrolmentFacts,
  payment: Payment,
): Promise<TakenPayment> {
  const before = await loadPlans(call.trx, enrolment);
  const terms = await planTerms(call, { enrolment, payment, before });
  const paymentId = await insertPayment(call, enrolment, payment);
  const named = { ...terms, plan: planName(call, payment.month, paymentId) };
  const freed = payment.origin === 'kept' ? withoutKept(call, { enrolment, payment, before, target: named }) : before;
  const after = receive(freed, named, payment.amount);
  const settled = await moveMoney(call, enrolment, {
    before,
    after,
    kind: 'payment',
    details: { payment: paymentId.toString(), plan: named.plan, received: payment.amount.toString() },
    change: { row: { standing: 'returning' }, reason: payment.note, occurredAt: payment.paidAt },
  });
  const receipt = receiptOf(call, payment, paymentId);
  await deskTables(call.trx)
    .updateTable('carryover_tuition_payments')
    .set({ plan: named.plan, receipt, sessions: settled.moved.sessions, money: settled.moved.money })
    .where('id', '=', paymentId)
    .execute();
  const plan = after.find((each) => each.plan === named.plan) as Plan;
  const taken = { ...settled, paymentId, receipt, plan };
  await tell(call, { before: enrolment, payment, taken });
  return taken;
}

/**
 * A receipt's number: the day by the school's calendar and the payment's own number. Money that was kept has its receipt already,
 * so spending it is numbered otherwise.
 */
function receiptOf(call: OperationCall, payment: Payment, paymentId: bigint): string {
  const day = schoolDate(payment.paidAt ?? call.now, call.context.policy.zone).replaceAll('-', '');
  return `${payment.origin === 'kept' ? 'KEPT' : 'PAY'}-${day}-${paymentId}`;
}

/** Where each payment counts as a plan of its own, its name must not be one that a carried payment has. */
function planName(call: OperationCall, month: string, paymentId: bigint): string {
  return call.context.policy.duplicateMonths === 'each-row' ? `${month}#own-${paymentId}` : month;
}

interface PaymentOfBook {
  readonly enrolment: EnrolmentFacts;
  readonly payment: Payment;
  readonly before: readonly Plan[];
}

/** The price of a plan is that of the day its first money came; a plan that lost all its payments before has none. */
async function planTerms(
  call: OperationCall,
  { enrolment, payment, before }: PaymentOfBook,
): Promise<Omit<Plan, 'plan' | 'received'>> {
  const { month } = payment;
  const known = before.find((plan) => plan.plan === month);
  if (known !== undefined && !(known.due === 0n && known.sessions === 0n)) return known;
  const due = enrolment.fee;
  if (due === null) throw new CarryoverError(feeUnknown, idsOf(enrolment));
  const sessions = await sessionsOfMonth(call.reads, { groupId: enrolment.groupId, month }, call.now);
  return { month, due, sessions };
}

function withoutKept(
  call: OperationCall,
  given: PaymentOfBook & { readonly target: Omit<Plan, 'received'> },
): readonly Plan[] {
  const { enrolment, payment, before, target } = given;
  const { policy } = call.context;
  const known = before.find((plan) => plan.plan === target.plan);
  if (target.due <= (known?.received ?? 0n))
    throw new CarryoverError(monthPaid, { ...idsOf(enrolment), month: target.month });
  const freed = spendKept(before, payment.amount);
  if (freed !== undefined) return freed;
  throw new CarryoverError(moneyShort, {
    ...idsOf(enrolment),
    attempt: 'spend the kept money',
    amount: writeMoney(payment.amount, policy),
    available: writeMoney(enrolment.money.balance, policy),
  });
}

async function insertPayment(
  call: OperationCall,
  { studentId, groupId }: EnrolmentFacts,
  payment: Payment,
): Promise<bigint> {
  return call.context.database.dialect.statements.insertReturningId(call.trx, 'carryover_tuition_payments', {
    student_id: studentId,
    group_id: groupId,
    plan: payment.month,
    idempotency_key: payment.key,
    origin: payment.origin,
    amount: payment.amount,
    sessions: 0n,
    money: 0n,
    receipt: '',
    status: 'recorded',
    refunded: 0n,
    actor: formatActor(call.context.actor),
    note: payment.note ?? null,
    paid_at: payment.paidAt ?? call.now,
    recorded_at: call.recordedAt,
  });
}

interface Told {
  readonly before: EnrolmentFacts;
  readonly payment: Payment;
  readonly taken: TakenPayment;
}

async function tell(call: OperationCall, { before, payment, taken }: Told): Promise<void> {
  const { policy } = call.context;
  const { enrolment, moved, receipt, paymentId } = taken;
  const amount = writeMoney(payment.amount, policy);
  await appendAudit(call, [
    {
      action: 'payment_recorded',
      subject: enrolmentSubject(enrolment),
      accountId: enrolment.sessions.id,
      before: { standing: before.row.standing, balance: before.sessions.balance, money: before.money.balance },
      after: {
        standing: enrolment.standing,
        balance: enrolment.sessions.balance,
        money: enrolment.money.balance,
        payment: paymentId,
        plan: taken.plan.plan,
        origin: payment.origin,
        amount: payment.amount,
        sessions: moved.sessions,
      },
      reason: payment.note,
    },
  ]);
  const values = {
    amount,
    currency: policy.currency.toUpperCase(),
    sessions: moved.sessions.toString(),
    remaining: remainingOf(enrolment)?.toString() ?? '—',
    receipt,
    month: taken.plan.month,
  };
  const types =
    payment.origin === 'kept'
      ? (['payment_recorded'] as const)
      : (['payment_recorded', 'payment_confirmation'] as const);
  await notify(
    call,
    types.map((type) => ({ type, enrolment, occasion: paymentId.toString(), values })),
  );
}

function idsOf({ studentId, groupId }: EnrolmentFacts): { studentId: string; groupId: string } {
  return { studentId: studentId.toString(), groupId: groupId.toString() };
}

/** The plans that hold money of a month, the kept money left out. */
export function plansOfMonth(plans: readonly Plan[], month: string): readonly Plan[] {
  return plans.filter((plan) => plan.month === month && plan.plan !== KEPT_PLAN);
}
