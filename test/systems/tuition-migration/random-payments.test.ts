import fc from 'fast-check';
import { expect } from 'vitest';
import type { TuitionPolicy } from '../../../src/systems/tuition/policy.ts';
import { planTotals, type PlanMonth, type PlanTotals } from '../../../src/systems/tuition/plan-months.ts';
import { test } from '../../sql/database-fixture.ts';
import { enrolmentsOf } from './legacy-queries.ts';
import { school } from './school.ts';

/** Enough for every pair of traps to meet in one enrolment, few enough for one query on a slow machine. */
const ENROLMENTS = 150;

interface RandomPayment {
  readonly month: number;
  readonly day: number;
  /** Minor units. */
  readonly due: number;
  readonly paid: number;
  readonly paidDay: number | null;
}

const payment: fc.Arbitrary<RandomPayment> = fc.record({
  month: fc.integer({ min: 1, max: 5 }),
  day: fc.integer({ min: 1, max: 28 }),
  due: fc.oneof(fc.constantFrom(0, 30_000, 20_000, 9_999), fc.integer({ min: 0, max: 50_000 })),
  paid: fc.oneof(fc.constantFrom(0, 30_000, 10_000, 6_000), fc.integer({ min: 0, max: 70_000 })),
  paidDay: fc.option(fc.integer({ min: 1, max: 28 })),
});

const enrolment = fc.record({
  group: fc.integer({ min: 1, max: 3 }),
  attended: fc.integer({ min: 0, max: 9 }),
  payments: fc.uniqueArray(payment, { maxLength: 9, selector: ({ month, day }) => month * 100 + day }),
});

/** Groups 1 to 3: the standard number, one that divides few fees, and single sessions. */
const GROUP_SESSIONS: Readonly<Record<number, bigint>> = { 1: 4n, 2: 7n, 3: 1n };
const sessionsPerMonth = { groups: { '2': 7, '3': 1 } };

/** What the payments should come to, by the rule in TypeScript over plans put together in TypeScript. */
function modelTotals(
  payments: readonly RandomPayment[],
  sessions: bigint,
  policy: Pick<TuitionPolicy, 'duplicateMonths' | 'freeMonths'>,
): PlanTotals {
  const plans = new Map<string, PlanMonth>();
  for (const [index, { month, due, paid }] of payments.entries()) {
    const plan = policy.duplicateMonths === 'each-row' ? `${month}#${index}` : `${month}`;
    const before = plans.get(plan);
    const largest = before !== undefined && before.due > BigInt(due) ? before.due : BigInt(due);
    const given = largest > 0n || policy.freeMonths === 'grant-plan' ? sessions : 0n;
    plans.set(plan, { plan, due: largest, sessions: given, received: (before?.received ?? 0n) + BigInt(paid) });
  }
  return planTotals([...plans.values()]);
}

for (const duplicateMonths of ['one-plan', 'each-row'] as const) {
  for (const freeMonths of ['grant-plan', 'grant-none'] as const) {
    test(`T-06: payments of any amounts buy what the rule says, by facts and by sums (${duplicateMonths}, ${freeMonths})`, async ({
      db,
    }) => {
      const seed = Number(process.env['TUITION_SEED'] ?? Date.now() % 2 ** 31);
      const pupils = fc.sample(enrolment, { numRuns: ENROLMENTS, seed });
      const built = school();
      for (const { group, payments, attended } of pupils) {
        built.pupil({ group });
        for (const { month, day, due, paid, paidDay } of payments) {
          const date = `2026-0${month}-${String(day).padStart(2, '0')}`;
          const at = paidDay === null ? null : `2026-0${month}-${String(paidDay).padStart(2, '0')}T09:00:00Z`;
          built.paid(date, paid / 100, { due: due / 100, at });
        }
        built.attended(attended);
      }
      await built.write(db);
      const policy = { duplicateMonths, freeMonths, sessionsPerMonth };
      // Fails by itself where the facts do not sum to what the other path expects.
      const enrolments = await enrolmentsOf(db, { policy });
      const seen = pupils.map(({ group }, index) => {
        const { sessions, money } = enrolments[`${index + 1}:${group}`] ?? {};
        return { sessions, money };
      });
      const model = pupils.map(({ group, payments, attended }) => {
        const totals = modelTotals(payments, GROUP_SESSIONS[group] ?? 0n, { duplicateMonths, freeMonths });
        return { sessions: totals.sessions - BigInt(attended), money: totals.money };
      });
      expect(seen, `run again with TUITION_SEED=${seed}`).toEqual(model);
    });
  }
}
