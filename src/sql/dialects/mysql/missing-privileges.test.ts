import { describe, expect, test } from 'vitest';
import { privilegesIn } from './missing-privileges.ts';

describe('privileges', () => {
  test('come from the server, the database, and patterns that match its name', () => {
    const grants = [
      'GRANT USAGE ON *.* TO `app`@`%`',
      'GRANT RELOAD, PROCESS ON *.* TO `app`@`%`',
      'GRANT SELECT, INSERT ON `school`.* TO `app`@`%`',
      'GRANT TRIGGER ON `sch%`.* TO `app`@`%`',
      'GRANT DROP ON `other`.* TO `app`@`%`',
    ];
    const held = privilegesIn(grants, 'school');
    expect([...held].toSorted()).toEqual(['INSERT', 'PROCESS', 'RELOAD', 'SELECT', 'TRIGGER', 'USAGE']);
  });

  test('on single tables, columns, roles and proxies do not count', () => {
    const grants = [
      'GRANT SELECT ON `school`.`pupils` TO `app`@`%`',
      'GRANT SELECT (`name`), UPDATE (`name`) ON `school`.`pupils` TO `app`@`%`',
      'GRANT `writer`@`%` TO `app`@`%`',
      "GRANT PROXY ON ''@'' TO 'root'@'localhost' WITH GRANT OPTION",
    ];
    expect([...privilegesIn(grants, 'school')]).toEqual([]);
  });

  test('take an underscore in a pattern for any character unless a backslash stands before it', () => {
    expect(privilegesIn(['GRANT SELECT ON `my_db`.* TO `a`@`%`'], 'myXdb').has('SELECT')).toBe(true);
    expect(
      privilegesIn([String.raw`GRANT SELECT ON ${'`'}my\_db${'`'}.* TO ${'`'}a${'`'}@${'`'}%${'`'}`], 'myXdb').has(
        'SELECT',
      ),
    ).toBe(false);
    expect(
      privilegesIn([String.raw`GRANT SELECT ON ${'`'}my\_db${'`'}.* TO ${'`'}a${'`'}@${'`'}%${'`'}`], 'my_db').has(
        'SELECT',
      ),
    ).toBe(true);
    expect(privilegesIn(['GRANT SELECT ON `a.b`.* TO `a`@`%`'], 'aXb').has('SELECT')).toBe(false);
  });

  test('ALL PRIVILEGES holds what is needed; LOCK TABLES comes with it, RELOAD only on the whole server', () => {
    const ofDatabase = privilegesIn(['GRANT ALL PRIVILEGES ON `school`.* TO `app`@`%` WITH GRANT OPTION'], 'school');
    expect(['TRIGGER', 'CREATE VIEW', 'LOCK TABLES'].every((name) => ofDatabase.has(name))).toBe(true);
    expect(ofDatabase.has('RELOAD')).toBe(false);
    expect(privilegesIn(['GRANT ALL PRIVILEGES ON *.* TO `root`@`localhost`'], 'school').has('RELOAD')).toBe(true);
  });

  test('that were revoked from a database again are not held', () => {
    const grants = ['GRANT SELECT, DELETE ON *.* TO `app`@`%`', 'REVOKE DELETE ON `school`.* FROM `app`@`%`'];
    expect([...privilegesIn(grants, 'school')]).toEqual(['SELECT']);
    expect(privilegesIn(grants, 'other').has('DELETE')).toBe(true);
  });
});
