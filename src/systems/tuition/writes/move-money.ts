import { sql } from 'kysely';
import { bookTotals, changedPlans, type Plan } from '../plans/plan-book.ts';
import type { PlanTotals } from '../plan-months.ts';
import type { EnrolmentFacts } from '../queries/load-enrolments.ts';
import type { EnrolmentId } from './lock-enrolments.ts';
import type { OperationCall } from './operation-call.ts';
import { settleEnrolment, type EnrolmentChange, type EntryDraft, type SettledEnrolment } from './settle-enrolment.ts';

/** A change of the money received for an enrolment's plans. */
export interface MoneyMovement {
  readonly before: readonly Plan[];
  readonly after: readonly Plan[];
  /** The entries' kind: `payment`, `payment-void`. */
  readonly kind: string;
  readonly details: Readonly<Record<string, string>>;
  readonly change: Omit<EnrolmentChange, 'entries'>;
}

/** What a movement did: sessions bought or taken back, and money kept or used. */
export interface MovedMoney extends SettledEnrolment {
  readonly moved: PlanTotals;
}

/**
 * Posts the difference that a movement makes to what the plans have bought, so that both accounts always stand at the totals of
 * the plans, whatever the order of payments and corrections; and keeps the plans themselves.
 */
export async function moveMoney(
  call: OperationCall,
  enrolment: EnrolmentFacts,
  movement: MoneyMovement,
): Promise<MovedMoney> {
  const { policy } = call.context;
  const was = bookTotals(movement.before, policy);
  const is = bookTotals(movement.after, policy);
  const moved = { sessions: is.sessions - was.sessions, money: is.money - was.money };
  const entry = (accountId: bigint, amount: bigint): EntryDraft[] =>
    amount === 0n
      ? []
      : [
          {
            type: 'post',
            accountId,
            amount,
            kind: movement.kind,
            contra: 'payments',
            details: detailsOf(movement, moved),
          },
        ];
  const entries = [...entry(enrolment.sessions.id, moved.sessions), ...entry(enrolment.money.id, moved.money)];
  const settled = await settleEnrolment(call, enrolment, { ...movement.change, entries });
  await savePlans(call, enrolment, movement);
  return { ...settled, moved };
}

function detailsOf({ details }: MoneyMovement, moved: PlanTotals): Readonly<Record<string, string>> {
  return { ...details, sessions: moved.sessions.toString(), money: moved.money.toString() };
}

/** The row of a plan is written when its first money comes, with the price of that day, which it keeps. */
async function savePlans(call: OperationCall, id: EnrolmentId, { before, after }: MoneyMovement): Promise<void> {
  const changed = changedPlans(before, after);
  if (changed.length === 0) return;
  const { statements } = call.context.database.dialect;
  const rows = {
    columns: {
      student_id: 'int64',
      group_id: 'int64',
      plan: 'text',
      month: 'text',
      due: 'int64',
      plan_sessions: 'int64',
      received: 'int64',
      counted: 'int64',
    },
    rows: changed.map((plan) => [
      id.studentId,
      id.groupId,
      plan.plan,
      plan.month,
      plan.due,
      plan.sessions,
      plan.received,
      plan.received < plan.due ? plan.received : plan.due,
    ]),
  } as const;
  const table = 'carryover_tuition_months';
  const key = ['student_id', 'group_id', 'plan'];
  const columns = Object.keys(rows.columns);
  await statements.insertIfAbsent(call.trx, {
    table,
    columns,
    source: sql`select ${sql.join(columns.map((column) => sql.ref(`p.${column}`)))} from ${statements.rows('p', rows)}`,
    conflict: key,
  });
  await statements.updateFromRows(call.trx, { table, rows, key, set: ['due', 'plan_sessions', 'received', 'counted'] });
}
