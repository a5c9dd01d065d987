import fc from 'fast-check';
import { fastify } from 'fastify';
import { expect, test } from 'vitest';
import { isTrustedProxy } from './trusted-proxies.ts';

test.each([
  '10.0.0.1',
  '10.0.0.0/8',
  '::1',
  'fd00::/8',
  '192.168.1.1/32',
  '::ffff:10.0.0.1',
  'loopback',
  'uniquelocal',
])('%s names proxies', (entry) => {
  expect(isTrustedProxy(entry)).toBe(true);
});

test.each([
  'proxy.example',
  'localhost',
  '10.0.0',
  '10.0.0.256',
  '10.0.0.0/0',
  '10.0.0.0/33',
  '10.0.0.0/',
  '10.0.0.0/8/8',
  '10.0.0.0/255.0.0.0',
  '10.0.0.0/-1',
  'fe80::1%eth0',
  '::/129',
  '*',
  'true',
  '',
])('%s names none', (entry) => {
  expect(isTrustedProxy(entry)).toBe(false);
});

test('whatever is taken here is taken by the server too', () => {
  const address = fc.oneof(fc.ipV4(), fc.ipV6());
  const entry = fc.oneof(
    address,
    fc.tuple(address, fc.nat(140)).map(([ip, bits]) => `${ip}/${bits}`),
  );
  fc.assert(
    fc.property(entry, (one) => {
      if (isTrustedProxy(one)) expect(() => fastify({ trustProxy: [one] })).not.toThrow();
    }),
    { numRuns: 40 },
  );
});
