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
  connection.aggregate<HashSum>(DIGEST, {
    ...options,
    varargs: true,
    start: () => ({ high: 0, middle: 0, low: 0 }),
    step: (sum: HashSum, ...row: unknown[]) => addRowHash(sum, row as SqliteValue[]),
    result: ({ high, middle, low }) => ((BigInt(high) << 40n) + (BigInt(middle) << 16n) + BigInt(low)).toString(),
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

/** A sum of 64-bit numbers by their upper 24, next 24 and lower 16 bits: JS numbers, which stay exact for 500 million rows. */
interface HashSum {
  high: number;
  middle: number;
  low: number;
}

/** Adds the first 64 bits of a row's SHA-256, read from a text of one character per byte: from hexadecimals it takes twice as long. */
function addRowHash(sum: HashSum, row: readonly SqliteValue[]): HashSum {
  const digest = hash('sha256', rowText(row), 'binary');
  const bits = (from: number, to: number): number => {
    let number = 0;
    for (let at = from; at < to; at += 1) number = number * 256 + digest.charCodeAt(at);
    return number;
  };
  sum.high += bits(0, 3);
  sum.middle += bits(3, 6);
  sum.low += bits(6, 8);
  return sum;
}

/** Each value is written with its type and length, so that no two rows of other values are one text. */
function rowText(row: readonly SqliteValue[]): string {
  let text = '';
  for (const value of row) text += text === '' ? valueText(value) : `|${valueText(value)}`;
  return text;
}

function valueText(value: SqliteValue): string {
  if (value === null) return 'null';
  if (value instanceof Uint8Array) return `blob:${value.length}:${Buffer.from(value).toString('hex')}`;
  const text = String(value);
  return `${typeof value}:${text.length}:${text}`;
}
