import { isInt64 } from '../../../base/int64.ts';

/** A value as SQLite hands it to a function whose integers are exact. */
export type SqliteValue = bigint | number | string | Uint8Array | null;

const INSTANT =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d*))?)?)?\s*(Z|UTC|([+-])(\d\d)(?::?(\d\d))?)?$/i;
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

/**
 * Texts read lately. A query mentions a column several times and SQLite asks for each mention, and months and session days repeat by
 * the thousand. Larger would hold more days of a walk in key order, which does not come back to them.
 */
const LATELY_MAX = 4096;
const lately = new Map<string, string | null>();

/**
 * A point in time as legacy keeps it (ISO 8601 with a space or `T`, with or without fraction and offset; none means UTC) in the
 * 27 characters of an instant; null for what is no such text or names a day that does not exist.
 */
export function legacyInstant(value: SqliteValue): string | null {
  if (typeof value !== 'string') return null;
  const known = lately.get(value);
  if (known !== undefined) return known;
  if (lately.size >= LATELY_MAX) lately.clear();
  const instant = readInstant(value);
  lately.set(value, instant);
  return instant;
}

function readInstant(text: string): string | null {
  const match = INSTANT.exec(text);
  if (match === null) return null;
  const [, year = '', month = '', day = '', hour = '00', minute = '00', second = '00', fraction = ''] = match;
  if (!isDay(Number(year), Number(month), Number(day))) return null;
  // The hour 24 is the next day's midnight, as SQLite's own date functions have it.
  if (hour > '24' || minute > '59' || second > '59') return null;
  const micros = fraction.slice(0, 6).padEnd(6, '0');
  const offset = offsetMinutes(match);
  if (offset === undefined) return null;
  if (offset === 0 && hour !== '24') return `${year}-${month}-${day}T${hour}:${minute}:${second}.${micros}Z`;
  const moved = new Date(0);
  moved.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  moved.setUTCHours(Number(hour), Number(minute) - offset, Number(second));
  return `${moved.toISOString().slice(0, 19)}.${micros}Z`;
}

/** Minutes east of UTC; undefined for an offset that no clock has. */
function offsetMinutes(match: RegExpExecArray): number | undefined {
  const [sign, hours, minutes = '00'] = [match[9], match[10], match[11]];
  if (sign === undefined || hours === undefined) return 0;
  if (hours > '14' || minutes > '59') return undefined;
  const offset = Number(hours) * 60 + Number(minutes);
  return sign === '-' ? -offset : offset;
}

function isDay(year: number, month: number, day: number): boolean {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = month === 2 && isLeap ? 29 : DAYS[month - 1];
  return days !== undefined && day >= 1 && day <= days;
}

/**
 * A decimal as whole parts of `factor` to the unit, halves away from zero. Exact for integers; a floating-point number is taken as
 * its 15 significant digits say, so that 1.005 is what was written. Throws a RangeError for what leaves 64 bits.
 */
export function legacyMinorUnits(value: SqliteValue, factor: bigint): bigint | null {
  if (value === null) return null;
  const parts = partsOf(value, factor);
  if (typeof parts === 'number' && Math.abs(parts) >= 2 ** 63) throw new RangeError('an amount leaves 64 bits');
  const rounded = typeof parts === 'bigint' ? parts : BigInt(Math.sign(parts) * Math.round(Math.abs(parts)));
  if (!isInt64(rounded)) throw new RangeError('an amount leaves 64 bits');
  return rounded;
}

/** 1 when `legacyMinorUnits` would round, 0 when not, null for null. */
export function legacyHasMoreDecimals(value: SqliteValue, factor: bigint): bigint | null {
  if (value === null) return null;
  const parts = partsOf(value, factor);
  return typeof parts === 'bigint' || Number.isInteger(parts) ? 0n : 1n;
}

/** Past 15 digits a float has none left behind the point, and cutting would change those before it. */
const PARTS_WITH_FRACTION_MAX = 1e15;

function partsOf(value: Exclude<SqliteValue, null>, factor: bigint): bigint | number {
  if (typeof value === 'bigint') return value * factor;
  // SQLite reads a text as the number it begins with, and anything else as nothing.
  const number = typeof value === 'number' ? value : Number.parseFloat(typeof value === 'string' ? value : '') || 0;
  const product = number * Number(factor);
  // A whole number of at most 15 digits is what its digits say, and writing them takes ten times as long as the rest.
  if (Number.isInteger(product) || Math.abs(product) >= PARTS_WITH_FRACTION_MAX) return product;
  return Number(product.toPrecision(15));
}
