import { sql } from 'kysely';
import { aliased, columnsOf, flagOrFalse, flagOrTrue, isOneOf } from '../read-legacy.ts';
import { deskTables } from '../queries/desk-tables.ts';
import type { EnrolmentFacts } from '../queries/load-enrolments.ts';
import type { Reads } from '../queries/legacy-reads.ts';
import { idList } from '../queries/load-groups.ts';

/** A session that a pupil attended and that is still taken for it. */
export type AttendanceRecord =
  /** Let in by the door of this system, or carried over: the entry that took the session. */
  | { readonly from: 'scan' | 'carried'; readonly accountId: bigint; readonly seq: bigint }
  /** Only in the school's own tables; no entry was made for it. */
  | { readonly from: 'legacy' };

/** One session of one group. */
export interface SessionOfGroup {
  readonly groupId: bigint;
  /** `2026-03-07`. */
  readonly date: string;
}

/**
 * Which of these enrolments of one group have attended a session of that day, by pupil id. An attendance that was given back does
 * not count any more, wherever it was recorded first.
 */
export async function attendancesOf(
  reads: Reads,
  enrolments: readonly EnrolmentFacts[],
  session: SessionOfGroup,
): Promise<ReadonlyMap<bigint, AttendanceRecord>> {
  const records = new Map<bigint, AttendanceRecord>();
  if (enrolments.length === 0) return records;
  for (const [studentId, record] of await inLegacy(reads, enrolments, session)) records.set(studentId, record);
  const scans = await deskTables(reads.handle)
    .selectFrom('carryover_tuition_scans')
    .select(['student_id', 'account_id', 'entry_seq'])
    .where('group_id', '=', session.groupId)
    .where('session_date', '=', session.date)
    .where('returned_seq', 'is', null)
    .execute();
  const wanted = new Set(enrolments.map(({ studentId }) => studentId));
  for (const { student_id, account_id, entry_seq } of scans) {
    if (wanted.has(student_id)) records.set(student_id, { from: 'scan', accountId: account_id, seq: entry_seq });
  }
  return records;
}

async function inLegacy(
  reads: Reads,
  enrolments: readonly EnrolmentFacts[],
  session: SessionOfGroup,
): Promise<ReadonlyMap<bigint, AttendanceRecord>> {
  const rows = await legacyAttendances(reads, enrolments, session);
  const byStudent = new Map(enrolments.map((enrolment) => [enrolment.studentId, enrolment]));
  const accountIds = rows.flatMap(({ student_id }) => byStudent.get(student_id)?.sessions.id ?? []);
  const entries = await carriedEntries(reads, { accountIds, sources: rows.map(sourceOf) });
  const records = new Map<bigint, AttendanceRecord>();
  for (const row of rows) {
    const accountId = byStudent.get(row.student_id)?.sessions.id;
    const carried = entries.filter((entry) => entry.account_id === accountId && entry.source === sourceOf(row));
    const record =
      accountId === undefined || carried.length === 0 ? ({ from: 'legacy' } as const) : stillTaken(carried);
    if (record !== undefined && !records.has(row.student_id)) records.set(row.student_id, record);
  }
  return records;
}

interface LegacyAttendance {
  readonly student_id: bigint;
  readonly attendance_id: bigint;
}

function sourceOf({ attendance_id }: LegacyAttendance): string {
  return `attendances:${attendance_id}`;
}

/** Those that the school's tables have as let in, by the migration's own rule of what counts (T-08). */
async function legacyAttendances(
  { source, handle }: Reads,
  enrolments: readonly EnrolmentFacts[],
  session: SessionOfGroup,
): Promise<readonly LegacyAttendance[]> {
  const attendances = { alias: 'a', table: 'attendances' };
  const sessions = { alias: 's', table: 'sessions' };
  const a = columnsOf(source, attendances);
  const s = columnsOf(source, sessions);
  const { rows } = await sql<LegacyAttendance>`
    select ${a('student_id')} as student_id, ${a('attendance_id')} as attendance_id
    from ${aliased(source, sessions)} join ${aliased(source, attendances)} on ${a('session_id')} = ${s('session_id')}
    where ${s('group_id')} = ${session.groupId} and ${source.expressions.dateOf(s('session_date'))} = ${session.date}
      and ${a('student_id')} in (${idList(enrolments.map(({ studentId }) => studentId))})
      and ${flagOrTrue(source, attendances, 'allow_entry')}
      and ${isOneOf(source, a('status'), source.policy.countedStatuses)}
      and not (${flagOrFalse(source, sessions, 'is_cancelled')})
    order by student_id, attendance_id`.execute(handle);
  return rows;
}

interface CarriedEntry {
  readonly account_id: bigint;
  readonly seq: bigint;
  readonly amount: bigint;
  readonly source: string | null;
  readonly reversed: bigint;
}

async function carriedEntries(
  { handle }: Reads,
  wanted: { readonly accountIds: readonly bigint[]; readonly sources: readonly string[] },
): Promise<readonly CarriedEntry[]> {
  if (wanted.accountIds.length === 0) return [];
  const entries = sql.table('carryover_entries');
  const reversals = sql`left join ${entries} r on r.account_id = n.account_id and r.reverses_seq = n.seq`;
  const reversed = sql`case when r.seq is null then 0 else 1 end as reversed`;
  const accountIds = idList(wanted.accountIds);
  const sources = sql.join(wanted.sources);
  // A row that the mirror made stands for the entry of a scan; until it is told that the session was given back, only the ledger knows.
  const { rows } = await sql<CarriedEntry>`
    select x.account_id, x.seq, x.amount, x.source, x.reversed from (
      select n.account_id, n.seq, n.amount, n.source, ${reversed} from ${entries} n ${reversals}
      where n.account_id in (${accountIds}) and n.source in (${sources})
      union all
      select n.account_id, n.seq, n.amount, m.source, ${reversed}
      from ${sql.table('carryover_mirrors')} m
      join ${entries} n on n.account_id = m.account_id and n.seq = m.entry_seq and n.reverses_seq is null ${reversals}
      where m.account_id in (${accountIds}) and m.source in (${sources})) x
    order by x.seq`.execute(handle);
  return rows;
}

/** A fact can have several entries, where legacy was corrected between two runs; together they take one session or none. */
function stillTaken(entries: readonly CarriedEntry[]): AttendanceRecord | undefined {
  const open = entries.filter(({ reversed }) => reversed === 0n);
  const taken = open.reduce((sum, { amount }) => sum + amount, 0n);
  const last = open.findLast(({ amount }) => amount < 0n);
  if (taken >= 0n || last === undefined) return undefined;
  return { from: 'carried', accountId: last.account_id, seq: last.seq };
}
