import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Instant } from '../../../base/instant.ts';
import { anchorDays } from './anchor-days.ts';
import { anchorOf, boundaryAfter, endAfterRollOver, monthStart, periodAt } from './grant-periods.ts';

const at = (text: string): Instant => Instant.parse(text);
const day = (instant: Instant): string => instant.toString().slice(0, 10);

function boundaries(anchor: string, count: number): string[] {
  return Array.from({ length: count }, (_, months) => day(boundaryAfter(at(anchor), months)));
}

describe('boundaries', () => {
  test('U-13: December is followed by January of the next year', () => {
    const { start, end } = periodAt(at('2025-06-10T08:00:00Z'), at('2025-12-20T00:00:00Z'));
    expect([day(start), day(end)]).toEqual(['2025-12-10', '2026-01-10']);
  });

  test('U-21: an anchor on the 31st falls on the last day of shorter months and comes back to the 31st', () => {
    expect(boundaries('2026-01-31T12:00:00Z', 6)).toEqual([
      '2026-01-31',
      '2026-02-28',
      '2026-03-31',
      '2026-04-30',
      '2026-05-31',
      '2026-06-30',
    ]);
  });

  test('U-21: in a leap year an anchor on the 30th falls on the 29th of February, and one on the 29th stays there', () => {
    expect(boundaries('2028-01-30T00:00:00Z', 3)).toEqual(['2028-01-30', '2028-02-29', '2028-03-30']);
    expect(boundaries('2028-02-29T00:00:00Z', 13).at(-1)).toBe('2029-02-28');
    expect(boundaries('2028-02-29T00:00:00Z', 49).at(-1)).toBe('2032-02-29');
  });

  test('U-21: a yearly plan has twelve periods in a year, each by the day it was bought', () => {
    const year = boundaries('2025-08-31T09:30:00Z', 13);
    expect(new Set(year.map((date) => date.slice(0, 7))).size).toBe(13);
    expect(year.at(-1)).toBe('2026-08-31');
  });

  test('the clock is that of UTC, whatever summer time does elsewhere', () => {
    expect(boundaryAfter(at('2026-03-20T02:30:00+02:00'), 1).toString()).toBe('2026-04-20T00:30:00.000000Z');
  });

  test('an instant on a boundary belongs to the period that begins there', () => {
    const anchor = at('2026-01-31T12:00:00Z');
    expect(day(periodAt(anchor, at('2026-02-28T12:00:00Z')).start)).toBe('2026-02-28');
    expect(day(periodAt(anchor, at('2026-02-28T11:59:59.999999Z')).start)).toBe('2026-01-31');
  });

  test('a period before the anchor is found as well', () => {
    const { start, end } = periodAt(at('2026-05-31T00:00:00Z'), at('2026-02-14T00:00:00Z'));
    expect([day(start), day(end)]).toEqual(['2026-01-31', '2026-02-28']);
  });

  test('what rolls over expires at a boundary of the same anchor', () => {
    const anchor = at('2025-12-31T00:00:00Z');
    const period = periodAt(anchor, at('2026-01-31T06:00:00Z'));
    expect(day(endAfterRollOver(anchor, period, 0))).toBe('2026-02-28');
    expect(day(endAfterRollOver(anchor, period, 1))).toBe('2026-03-31');
    expect(day(endAfterRollOver(anchor, period, 2))).toBe('2026-04-30');
  });
});

describe('anchors', () => {
  test('a period that begins on the clamped day of the creation hangs on the creation', () => {
    const created = at('2026-01-31T12:00:00Z');
    expect(anchorOf(created, at('2026-02-28T12:00:00Z'))).toEqual(created);
    expect(anchorOf(created, at('2026-04-30T12:00:00Z'))).toEqual(created);
  });

  test('a period that begins on another day or at another time hangs on itself', () => {
    const created = at('2026-01-31T12:00:00Z');
    for (const start of ['2026-02-27T12:00:00Z', '2026-02-28T12:00:01Z', '2025-12-31T12:00:00Z'])
      expect(anchorOf(created, at(start))).toEqual(at(start));
    expect(anchorOf(null, at('2026-02-28T12:00:00Z'))).toEqual(at('2026-02-28T12:00:00Z'));
  });
});

const instants = fc
  .integer({ min: Date.UTC(2023, 0, 1), max: Date.UTC(2033, 0, 1) })
  .map((millis) => Instant.fromEpochMillis(millis));

describe('any anchor and any instant', () => {
  test('the period holds the instant, begins and ends on the clamped day, and the next one begins where it ends', () => {
    fc.assert(
      fc.property(instants, instants, (anchor, now) => {
        const { start, end } = periodAt(anchor, now);
        expect(now.isBefore(start)).toBe(false);
        expect(now.isBefore(end)).toBe(true);
        for (const boundary of [start, end]) {
          const zoned = boundary.inZone('UTC');
          expect(zoned.day).toBe(Math.min(anchor.inZone('UTC').day, zoned.daysInMonth));
          expect(boundary.toString().slice(10)).toBe(anchor.toString().slice(10));
        }
        expect(periodAt(anchor, end).start).toEqual(end);
        expect(periodAt(anchor, start)).toEqual({ start, end });
      }),
    );
  });

  test('the table of days that queries use has the same boundaries', () => {
    fc.assert(
      fc.property(instants, instants, fc.integer({ min: 0, max: 3 }), (anchor, now, further) => {
        const row = anchorDays(now, further)[anchor.inZone('UTC').day - 1];
        const clock = anchor.toString().slice(10);
        const onDay = (date: string | undefined): Instant => at(`${date}${clock}`);
        const { start, end } = periodAt(anchor, now);
        const isBegun = !now.isBefore(onDay(row?.present));
        expect(onDay(isBegun ? row?.present : row?.previous)).toEqual(start);
        expect(onDay(isBegun ? row?.next : row?.present)).toEqual(end);
        const expiry = onDay(isBegun ? row?.nextAfter : row?.presentAfter);
        expect(expiry).toEqual(endAfterRollOver(anchor, { start, end }, further));
      }),
    );
  });

  test('the start of the month is its first midnight in UTC', () => {
    expect(monthStart(at('2026-03-01T00:30:00+02:00')).toString()).toBe('2026-02-01T00:00:00.000000Z');
  });
});
