import { describe, expect, it } from 'vitest';
import { renderAmount, renderBytes, renderCount, renderNumberText, renderSeconds } from './render-numbers.ts';

describe('numbers for people', () => {
  it.each([
    [0n, '0'],
    [999n, '999'],
    [-1234n, '-1,234'],
    [9_223_372_036_854_775_807n, '9,223,372,036,854,775,807'],
  ])('the count %s is %s', (count, text) => {
    expect(renderCount(count)).toBe(text);
  });

  it.each([
    [123_456n, 2, '1,234.56'],
    [-5n, 2, '-0.05'],
    [1_234_567n, 4, '123.4567'],
    [1234n, 0, '1,234'],
  ])('the amount %s of scale %i is %s', (amount, scale, text) => {
    expect(renderAmount(amount, { name: 'egp', scale })).toBe(text);
  });

  it('an amount of an unknown unit is its smallest parts', () => {
    expect(renderAmount(123_456n, undefined)).toBe('123,456');
  });

  it('a text is separated only where it is a whole number', () => {
    expect(renderNumberText('12345')).toBe('12,345');
    expect(renderNumberText('none of 12345')).toBe('none of 12345');
  });

  it.each([
    [0, '0.0 s'],
    [9.94, '9.9 s'],
    [9.96, '10 s'],
    [59.4, '59 s'],
    [59.6, '1 min 0 s'],
    [119.7, '2 min 0 s'],
    [3599.7, '1 h 0 min'],
    [7500, '2 h 5 min'],
  ])('%d seconds are %s', (seconds, text) => {
    expect(renderSeconds(seconds)).toBe(text);
  });

  it.each([
    [512n, '512 B'],
    [1536n, '1.5 KiB'],
    [5n * 1024n ** 4n, '5.0 TiB'],
  ])('%s bytes are %s', (bytes, text) => {
    expect(renderBytes(bytes)).toBe(text);
  });
});
