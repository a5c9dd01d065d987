import { Instant } from '../../../base/instant.ts';
import type { GatePolicy } from '../policy.ts';

/** When a group meets, as far as the school's tables say. */
export interface GroupSchedule {
  readonly groupId: bigint;
  /** 1 for Monday to 7 for Sunday; null where the group has no weekday that can be read. */
  readonly weekday: number | null;
  /** Seconds from midnight by the school's clocks; null where there is no time that can be read. */
  readonly startSeconds: number | null;
  readonly durationMinutes: number | null;
  /** True where the school's tables have no weekdays at all, so that every day may be one of the group. */
  readonly isUnplanned: boolean;
  /** Days (`2026-03-07`) that the school's own list of sessions has, whatever their weekday. */
  readonly extraDates: readonly string[];
}

/** One session of one group. */
export interface Meeting {
  readonly groupId: bigint;
  /** The day it belongs to, by the school's calendar: `2026-03-07`. */
  readonly date: string;
  /** Null where the group has no time. */
  readonly startsAt: Instant | null;
  readonly durationMinutes: number | null;
}

/** The school's day at an instant, `2026-03-07` (T-38). */
export function schoolDate(now: Instant, zone: string): string {
  return now.inZone(zone).toPlainDate().toString();
}

/** The school's calendar month at an instant, `2026-03`. */
export function schoolMonth(now: Instant, zone: string): string {
  return schoolDate(now, zone).slice(0, 7);
}

/** The first instant of a calendar month (`2026-03`) and of the next, by the school's clocks. */
export function monthBounds(month: string, zone: string): { readonly from: Instant; readonly until: Instant } {
  const first = middayOf(`${month}-01`, zone).startOfDay();
  return { from: Instant.fromZoned(first), until: Instant.fromZoned(first.add({ months: 1 }).startOfDay()) };
}

/** 1 for Monday to 7 for Sunday, from an English name or its first three letters; null for any other text. */
export function weekdayOf(name: string | null): number | null {
  const short = (name ?? '').trim().toLowerCase();
  const index = WEEKDAYS.findIndex((weekday) => weekday === short || weekday.slice(0, 3) === short);
  return index === -1 ? null : index + 1;
}

/** Seconds from midnight of a time of day (`18:30`, `18:30:00`); null for any other text. */
export function startSecondsOf(time: string | null): number | null {
  const match = /^(\d{1,2}):(\d\d)(?::(\d\d)(?:\.\d+)?)?$/.exec((time ?? '').trim());
  if (match === null) return null;
  const [, hours, minutes, seconds = '0'] = match;
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}

/** The session of a group on one day. */
export function meetingOn(schedule: GroupSchedule, date: string, zone: string): Meeting {
  const { groupId, durationMinutes, startSeconds } = schedule;
  return { groupId, date, durationMinutes, startsAt: startSeconds === null ? null : startOf(date, startSeconds, zone) };
}

/** True when a group meets on a day: its weekday, or a day the school has a session of it. */
export function meets(schedule: GroupSchedule, date: string, zone: string): boolean {
  if (schedule.isUnplanned || schedule.extraDates.includes(date)) return true;
  return schedule.weekday === middayOf(date, zone).dayOfWeek;
}

/** The days on which a session could be meant by a scan at this instant: the school's day, the one before and the one after. */
export function daysAround(now: Instant, zone: string): readonly string[] {
  const today = now.inZone(zone).toPlainDate();
  return [-1, 0, 1].map((days) => today.add({ days }).toString());
}

/**
 * The session that a scan is for: of those of today the one that starts nearest (T-37), the earlier one of two as near. A session
 * of yesterday or tomorrow counts only while its door is open or it is being held, which is what makes the hours around midnight
 * right (T-38). One without a time is taken only where no other is.
 */
export function nearestMeeting(
  schedules: readonly GroupSchedule[],
  now: Instant,
  { zone, gate }: { readonly zone: string; readonly gate: GatePolicy },
): Meeting | undefined {
  const today = schoolDate(now, zone);
  const meetings = schedules.flatMap((schedule) =>
    daysAround(now, zone)
      .filter((date) => meets(schedule, date, zone))
      .map((date) => meetingOn(schedule, date, zone))
      .filter((meeting) => meeting.date === today || isUnderWay(meeting, now, gate)),
  );
  return meetings.toSorted((one, other) => compareDistance(one, other, now))[0];
}

/** Whole minutes from the start to now, rounded down: 0 in the first minute, -30 half an hour before. */
export function minutesAfter(startsAt: Instant, now: Instant): bigint {
  const micros = now.epochMicros - startsAt.epochMicros;
  const minutes = micros / MICROS_PER_MINUTE;
  return micros % MICROS_PER_MINUTE < 0n ? minutes - 1n : minutes;
}

/** `18:30` by the school's clocks. */
export function clockTime(instant: Instant, zone: string): string {
  return instant.inZone(zone).toPlainTime().toString({ smallestUnit: 'minute' });
}

const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const MICROS_PER_MINUTE = 60_000_000n;

type Zoned = ReturnType<Instant['inZone']>;

/** Midday exists on every day in every zone; midnight does not where the clocks go forward at it, as in Cairo. */
function middayOf(date: string, zone: string): Zoned {
  return Instant.parse(`${date}T12:00:00Z`).inZone('UTC').toPlainDateTime().toZonedDateTime(zone);
}

/** A time that the clocks skip that night is taken as the same time after midnight counted on, an hour later by the clock. */
function startOf(date: string, startSeconds: number, zone: string): Instant {
  const midnight = middayOf(date, zone).toPlainDate().toPlainDateTime();
  return Instant.fromZoned(midnight.add({ seconds: startSeconds }).toZonedDateTime(zone));
}

function isUnderWay({ startsAt, durationMinutes }: Meeting, now: Instant, gate: GatePolicy): boolean {
  if (startsAt === null) return false;
  const minutes = minutesAfter(startsAt, now);
  const last = Math.max(gate.lateMinutesMax, durationMinutes ?? 0);
  return minutes >= -BigInt(gate.opensMinutesBefore) && minutes <= BigInt(last);
}

function compareDistance(one: Meeting, other: Meeting, now: Instant): number {
  if (one.startsAt === null || other.startsAt === null) {
    if (one.startsAt !== other.startsAt) return one.startsAt === null ? 1 : -1;
    return compareIds(one, other);
  }
  const nearer = distance(one.startsAt, now) - distance(other.startsAt, now);
  if (nearer !== 0n) return nearer < 0n ? -1 : 1;
  return one.startsAt.compare(other.startsAt) || compareIds(one, other);
}

function compareIds(one: Meeting, other: Meeting): number {
  return one.groupId < other.groupId ? -1 : one.groupId > other.groupId ? 1 : 0;
}

function distance(startsAt: Instant, now: Instant): bigint {
  const micros = now.epochMicros - startsAt.epochMicros;
  return micros < 0n ? -micros : micros;
}
