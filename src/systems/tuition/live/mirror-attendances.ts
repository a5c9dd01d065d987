import { sql } from 'kysely';
import type { MirroredEntry } from '../../../cutover/live-descriptor.ts';
import { insertLegacy, updateLegacy, type TuitionWrite } from './legacy-rows.ts';
import {
  dayName,
  loadAttendances,
  loadAttendancesOf,
  loadCalledOff,
  loadSessions,
  type SessionDay,
} from './load-attendances.ts';
import { tellAttendances, type ToldAttendance } from './tell-attendances.ts';
import { nameOf, untoldSource, type EnrolmentEntry, type ScanEntry } from './told-entries.ts';

/** Makes rows of attendances and sessions of what the door and the desk did, and names the row that stands for each entry. */
export async function mirrorAttendances(
  write: TuitionWrite,
  entries: readonly (ScanEntry | EnrolmentEntry)[],
): Promise<readonly MirroredEntry[]> {
  if (entries.length === 0) return [];
  const scans = entries.filter((each) => 'date' in each);
  const { sessions, made } = await ensureSessions(write, scans);
  const pupils = scans.flatMap(({ studentId, ...day }) => {
    const sessionId = sessions.get(dayName(day));
    return sessionId === undefined ? [] : [{ studentId, sessionId }];
  });
  const sources = entries.flatMap(({ entry }) => entry.reversesSource ?? []);
  const ids = sources.map((source) => BigInt(source.slice('attendances:'.length)));
  const ofPupils = await loadAttendancesOf(write, pupils);
  const ofSources = await loadAttendances(write, ids);
  const rows = [...new Map([...ofSources, ...ofPupils].map((row) => [row.legacyId, row])).values()];
  const canCancel = write.source.has('sessions', 'is_cancelled');
  const calledOff = canCancel ? await loadCalledOff(write, [...scans, ...rows]) : new Set<string>();
  const told = tellAttendances({ entries, rows, sessions, calledOff });
  await writeAttendances(write, told.rows);
  await cancelSessions(write, [...told.cancelled.keys()]);
  await noteGroups(write, [...made, ...told.cancelled.values()]);
  return entries.map(({ entry }) => {
    const standing = told.standing.get(nameOf(entry.accountId, entry.seq)) ?? untoldSource(entry);
    const source = typeof standing === 'string' ? standing : `attendances:${standing.legacyId}`;
    return { accountId: entry.accountId, seq: entry.seq, source };
  });
}

/** The school's sessions of the scans' days, made where the application did not, and the groups that got one. Nothing is taken where no status counts. */
async function ensureSessions(
  write: TuitionWrite,
  scans: readonly SessionDay[],
): Promise<{ readonly sessions: ReadonlyMap<string, bigint>; readonly made: readonly bigint[] }> {
  if (write.source.policy.countedStatuses.length === 0) return { sessions: new Map(), made: [] };
  const days = [...new Map(scans.map(({ groupId, date }) => [dayName({ groupId, date }), { groupId, date }])).values()];
  const sessions = await loadSessions(write, days);
  const missing = days.filter((day) => !sessions.has(dayName(day)));
  if (missing.length === 0) return { sessions, made: [] };
  await insertLegacy(write, {
    table: 'sessions',
    key: 'session_id',
    columns: { group_id: 'number', session_date: 'day', is_cancelled: 'flag' },
    rows: missing.map(({ groupId, date }) => [groupId, date, 0n]),
  });
  return { sessions: await loadSessions(write, days), made: missing.map(({ groupId }) => groupId) };
}

async function writeAttendances(write: TuitionWrite, rows: readonly ToldAttendance[]): Promise<void> {
  const table = { table: 'attendances', key: 'attendance_id' } as const;
  const { counted, uncounted } = statusesOf(write);
  const state = ({ stands }: ToldAttendance): [string, bigint] => (stands ? [counted, 1n] : [uncounted, 0n]);
  const flags = { status: 'text', allow_entry: 'flag' } as const;
  const known = rows.filter(({ legacyId }) => legacyId !== undefined);
  const scanned = known.filter(({ stands, scannedAt }) => stands && scannedAt !== undefined);
  await updateLegacy(write, {
    ...table,
    columns: { attendance_id: 'number', ...flags, scan_time: 'instant' },
    rows: scanned.map((row) => [row.legacyId as bigint, ...state(row), row.scannedAt ?? null]),
  });
  await updateLegacy(write, {
    ...table,
    columns: { attendance_id: 'number', ...flags },
    rows: known
      .filter(({ stands, stoodBefore }) => !stands && stoodBefore)
      .map((row) => [row.legacyId as bigint, ...state(row)]),
  });
  const made = rows.filter(({ legacyId }) => legacyId === undefined);
  await insertLegacy(write, {
    ...table,
    columns: { student_id: 'number', session_id: 'number', scan_time: 'instant', ...flags },
    rows: made.map((row) => [row.studentId, row.sessionId, row.scannedAt ?? null, ...state(row)]),
  });
  const inserted = await loadAttendancesOf(write, made);
  for (const row of made) {
    const number = inserted.find(
      ({ studentId, sessionId }) => studentId === row.studentId && sessionId === row.sessionId,
    );
    if (number === undefined) throw new Error('An attendance row was inserted and is not there.');
    row.legacyId = number.legacyId;
  }
}

/** What the application writes for somebody who came, as far as policy counts it, and for somebody who did not. */
function statusesOf({ source }: TuitionWrite): { readonly counted: string; readonly uncounted: string } {
  const { countedStatuses } = source.policy;
  const counted = countedStatuses.includes('present') ? 'present' : (countedStatuses[0] ?? 'present');
  const uncounted = ['absent', 'returned', 'not-counted'].find((status) => !countedStatuses.includes(status)) ?? 'none';
  return { counted, uncounted };
}

async function cancelSessions(write: TuitionWrite, ids: readonly bigint[]): Promise<void> {
  await updateLegacy(write, {
    table: 'sessions',
    key: 'session_id',
    columns: { session_id: 'number', is_cancelled: 'flag' },
    rows: ids.map((id) => [id, 1n]),
  });
}

/**
 * A session that was made or cancelled concerns the whole group, also those for whom legacy still decides: a cancelled one gives their session
 * back as well. What is written here is noted by no trigger, so it is noted here.
 */
async function noteGroups({ trx }: TuitionWrite, groupIds: readonly bigint[]): Promise<void> {
  if (groupIds.length === 0) return;
  await sql`insert into ${sql.table('carryover_marks')} (system_name, walk_key, owner)
    select 'tuition', a.walk_key, a.owner from ${sql.table('carryover_tuition_enrolments')} e
    join ${sql.table('carryover_accounts')} a on a.id = e.sessions_account_id
    where e.group_id in (${sql.join([...new Set(groupIds)].map((id) => sql.lit(id)))})
      and a.authority = 'legacy' and a.walk_key is not null`.execute(trx);
}
