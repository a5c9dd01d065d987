import type { DriverFailure, DriverFailureKind } from '../../driver-failure.ts';
import { sqliteCode } from './busy.ts';

/** What the message of an append-only trigger begins with. */
export const APPEND_ONLY = 'append-only';

/** Begins the message of the triggers that refuse writes to what the ledger decides. */
export const GUARD = 'carryover guard';

/** By the beginning of SQLite's extended code; the first that fits. */
const BY_CODE: readonly (readonly [string, DriverFailureKind])[] = [
  ['SQLITE_CONSTRAINT_UNIQUE', 'unique'],
  ['SQLITE_CONSTRAINT_PRIMARYKEY', 'unique'],
  ['SQLITE_CONSTRAINT_ROWID', 'unique'],
  ['SQLITE_CONSTRAINT_FOREIGNKEY', 'foreign-key'],
  ['SQLITE_CONSTRAINT_NOTNULL', 'not-null'],
  ['SQLITE_CONSTRAINT', 'check'],
  ['SQLITE_BUSY', 'busy'],
  ['SQLITE_LOCKED', 'busy'],
  ['SQLITE_READONLY', 'read-only'],
  ['SQLITE_FULL', 'disk-full'],
  ['SQLITE_CANTOPEN', 'database-missing'],
  ['SQLITE_PERM', 'privilege'],
  ['SQLITE_AUTH', 'privilege'],
  ['SQLITE_TOOBIG', 'out-of-range'],
];

/** SQLite has one code for everything that is wrong with a statement; only the text tells them apart. */
const BY_MESSAGE: readonly (readonly [RegExp, DriverFailureKind])[] = [
  [/^no such (?:table|column|view|index|trigger|function)/, 'missing-object'],
  [/has no column named/, 'missing-object'],
  [/integer overflow/, 'out-of-range'],
  [/syntax error|incomplete input|unrecognized token/, 'syntax'],
];

/** See `Dialect.classify`. */
export function classifySqlite(error: unknown): DriverFailure | undefined {
  for (let cause: unknown = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth += 1) {
    const failure = classifyOne(cause);
    if (failure !== undefined) return failure;
  }
  return undefined;
}

function classifyOne(error: Error): DriverFailure | undefined {
  // better-sqlite3 throws it for a parameter, and our own functions for a result.
  if (error instanceof RangeError && /too big|64 bits/.test(error.message)) return { kind: 'out-of-range' };
  if (error instanceof TypeError && error.message === 'The database connection is not open')
    return { kind: 'connection-lost' };
  const code = sqliteCode(error);
  if (code === undefined) return undefined;
  if (code === 'SQLITE_CONSTRAINT_TRIGGER' && error.message.startsWith(APPEND_ONLY)) {
    return { kind: 'append-only', constraint: error.message };
  }
  if (code === 'SQLITE_CONSTRAINT_TRIGGER' && error.message.startsWith(GUARD)) {
    return { kind: 'guard', constraint: error.message };
  }
  const kind =
    BY_CODE.find(([beginning]) => code.startsWith(beginning))?.[1] ??
    BY_MESSAGE.find(([text]) => text.test(error.message))?.[1];
  if (kind === undefined) return undefined;
  return code.startsWith('SQLITE_CONSTRAINT') ? { kind, constraint: constraintOf(error.message) } : { kind };
}

/** `UNIQUE constraint failed: t.a, t.b` names the columns; a trigger's message is its own. */
function constraintOf(message: string): string {
  return /^[A-Z ]+ constraint failed(?:: (.+))?$/.exec(message)?.[1] ?? message;
}
