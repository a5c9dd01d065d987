import { hash } from 'node:crypto';
import type BetterSqlite3 from 'better-sqlite3';
import { legacyHasMoreDecimals, legacyInstant, legacyMinorUnits, type SqliteValue } from './legacy-values.ts';

/** `sum` of integers of any size, as decimal text: SQLite's own fails past 64 bits. */
export const SUM_TEXT = 'carryover_sum_text';
/** `digest(value, ...)` over rows: the sum of 64-bit hashes of whole rows, as decimal text, whatever the order of rows. */
export const DIGEST = 'carryover_digest';
/** `instant(value)`, by `legacyInstant`. */
export const LEGACY_INSTANT = 'carryover_instant';
/** `minor_units(value, factor)`, by `legacyMinorUnits`. */
export const LEGACY_MINOR_UNITS = 'carryover_minor_units';
/** `more_decimals(value, factor)`, by `legacyHasMoreDecimals`. */
export const LEGACY_MORE_DECIMALS = 'carryover_more_decimals';

const registered = new WeakSet<BetterSqlite3.Database>();

/**
 * Gives a connection the functions that Carryover's own queries use. Views and triggers must not: other clients of the file
 * do not have them (`directOnly` makes SQLite refuse it).
 */
export function registerFunctions(connection: BetterSqlite3.Database): void {
  if (registered.has(connection)) return;
  const options = { deterministic: true, directOnly: true, safeIntegers: true };
  connection.aggregate<bigint>(SUM_TEXT, {
    ...options,
    start: 0n,
    step: (total: bigint, value: unknown) => total + wholeNumber(value),
    result: (total) => total.toString(),
  });
  connection.aggregate<bigint>(DIGEST, {
    ...options,
    varargs: true,
    start: 0n,
    step: (total: bigint, ...row: SqliteValue[]) => total + rowHash(row),
    result: (total) => total.toString(),
  });
  connection.function(LEGACY_INSTANT, options, (value) => legacyInstant(value as SqliteValue));
  connection.function(LEGACY_MINOR_UNITS, options, (value, factor) =>
    legacyMinorUnits(value as SqliteValue, factor as bigint),
  );
  connection.function(LEGACY_MORE_DECIMALS, options, (value, factor) =>
    legacyHasMoreDecimals(value as SqliteValue, factor as bigint),
  );
  registered.add(connection);
}

function wholeNumber(value: unknown): bigint {
  if (value === null) return 0n;
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value);
  throw new TypeError('a sum of whole numbers was asked for, and a value is none');
}

/** Each value is written with its type and length, so that no two rows of other values are one text. */
function rowHash(row: readonly SqliteValue[]): bigint {
  const parts = row.map((value) => {
    if (value === null) return 'null';
    if (value instanceof Uint8Array) return `blob:${value.length}:${Buffer.from(value).toString('hex')}`;
    const text = String(value);
    return `${typeof value}:${text.length}:${text}`;
  });
  return BigInt(`0x${hash('sha256', parts.join('|'), 'hex').slice(0, 16)}`);
}
