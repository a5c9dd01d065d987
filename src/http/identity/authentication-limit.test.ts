import { beforeEach, describe, expect, test } from 'vitest';
import { CarryoverError } from '../../base/errors.ts';
import { identityUnavailable, unauthenticated } from '../http-errors.ts';
import type { Principal } from '../principal.ts';
import { AuthenticationLimit } from './authentication-limit.ts';

const ANN: Principal = { actor: { kind: 'person', id: 'ann' }, role: 'user', scopes: null };
const SCHOOL = '192.0.2.7';

let now: number;
let asked: number;
let limit: AuthenticationLimit;

beforeEach(() => {
  now = 1_000;
  asked = 0;
  limit = new AuthenticationLimit(3, () => now);
});

function accepted(authorization: string, address: string = SCHOOL): Promise<Principal> {
  return limit.ask({ address, authorization }, async () => {
    asked += 1;
    return ANN;
  });
}

function refused(authorization: string, address: string = SCHOOL): Promise<Principal> {
  return limit.ask({ address, authorization }, async () => {
    asked += 1;
    throw new CarryoverError(unauthenticated, { found: 'a guess' });
  });
}

async function codeOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => 'accepted',
    (error: unknown) => (error as CarryoverError).code,
  );
}

async function guess(count: number, address: string = SCHOOL): Promise<void> {
  for (let index = 0; index < count; index += 1) await codeOf(refused(`guess ${index}`, address));
}

describe('guesses from one address', () => {
  test('are judged up to the limit, and then answered without a question, until the minute is over', async () => {
    await guess(3);
    expect(asked).toBe(3);
    await expect(refused('guess')).rejects.toMatchObject({
      code: 'HTTP_AUTHENTICATION_LIMITED',
      details: { perMinute: 3, retryAfterSeconds: 60 },
    });
    now += 59_500;
    await expect(refused('guess')).rejects.toMatchObject({ details: { retryAfterSeconds: 1 } });
    expect(asked).toBe(3);
    now += 600;
    expect(await codeOf(refused('guess'))).toBe('HTTP_UNAUTHENTICATED');
    expect(asked).toBe(4);
  });

  test('are counted while they are being judged, so a burst is not let through whole', async () => {
    const burst = await Promise.all(Array.from({ length: 50 }, (_guess, index) => codeOf(refused(`guess ${index}`))));
    expect(asked).toBe(3);
    expect(burst.filter((code) => code === 'HTTP_AUTHENTICATION_LIMITED')).toHaveLength(47);
  });

  test('say nothing of another address, and everything of the same network of IPv6', async () => {
    await guess(3);
    expect(await codeOf(refused('guess', '192.0.2.8'))).toBe('HTTP_UNAUTHENTICATED');
    await guess(3, '2001:db8:1:2::1');
    expect(await codeOf(refused('guess', '2001:db8:1:2:ffff::9'))).toBe('HTTP_AUTHENTICATION_LIMITED');
    expect(await codeOf(refused('guess', '2001:db8:1:3::1'))).toBe('HTTP_UNAUTHENTICATED');
    expect(await codeOf(refused('guess', `::ffff:${SCHOOL}`))).toBe('HTTP_AUTHENTICATION_LIMITED');
  });

  test('leave those in who were accepted before, and keep out only who calls for the first time', async () => {
    await accepted('the key of the desk');
    await guess(3);
    expect(await codeOf(accepted('the key of the desk'))).toBe('accepted');
    expect(await codeOf(accepted('a key that was never used'))).toBe('HTTP_AUTHENTICATION_LIMITED');
    now += 60_001;
    expect(await codeOf(accepted('a key that was never used'))).toBe('accepted');
  });

  test('begin with the call that finds a key revoked', async () => {
    await accepted('the key of the desk');
    expect(await codeOf(refused('the key of the desk'))).toBe('HTTP_UNAUTHENTICATED');
    await guess(2);
    expect(await codeOf(accepted('the key of the desk'))).toBe('HTTP_AUTHENTICATION_LIMITED');
  });
});

test('a caller who comes again and again is known for as long as that goes on, and an hour longer', async () => {
  await accepted('the key of the desk');
  for (let hours = 0; hours < 5; hours += 0.75) {
    now += 0.75 * 3_600_000;
    await accepted('the key of the desk');
  }
  await guess(3);
  expect(await codeOf(accepted('the key of the desk'))).toBe('accepted');
  now += 3_600_001;
  await guess(3);
  expect(await codeOf(accepted('the key of the desk'))).toBe('HTTP_AUTHENTICATION_LIMITED');
});

test('an issuer that does not answer is no guess', async () => {
  for (let index = 0; index < 9; index += 1) {
    const away = limit.ask({ address: SCHOOL, authorization: 'a token' }, async () => {
      throw new CarryoverError(identityUnavailable, {});
    });
    expect(await codeOf(away)).toBe('HTTP_IDENTITY_UNAVAILABLE');
  }
  expect(await codeOf(accepted('a token'))).toBe('accepted');
});

test('what is remembered is bounded: the address that guessed first is forgotten for ten thousand others', async () => {
  await guess(3, '192.0.2.1');
  for (let index = 0; index < 10_000; index += 1)
    await accepted(`key ${index}`, `10.0.${Math.floor(index / 256)}.${index % 256}`);
  expect(await codeOf(refused('guess', '192.0.2.1'))).toBe('HTTP_UNAUTHENTICATED');
});
