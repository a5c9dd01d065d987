import { sql } from 'kysely';
import type { Database } from '../src/sql/database.ts';
import type { Handle } from '../src/sql/engine.ts';

interface Enrolment {
  readonly id: bigint;
  readonly student_id: bigint;
  readonly group_id: bigint;
}

interface Payment {
  readonly amount_due: string;
  readonly amount_paid: string;
  readonly status: string;
  readonly payment_date: unknown;
}

/** Columns that the loop fills, as an application would add them to its enrolments. */
const ADDED = [
  'is_new_student boolean',
  'credit_balance integer',
  'sessions_attended integer',
  'sessions_paid_for integer',
  'last_payment_amount decimal(10, 2)',
  'is_financially_blocked boolean',
  'financial_block_reason varchar(100)',
];

/**
 * What a script does that carries balances over enrolment by enrolment: select its payments, count its attendances, select its last
 * payment, update its row; all enrolments in one transaction. It keeps a balance and no entries, so it does far less than a backfill. Returns
 * the seconds it took for some of the enrolments.
 */
export async function carryRowByRow(database: Database, enrolments: number): Promise<number> {
  for (const column of ADDED) {
    await sql`alter table student_group_enrollments add column ${sql.raw(column)}`.execute(database.handle);
  }
  const startedMs = performance.now();
  await database.write(async (trx) => {
    const { rows } = await sql<Enrolment>`select id, student_id, group_id from student_group_enrollments
      order by id limit ${sql.lit(enrolments)}`.execute(trx);
    for (const enrolment of rows) await carryEnrolment(trx, enrolment);
  });
  return (performance.now() - startedMs) / 1000;
}

async function carryEnrolment(trx: Handle, { id, student_id: student, group_id: group }: Enrolment): Promise<void> {
  const payments =
    await sql<Payment>`select payment_id, month, amount_due, amount_paid, payment_date, status from payments
    where student_id = ${student} and group_id = ${group} order by month`.execute(trx);
  const paid = payments.rows.reduce((sum, payment) => sum + sessionsOf(payment), 0);
  const counted = await sql<{ n: bigint }>`select count(*) as n from attendances a
    join sessions s on s.session_id = a.session_id where a.student_id = ${student} and s.group_id = ${group}`.execute(
    trx,
  );
  const attended = Number(counted.rows[0]?.n ?? 0n);
  const last = await sql<Payment>`select payment_id, month, amount_due, amount_paid, payment_date, status from payments
    where student_id = ${student} and group_id = ${group} and status in ('paid', 'partial')
    order by payment_date desc limit 1`.execute(trx);
  const credit = 2;
  const left = credit - (attended - paid);
  await sql`update student_group_enrollments set is_new_student = (1 = 0), credit_balance = ${credit}, sessions_attended = ${attended},
      sessions_paid_for = ${paid}, last_payment_amount = ${last.rows[0]?.amount_paid ?? null}, is_financially_blocked = (${left} < 0),
      financial_block_reason = ${left < 0 ? `credit_exceeded_${-left}` : ''}
    where id = ${id}`.execute(trx);
}

function sessionsOf({ status, amount_due: due, amount_paid: paid }: Payment): number {
  if (status === 'paid') return 4;
  return status === 'partial' ? Math.floor((4 * Number(paid)) / Number(due)) : 0;
}
