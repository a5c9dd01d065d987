import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Instant } from '../../../base/instant.ts';
import { bookTotals, KEPT_PLAN, type Plan } from '../plans/plan-book.ts';
import { tellBook, type BookToTell, type LegacyPayment, type ToldBook, type UntoldPayment } from './tell-book.ts';

const NOW = Instant.parse('2026-07-03T12:00:00Z');
const policy = { freeMonths: 'grant-plan' } as const;

function plan(month: string, received: bigint, due = 30_000n): Plan {
  return { plan: month, month, due, sessions: 4n, received };
}

function row(
  legacyId: bigint,
  [day, paid]: readonly [string, bigint],
  more: Partial<LegacyPayment> = {},
): LegacyPayment {
  const datedAt = Instant.parse(`${day}T10:00:00Z`);
  return { legacyId, plan: day.slice(0, 7), day, due: 30_000n, paid, datedAt, paymentId: null, isMade: false, ...more };
}

function payment(
  paymentId: bigint,
  [month, amount]: readonly [string, bigint],
  more: Partial<UntoldPayment> = {},
): UntoldPayment {
  return { paymentId, plan: month, amount, paidAt: NOW, isVoided: false, isAsked: true, ...more };
}

function told(book: Partial<BookToTell>): ToldBook {
  const rows = book.rows ?? [];
  return tellBook({
    plans: [],
    daysTaken: rows.map(({ day }) => day),
    payments: [],
    returned: new Set(),
    voided: new Set(),
    eachRowIsPlan: false,
    now: NOW,
    ...book,
    rows,
  });
}

/** Each row as `day paid`, with what stands for it. */
function shown({ rows }: ToldBook): readonly string[] {
  return rows.map(
    ({ day, paid, paymentId, isGone }) =>
      `${day} ${paid}${paymentId === null ? '' : ` P${paymentId}`}${isGone ? ' gone' : ''}`,
  );
}

describe('a payment', () => {
  test('takes the first day of its month that is free', () => {
    const plans = [plan('2026-06', 20_000n)];
    const rows = [row(1n, ['2026-06-01', 10_000n]), row(2n, ['2026-06-03', 0n], { plan: 'unreadable' })];
    expect(shown(told({ plans, rows, payments: [payment(7n, ['2026-06', 10_000n])] }))).toContain(
      '2026-06-02 10000 P7',
    );
  });

  test('uses an unpaid row of the month; where each row is a plan, only one that owes the same and has nothing coming', () => {
    const unpaid = row(1n, ['2026-06-01', 0n]);
    expect(
      shown(told({ plans: [plan('2026-06', 10_000n)], rows: [unpaid], payments: [payment(7n, ['2026-06', 10_000n])] })),
    ).toEqual(['2026-06-01 10000 P7']);
    const own = { ...plan('2026-06', 10_000n), plan: '2026-06#own-7' };
    const other = { ...plan('2026-06', 0n, 20_000n), plan: '2026-06#1' };
    const each = told({
      plans: [other, own],
      rows: [{ ...unpaid, plan: '2026-06#1', due: 20_000n }],
      payments: [payment(7n, ['2026-06#own-7', 10_000n])],
      eachRowIsPlan: true,
    });
    expect(shown(each)).toEqual(['2026-06-01 0', '2026-06-02 10000 P7']);
  });

  test('joins another one where every day of the month is taken', () => {
    const rows = Array.from({ length: 30 }, (_none, index) =>
      row(BigInt(index + 1), [`2026-06-${String(index + 1).padStart(2, '0')}`, 100n]),
    );
    const after = told({ plans: [plan('2026-06', 3_500n)], rows, payments: [payment(7n, ['2026-06', 500n])] });
    expect(after.rows).toHaveLength(30);
    expect(after.rowFor({ paymentId: 7n, plan: '2026-06' })).toMatchObject({ legacyId: 30n, paid: 600n });
  });

  test('that was undone before it was told makes no row, and one that is not asked about and has nothing left neither', () => {
    const plans = [plan('2026-06', 0n)];
    expect(shown(told({ plans, payments: [payment(7n, ['2026-06', 0n], { isVoided: true })] }))).toEqual([]);
    expect(shown(told({ plans, payments: [payment(7n, ['2026-06', 0n], { isAsked: false })] }))).toEqual([]);
  });
});

