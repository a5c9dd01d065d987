import type { EntryToMirror, MirroredEntry } from '../../../cutover/live-descriptor.ts';
import type { EnrolmentId } from '../writes/lock-enrolments.ts';

/** An entry of an enrolment, with what of its source is known. */
export interface EnrolmentEntry extends EnrolmentId {
  readonly entry: EntryToMirror;
}

/** An entry of an operation that moved the money received for plans. */
export interface BookEntry extends EnrolmentEntry {
  readonly plan: string;
  /** The payment taken here; null for money that was received before the cutover. */
  readonly paymentId: bigint | null;
  readonly isReturn: boolean;
}

/** An entry that took a session for coming to one. */
export interface ScanEntry extends EnrolmentEntry {
  /** The day of the session. */
  readonly date: string;
}

/** Entries by what they are to legacy. */
export interface SortedEntries {
  readonly book: readonly BookEntry[];
  /** Those that took a session and those that gave one back, in order; a reversal has no date. */
  readonly attendances: readonly (ScanEntry | EnrolmentEntry)[];
  /** Movements that no operation of this system makes: nothing of the school's tables says them. */
  readonly others: readonly EntryToMirror[];
}

/** What a source begins with that stands for nothing in legacy. */
export const UNTOLD = 'ledger:';

/**
 * Sorts entries by the operation that made them, which kind, contra and details say. `scans` are the entries among them that took a session;
 * what reverses one of those, or a fact of an attendance, gives it back.
 */
export function sortEntries(entries: readonly EntryToMirror[]): SortedEntries {
  const book: BookEntry[] = [];
  const attendances: (ScanEntry | EnrolmentEntry)[] = [];
  const others: EntryToMirror[] = [];
  const scans = new Set<string>();
  for (const entry of entries) {
    const id = enrolmentOf(entry);
    const scan = scanOf(entry);
    const payment = bookOf(entry);
    if (scan !== undefined) {
      scans.add(nameOf(entry.accountId, entry.seq));
      attendances.push({ ...id, entry, date: scan });
    } else if (payment !== undefined) book.push({ ...id, entry, ...payment });
    else if (isReturnOfSession(entry, scans)) attendances.push({ ...id, entry });
    else others.push(entry);
  }
  return { book, attendances, others };
}

/** Sources for movements that legacy is not told of. What takes one of them back has its source, so that together they are nothing. */
export function tellNothing(others: readonly EntryToMirror[]): readonly MirroredEntry[] {
  const sources = new Map<string, string>();
  return others.map((entry) => {
    const { accountId, seq, reversesSeq, reversesSource } = entry;
    const undone = reversesSeq === null ? undefined : sources.get(nameOf(accountId, reversesSeq));
    const known = reversesSource?.startsWith(UNTOLD) === true ? reversesSource : undefined;
    const source = undone ?? known ?? untoldSource(entry);
    sources.set(nameOf(accountId, seq), source);
    return { accountId, seq, source };
  });
}

/** The source of one entry that legacy is not told of. */
export function untoldSource({ accountId, seq }: EntryToMirror): string {
  return `${UNTOLD}${accountId}:${seq}`;
}

/** An entry's name among those of all accounts. */
export function nameOf(accountId: bigint, seq: bigint): string {
  return `${accountId}/${seq}`;
}

function enrolmentOf({ owner }: EntryToMirror): EnrolmentId {
  const [student = '', group = ''] = owner.split(':');
  return { studentId: BigInt(student), groupId: BigInt(group) };
}

function scanOf({ accountKind, entryKind, contra, amount, details }: EntryToMirror): string | undefined {
  const date = details?.['session'];
  const isScan = accountKind === 'sessions' && entryKind === 'attendance' && contra === 'attendance' && amount === -1n;
  return isScan && typeof date === 'string' && /^\d{4}-\d\d-\d\d$/.test(date) ? date : undefined;
}

function bookOf({
  entryKind,
  contra,
  reversesSeq,
  details,
}: EntryToMirror): Omit<BookEntry, keyof EnrolmentEntry> | undefined {
  const plan = details?.['plan'];
  const payment = details?.['payment'];
  const isBook =
    contra === 'payments' && ['payment', 'payment-void', 'refund'].includes(entryKind) && reversesSeq === null;
  if (!isBook || typeof plan !== 'string' || typeof payment !== 'string') return undefined;
  if (payment === '') return { plan, paymentId: null, isReturn: true };
  return /^\d{1,18}$/.test(payment)
    ? { plan, paymentId: BigInt(payment), isReturn: entryKind !== 'payment' }
    : undefined;
}

function isReturnOfSession(
  { accountId, reversesSeq, reversesSource }: EntryToMirror,
  scans: ReadonlySet<string>,
): boolean {
  if (reversesSeq === null) return false;
  return reversesSource === null
    ? scans.has(nameOf(accountId, reversesSeq))
    : reversesSource.startsWith('attendances:');
}
