import { describe, expect, test } from 'vitest';
import { CarryoverError } from '../../../base/errors.ts';
import { parseUrl, withDatabase } from './parse-url.ts';

function flawOf(url: string): string {
  try {
    parseUrl(url);
  } catch (error) {
    if (error instanceof CarryoverError && error.code === 'SQL_URL_INVALID') return error.message;
    throw error;
  }
  return 'no flaw';
}

test('reads every part of a URL', () => {
  expect(
    parseUrl('postgresql://ann:secret@db.example.org:6432/school?sslmode=verify-full&sslrootcert=/etc/ca.pem'),
  ).toEqual({
    engine: 'postgres',
    shown: 'postgres://ann:***@db.example.org:6432/school',
    database: 'school',
    host: 'db.example.org',
    port: 6432,
    user: 'ann',
    password: 'secret',
    ssl: 'verify-full',
    parameters: { sslmode: 'verify-full', sslrootcert: '/etc/ca.pem' },
  });
});

test('fills in host and port, and leaves out what is not said', () => {
  expect(parseUrl('postgres:///school')).toEqual({
    engine: 'postgres',
    shown: 'postgres://localhost:5432/school',
    database: 'school',
    host: 'localhost',
    port: 5432,
    parameters: {},
  });
});

test.each([
  ['postgres://ann:p%40ss%2Fw%3Ard%3F%25@h/d', 'p@ss/w:rd?%'],
  ['postgres://ann:p@ss@h/d', 'p@ss'],
  ['postgres://ann:p@ss/w:rd?x%@h:5432/d', 'p@ss/w:rd?x%'],
  ['postgres://ann:a@b/c@h/d', 'a@b/c'],
  ['postgres://ann:100%@h/d', '100%'],
  ['postgres://ann:%E2%82%AC%zz@h/d', '€%zz'],
  ['postgres://ann:#&=+@h/d', '#&=+'],
  ['postgres://ann:@h/d', ''],
  ['postgres://ann:p@h/d?options=-c%20search_path=a@b', 'p'],
])('reads the password of %s', (url, password) => {
  const target = parseUrl(url);
  expect(target).toMatchObject({ user: 'ann', password, host: 'h', database: 'd' });
  if (password.length > 1) expect(target.shown).not.toContain(password);
});

test('reads an IPv6 host in brackets and shows it so', () => {
  expect(parseUrl('postgres://ann@[::1]:5433/d')).toMatchObject({
    host: '::1',
    port: 5433,
    shown: 'postgres://ann@[::1]:5433/d',
  });
});

test.each(['postgres://ann@/d?socket=/run/postgresql', 'postgres://ann@/d?host=/run/postgresql'])(
  'reads the folder of a unix socket from %s',
  (url) => {
    const target = parseUrl(url);
    expect(target).toMatchObject({ socketPath: '/run/postgresql', shown: 'postgres://ann@/d?socket=/run/postgresql' });
    expect(target.host).toBeUndefined();
  },
);

test('another database on the same server keeps the credentials and hides them', () => {
  const other = withDatabase(parseUrl('postgres://ann:secret@h/live'), 'live_carryover_proof_00c0ffee');
  expect(other).toMatchObject({ password: 'secret', database: 'live_carryover_proof_00c0ffee' });
  expect(other.shown).toBe('postgres://ann:***@h:5432/live_carryover_proof_00c0ffee');
});

describe('refuses', () => {
  test.each([
    ['postgres://ann:secret@h', 'it names no database'],
    ['postgres://ann:secret@h/', 'it names no database'],
    ['postgres://ann:secret@h:70000/d', 'its port is 70000, against 1 to 65535'],
    ['postgres://ann:secret@h/d?sslmode=prefer', 'its sslmode is none of'],
    ['postgres://ann:secret@h/d?sslmod=require', 'a parameter that is none of'],
    ['postgres://ann:secret@h/d?socket=run', 'its socket is not the absolute path'],
    ['postgres:ann:secret@h/d', 'it does not begin with postgres://'],
    ['postgres://ann:secret@h:port/d', 'host, port or database are not of the form'],
  ])('%s', (url, flaw) => {
    const message = flawOf(url);
    expect(message).toContain(flaw);
    expect(message).not.toContain('secret');
  });

  test('a password that lets the URL be read in two ways', () => {
    expect(flawOf('postgres://ann:x@h/d?options=y@i/e')).toContain('read in two ways');
  });
});
