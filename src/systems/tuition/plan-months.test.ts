import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planTotals, type PlanMonth } from './plan-months.ts';

const month = (received: number, due = 30_000, sessions = 4): PlanMonth => ({
  plan: `${received}/${due}`,
  due: BigInt(due),
  sessions: BigInt(sessions),
  received: BigInt(received),
});

const vectors: readonly (readonly [name: string, plans: readonly PlanMonth[], sessions: bigint, money: bigint])[] = [
  ['no plan', [], 0n, 0n],
  ['a month paid', [month(30_000)], 4n, 0n],
  ['T-02: half as much again', [month(45_000)], 4n, 15_000n],
  ['T-06: a fifth of a month', [month(6_000)], 0n, 6_000n],
  ['T-06: three thirds of months of one price', [month(10_000), month(10_000), month(10_000)], 4n, 0n],
  ['T-06: halves of two prices, each with a remainder', [month(10_000), month(9_999, 20_000)], 2n, 7_499n],
  ['T-06: a price that does not divide costs a part of a coin more', [month(5_000, 9_999)], 2n, 0n],
  ['T-01: a month that owes nothing', [month(0, 0)], 4n, 0n],
  ['T-01: money for a month that owes nothing', [month(500, 0)], 4n, 500n],
  ['one session a month', [month(29_999, 30_000, 1)], 0n, 29_999n],
];

for (const [name, plans, sessions, money] of vectors) {
  test(`the totals of plans: ${name}`, () => {
    expect(planTotals(plans)).toEqual({ sessions, money });
  });
}

const plan: fc.Arbitrary<PlanMonth> = fc.record({
  plan: fc.string(),
  due: fc.bigInt({ min: 0n, max: 100_000n }),
  sessions: fc.bigInt({ min: 1n, max: 12n }),
  received: fc.bigInt({ min: 0n, max: 150_000n }),
});

test('T-06: of one price, what was received is kept but for the price of the sessions, rounded up once', () => {
  const price = fc.record({ due: fc.bigInt({ min: 1n, max: 100_000n }), sessions: fc.bigInt({ min: 1n, max: 12n }) });
  const received = fc.array(fc.bigInt({ min: 0n, max: 150_000n }));
  fc.assert(
    fc.property(price, received, ({ due, sessions }, amounts) => {
      const totals = planTotals(
        amounts.map((amount, index) => ({ plan: `${index}`, due, sessions, received: amount })),
      );
      const cost = amounts.reduce((sum, amount) => sum + amount, 0n) - totals.money;
      const exact = totals.sessions * due;
      expect(cost * sessions >= exact && cost * sessions < exact + sessions).toBe(true);
    }),
  );
});

test('money and sessions stay between nothing and all that was received and owed for', () => {
  fc.assert(
    fc.property(fc.array(plan), (plans) => {
      const { sessions, money } = planTotals(plans);
      const received = plans.reduce((sum, each) => sum + each.received, 0n);
      const bought = plans.reduce((sum, each) => sum + each.sessions, 0n);
      expect(money >= 0n && money <= received).toBe(true);
      expect(sessions >= 0n && sessions <= bought).toBe(true);
    }),
  );
});

test('the order of the plans makes no difference', () => {
  fc.assert(
    fc.property(fc.array(plan), (plans) => {
      expect(planTotals(plans.toReversed())).toEqual(planTotals(plans));
    }),
  );
});

test('more money never buys fewer sessions', () => {
  fc.assert(
    fc.property(fc.array(plan, { minLength: 1 }), fc.bigInt({ min: 0n, max: 50_000n }), (plans, more) => {
      const [first, ...others] = plans;
      if (first === undefined) return;
      const after = planTotals([{ ...first, received: first.received + more }, ...others]);
      expect(after.sessions >= planTotals(plans).sessions).toBe(true);
    }),
  );
});
