import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bookTotals, changedPlans, giveBack, KEPT_PLAN, receive, spendKept, type Plan } from './plan-book.ts';

const policy = { freeMonths: 'grant-plan' } as const;

function month(name: string, received: bigint, due = 30000n): Plan {
  return { plan: name, month: name, due, sessions: 4n, received };
}

const kept = (received: bigint): Plan => ({ plan: KEPT_PLAN, month: '2026-01', due: 0n, sessions: 0n, received });
const received = (plans: readonly Plan[] | undefined): bigint =>
  (plans ?? []).reduce((sum, plan) => sum + plan.received, 0n);

/** Books of months at three prices and free ones, with kept money or without. */
const books = fc
  .tuple(
    fc.array(
      fc.record({
        due: fc.constantFrom(30000n, 30000n, 10000n, 10001n, 0n),
        sessions: fc.constantFrom(4n, 8n, 3n),
        received: fc.bigInt(0n, 70000n),
      }),
      { minLength: 1, maxLength: 6 },
    ),
    fc.bigInt(0n, 5000n),
  )
  .map(([months, keptMoney]) => [
    ...months.map((plan, index) => ({ ...plan, plan: `2026-0${index + 1}`, month: `2026-0${index + 1}` })),
    kept(keptMoney),
  ]);

describe('receiving', () => {
  test('a payment opens its month, and a second one adds to it', () => {
    const terms = { plan: '2026-03', month: '2026-03', due: 30000n, sessions: 4n };
    const once = receive([], terms, 10000n);
    expect(receive(once, terms, 5000n)).toEqual([{ ...terms, received: 15000n }]);
    expect(changedPlans(once, receive(once, terms, 5000n))).toHaveLength(1);
    expect(changedPlans(once, once)).toEqual([]);
  });

  test('a month that lost its payments before gets the price of today', () => {
    const emptied = { plan: '2026-03', month: '2026-03', due: 0n, sessions: 0n, received: 0n };
    const after = receive([emptied], { plan: '2026-03', month: '2026-03', due: 30000n, sessions: 4n }, 30000n);
    expect(after).toEqual([month('2026-03', 30000n)]);
  });

  test('T-01: a free month gives its plan or nothing, as policy says', () => {
    const free = [month('2026-03', 700n, 0n)];
    expect(bookTotals(free, policy)).toEqual({ sessions: 4n, money: 700n });
    expect(bookTotals(free, { freeMonths: 'grant-none' })).toEqual({ sessions: 0n, money: 700n });
  });
});

describe('giving back', () => {
  test('the surplus of the payment goes first, and no session with it', () => {
    const after = giveBack([month('2026-03', 45000n)], ['2026-03'], 15000n);
    expect(bookTotals(after ?? [], policy)).toEqual({ sessions: 4n, money: 0n });
  });

  test('what the month has no more comes from kept money before another month loses a session', () => {
    const after = giveBack([month('2026-03', 10000n), month('2026-02', 30000n), kept(5000n)], ['2026-03'], 15000n);
    expect(after).toEqual([month('2026-03', 0n), month('2026-02', 30000n), kept(0n)]);
  });

  test('more than was received cannot be given back', () => {
    expect(giveBack([month('2026-03', 100n), kept(50n)], ['2026-03'], 151n)).toBeUndefined();
  });
});

describe('spending what is kept', () => {
  test('an overpaid month pays the next one', () => {
    const before = [month('2026-03', 45000n)];
    const freed = spendKept(before, 15000n) ?? [];
    const after = receive(freed, { plan: '2026-04', month: '2026-04', due: 30000n, sessions: 4n }, 15000n);
    expect(bookTotals(after, policy)).toEqual({ sessions: 6n, money: 0n });
    expect(received(after)).toBe(received(before));
  });

  test('no more than is kept can be spent', () => {
    expect(spendKept([month('2026-03', 45000n)], 15001n)).toBeUndefined();
    expect(spendKept([month('2026-03', 6000n)], 6001n)).toBeUndefined();
    expect(spendKept([month('2026-03', 6000n)], 6000n)).toEqual([month('2026-03', 0n)]);
  });
});

describe('for any book', () => {
  test('spending kept money takes exactly that money and no session, and all of it can be spent', () => {
    fc.assert(
      fc.property(books, fc.bigInt(0n, 100000n), (book, wanted) => {
        const before = bookTotals(book, policy);
        const amount = wanted < before.money ? wanted : before.money;
        const after = spendKept(book, amount);
        expect(after).toBeDefined();
        expect(bookTotals(after ?? [], policy)).toEqual({ sessions: before.sessions, money: before.money - amount });
        expect(spendKept(book, before.money + 1n)).toBeUndefined();
      }),
    );
  });

  test('giving back takes exactly the amount, never makes a month negative, and is possible for all that was received', () => {
    fc.assert(
      fc.property(books, fc.bigInt(0n, 500000n), (book, wanted) => {
        const amount = wanted < received(book) ? wanted : received(book);
        const after = giveBack(book, ['2026-01'], amount);
        expect(received(after)).toBe(received(book) - amount);
        expect(after?.every((plan) => plan.received >= 0n)).toBe(true);
      }),
    );
  });
});
