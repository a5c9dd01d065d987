import { expect, it } from 'vitest';
import { readLimit, readPosition } from './read-page.ts';

const run = { name: 'statement' };

it('reads a limit from 1 to 10,000', () => {
  expect(readLimit(run, '1')).toBe(1);
  expect(readLimit(run, '10000')).toBe(10_000);
});

it.each(['0', '10001', '-1', '1.5', 'ten', '', '1e3'])('refuses the limit %j', (text) => {
  expect(() => readLimit(run, text)).toThrow(/carryover statement.*--limit/);
});

it('reads the number a page starts from, of any size a row number has', () => {
  expect(readPosition(run, '--before', '123456789012345678')).toBe(123_456_789_012_345_678n);
  expect(readPosition(run, '--before', undefined)).toBeUndefined();
  expect(() => readPosition(run, '--before', 'x')).toThrow(/--before x/);
});
