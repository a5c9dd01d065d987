import { describe, expect, test } from 'vitest';
import { Instant } from '../../base/instant.ts';
import { quietUntil, type QuietHours } from './quiet-hours.ts';

const NIGHT: QuietHours = { from: '21:30', to: '08:00' };

function endOf(now: string, zone: string, hours: QuietHours = NIGHT): string | undefined {
  return quietUntil(Instant.parse(now), zone, hours)?.toString().slice(0, 16);
}

describe('quiet hours', () => {
  test.each([
    ['2026-03-07T19:29:59Z', undefined],
    ['2026-03-07T19:30:00Z', '2026-03-08T06:00'],
    ['2026-03-07T22:00:00Z', '2026-03-08T06:00'],
    ['2026-03-08T05:59:59Z', '2026-03-08T06:00'],
    ['2026-03-08T06:00:00Z', undefined],
  ])('at %s in Cairo they end at %s', (now, end) => {
    expect(endOf(now, 'Africa/Cairo')).toBe(end);
  });

  test('end at eight by the clock also on the days the clocks change', () => {
    // Germany: forward on 29 March 2026, back on 25 October 2026, both in the night.
    expect(endOf('2026-03-28T22:00:00Z', 'Europe/Berlin')).toBe('2026-03-29T06:00');
    expect(endOf('2026-10-24T22:00:00Z', 'Europe/Berlin')).toBe('2026-10-25T07:00');
    // Cairo puts its clocks forward at midnight: 24 April 2026 begins at one o'clock.
    expect(endOf('2026-04-23T21:59:00Z', 'Africa/Cairo')).toBe('2026-04-24T05:00');
  });

  test('that end within the hour which is left out end with it', () => {
    expect(endOf('2026-03-29T00:30:00Z', 'Europe/Berlin', { from: '00:00', to: '02:30' })).toBe('2026-03-29T01:30');
  });

  test('that end within the hour which comes twice end in its first pass', () => {
    const hours = { from: '00:00', to: '02:30' };
    expect(endOf('2026-10-25T00:15:00Z', 'Europe/Berlin', hours)).toBe('2026-10-25T00:30');
    expect(endOf('2026-10-25T01:15:00Z', 'Europe/Berlin', hours)).toBeUndefined();
  });

  test('within one day need no midnight, and equal times are none', () => {
    expect(endOf('2026-03-07T11:30:00Z', 'UTC', { from: '11:00', to: '12:00' })).toBe('2026-03-07T12:00');
    expect(endOf('2026-03-07T12:30:00Z', 'UTC', { from: '11:00', to: '12:00' })).toBeUndefined();
    expect(endOf('2026-03-07T11:30:00Z', 'UTC', { from: '11:00', to: '11:00' })).toBeUndefined();
  });
});
