import type { DriverFailure, DriverFailureKind } from '../../driver-failure.ts';

/** Begins the message of the triggers that `appendOnly` makes, so that their refusal is told from other signals. */
export const APPEND_ONLY = 'carryover append-only';

/** Begins the message of the triggers that refuse writes to what the ledger decides. */
export const GUARD = 'carryover guard';

/** MariaDB and MySQL number their errors alike up to 1900 and each on its own above; the names are those of the servers. */
const BY_NUMBER: Readonly<Record<number, DriverFailureKind>> = {
  3: 'disk-full', // EE_WRITE
  28: 'disk-full', // ENOSPC as a handler error
  1020: 'serialization', // ER_CHECKREAD: the row changed since the snapshot
  1021: 'disk-full', // ER_DISK_FULL
  1040: 'connection-refused', // ER_CON_COUNT_ERROR
  1044: 'privilege', // ER_DBACCESS_DENIED_ERROR
  1045: 'authentication', // ER_ACCESS_DENIED_ERROR
  1046: 'database-missing', // ER_NO_DB_ERROR
  1047: 'busy', // ER_UNKNOWN_COM_ERROR: a Galera node that is not ready yet
  1048: 'not-null', // ER_BAD_NULL_ERROR
  1049: 'database-missing', // ER_BAD_DB_ERROR
  1051: 'missing-object', // ER_BAD_TABLE_ERROR
  1053: 'connection-lost', // ER_SERVER_SHUTDOWN
  1054: 'missing-object', // ER_BAD_FIELD_ERROR
  1062: 'unique', // ER_DUP_ENTRY
  1064: 'syntax', // ER_PARSE_ERROR
  1079: 'connection-lost', // ER_SHUTDOWN_COMPLETE
  1091: 'missing-object', // ER_CANT_DROP_FIELD_OR_KEY
  1109: 'missing-object', // ER_UNKNOWN_TABLE
  1114: 'disk-full', // ER_RECORD_FILE_FULL
  1129: 'connection-refused', // ER_HOST_IS_BLOCKED
  1130: 'authentication', // ER_HOST_NOT_PRIVILEGED
  1142: 'privilege', // ER_TABLEACCESS_DENIED_ERROR
  1143: 'privilege', // ER_COLUMNACCESS_DENIED_ERROR
  1146: 'missing-object', // ER_NO_SUCH_TABLE
  1149: 'syntax', // ER_SYNTAX_ERROR
  1152: 'connection-lost', // ER_ABORTING_CONNECTION
  1158: 'connection-lost', // ER_NET_READ_ERROR
  1159: 'connection-lost', // ER_NET_READ_INTERRUPTED
  1160: 'connection-lost', // ER_NET_ERROR_ON_WRITE
  1161: 'connection-lost', // ER_NET_WRITE_INTERRUPTED
  1169: 'unique', // ER_DUP_UNIQUE
  1176: 'missing-object', // ER_KEY_DOES_NOT_EXITS
  1203: 'connection-refused', // ER_TOO_MANY_USER_CONNECTIONS
  1205: 'lock-timeout', // ER_LOCK_WAIT_TIMEOUT
  1213: 'deadlock', // ER_LOCK_DEADLOCK
  1216: 'foreign-key', // ER_NO_REFERENCED_ROW
  1217: 'foreign-key', // ER_ROW_IS_REFERENCED
  1226: 'connection-refused', // ER_USER_LIMIT_REACHED
  1227: 'privilege', // ER_SPECIFIC_ACCESS_DENIED_ERROR
  1251: 'authentication', // ER_NOT_SUPPORTED_AUTH_MODE
  1263: 'not-null', // ER_WARN_NULL_TO_NOTNULL
  1264: 'out-of-range', // ER_WARN_DATA_OUT_OF_RANGE
  1305: 'missing-object', // ER_SP_DOES_NOT_EXIST
  1360: 'missing-object', // ER_TRG_DOES_NOT_EXIST
  1364: 'not-null', // ER_NO_DEFAULT_FOR_FIELD
  1370: 'privilege', // ER_PROCACCESS_DENIED_ERROR
  1406: 'out-of-range', // ER_DATA_TOO_LONG
  1412: 'serialization', // ER_TABLE_DEF_CHANGED: DDL since the snapshot
  1419: 'privilege', // ER_BINLOG_CREATE_ROUTINE_NEED_SUPER
  1451: 'foreign-key', // ER_ROW_IS_REFERENCED_2
  1452: 'foreign-key', // ER_NO_REFERENCED_ROW_2
  1586: 'unique', // ER_DUP_ENTRY_WITH_KEY_NAME
  1614: 'deadlock', // ER_XA_RBDEADLOCK
  1637: 'busy', // ER_TOO_MANY_CONCURRENT_TRXS
  1690: 'out-of-range', // ER_DATA_OUT_OF_RANGE
  1698: 'authentication', // ER_ACCESS_DENIED_NO_PASSWORD_ERROR
  1792: 'read-only', // ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION
  1836: 'read-only', // ER_READ_ONLY_MODE
  1927: 'connection-lost', // MariaDB ER_CONNECTION_KILLED
  1969: 'statement-timeout', // MariaDB ER_STATEMENT_TIMEOUT
  3024: 'statement-timeout', // MySQL ER_QUERY_TIMEOUT
  3118: 'authentication', // MySQL ER_ACCOUNT_HAS_BEEN_LOCKED
  3159: 'authentication', // MySQL ER_SECURE_TRANSPORT_REQUIRED
  3169: 'connection-lost', // MySQL ER_SESSION_WAS_KILLED
  3572: 'lock-timeout', // MySQL ER_LOCK_NOWAIT
  3819: 'check', // MySQL ER_CHECK_CONSTRAINT_VIOLATED
  4025: 'check', // MariaDB ER_CONSTRAINT_FAILED
  4031: 'connection-lost', // MySQL ER_CLIENT_INTERACTION_TIMEOUT
};

