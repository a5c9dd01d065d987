import { expect, test } from 'vitest';
import { serverCheck } from './doctor-checks.ts';

const LOWEST = { Somebase: '8.0', Otherbase: '10.6' };

test('doctor passes a server that is new enough', () => {
  expect(serverCheck('Somebase 8.0.36', LOWEST)).toEqual({ state: 'ok', found: 'Somebase 8.0.36' });
});

test('doctor fails a server that is too old, and says what is needed', () => {
  expect(serverCheck('Otherbase 10.5.9', LOWEST)).toEqual({
    state: 'fail',
    found: 'Otherbase 10.5.9, against Otherbase 10.6 or newer',
    remedy: 'Upgrade the server to Otherbase 10.6 or newer.',
  });
});

test('doctor warns of a server that nobody tried', () => {
  expect(serverCheck('Thirdbase 1', LOWEST)).toMatchObject({
    state: 'warn',
    found: 'Thirdbase 1, which is none of Somebase 8.0 or Otherbase 10.6 or newer',
  });
});
