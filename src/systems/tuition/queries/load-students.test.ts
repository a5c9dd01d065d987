import { expect, test } from 'vitest';
import { nationalDigits } from './load-students.ts';

test.each([
  ['01012345678', '1012345678'],
  ['+20 101 234 5678', '1012345678'],
  ['00201012345678', '1012345678'],
  ['(02) 2345-6789', '223456789'],
  ['+20223456789', '223456789'],
  ['+91 98765 43210', '9876543210'],
  ['', ''],
])('%s is %s without country and trunk', (phone, digits) => {
  expect(nationalDigits(phone)).toBe(digits);
});
