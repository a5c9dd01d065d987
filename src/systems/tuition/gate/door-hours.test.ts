import { expect, test } from 'vitest';
import { Instant } from '../../../base/instant.ts';
import { doorHours } from './door-hours.ts';

const gate = { enforcedFrom: null, opensMinutesBefore: 30, lateMinutesMax: 10 };
const startsAt = Instant.parse('2026-03-07T16:00:00Z');

test.each([
  ['15:29:59', 'too_early', -31n],
  ['15:30:00', 'on-time', -30n],
  ['16:00:59', 'on-time', 0n],
  ['16:01:00', 'late_blocked', 1n],
  ['16:10:59', 'late_blocked', 10n],
  ['16:11:00', 'very_late', 11n],
])('a scan at %s for a session at 16:00 is %s', (time, standing, minutes) => {
  expect(doorHours(startsAt, Instant.parse(`2026-03-07T${time}Z`), gate)).toEqual({ standing, minutes });
});

test('a session without a time is never missed', () => {
  expect(doorHours(null, startsAt, gate)).toEqual({ standing: 'on-time', minutes: 0n });
});
