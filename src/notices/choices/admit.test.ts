import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Instant } from '../../base/instant.ts';
import { admit, type AdmissionRules } from './admit.ts';

const NOON = Instant.parse('2026-03-07T10:00:00Z');

const rules = fc.record<AdmissionRules>({
  quietHours: fc.constantFrom(null, { from: '21:30', to: '08:00' }, { from: '00:00', to: '23:59' }),
  perRecipientHour: fc.integer({ min: 1, max: 6 }),
  budget: fc.option(fc.bigInt({ min: 0n, max: 100n })),
  optionalLifetimeMs: fc.constant(86_400_000),
});
const facts = fc.record({
  now: fc.integer({ min: 0, max: 72 * 60 }).map((minutes) => NOON.plusMillis(minutes * 60_000)),
  isSuppressed: fc.boolean(),
  recent: fc.array(fc.constant(NOON), { maxLength: 8 }),
  spent: fc.bigInt({ min: 0n, max: 200n }),
});
const delivery = fc.record({
  mandatory: fc.boolean(),
  isUrgent: fc.boolean(),
  zone: fc.constantFrom('Africa/Cairo', 'Asia/Tehran', 'America/New_York'),
  noticedAt: fc.constant(NOON),
  cost: fc.bigInt({ min: 0n, max: 50n }),
});

describe('what is let through', () => {
  test('T-40: a mandatory notice is never dropped, and only night or a cutover holds it', () => {
    fc.assert(
      fc.property(delivery, facts, rules, (one, at, by) => {
        const verdict = admit({ ...one, mandatory: true }, at, by);
        expect(['admit', 'hold']).toContain(verdict.verdict);
        if (verdict.verdict === 'hold') expect(['cutover', 'quiet-hours']).toContain(verdict.reason);
      }),
    );
  });

  test('an urgent mandatory notice is held by a cutover alone', () => {
    fc.assert(
      fc.property(delivery, facts, rules, (one, at, by) => {
        const verdict = admit({ ...one, mandatory: true, isUrgent: true }, { ...at, isSuppressed: false }, by);
        expect(verdict).toEqual({ verdict: 'admit' });
      }),
    );
  });

  test('an optional one never goes beyond the limit or the budget', () => {
    fc.assert(
      fc.property(delivery, facts, rules, (one, at, by) => {
        if (admit({ ...one, mandatory: false }, at, by).verdict !== 'admit') return;
        expect(at.recent.length).toBeLessThan(by.perRecipientHour);
        if (by.budget !== null && one.cost > 0n) expect(at.spent + one.cost).toBeLessThanOrEqual(by.budget);
      }),
    );
  });

  test('what is held is looked at again later, never at once', () => {
    fc.assert(
      fc.property(delivery, facts, rules, (one, at, by) => {
        const verdict = admit(one, { ...at, recent: at.recent.map(() => at.now.plusMillis(-1000)) }, by);
        if (verdict.verdict === 'hold') expect(at.now.isBefore(verdict.until)).toBe(true);
      }),
    );
  });
});
