import { expect, test } from 'vitest';
import { CarryoverError, defineError, happeningOf } from './errors.ts';

const full = defineError<{ cup: string }>({
  code: 'TEST_CUP_FULL',
  httpStatus: 507,
  retryable: false,
  summary: 'A cup is full.',
  message: ({ cup }) => `Cannot pour into "${cup}": it is full, against some room.`,
  hint: () => 'Drink first.',
});

test('what happened is told without the next step, for messages that have their own', () => {
  const error = new CarryoverError(full, { cup: 'blue' });
  expect(error.message).toBe('Cannot pour into "blue": it is full, against some room. Drink first.');
  expect(happeningOf(error)).toBe('Cannot pour into "blue": it is full, against some room.');
});

test("a driver's text becomes a sentence, and one that is a sentence stays as it is", () => {
  expect(happeningOf(new Error('database or disk is full'))).toBe('database or disk is full.');
  expect(happeningOf(new Error('Is it full?'))).toBe('Is it full?');
  expect(happeningOf('gone')).toBe('gone.');
});
