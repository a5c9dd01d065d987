import { expect, test } from 'vitest';
import { Instant } from '../../base/instant.ts';
import { returningSince } from './legacy-enrolments.ts';

const cases: readonly (readonly [name: string, asOf: string, newForMonths: number, since: string])[] = [
  ['61 days where both months have their usual length', '2026-07-01T05:00:00Z', 2, '2026-05-01T05:00:00Z'],
  ['59 days over February', '2026-04-01T05:00:00Z', 2, '2026-02-01T05:00:00Z'],
  ['62 days over the turn of the year', '2027-01-15T10:00:00Z', 2, '2026-11-15T10:00:00Z'],
  ['the last of March goes to the last of February', '2026-03-31T09:00:00Z', 1, '2026-02-28T09:00:00Z'],
  ['and to the 29th in a leap year', '2028-03-31T09:00:00Z', 1, '2028-02-29T09:00:00Z'],
  ['from the 29th of February to a year without one', '2028-02-29T09:00:00Z', 12, '2027-02-28T09:00:00Z'],
  ['the wall clock stays over the start of summer time', '2026-05-10T09:00:00Z', 1, '2026-04-10T10:00:00Z'],
  ['the wall clock stays over the end of summer time', '2026-11-10T10:00:00Z', 1, '2026-10-10T09:00:00Z'],
  ['the day is the one of the school, not of UTC', '2026-05-31T22:30:00Z', 1, '2026-04-30T22:30:00Z'],
  ['no month at all', '2026-07-01T05:00:00Z', 0, '2026-07-01T05:00:00Z'],
];

for (const [name, asOf, newForMonths, since] of cases) {
  test(`T-11: ${name}`, () => {
    const found = returningSince(Instant.parse(asOf), { zone: 'Africa/Cairo', newForMonths });
    expect(found).toEqual(Instant.parse(since));
  });
}
