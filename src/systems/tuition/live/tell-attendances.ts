import type { Instant } from '../../../base/instant.ts';
import { dayName, type LegacyAttendance } from './load-attendances.ts';
import { nameOf, untoldSource, type EnrolmentEntry, type ScanEntry } from './told-entries.ts';

/** A row of the school's attendances as it has to be. */
export interface ToldAttendance extends Omit<LegacyAttendance, 'legacyId' | 'stands'> {
  /** Undefined until it is inserted. */
  legacyId: bigint | undefined;
  readonly stoodBefore: boolean;
  stands: boolean;
  /** When the pupil was let in; undefined where the row was not told of a scan. */
  scannedAt: Instant | undefined;
}

/** What telling attendances begins from. */
export interface AttendancesToTell {
  readonly entries: readonly (ScanEntry | EnrolmentEntry)[];
  readonly rows: readonly LegacyAttendance[];
  /** The school's session of each day that somebody was let in, by `dayName`. */
  readonly sessions: ReadonlyMap<string, bigint>;
  /** Days called off through this system, by `dayName`; empty where the school's sessions cannot be cancelled. */
  readonly calledOff: ReadonlySet<string>;
}

/** What has to be written, and what stands for each entry. */
export interface ToldAttendances {
  readonly rows: readonly ToldAttendance[];
  /** Sessions to be cancelled in the school's own list too, with their groups. */
  readonly cancelled: ReadonlyMap<bigint, bigint>;
  /** The row of each entry, or the source of one that legacy cannot be told of, by `nameOf`. */
  readonly standing: ReadonlyMap<string, ToldAttendance | string>;
}

/**
 * Follows entries in order: a scan makes a row, or makes the one count that there is; what gives its session back makes it count no more,
 * and where the whole session was called off, cancels that, whose rows then stay as they are. A pupil has one row per session, so a second session
 * taken for it, which no operation does, is told to nobody.
 */
export function tellAttendances({ entries, rows, sessions, calledOff }: AttendancesToTell): ToldAttendances {
  const states = rows.map((row): ToldAttendance => ({ ...row, stoodBefore: row.stands, scannedAt: undefined }));
  const cancelled = new Map<bigint, bigint>();
  const standing = new Map<string, ToldAttendance | string>();
  for (const each of entries) {
    const { accountId, seq, reversesSeq, reversesSource } = each.entry;
    const told =
      'date' in each
        ? takeSession(states, { scan: each, sessionId: sessions.get(dayName(each)), cancelled })
        : (standing.get(nameOf(accountId, reversesSeq ?? 0n)) ??
          ofSource(states, reversesSource) ??
          untoldSource(each.entry));
    standing.set(nameOf(accountId, seq), told);
    if ('date' in each || typeof told === 'string') continue;
    if (calledOff.has(dayName(told))) cancelled.set(told.sessionId, told.groupId);
    else told.stands = false;
  }
  return { rows: states, cancelled, standing };
}

function takeSession(
  states: ToldAttendance[],
  given: {
    readonly scan: ScanEntry;
    readonly sessionId: bigint | undefined;
    readonly cancelled: ReadonlyMap<bigint, bigint>;
  },
): ToldAttendance | string {
  const { scan, sessionId, cancelled } = given;
  if (sessionId === undefined) return untoldSource(scan.entry);
  const known = states.find((row) => row.studentId === scan.studentId && row.sessionId === sessionId);
  if (known?.stands === true && !known.isCancelled && !cancelled.has(sessionId)) return untoldSource(scan.entry);
  const { studentId, groupId, date } = scan;
  const made = { legacyId: undefined, studentId, groupId, sessionId, date, isCancelled: false, stoodBefore: false };
  const row: ToldAttendance = known ?? { ...made, stands: true, scannedAt: undefined };
  row.stands = true;
  row.scannedAt = scan.entry.occurredAt;
  if (known === undefined) states.push(row);
  return row;
}

function ofSource(states: readonly ToldAttendance[], source: string | null): ToldAttendance | string | undefined {
  const number = source?.slice('attendances:'.length) ?? '';
  return states.find(({ legacyId }) => legacyId?.toString() === number) ?? source ?? undefined;
}
