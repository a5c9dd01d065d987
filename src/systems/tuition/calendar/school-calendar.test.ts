import { describe, expect, test } from 'vitest';
import { Instant } from '../../../base/instant.ts';
import {
  clockTime,
  minutesAfter,
  monthBounds,
  nearestMeeting,
  schoolDate,
  startSecondsOf,
  weekdayOf,
  type GroupSchedule,
  type Meeting,
} from './school-calendar.ts';

const zone = 'Africa/Cairo';
const gate = { enforcedFrom: null, opensMinutesBefore: 30, lateMinutesMax: 10 };

/** A group that meets at `Saturday 16:00`, for an hour and a half. */
function group(groupId: bigint, meets: string, other: Partial<GroupSchedule> = {}): GroupSchedule {
  const [weekday = '', time = ''] = meets.split(' ');
  const schedule = { weekday: weekdayOf(weekday), startSeconds: startSecondsOf(time), durationMinutes: 90 };
  return { groupId, isUnplanned: false, extraDates: [], ...schedule, ...other };
}

function nearest(schedules: readonly GroupSchedule[], at: string): Meeting | undefined {
  return nearestMeeting(schedules, Instant.parse(at), { zone, gate });
}

describe('the session that a scan is for', () => {
  // 7 March 2026 is a Saturday, and Cairo is two hours ahead of UTC.
  const afternoon = group(1n, 'Saturday 16:00:00');
  const evening = group(2n, 'Saturday 18:00');

  test('T-37: of two groups on one day, the one that starts nearest', () => {
    expect(nearest([evening, afternoon], '2026-03-07T15:55:00Z')?.groupId).toBe(2n);
    expect(nearest([evening, afternoon], '2026-03-07T14:05:00Z')?.groupId).toBe(1n);
  });

  test('T-37: the earlier one where both are as near', () => {
    expect(nearest([evening, afternoon], '2026-03-07T15:00:00Z')?.groupId).toBe(1n);
  });

  test('a group of another weekday has none, but for a day the school lists', () => {
    expect(nearest([group(3n, 'Sunday 16:00')], '2026-03-07T14:00:00Z')).toBeUndefined();
    const moved = group(3n, 'Sunday 16:00', { extraDates: ['2026-03-07'] });
    expect(nearest([moved], '2026-03-07T14:00:00Z')).toMatchObject({ groupId: 3n, date: '2026-03-07' });
  });

  test('T-38: the day is the school’s, not that of UTC', () => {
    const late = nearest([group(4n, 'Sunday 00:30')], '2026-03-07T22:20:00Z');
    expect(late).toMatchObject({ date: '2026-03-08' });
    expect(schoolDate(Instant.parse('2026-03-07T22:20:00Z'), zone)).toBe('2026-03-08');
  });

  test('T-38: a session just after midnight takes scans before it, one just before midnight takes them after it', () => {
    const afterMidnight = group(4n, 'Sunday 00:10');
    expect(nearest([afterMidnight], '2026-03-07T21:45:00Z')?.date).toBe('2026-03-08');
    const beforeMidnight = group(5n, 'Saturday 23:55');
    expect(nearest([beforeMidnight], '2026-03-07T22:03:00Z')?.date).toBe('2026-03-07');
    expect(nearest([beforeMidnight], '2026-03-08T08:00:00Z')).toBeUndefined();
  });

  test('T-38: the start moves with the clocks in spring and autumn', () => {
    // Clocks go forward at midnight of Friday, 24 April 2026, and back at midnight after Thursday, 29 October 2026.
    const starts = (at: string, weekday: string): string | undefined =>
      nearest([group(6n, `${weekday} 18:00`)], at)?.startsAt?.toString();
    expect(starts('2026-04-23T12:00:00Z', 'Thursday')).toBe('2026-04-23T16:00:00.000000Z');
    expect(starts('2026-04-24T12:00:00Z', 'Friday')).toBe('2026-04-24T15:00:00.000000Z');
    expect(starts('2026-10-29T12:00:00Z', 'Thursday')).toBe('2026-10-29T15:00:00.000000Z');
    expect(starts('2026-10-30T12:00:00Z', 'Friday')).toBe('2026-10-30T16:00:00.000000Z');
  });

  test('T-38: a start in the hour that the clocks skip is an hour later by the clock', () => {
    const skipped = nearest([group(7n, 'Friday 00:30')], '2026-04-23T22:10:00Z');
    expect(skipped).toMatchObject({ date: '2026-04-24' });
    expect(clockTime(skipped?.startsAt as Instant, zone)).toBe('01:30');
  });

  test('a group without a time is taken only where no other is', () => {
    const timeless = group(8n, 'Saturday noon');
    expect(nearest([timeless, evening], '2026-03-07T08:00:00Z')?.groupId).toBe(2n);
    expect(nearest([timeless], '2026-03-07T08:00:00Z')).toMatchObject({ groupId: 8n, startsAt: null });
  });
});

test('where the school has no weekdays, any day is a day of any group, today before the days around it', () => {
  const unplanned = group(9n, ' ', { isUnplanned: true });
  expect(nearest([unplanned], '2026-03-07T22:30:00Z')).toMatchObject({ groupId: 9n, date: '2026-03-08' });
});

describe('reading the school’s texts', () => {
  test.each([
    ['Saturday', 6],
    [' sat ', 6],
    ['MONDAY', 1],
    ['Sunday', 7],
    ['someday', null],
    [null, null],
  ])('%s is weekday %s', (name, weekday) => {
    expect(weekdayOf(name)).toBe(weekday);
  });

  test.each([
    ['18:30', 66600],
    ['18:30:15', 66615],
    ['9:05:00.000000', 32700],
    ['soon', null],
    [null, null],
  ])('%s is %s seconds after midnight', (time, seconds) => {
    expect(startSecondsOf(time)).toBe(seconds);
  });

  test('minutes count down to the start and up from it', () => {
    const start = Instant.parse('2026-03-07T16:00:00Z');
    const after = (text: string): bigint => minutesAfter(start, Instant.parse(text));
    expect(after('2026-03-07T15:30:00Z')).toBe(-30n);
    expect(after('2026-03-07T15:29:59Z')).toBe(-31n);
    expect(after('2026-03-07T15:59:59Z')).toBe(-1n);
    expect(after('2026-03-07T16:00:59Z')).toBe(0n);
    expect(after('2026-03-07T16:01:00Z')).toBe(1n);
  });

  test('a month begins and ends at the school’s midnight, also in the months when the clocks change', () => {
    const bounds = (month: string): string => {
      const { from, until } = monthBounds(month, zone);
      return `${from.toString()} ${until.toString()}`;
    };
    expect(bounds('2026-04')).toBe('2026-03-31T22:00:00.000000Z 2026-04-30T21:00:00.000000Z');
    expect(bounds('2026-12')).toBe('2026-11-30T22:00:00.000000Z 2026-12-31T22:00:00.000000Z');
  });
});
