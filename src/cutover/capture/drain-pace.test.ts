import { expect, test } from 'vitest';
import { nextDrainPace, type DrainBounds, type DrainPace } from './drain-pace.ts';

const BOUNDS: DrainBounds = { marksMin: 100, marksMax: 5_000, targetMs: 250 };

/** The pace after so many drains on a server where each takes this long. */
function settled(drainMs: (marks: number) => number, drains = 60): DrainPace {
  let pace: DrainPace = { marks: 300, recent: [] };
  for (let nth = 0; nth < drains; nth += 1)
    pace = nextDrainPace(pace, { marks: pace.marks, ms: drainMs(pace.marks) * (nth % 2 === 0 ? 0.95 : 1.05) }, BOUNDS);
  return pace;
}

test('drains get as many marks as fit into their time beside their statements', () => {
  const { marks } = settled((count) => 40 + count * 0.3);
  expect(marks).toBeGreaterThan(450);
  expect(marks).toBeLessThan(1_000);
});

test('where the statements alone take as long as a drain should, drains get longer, not emptier', () => {
  const { marks } = settled((count) => 300 + count * 0.3);
  expect(marks).toBeGreaterThan(450);
});

test('drains of heavy accounts shrink to the least there is, and no further', () => {
  expect(settled((count) => 20 + count * 15).marks).toBe(100);
});

test('drains of next to nothing grow step by step up to the most there is', () => {
  const first = nextDrainPace({ marks: 300, recent: [] }, { marks: 300, ms: 1 }, BOUNDS);
  expect(first.marks).toBe(450);
  expect(settled(() => 1).marks).toBe(5_000);
});

test('one slow drain does not cut the next ones for good', () => {
  const pace = settled((count) => 40 + count * 0.3);
  const after = nextDrainPace(pace, { marks: pace.marks, ms: 5_000 }, BOUNDS);
  expect(after.marks).toBeGreaterThanOrEqual(Math.floor(pace.marks / 1.5));
});
