import { sql } from 'kysely';
import { aliased, columnsOf, flagOrFalse, flagOrTrue, isOneOf } from '../read-legacy.ts';
import type { TuitionWrite } from './legacy-rows.ts';

/** A session of one group on one day. */
export interface SessionDay {
  readonly groupId: bigint;
  /** `2026-03-07`. */
  readonly date: string;
}

/** A row of the school's attendances, with its session. */
export interface LegacyAttendance extends SessionDay {
  readonly legacyId: bigint;
  readonly studentId: bigint;
  readonly sessionId: bigint;
  /** True where the row itself says that a session is taken. */
  readonly stands: boolean;
  /** True where the school has the session as cancelled, so that none is. */
  readonly isCancelled: boolean;
}

const attendances = { alias: 'a', table: 'attendances' };
const sessions = { alias: 's', table: 'sessions' };

/** The school's sessions on these days, by `dayName`. Of several on one day the first that takes place. */
export async function loadSessions(
  write: TuitionWrite,
  days: readonly SessionDay[],
): Promise<ReadonlyMap<string, bigint>> {
  if (days.length === 0) return new Map();
  const { database, source, trx } = write;
  const s = columnsOf(source, sessions);
  const { dateOf, int64 } = source.expressions;
  const wanted = database.dialect.statements.rows('w', {
    columns: { group_id: 'int64', day: 'text' },
    rows: days.map(({ groupId, date }) => [groupId, date]),
  });
  const { rows } = await sql<{ group_id: bigint; day: string; session_id: bigint }>`
    select w.group_id, w.day, ${int64(s('session_id'))} as session_id
    from ${wanted} join ${aliased(source, sessions)} on ${s('group_id')} = w.group_id and ${dateOf(s('session_date'))} = w.day
    order by case when ${flagOrFalse(source, sessions, 'is_cancelled')} then 1 else 0 end, session_id`.execute(trx);
  const found = new Map<string, bigint>();
  for (const { group_id: groupId, day: date, session_id: sessionId } of rows) {
    const name = dayName({ groupId, date });
    if (!found.has(name)) found.set(name, sessionId);
  }
  return found;
}

/** Which of these days were called off through this system, by `dayName`. */
export async function loadCalledOff(
  { database, trx }: TuitionWrite,
  days: readonly SessionDay[],
): Promise<ReadonlySet<string>> {
  if (days.length === 0) return new Set();
  const wanted = database.dialect.statements.rows('w', {
    columns: { group_id: 'int64', day: 'text' },
    rows: days.map(({ groupId, date }) => [groupId, date]),
  });
  const { rows } = await sql<{ group_id: bigint; day: string }>`
    select c.group_id, c.session_date as day from ${wanted}
    join ${sql.table('carryover_tuition_cancellations')} c on c.group_id = w.group_id and c.session_date = w.day`.execute(
    trx,
  );
  return new Set(rows.map(({ group_id: groupId, day: date }) => dayName({ groupId, date })));
}

/** `3 2026-03-07`. */
export function dayName({ groupId, date }: SessionDay): string {
  return `${groupId} ${date}`;
}

/** Whom a row is of. */
export interface AttendanceOf {
  readonly studentId: bigint;
  readonly sessionId: bigint;
}

/** Rows of pupils in sessions. Of several of one pupil in one session the first that counts. */
export function loadAttendancesOf(
  write: TuitionWrite,
  wanted: readonly AttendanceOf[],
): Promise<readonly LegacyAttendance[]> {
  if (wanted.length === 0) return Promise.resolve([]);
  const a = columnsOf(write.source, attendances);
  const rows = write.database.dialect.statements.rows('w', {
    columns: { student_id: 'int64', session_id: 'int64' },
    rows: wanted.map(({ studentId, sessionId }) => [studentId, sessionId]),
  });
  return load(
    write,
    sql`${rows} join ${aliased(write.source, attendances)} on ${a('student_id')} = w.student_id and ${a('session_id')} = w.session_id`,
  );
}

/** Rows by their numbers. */
export function loadAttendances(write: TuitionWrite, ids: readonly bigint[]): Promise<readonly LegacyAttendance[]> {
  if (ids.length === 0) return Promise.resolve([]);
  const a = columnsOf(write.source, attendances);
  const rows = write.database.dialect.statements.rows('w', { columns: { id: 'int64' }, rows: ids.map((id) => [id]) });
  return load(write, sql`${rows} join ${aliased(write.source, attendances)} on ${a('attendance_id')} = w.id`);
}

interface Row {
  readonly legacy_id: bigint;
  readonly student_id: bigint;
  readonly session_id: bigint;
  readonly group_id: bigint;
  readonly day: string;
  readonly stands: bigint;
  readonly cancelled: bigint;
}

async function load({ source, trx }: TuitionWrite, from: ReturnType<typeof sql>): Promise<readonly LegacyAttendance[]> {
  const a = columnsOf(source, attendances);
  const s = columnsOf(source, sessions);
  const { dateOf, int64 } = source.expressions;
  const stands = sql`${flagOrTrue(source, attendances, 'allow_entry')} and ${isOneOf(source, a('status'), source.policy.countedStatuses)}`;
  const { rows } = await sql<Row>`
    select ${int64(a('attendance_id'))} as legacy_id, ${int64(a('student_id'))} as student_id, ${int64(a('session_id'))} as session_id,
      ${int64(s('group_id'))} as group_id, ${dateOf(s('session_date'))} as day, case when ${stands} then 1 else 0 end as stands,
      case when ${flagOrFalse(source, sessions, 'is_cancelled')} then 1 else 0 end as cancelled
    from ${from} join ${aliased(source, sessions)} on ${s('session_id')} = ${a('session_id')}
    order by stands desc, legacy_id`.execute(trx);
  return rows.map((row) => ({
    legacyId: row.legacy_id,
    studentId: row.student_id,
    sessionId: row.session_id,
    groupId: row.group_id,
    date: row.day,
    stands: row.stands === 1n,
    isCancelled: row.cancelled === 1n,
  }));
}
