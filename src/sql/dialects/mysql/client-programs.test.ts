import { expect, test } from 'vitest';
import { readVersion } from './client-programs.ts';
import { productVersion } from './introspection.ts';

test.each([
  ['mariadb-dump  Ver 10.19 Distrib 10.11.14-MariaDB, for debian-linux-gnu (x86_64)', 'MariaDB', [10, 11, 14]],
  ['mariadb-dump from 11.4.2-MariaDB, client 10.19 for Linux (x86_64)', 'MariaDB', [11, 4, 2]],
  ['mysqldump  Ver 8.0.36 for Linux on x86_64 (MySQL Community Server - GPL)', 'MySQL', [8, 0, 36]],
  ['mysqldump  Ver 8.4.0 for macos14 on arm64 (Homebrew)', 'MySQL', [8, 4, 0]],
] as const)('the release of "%s" is read', (text, flavour, numbers) => {
  expect(readVersion(text, 'tool')).toEqual({ flavour, numbers, version: `tool ${numbers.join('.')}` });
});

test.each([
  ['10.11.14-MariaDB-0+deb12u2', 'MariaDB 10.11.14'],
  ['5.5.5-10.6.18-MariaDB-log', 'MariaDB 10.6.18'],
  ['8.0.36', 'MySQL 8.0.36'],
  ['8.4.2-log', 'MySQL 8.4.2'],
])('the version of a server %s is %s', (told, version) => {
  expect(productVersion(told)).toBe(version);
});
