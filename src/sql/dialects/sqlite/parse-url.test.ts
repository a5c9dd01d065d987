import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { parseSqliteUrl } from './parse-url.ts';

test.each([
  ['sqlite:/srv/app.db', '/srv/app.db'],
  ['sqlite:///srv/app.db', '/srv/app.db'],
  ['sqlite://localhost/srv/app.db', '/srv/app.db'],
  ['file:/srv/app.db', '/srv/app.db'],
  ['SQLITE:/srv/../srv/app.db', '/srv/app.db'],
  ['sqlite:app.db', resolve('app.db')],
  ['sqlite:./data/app.db', resolve('data/app.db')],
  ['sqlite:/srv/my%20app%3F.db', '/srv/my app?.db'],
  ['sqlite:/srv/a#b@c:d.db', '/srv/a#b@c:d.db'],
])('%s names the file %s', (url, file) => {
  expect(parseSqliteUrl(url)).toMatchObject({ engine: 'sqlite', database: file });
});

test('a target that is shown can be read again', () => {
  const target = parseSqliteUrl('sqlite:/srv/100%25%3F.db');
  expect(parseSqliteUrl(target.shown)).toEqual(target);
});

test('the mode is kept', () => {
  expect(parseSqliteUrl('sqlite:/srv/app.db?mode=rwc').parameters).toEqual({ mode: 'rwc' });
});

test.each([
  ['sqlite:', 'names no file'],
  ['sqlite::memory:', 'in-memory'],
  ['sqlite:///:memory:', 'in-memory'],
  ['file::memory:', 'in-memory'],
  ['sqlite://host/app.db', 'names a host'],
  ['sqlite:/srv/100%.db', 'percent-encoded|hexadecimal'],
  ['sqlite:/srv/app.db?mode=memory', 'the mode "memory" is none of ro, rw, rwc'],
  ['sqlite:/srv/app.db?cache=shared', 'the parameter "cache" is none of mode'],
  ['sqlite:/srv/app%00.db', 'NUL'],
])('%s is refused', (url, flaw) => {
  expect(() => parseSqliteUrl(url)).toThrow(
    expect.objectContaining({ code: 'SQL_URL_INVALID', message: expect.stringMatching(flaw) }),
  );
});