describe('money that goes back', () => {
  test('is taken from the row of its payment first, then from the newest', () => {
    const rows = [
      row(1n, ['2026-06-01', 10_000n], { paymentId: 7n, isMade: true }),
      row(2n, ['2026-06-02', 10_000n]),
      row(3n, ['2026-06-03', 10_000n]),
    ];
    const after = told({ plans: [plan('2026-06', 15_000n)], rows, returned: new Set([7n]) });
    expect(shown(after)).toEqual(['2026-06-01 0 P7', '2026-06-02 10000', '2026-06-03 5000']);
    expect(after.rowFor({ paymentId: null, plan: '2026-06' })).toMatchObject({ legacyId: 1n });
  });

  test('takes the row of a voided payment along, but not one that a free month stands on or that was there before', () => {
    const made = { paymentId: 7n, isMade: true };
    const voided = { voided: new Set([7n]), returned: new Set([7n]) };
    expect(
      shown(told({ plans: [plan('2026-06', 0n)], rows: [row(1n, ['2026-06-01', 500n], made)], ...voided })),
    ).toEqual(['2026-06-01 0 P7 gone']);
    expect(
      shown(
        told({
          plans: [plan('2026-06', 0n, 0n)],
          rows: [row(1n, ['2026-06-01', 500n], { ...made, due: 0n })],
          ...voided,
        }),
      ),
    ).toEqual(['2026-06-01 0 P7']);
    expect(
      shown(
        told({
          plans: [plan('2026-06', 0n)],
          rows: [row(1n, ['2026-06-01', 500n], { ...made, isMade: false })],
          ...voided,
        }),
      ),
    ).toEqual(['2026-06-01 0 P7']);
  });
});

describe('kept money', () => {
  const kept = (received: bigint): Plan => ({ plan: KEPT_PLAN, month: '2026-06', due: 0n, sessions: 0n, received });

  test('lies where it buys nothing, and stays where it lies', () => {
    const rows = [row(1n, ['2026-05-01', 30_000n]), row(2n, ['2026-06-01', 30_000n])];
    const plans = [plan('2026-05', 30_000n), plan('2026-06', 30_000n), kept(500n)];
    expect(shown(told({ plans, rows }))).toEqual(['2026-05-01 30000', '2026-06-01 30500']);
    const lain = [row(1n, ['2026-05-01', 30_500n]), row(2n, ['2026-06-01', 30_000n])];
    expect(told({ plans, rows: lain }).rows.every(({ paid, paidBefore }) => paid === paidBefore)).toBe(true);
  });

  test('has no place where every month would buy a session with it', () => {
    const rows = [row(1n, ['2026-06-01', 20_000n])];
    expect(shown(told({ plans: [plan('2026-06', 20_000n), kept(5_000n)], rows }))).toEqual(['2026-06-01 20000']);
    expect(shown(told({ plans: [plan('2026-06', 20_000n), kept(2_000n)], rows }))).toEqual(['2026-06-01 22000']);
  });
});

test('whatever a book says, its rows buy what it bought, and telling it again changes nothing', () => {
  const amount = fc.bigInt(0n, 60_000n);
  const months = fc.uniqueArray(
    fc.record({
      month: fc.constantFrom('2026-04', '2026-05', '2026-06', '2026-07'),
      received: amount,
      before: amount,
      due: fc.constantFrom(30_000n, 10_001n, 0n),
    }),
    { selector: ({ month }) => month, minLength: 1 },
  );
  fc.assert(
    fc.property(
      months,
      fc.array(fc.record({ index: fc.nat({ max: 3 }), amount }), { maxLength: 4 }),
      (given, taken) => {
        const plans = given.map(({ month, received, due }) => plan(month, received, due));
        const rows = given.map(({ month, before, due }, index) =>
          row(BigInt(index + 1), [`${month}-01`, before], { due }),
        );
        const payments = taken.map((each, index) =>
          payment(BigInt(index + 1), [plans[each.index % plans.length]?.plan ?? '', each.amount]),
        );
        const after = told({ plans, rows, payments });
        const sums = plans.map((each) => ({
          ...each,
          received: after.rows.reduce((sum, one) => (one.plan === each.plan ? sum + one.paid : sum), 0n),
        }));
        expect(sums).toEqual(plans);
        expect(bookTotals(sums, policy)).toEqual(bookTotals(plans, policy));
        expect(after.rows.every(({ paid }) => paid >= 0n)).toBe(true);
        const known = after.rows.map((one, index) =>
          row(BigInt(index + 1), [one.day, one.paid], { due: one.due, paymentId: one.paymentId }),
        );
        const again = told({ plans, rows: known });
        expect(again.rows.every(({ paid, paidBefore, isGone }) => paid === paidBefore && !isGone)).toBe(true);
        expect(again.rows).toHaveLength(known.length);
      },
    ),
  );
});
