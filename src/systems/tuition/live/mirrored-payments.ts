import { sql } from 'kysely';
import { aliased, columnsOf } from '../read-legacy.ts';
import type { EnrolmentId } from '../writes/lock-enrolments.ts';
import type { TuitionWrite } from './legacy-rows.ts';
import { ownerName } from './load-books.ts';
import type { ToldRow } from './tell-book.ts';

const TABLE = 'carryover_tuition_mirrored_payments';
const KEY = ['student_id', 'group_id', 'legacy_payment_id'];

/** A row of an enrolment that has to be written. */
export interface ChangedPayment extends EnrolmentId {
  readonly row: ToldRow;
}

/** Reads which numbers rows got that were just inserted: each is the only one of its enrolment on its day. */
export async function findPaymentNumbers(write: TuitionWrite, made: readonly ChangedPayment[]): Promise<void> {
  if (made.length === 0) return;
  const { database, source, trx } = write;
  const payments = { alias: 'p', table: 'payments' };
  const p = columnsOf(source, payments);
  const { dateOf, int64 } = source.expressions;
  const wanted = database.dialect.statements.rows('w', {
    columns: { student_id: 'int64', group_id: 'int64', day: 'text' },
    rows: made.map(({ studentId, groupId, row }) => [studentId, groupId, row.day]),
  });
  const { rows } = await sql<{ student_id: bigint; group_id: bigint; day: string; id: bigint }>`
    select w.student_id, w.group_id, w.day, ${int64(p('payment_id'))} as id
    from ${wanted} join ${aliased(source, payments)} on ${p('student_id')} = w.student_id and ${p('group_id')} = w.group_id
      and ${dateOf(p('month'))} = w.day`.execute(trx);
  const numbers = new Map(
    rows.map((row) => [`${ownerName({ studentId: row.student_id, groupId: row.group_id })} ${row.day}`, row.id]),
  );
  for (const each of made) {
    const number = numbers.get(`${ownerName(each)} ${each.row.day}`);
    if (number === undefined) throw new Error('A payment row was inserted and is not there.');
    each.row.legacyId = number;
  }
}

/** Keeps by how much rows were changed from here, and for which payments they stand. */
export async function saveMirroredPayments(write: TuitionWrite, changed: readonly ChangedPayment[]): Promise<void> {
  const { statements } = write.database.dialect;
  const kept = changed.filter(({ row }) => !row.isGone);
  await forget(
    write,
    changed.filter(({ row }) => row.isGone),
  );
  if (kept.length === 0) return;
  const columns = {
    student_id: 'int64',
    group_id: 'int64',
    legacy_payment_id: 'int64',
    payment_id: 'int64',
    added: 'int64',
    made: 'int64',
  } as const;
  const rows = statements.rows('c', {
    columns,
    rows: kept.map(({ studentId, groupId, row }) => [
      studentId,
      groupId,
      row.legacyId ?? null,
      row.paymentId,
      row.paid - row.paidBefore,
      row.isMade ? 1n : 0n,
    ]),
  });
  await statements.insertIfAbsent(write.trx, {
    table: TABLE,
    columns: [...KEY, 'payment_id', 'amount', 'made'],
    source: sql`select c.student_id, c.group_id, c.legacy_payment_id, c.payment_id, 0, c.made from ${rows}`,
    conflict: KEY,
  });
  await statements.updateFromQuery(write.trx, {
    table: TABLE,
    source: sql`select c.student_id, c.group_id, c.legacy_payment_id, c.payment_id, c.added from ${rows}`,
    key: KEY,
    set: { payment_id: sql`source.payment_id`, amount: sql`target.amount + source.added` },
  });
}

/** Rows that are gone. Their numbers may be given again. */
async function forget(write: TuitionWrite, gone: readonly ChangedPayment[]): Promise<void> {
  if (gone.length === 0) return;
  const rows = write.database.dialect.statements.rows('c', {
    columns: { student_id: 'int64', group_id: 'int64', legacy_payment_id: 'int64' },
    rows: gone.map(({ studentId, groupId, row }) => [studentId, groupId, row.legacyId ?? null]),
  });
  await sql`delete from ${sql.table(TABLE)} where (student_id, group_id, legacy_payment_id) in (
    select c.student_id, c.group_id, c.legacy_payment_id from ${rows})`.execute(write.trx);
}
