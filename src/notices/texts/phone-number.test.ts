import { describe, expect, test } from 'vitest';
import { internationalNumber } from './phone-number.ts';

describe('telephone numbers', () => {
  test.each([
    '01012345678',
    '1012345678',
    '+201012345678',
    '00201012345678',
    '201012345678',
    '+20 101 234-5678',
    '+20 01012345678',
    '(010) 1234 5678',
    '٠١٠١٢٣٤٥٦٧٨',
    '۰۱۰۱۲۳۴۵۶۷۸',
    '\u200e01012345678\u200f',
  ])('%s is a number of Egypt', (written) => {
    expect(internationalNumber(written, 'EG')).toBe('201012345678');
  });

  test.each(['', 'none', '0101234567', '010123456789', '01312345678', '0223456789', '123', '+20', '++201012345678'])(
    '"%s" is none',
    (written) => {
      expect(internationalNumber(written, 'EG')).toBeUndefined();
    },
  );

  test('a number that names another country is taken as it is', () => {
    expect(internationalNumber('+49 151 23456789', 'EG')).toBe('4915123456789');
    expect(internationalNumber('0098 912 345 6789', 'EG')).toBe('989123456789');
    expect(internationalNumber('+0123456789', 'EG')).toBeUndefined();
  });

  test('each country has its own way', () => {
    expect(internationalNumber('09123456789', 'IR')).toBe('989123456789');
    expect(internationalNumber('07911 123456', 'GB')).toBe('447911123456');
    expect(internationalNumber('(415) 555-2671', 'US')).toBe('14155552671');
    expect(internationalNumber('1 415 555 2671', 'US')).toBe('14155552671');
    expect(internationalNumber('0501234567', 'SA')).toBe('966501234567');
    expect(internationalNumber('050 123 4567', 'AE')).toBe('971501234567');
  });
});
