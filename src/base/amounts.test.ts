import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defineUnit, formatAmount, parseAmount } from './amounts.ts';
import { INT64_MAX, INT64_MIN } from './int64.ts';

const usd = defineUnit('usd', 6);
const session = defineUnit('session', 0);

describe('amounts', () => {
  it('read and write back every 64-bit amount at every scale', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: INT64_MIN, max: INT64_MAX }), fc.integer({ min: 0, max: 12 }), (amount, scale) => {
        const unit = defineUnit('u', scale);
        expect(parseAmount(formatAmount(amount, unit), unit)).toBe(amount);
      }),
    );
  });

  it('fill missing decimals and keep the sign of a fraction', () => {
    expect(parseAmount('12.5', usd)).toBe(12_500_000n);
    expect(parseAmount('-0.000001', usd)).toBe(-1n);
    expect(formatAmount(-1n, usd)).toBe('-0.000001');
  });

  it.each(['', '1e3', '0x10', '1,5', ' 1', '1.', '.5', '+1', '--1', 'NaN', '٣', '1.0000001'])(
    'refuse %j as usd',
    (text) => {
      expect(() => parseAmount(text, usd)).toThrow(/Cannot read an amount of "usd"/);
    },
  );

  it('refuse decimals of a unit that has none, and more than 64 bits', () => {
    expect(() => parseAmount('1.5', session)).toThrow(/at most 0 decimal places/);
    expect(() => parseAmount('9223372036854775808', session)).toThrow(/64 bits/);
    expect(parseAmount('-9223372036854775808', session)).toBe(INT64_MIN);
  });

  it('refuse unit names and scales that could not be shown', () => {
    expect(() => defineUnit('Usd', 2)).toThrow(/lower snake case/);
    expect(() => defineUnit('usd', 2.5)).toThrow(/whole number from 0 to 12/);
  });
});
