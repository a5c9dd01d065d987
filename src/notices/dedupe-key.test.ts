import { expect, test } from 'vitest';
import { Instant } from '../base/instant.ts';
import { keyIsPast } from './dedupe-key.ts';

const BEFORE = Instant.parse('2026-03-08T02:15:00Z');

test.each([
  ['tuition:payment_reminder:12:3:2026-03-07', true],
  // Its last hours may still be told of.
  ['tuition:payment_reminder:12:3:2026-03-08', false],
  ['tuition:session_cancelled:12:3:2027-01-02', false],
  ['tuition:payment_recorded:12:3:2026', false],
  ['billing:credits_low:7:2000000:41', false],
  ['shop:welcome:user-2026-03-01', false],
  ['shop:2026-03-01:12', false],
])('of a day that is past: %s is %s', (key, expected) => {
  expect(keyIsPast(key, BEFORE)).toBe(expected);
});
