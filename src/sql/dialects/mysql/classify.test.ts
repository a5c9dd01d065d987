import { describe, expect, test } from 'vitest';
import { classifyMysqlError, withoutValues } from './classify.ts';

function serverError(errno: number, message: string): Error {
  return Object.assign(new Error(message), {
    errno,
    sqlState: 'HY000',
    sqlMessage: message,
    sql: `insert ... 'secret'`,
  });
}

describe('the constraint', () => {
  test.for([
    [1062, "Duplicate entry 'it''s-5' for key 'accounts.owner_once'", 'unique', 'owner_once'],
    [1062, "Duplicate entry 'x' for key 'owner_once'", 'unique', 'owner_once'],
    [1062, "Doppelter Eintrag 'x' für Schlüssel 'owner_once'", 'unique', 'owner_once'],
    [
      1452,
      'Cannot add or update a child row: a foreign key constraint fails (`db`.`t`, CONSTRAINT `t_parent` FOREIGN KEY (`p`) REFERENCES `q` (`id`))',
      'foreign-key',
      't_parent',
    ],
    [3819, "Check constraint 'amount_positive' is violated.", 'check', 'amount_positive'],
    [4025, 'CONSTRAINT `amount_positive` failed for `db`.`t`', 'check', 'amount_positive'],
    [4025, 'CONSTRAINT `t.amount` failed for `db`.`t`', 'check', 'amount'],
    [1048, "Column 'owner' cannot be null", 'not-null', 'owner'],
    [1364, "Field 'owner' doesn't have a default value", 'not-null', 'owner'],
    [1644, 'a trigger of the application says no', 'check', 'a trigger of the application says no'],
  ] as const)('of error %i (%s) is named', ([errno, message, kind, constraint]) => {
    expect(classifyMysqlError(serverError(errno, message))).toEqual({ kind, constraint });
  });
});

describe('an error', () => {
  test.each([
    [1290, 'The MySQL server is running with the --read-only option so it cannot execute this statement', 'read-only'],
    [
      1290,
      'The MySQL server is running with the --secure-file-priv option so it cannot execute this statement',
      undefined,
    ],
    [3024, 'Query execution was interrupted, maximum statement execution time exceeded', 'statement-timeout'],
    [3572, 'Statement aborted because lock(s) could not be acquired immediately and NOWAIT is set.', 'lock-timeout'],
    [1020, "Record has changed since last read in table 't'", 'serialization'],
    [1040, 'Too many connections', 'connection-refused'],
    [1317, 'Query execution was interrupted', undefined],
  ])('%i (%s) is %s', (errno, message, kind) => {
    expect(classifyMysqlError(serverError(errno, message))?.kind).toBe(kind);
  });

  test('of the network is told from one of the file system', () => {
    const noSocket = Object.assign(new Error('connect ENOENT /run/x.sock'), {
      code: 'ENOENT',
      syscall: 'connect',
      fatal: true,
    });
    const noFile = Object.assign(new Error('stat ENOENT'), { code: 'ENOENT', syscall: 'stat' });
    expect(classifyMysqlError(noSocket)).toEqual({ kind: 'connection-refused' });
    expect(classifyMysqlError(noFile)).toBeUndefined();
  });
});

describe('withoutValues', () => {
  test('takes the values out of message, stack and statement, and leaves the constraint', () => {
    const error = withoutValues(
      serverError(1062, "Duplicate entry 'a secret, it's' for key 'owner_once'"),
      'insert ... ?',
    );
    expect(error.message).toBe("Duplicate entry for key 'owner_once'");
    expect(`${error.stack} ${JSON.stringify(error)}`).not.toContain('secret');
    expect(classifyMysqlError(error)).toEqual({ kind: 'unique', constraint: 'owner_once' });
  });

  test('takes out what could not be converted', () => {
    const error = withoutValues(
      serverError(1366, "Incorrect integer value: 'secret' for column `db`.`t`.`n` at row 1"),
      'x',
    );
    expect(error.message).toBe('Incorrect integer value for column `db`.`t`.`n` at row 1');
  });

  test('leaves other errors as they are', () => {
    const error = new Error('Pool is closed.');
    expect(withoutValues(error, 'x')).toBe(error);
    expect(error).not.toHaveProperty('sql');
  });
});
