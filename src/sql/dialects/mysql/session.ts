import { readFileSync } from 'node:fs';
import type { ConnectionOptions, SslOptions } from 'mysql2';
import type { WaitLimits } from '../../contract/statements.ts';
import type { ConnectionTarget, OpenOptions } from '../../dialect.ts';

/**
 * Refuse instead of bending: a value that does not fit, a zero date or a division by zero is an error. Subtraction of
 * unsigned legacy columns may go below zero, which is what a debt is. ONLY_FULL_GROUP_BY is left out, because MariaDB (10.11)
 * refuses under it to select the very expression that stands in GROUP BY.
 */
const SQL_MODE = [
  'STRICT_ALL_TABLES',
  'NO_ZERO_DATE',
  'NO_ZERO_IN_DATE',
  'ERROR_FOR_DIVISION_BY_ZERO',
  'NO_ENGINE_SUBSTITUTION',
  'NO_UNSIGNED_SUBTRACTION',
].join(',');

/**
 * How the driver connects. FOUND_ROWS is off, because with it an insert-if-absent counts the rows it left alone; LOCAL_FILES
 * is off, because with it a false server may ask for any file of this machine. Reads the CA file of the URL.
 */
export function connectionOptions(target: ConnectionTarget, applicationName: string): ConnectionOptions {
  const ssl = sslOptions(target);
  return {
    ...(target.socketPath === undefined ? { host: target.host, port: target.port } : { socketPath: target.socketPath }),
    ...(target.user === undefined ? {} : { user: target.user }),
    ...(target.password === undefined ? {} : { password: target.password }),
    ...(ssl === undefined ? {} : { ssl }),
    database: target.database,
    charset: 'UTF8MB4_BIN',
    flags: ['-FOUND_ROWS', '-LOCAL_FILES'],
    supportBigNumbers: true,
    bigNumberStrings: true,
    connectAttributes: { program_name: applicationName },
  } as ConnectionOptions;
}

function sslOptions({ ssl, parameters }: ConnectionTarget): (SslOptions & { verifyIdentity?: boolean }) | undefined {
  if (ssl === undefined || ssl === 'disable') return undefined;
  const file = parameters['ssl-ca'];
  return {
    rejectUnauthorized: ssl !== 'require',
    verifyIdentity: ssl === 'verify-full',
    ...(file === undefined ? {} : { ca: readFileSync(file, 'utf8') }),
  };
}

/** The statements that make a connection ours: UTC, strict, READ COMMITTED, and read-only where the session is. */
export function sessionStatements(options: OpenOptions): readonly string[] {
  const access = options.access === 'read-only' ? 'read only' : 'read write';
  // MySQL answers with sizes that are up to a day old unless told otherwise; MariaDB does not read the comment.
  const settings = `sql_mode = '${SQL_MODE}', time_zone = '+00:00', group_concat_max_len = 1048576 /*M! , idle_transaction_timeout = default */ /*!80000 , information_schema_stats_expiry = 0 */`;
  return [
    `set session ${[settings, ...waitSettings(options)].join(', ')}`,
    `set session transaction isolation level read committed, ${access}`,
  ];
}

/** SET of the waits named, or undefined when none is. */
export function waitLimitsStatement(limits: WaitLimits): string | undefined {
  const settings = waitSettings(limits);
  return settings.length === 0 ? undefined : `set session ${settings.join(', ')}`;
}

/**
 * Lock waits are whole seconds on these servers and are rounded up; rows and tables (DDL) have a timeout each. MariaDB limits
 * every statement, MySQL only SELECT; each reads the comment meant for it. Only MariaDB limits idle transactions, in whole
 * seconds; MySQL sets something to what it is, because a SET must not be empty.
 */
function waitSettings({ lockTimeoutMs, statementTimeoutMs, idleTimeoutMs }: WaitLimits): readonly string[] {
  const settings: string[] = [];
  if (lockTimeoutMs !== undefined) {
    const seconds = Math.max(1, Math.ceil(lockTimeoutMs / 1000));
    settings.push(`innodb_lock_wait_timeout = ${seconds}`, `lock_wait_timeout = ${seconds}`);
  }
  if (statementTimeoutMs !== undefined) {
    const millis = Math.max(0, Math.ceil(statementTimeoutMs));
    settings.push(`/*M! max_statement_time = ${millis / 1000} */ /*!80000 max_execution_time = ${millis} */`);
  }
  if (idleTimeoutMs !== undefined) {
    const seconds = Math.max(1, Math.ceil(idleTimeoutMs / 1000));
    const nothing = 'max_execution_time = @@session.max_execution_time';
    settings.push(`/*M! idle_transaction_timeout = ${seconds} */ /*!80000 ${nothing} */`);
  }
  return settings;
}
