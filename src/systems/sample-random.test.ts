import { expect, test } from 'vitest';
import { sampleRandom } from './sample-random.ts';

test('a seed always gives the same numbers, and another seed others', () => {
  const draw = (seed: number): number[] => {
    const random = sampleRandom(seed);
    return Array.from({ length: 6 }, () => random.below(1_000));
  };
  expect(draw(1)).toEqual(draw(1));
  expect(draw(2)).not.toEqual(draw(1));
});

test('numbers spread over the whole range and keep their bound', () => {
  const random = sampleRandom(42);
  const counts = Array.from({ length: 10 }, () => 0);
  for (let draws = 0; draws < 10_000; draws += 1) {
    const drawn = random.below(10);
    counts[drawn] = (counts[drawn] ?? 0) + 1;
  }
  expect(Math.min(...counts)).toBeGreaterThan(850);
  expect(Math.max(...counts)).toBeLessThan(1_150);
});

test('a chance of none never comes and one of all always does', () => {
  const random = sampleRandom(7);
  const draws = (percent: number): boolean[] => Array.from({ length: 500 }, () => random.percent(percent));
  expect(draws(0)).not.toContain(true);
  expect(draws(100)).not.toContain(false);
});
