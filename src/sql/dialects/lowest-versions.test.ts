import { expect, test } from 'vitest';
import { judgeVersion } from '../judge-version.ts';
import { mysqlDialect } from './mysql/index.ts';
import { productVersion } from './mysql/introspection.ts';
import { postgresDialect } from './postgres/index.ts';
import { sqliteDialect } from './sqlite/index.ts';

test.each([
  ['SQLite 3.45.0', 'supported'],
  ['SQLite 3.53.2', 'supported'],
  ['SQLite 3.44.9', 'too-old'],
])('%s is %s', (version, verdict) => {
  expect(judgeVersion(version, sqliteDialect.lowestVersions).verdict).toBe(verdict);
});

test.each([
  ['PostgreSQL 14.0', 'supported'],
  ['PostgreSQL 15.18', 'supported'],
  ['PostgreSQL 19beta1', 'supported'],
  ['PostgreSQL 13.23', 'too-old'],
  ['PostgreSQL 9.6.24', 'too-old'],
])('%s is %s', (version, verdict) => {
  expect(judgeVersion(version, postgresDialect.lowestVersions).verdict).toBe(verdict);
});

// As the servers say it themselves; some MariaDB servers put 5.5.5- in front for clients of old protocols.
test.each([
  ['10.11.6-MariaDB-0+deb12u1', 'supported'],
  ['5.5.5-10.6.0-MariaDB-log', 'supported'],
  ['11.4.2-MariaDB', 'supported'],
  ['10.5.28-MariaDB-1:10.5.28+maria~deb11', 'too-old'],
  ['8.0.36', 'unknown-product'],
  ['8.4.0-commercial', 'unknown-product'],
  ['5.7.44-log', 'unknown-product'],
])('a server that says %s is %s', (told, verdict) => {
  expect(judgeVersion(productVersion(told), mysqlDialect.lowestVersions).verdict).toBe(verdict);
});

test('the judgement names the lowest version of the product, and every product where the server is none of them', () => {
  expect(judgeVersion('MariaDB 10.3.39', mysqlDialect.lowestVersions).lowest).toEqual(['MariaDB 10.6']);
  expect(judgeVersion('Elsewhere 1.0', mysqlDialect.lowestVersions)).toEqual({
    verdict: 'unknown-product',
    lowest: ['MariaDB 10.6'],
  });
});
