import { Instant } from '../../../base/instant.ts';

const DAY_MS = 86_400_000;

/** The zone of the sample school. */
export const SAMPLE_ZONE = 'Africa/Cairo';

/** The present of the sample school: early on the first of July 2026. Two calendar months before it are 61 days. */
export const SAMPLE_AS_OF: Instant = Instant.parse('2026-07-01T05:00:00Z');

/** Weekdays as the application spells them, by the number that JavaScript gives them. */
export const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;

/** A calendar month of the sample, counted from its first. */
export interface SampleMonth {
  readonly index: number;
  /** `2026-01-01`. */
  readonly firstDay: string;
  readonly days: number;
}

/** The whole months of so many years that end with June 2026. */
export function sampleMonths(years: number): readonly SampleMonth[] {
  return Array.from({ length: years * 12 }, (_, index) => {
    const first = Date.UTC(2026 - years, 6 + index, 1);
    const next = Date.UTC(2026 - years, 7 + index, 1);
    return { index, firstDay: isoDate(first), days: (next - first) / DAY_MS };
  });
}

/** The days of a month that are one of the weekdays. */
export function daysOn(month: SampleMonth, weekdays: readonly number[]): readonly string[] {
  const first = Date.parse(`${month.firstDay}T00:00:00Z`);
  return Array.from({ length: month.days }, (_, day) => first + day * DAY_MS)
    .filter((day) => weekdays.includes(new Date(day).getUTCDay()))
    .map(isoDate);
}

/** A day of a month, counted from 0. */
export function dayOf(month: SampleMonth, day: number): string {
  return isoDate(Date.parse(`${month.firstDay}T00:00:00Z`) + (day % month.days) * DAY_MS);
}

const offsets = new Map<string, number>();

/** The instant of a wall clock in the school's zone. One lookup of the zone per day: all sessions are after noon. */
export function schoolInstant(date: string, minutesOfDay: number): Instant {
  let offsetMs = offsets.get(date);
  if (offsetMs === undefined) {
    const noon = Instant.parse(`${date}T12:00:00Z`);
    offsetMs = noon.inZone(SAMPLE_ZONE).offsetNanoseconds / 1e6;
    offsets.set(date, offsetMs);
  }
  return Instant.fromEpochMillis(Date.parse(`${date}T00:00:00Z`) + minutesOfDay * 60_000 - offsetMs);
}

function isoDate(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 10);
}
