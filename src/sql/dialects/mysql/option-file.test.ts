import { describe, expect, test } from 'vitest';
import { optionFileText } from './option-file.ts';
import { parseMysqlUrl } from './parse-url.ts';

describe('an option file', () => {
  test('quotes what would end a value or begin a comment', () => {
    const target = { ...parseMysqlUrl('mysql://app@host:3307/db'), password: `a"b'c\\d#e;f = [g]\n` };
    expect(optionFileText(target, 'MariaDB').split('\n')).toContain(String.raw`password="a\"b\'c\\d#e;f = [g]\n"`);
  });

  test('names the socket instead of host and port where there is one', () => {
    const lines = optionFileText(parseMysqlUrl('mysql://app@/db?socket=/run/my.sock'), 'MySQL').split('\n');
    expect(lines).toContain('socket="/run/my.sock"');
    expect(lines.filter((line) => /^(?:host|port)=/.test(line))).toEqual([]);
  });

  test.each([
    ['', 'MySQL', 'ssl-mode=PREFERRED'],
    ['?ssl-mode=verify-full', 'MySQL', 'ssl-mode=VERIFY_IDENTITY'],
    ['?ssl-mode=disable', 'MariaDB', 'skip-ssl'],
    ['?ssl-mode=require', 'MariaDB', 'skip-ssl-verify-server-cert'],
    ['?ssl-mode=verify-full', 'MariaDB', 'ssl-verify-server-cert'],
  ] as const)('says how to use TLS for "%s" on %s', (query, flavour, line) => {
    expect(optionFileText(parseMysqlUrl(`mysql://host/db${query}`), flavour).split('\n')).toContain(line);
  });
});
