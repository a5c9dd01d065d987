import { describe, expect, test } from 'vitest';
import { Instant } from '../../base/instant.ts';
import { effectiveFee, floorAfter, standingNow } from './fees-and-standing.ts';

const policy = { zone: 'Africa/Cairo', newForMonths: 2, graceSessions: { new: 0, returning: 2 } };

describe('the effective fee', () => {
  test.each([
    { financial_status: 'exempt', custom_fee: 5000n, fee: 0n },
    { financial_status: 'symbolic', custom_fee: null, fee: 0n },
    { financial_status: 'symbolic', custom_fee: 5000n, fee: 5000n },
    { financial_status: 'normal', custom_fee: null, fee: 30000n },
    { financial_status: 'normal', custom_fee: 25000n, fee: 25000n },
    { financial_status: 'normal', custom_fee: 0n, fee: 30000n },
  ] as const)('T-09: $financial_status with an own fee of $custom_fee pays $fee', ({ fee, ...terms }) => {
    expect(effectiveFee(terms, 30000n)).toBe(fee);
  });

  test('a group without a fee leaves a normal enrolment without one', () => {
    expect(effectiveFee({ financial_status: 'normal', custom_fee: null }, null)).toBeNull();
  });
});

describe('the standing', () => {
  const started_at = Instant.parse('2026-01-31T10:00:00Z');

  test('T-11: new for two calendar months, whatever their length, and returning from then on', () => {
    const at = (text: string): string => standingNow({ standing: 'new', started_at }, Instant.parse(text), policy);
    expect(at('2026-03-31T08:59:59Z')).toBe('new');
    expect(at('2026-03-31T10:00:00Z')).toBe('returning');
  });

  test('whoever is returning stays so', () => {
    expect(standingNow({ standing: 'returning', started_at }, started_at, policy)).toBe('returning');
  });
});

describe('the floor', () => {
  test('T-13: it follows the standing', () => {
    const terms = { floor: 0n, standingBefore: 'new', standing: 'returning', isFree: false } as const;
    expect(floorAfter(terms, policy)).toBe(-2n);
  });

  test('T-16: an adjusted one is kept', () => {
    const terms = { floor: -5n, standingBefore: 'new', standing: 'returning', isFree: false } as const;
    expect(floorAfter(terms, policy)).toBe(-5n);
  });

  test('T-09: there is none where nothing is owed, and the standard one when something is owed again', () => {
    const terms = { floor: -5n, standingBefore: 'returning', standing: 'returning', isFree: true } as const;
    expect(floorAfter(terms, policy)).toBeNull();
    expect(floorAfter({ ...terms, floor: null, isFree: false }, policy)).toBe(-2n);
  });
});
