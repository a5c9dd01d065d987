import { expect, test } from 'vitest';
import { firstPace, halvedPace, nextPace, type WorkBounds, type WorkPace } from './work-pace.ts';

const BOUNDS: WorkBounds = { sizeMin: 100, sizeMax: 5_000, targetMs: 250 };

/** The pace after so many transactions on a server where each takes this long. */
function settled(workMs: (size: number) => number, works = 60): WorkPace {
  let pace = firstPace(300);
  for (let nth = 0; nth < works; nth += 1)
    pace = nextPace(pace, { size: pace.size, ms: workMs(pace.size) * (nth % 2 === 0 ? 0.95 : 1.05) }, BOUNDS);
  return pace;
}

test('transactions get as much work as fits into their time beside their statements', () => {
  const { size } = settled((count) => 40 + count * 0.3);
  expect(size).toBeGreaterThan(450);
  expect(size).toBeLessThan(1_000);
});

test('where the statements alone take as long as a transaction should, it gets longer, not emptier', () => {
  const { size } = settled((count) => 300 + count * 0.3);
  expect(size).toBeGreaterThan(450);
});

test('transactions over heavy accounts shrink to the least there is, and no further', () => {
  expect(settled((count) => 20 + count * 15).size).toBe(100);
});

test('transactions of next to nothing grow step by step up to the most there is', () => {
  const first = nextPace(firstPace(300), { size: 300, ms: 1 }, BOUNDS);
  expect(first.size).toBe(450);
  expect(settled(() => 1).size).toBe(5_000);
});

test('one slow transaction does not cut the next ones for good', () => {
  const pace = settled((count) => 40 + count * 0.3);
  const after = nextPace(pace, { size: pace.size, ms: 5_000 }, BOUNDS);
  expect(after.size).toBeGreaterThanOrEqual(Math.floor(pace.size / 1.5));
});

test('the last transaction, which found less than it had room for, says nothing about the next', () => {
  const pace = settled((count) => 40 + count * 0.3);
  expect(nextPace(pace, { size: 3, ms: 41 }, BOUNDS)).toBe(pace);
});

test('after timeouts the size is halved, down to the least there is, and what was measured is forgotten', () => {
  const pace = settled((count) => 40 + count * 0.3);
  expect(halvedPace(pace, BOUNDS)).toEqual({ size: Math.round(pace.size / 2), recent: [] });
  expect(halvedPace(firstPace(150), BOUNDS)).toEqual({ size: 100, recent: [] });
});