/** Errors of the driver and of the network that say more than that the connection is gone. */
const BY_CODE: Readonly<Record<string, DriverFailureKind>> = {
  ECONNREFUSED: 'connection-refused',
  ENOENT: 'connection-refused', // no such socket file
  EACCES: 'connection-refused',
  ENOTFOUND: 'connection-refused',
  EAI_AGAIN: 'connection-refused',
  EHOSTUNREACH: 'connection-refused',
  ENETUNREACH: 'connection-refused',
  HANDSHAKE_NO_SSL_SUPPORT: 'connection-refused',
  HANDSHAKE_SSL_ERROR: 'connection-refused',
  HANDSHAKE_UNKNOWN_ERROR: 'connection-refused',
  AUTH_SWITCH_PLUGIN_ERROR: 'authentication',
};

const ER_OPTION_PREVENTS_STATEMENT = 1290;
const ER_SIGNAL_EXCEPTION = 1644;

interface DriverError extends Error {
  readonly errno?: unknown;
  readonly code?: unknown;
  readonly sqlState?: unknown;
  readonly syscall?: unknown;
  readonly fatal?: unknown;
}

/** What an error of mysql2 means, or of one in its `cause` chain; undefined for all others. */
export function classifyMysqlError(error: unknown): DriverFailure | undefined {
  const seen = new Set<unknown>();
  for (let current = error; current instanceof Error && !seen.has(current); current = current.cause) {
    seen.add(current);
    const failure = classifyOne(current);
    if (failure !== undefined) return failure;
  }
  return undefined;
}

function classifyOne(error: DriverError): DriverFailure | undefined {
  if (typeof error.sqlState === 'string' && typeof error.errno === 'number') {
    const kind = kindOfServerError(error, error.errno);
    return kind === undefined ? undefined : withConstraint(kind, error.message);
  }
  const code = typeof error.code === 'string' ? error.code : '';
  // mysql2 marks what ends a connection as fatal. Without the mark, ENOENT may be an error of Node about any file.
  if (error.fatal !== true && !/^(?:HANDSHAKE|AUTH)_/.test(code)) return undefined;
  if (code === 'ETIMEDOUT' && error.syscall === 'connect') return { kind: 'connection-refused' };
  return { kind: BY_CODE[code] ?? 'connection-lost' };
}

function kindOfServerError(error: DriverError, errno: number): DriverFailureKind | undefined {
  if (errno === ER_SIGNAL_EXCEPTION) return kindOfSignal(error.message);
  if (errno === ER_OPTION_PREVENTS_STATEMENT) return /read.only/i.test(error.message) ? 'read-only' : undefined;
  return BY_NUMBER[errno];
}

function kindOfSignal(message: string): DriverFailureKind {
  if (message.includes(APPEND_ONLY)) return 'append-only';
  return message.includes(GUARD) ? 'guard' : 'check';
}

/** The servers tell the name only inside the message, which is in the language of the server; the quotes are not. */
const CONSTRAINT: Partial<Record<DriverFailureKind, RegExp>> = {
  unique: /'(?:[^'.]*\.)?([^'.]*)'[^']*$/,
  'foreign-key': /CONSTRAINT [`"]([^`"]+)[`"]/,
  check: /(?:CONSTRAINT `(?:[^`]*\.)?([^`]+)`|'([^']+)')/,
  'not-null': /'([^']+)'/,
};

function withConstraint(kind: DriverFailureKind, message: string): DriverFailure {
  if (kind === 'append-only') return { kind, constraint: message };
  const match = CONSTRAINT[kind]?.exec(message);
  const constraint = match?.[1] ?? match?.[2] ?? (kind === 'check' ? message : undefined);
  return constraint === undefined ? { kind } : { kind, constraint };
}

/** Where the servers write the value into the message. */
const VALUES_IN_MESSAGE: readonly (readonly [RegExp, string])[] = [
  [/^(Duplicate entry) '.*' (for key )/s, '$1 $2'],
  [/( value): '.*'( for (?:column|function) )/s, '$1$2'],
];

/**
 * Takes the values out of a driver's error before anybody can log it: mysql2 keeps the whole statement with its parameters
 * in `sql`, and some messages quote the value. Returns the same object.
 */
export function withoutValues(error: Error, sqlWithPlaceholders: string): Error {
  if (!('sqlState' in error)) return error;
  let { message } = error;
  for (const [pattern, replacement] of VALUES_IN_MESSAGE) message = message.replace(pattern, replacement);
  const stack = error.stack?.replace(error.message, () => message);
  return Object.assign(error, { message, stack, sqlMessage: message, sql: sqlWithPlaceholders });
}
