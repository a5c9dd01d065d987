import { describe, expect, test } from 'vitest';
import { CarryoverError } from '../../../base/errors.ts';
import { parseMysqlUrl, withDatabase } from './parse-url.ts';

function failureOf(url: string): CarryoverError {
  try {
    parseMysqlUrl(url);
  } catch (error) {
    if (error instanceof CarryoverError) return error;
  }
  throw new Error('The URL was read.');
}

describe('a MySQL URL', () => {
  test('names user, password, host, port and database', () => {
    expect(parseMysqlUrl('mysql://app:secret@db.example:3307/school')).toEqual({
      engine: 'mysql',
      shown: 'mysql://app:***@db.example:3307/school',
      database: 'school',
      host: 'db.example',
      port: 3307,
      user: 'app',
      password: 'secret',
      parameters: {},
    });
  });

  test('may be written mariadb, without port, user or password', () => {
    expect(parseMysqlUrl('mariadb://localhost/school')).toMatchObject({
      host: 'localhost',
      port: 3306,
      database: 'school',
    });
    expect(parseMysqlUrl('mysql://app@localhost/school')).not.toHaveProperty('password');
    expect(parseMysqlUrl('mysql://app:@localhost/school')).toMatchObject({ user: 'app', password: '' });
    expect(parseMysqlUrl('mysql:///school')).toMatchObject({ host: '127.0.0.1', port: 3306 });
  });

  test.for([
    ['percent-encoded', 'mysql://a%40b:p%3Aa%2Fs%40s%3Fw%25o%23rd@host/db', 'a@b', 'p:a/s@s?w%o#rd'],
    ['as they are', 'mysql://a:p:a/s@s?w%o#rd@host/db', 'a', 'p:a/s@s?w%o#rd'],
    ['as a percent sign that encodes nothing', 'mysql://a:100%@host/db', 'a', '100%'],
    ['as bytes that are no UTF-8', 'mysql://a:%FF%41@host/db', 'a', '%FF%41'],
    ['as a password that ends like an address', 'mysql://a:x@y:1/z@host/db', 'a', 'x@y:1/z'],
  ])('may hold special characters %s', ([, url = '', user, password = '']) => {
    expect(parseMysqlUrl(url)).toMatchObject({ user, password, host: 'host', database: 'db' });
    expect(parseMysqlUrl(url).shown).not.toContain(password);
  });

  test('may name an IPv6 host in brackets', () => {
    expect(parseMysqlUrl('mysql://app:x@[::1]:3307/school')).toMatchObject({ host: '::1', port: 3307 });
  });

  test('may name a socket, also with an @ in its path', () => {
    expect(parseMysqlUrl('mysql://app@/school?socket=/run/my%20sql.sock')).toMatchObject({
      socketPath: '/run/my sql.sock',
    });
    expect(parseMysqlUrl('mysql://app@/school?socket=/run/a@b.sock')).toMatchObject({
      socketPath: '/run/a@b.sock',
      user: 'app',
      database: 'school',
    });
  });

  test.each([
    ['ssl-mode=REQUIRED', 'require'],
    ['ssl-mode=VERIFY_IDENTITY', 'verify-full'],
    ['sslmode=verify-ca', 'verify-ca'],
    ['sslmode=disable', 'disable'],
  ])('says how to use TLS by %s', (parameter, ssl) => {
    expect(parseMysqlUrl(`mysql://host/db?${parameter}&ssl-ca=/etc/ca.pem`)).toMatchObject({
      ssl,
      parameters: { 'ssl-ca': '/etc/ca.pem' },
    });
  });

  test.each([
    ['postgres://host/db', 'does not begin with'],
    ['mysql:school.db', 'does not begin with'],
    ['mysql://host', 'not of the form'],
    ['mysql://app:s3cret@host', 'not of the form'],
    ['mysql://host/', 'names no database'],
    ['mysql://app:s3cret@host:99999/db', 'the port'],
    ['mysql://app:s3cret@host:x/db', 'the port'],
    ['mysql://app:s3cret@host/db?ssl-mode=maybe', 'none of disable'],
    ['mysql://app:s3cret@host/db?sokcet=/x', '"sokcet" is none of'],
  ])('%s is refused', (url, flaw) => {
    const error = failureOf(url);
    expect(error.code).toBe('SQL_URL_INVALID');
    expect(error.message).toContain(flaw);
    expect(error.message).not.toContain('s3cret');
  });

  test('of another database of the same server keeps all but the name, and shows no password', () => {
    const live = parseMysqlUrl('mysql://app:s3cret@[::1]:3307/school?ssl-mode=require');
    const scratch = withDatabase(live, 'school copy');
    expect(scratch).toMatchObject({
      user: 'app',
      password: 's3cret',
      host: '::1',
      port: 3307,
      ssl: 'require',
      database: 'school copy',
    });
    expect(scratch.shown).toBe('mysql://app:***@[::1]:3307/school%20copy');
  });
});
