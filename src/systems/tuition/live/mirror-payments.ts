import type { MirroredEntry } from '../../../cutover/live-descriptor.ts';
import { loadBooks, ownerName } from './load-books.ts';
import { deleteLegacy, insertLegacy, updateLegacy, type TuitionWrite } from './legacy-rows.ts';
import { findPaymentNumbers, saveMirroredPayments, type ChangedPayment } from './mirrored-payments.ts';
import { tellBook, type ToldBook, type ToldRow } from './tell-book.ts';
import { UNTOLD, untoldSource, type BookEntry } from './told-entries.ts';

/**
 * Brings the payment rows of the enrolments to what their plans have received, and names the row that stands for each entry: one for a
 * payment's entries on both accounts, and for a refund the row that gave the money. What was paid and undone in one go leaves no row; its
 * entries are nothing together.
 */
export async function mirrorPayments(
  write: TuitionWrite,
  entries: readonly BookEntry[],
): Promise<readonly MirroredEntry[]> {
  if (entries.length === 0) return [];
  const books = await loadBooks(write, entries);
  const told = new Map<string, ToldBook>();
  const changed: ChangedPayment[] = [];
  for (const { studentId, groupId, book } of books) {
    const after = tellBook(book);
    told.set(ownerName({ studentId, groupId }), after);
    for (const row of after.rows) if (isChanged(row)) changed.push({ studentId, groupId, row });
  }
  await writeRows(write, changed);
  return entries.map((each) => {
    const { accountId, seq } = each.entry;
    const row = told.get(ownerName(each))?.rowFor(each);
    return { accountId, seq, source: row?.legacyId === undefined ? untold(each) : `payments:${row.legacyId}` };
  });
}

/** What was paid and undone has one source, under which both are nothing. */
function untold({ entry, paymentId }: BookEntry): string {
  return paymentId === null ? untoldSource(entry) : `${UNTOLD}payment:${paymentId}`;
}

function isChanged({ legacyId, paid, paidBefore, isDated, isGone }: ToldRow): boolean {
  return legacyId === undefined ? !isGone : paid !== paidBefore || isDated || isGone;
}

async function writeRows(write: TuitionWrite, changed: readonly ChangedPayment[]): Promise<void> {
  const isNew = ({ row }: ChangedPayment): boolean => row.legacyId === undefined;
  const made = changed.filter(isNew);
  const table = 'payments';
  const key = 'payment_id';
  const gone = changed.filter(({ row }) => row.isGone);
  const kept = changed.filter((each) => !isNew(each) && !each.row.isGone);
  await deleteLegacy(write, { table, key, ids: gone.flatMap(({ row }) => row.legacyId ?? []) });
  const amounts = { amount_paid: 'money', status: 'text' } as const;
  const values = ({ row }: ChangedPayment): [bigint, string] => [row.paid, statusOf(row)];
  for (const dated of [true, false]) {
    const columns = {
      payment_id: 'number',
      ...amounts,
      ...(dated ? { payment_date: 'instant' as const } : {}),
    } as const;
    const rows = kept
      .filter(({ row }) => row.isDated === dated)
      .map((each) => [each.row.legacyId as bigint, ...values(each), ...(dated ? [each.row.datedAt] : [])]);
    await updateLegacy(write, { table, key, columns, rows });
  }
  await insertLegacy(write, {
    table,
    key,
    columns: {
      student_id: 'number',
      group_id: 'number',
      month: 'day',
      amount_due: 'money',
      payment_date: 'instant',
      ...amounts,
    },
    rows: made.map((each) => {
      const { studentId, groupId, row } = each;
      return [studentId, groupId, row.day, row.due, row.paid === 0n ? null : row.datedAt, ...values(each)];
    }),
  });
  await findPaymentNumbers(write, made);
  await saveMirroredPayments(write, changed);
}

/** As the application derives it from the amounts. */
function statusOf({ paid, due }: ToldRow): string {
  if (paid >= due) return 'paid';
  return paid > 0n ? 'partial' : 'unpaid';
}
