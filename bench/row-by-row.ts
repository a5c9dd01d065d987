import { sql } from 'kysely';
import type { Database } from '../src/sql/database.ts';
import type { Handle, Trx } from '../src/sql/engine.ts';
import { timed } from './backfill-baselines.ts';

interface Enrolment {
  readonly id: bigint;
  readonly student_id: bigint;
  readonly group_id: bigint;
}

interface Payment {
  readonly payment_id: bigint;
  readonly amount_due: string;
  readonly amount_paid: string;
  readonly status: string;
  readonly payment_date: unknown;
}

/** Columns that the script fills, as an application would add them to its enrolments. */
const ADDED = {
  is_new_student: 'boolean',
  credit_balance: 'integer',
  sessions_attended: 'integer',
  sessions_paid_for: 'integer',
  last_payment_amount: 'decimal(10, 2)',
  is_financially_blocked: 'boolean',
  financial_block_reason: 'varchar(100)',
};

/**
 * The seconds of a script that carries balances over enrolment by enrolment: select its payments, count its attendances, select its
 * last payment, update its row; all in one transaction. It leaves one number per enrolment and no history. Leaves the schema as it was.
 */
export async function countRowByRow(database: Database, enrolmentsMax: number): Promise<number> {
  const { handle } = database;
  const enrolments = sql.table('student_group_enrollments');
  for (const [column, type] of Object.entries(ADDED)) {
    await sql`alter table ${enrolments} add column ${sql.ref(column)} ${sql.raw(type)}`.execute(handle);
  }
  const seconds = await timed(() =>
    database.write(async (trx) => {
      for (const enrolment of await readEnrolments(trx, enrolmentsMax)) await countEnrolment(trx, enrolment);
    }),
  );
  for (const column of Object.keys(ADDED)) {
    await sql`alter table ${enrolments} drop column ${sql.ref(column)}`.execute(handle);
  }
  return seconds;
}

/**
 * The seconds of the same script where it leaves what a backfill leaves: an account per enrolment, an entry with its running balance for
 * each payment and attendance, one row after the other, and the balance at the end.
 */
export async function carryRowByRow(ledger: Database, enrolmentsMax: number): Promise<number> {
  return timed(() =>
    ledger.write(async (trx) => {
      for (const enrolment of await readEnrolments(trx, enrolmentsMax)) await carryEnrolment(ledger, trx, enrolment);
    }),
  );
}

async function readEnrolments(handle: Handle, max: number): Promise<readonly Enrolment[]> {
  const { rows } = await sql<Enrolment>`select id, student_id, group_id from student_group_enrollments
    order by id limit ${sql.lit(max)}`.execute(handle);
  return rows;
}

async function readPayments(
  handle: Handle,
  { student_id: student, group_id: group }: Enrolment,
): Promise<readonly Payment[]> {
  const { rows } =
    await sql<Payment>`select payment_id, month, amount_due, amount_paid, payment_date, status from payments
    where student_id = ${student} and group_id = ${group} order by month`.execute(handle);
  return rows;
}

async function countEnrolment(trx: Trx, enrolment: Enrolment): Promise<void> {
  const { id, student_id: student, group_id: group } = enrolment;
  const payments = await readPayments(trx, enrolment);
  const paid = payments.reduce((sum, payment) => sum + sessionsOf(payment), 0);
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
      sessions_paid_for = ${paid}, last_payment_amount = ${last.rows[0]?.amount_paid ?? null}, is_financially_blocked = (${sql.lit(left)} < 0),
      financial_block_reason = ${left < 0 ? `credit_exceeded_${-left}` : ''}
    where id = ${id}`.execute(trx);
}

async function carryEnrolment(ledger: Database, trx: Trx, enrolment: Enrolment): Promise<void> {
  const { expressions: e } = ledger.dialect;
  const { student_id: student, group_id: group } = enrolment;
  const accounts = sql.table('carryover_accounts');
  const owner = `${student}:${group}`;
  await sql`insert into ${accounts} (system_name, kind, owner, unit, balance, held, floor, seq, status, authority, lotted, opened_at)
    values ('tuition', 'sessions', ${owner}, 'session', 0, 0, -2, 0, 'open', 'legacy', 0, ${e.now()})`.execute(trx);
  const found = await sql<{ id: bigint }>`select id from ${accounts}
    where system_name = 'tuition' and kind = 'sessions' and owner = ${owner}`.execute(trx);
  const account = found.rows[0]?.id ?? 0n;
  const payments = await readPayments(trx, enrolment);
  const attended = await sql<{ attendance_id: bigint }>`select a.attendance_id, a.scan_time from attendances a
    join sessions s on s.session_id = a.session_id where a.student_id = ${student} and s.group_id = ${group} order by a.scan_time`.execute(
    trx,
  );
  const facts = [
    ...payments.map((payment) => ({
      source: `payments:${payment.payment_id}`,
      amount: sessionsOf(payment),
      kind: 'payment',
    })),
    ...attended.rows.map(({ attendance_id: id }) => ({ source: `attendances:${id}`, amount: -1, kind: 'attendance' })),
  ];
  let [seq, balance] = [0, 0];
  for (const { source, amount, kind } of facts.filter((fact) => fact.amount !== 0)) {
    seq += 1;
    balance += amount;
    await sql`insert into ${sql.table('carryover_entries')}
        (account_id, seq, amount, balance_after, kind, contra, idempotency_key, source, actor, occurred_at, recorded_at)
      values (${account}, ${seq}, ${amount}, ${balance}, ${kind}, ${kind}, ${source}, ${source}, 'system:bench', ${e.now()}, ${e.now()})`.execute(
      trx,
    );
  }
  await sql`update ${accounts} set balance = ${balance}, seq = ${seq} where id = ${account}`.execute(trx);
}

function sessionsOf({ status, amount_due: due, amount_paid: paid }: Payment): number {
  if (status === 'paid') return 4;
  return status === 'partial' ? Math.floor((4 * Number(paid)) / Number(due)) : 0;
}
